package ops

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// build makes the gradient's scan and returns the cotangents of the inputs of the forward one.
func (r *reverseScan) build() []*graph.Node {
	late := r.sumLater()
	roots := slices.Clone(r.grad)
	for j := range r.Loop.Body.Leaves() {
		roots = append(roots, late[j].kept...)
	}
	for _, d := range r.grad {
		if d != nil {
			r.need(d)
		}
	}
	defer r.g.PushPath("")()
	grad, err := (&graph.Copier{Dst: r.body, Sub: r.sub}).Copy(roots...)
	if err != nil {
		return grads(r.g.Fail("gradient of scan", err))
	}
	sums := r.next(grad)
	m := r.apply()
	if m.Poisoned() {
		return grads(m)
	}
	return r.cotangents(m, grad, sums, late)
}

// next sets what the body carries on: the cotangents of the carries, and the sums of those of captured values. It answers
// the carry of each sum by number of the captured value.
func (r *reverseScan) next(grad graph.Nodes) map[int]int {
	for i, at := range r.carry {
		switch {
		case at < 0:
		case grad[i] == nil:
			r.loop.Next = append(r.loop.Next, ZerosLike(r.loop.Carry[at]))
		default:
			r.loop.Next = append(r.loop.Next, grad[i])
		}
	}
	sums := map[int]int{}
	from := len(r.Loop.Carry) + len(r.Loop.X)
	for j := range r.Loop.Body.Leaves() {
		if d := grad[from+j]; d != nil {
			sums[j] = len(r.init)
			r.loop.Next = append(r.loop.Next, Add(r.carried(ZerosLike(r.n.In(from+j))), d))
		}
	}
	return sums
}

// cotangents reads from the gradient's scan m the cotangents of the inputs of the forward one.
func (r *reverseScan) cotangents(m *graph.Node, grad graph.Nodes, sums map[int]int, late map[int]lateSum) []*graph.Node {
	nc, nx := len(r.Loop.Carry), len(r.Loop.X)
	out := make([]*graph.Node, len(r.n.Inputs()))
	for i, at := range r.carry {
		if at >= 0 {
			out[i] = r.g.Apply(FinalOp{at}, m)
		}
	}
	for j := range r.Loop.X {
		if grad[nc+j] != nil {
			out[nc+j] = historyOf(m, grad[nc+j])
		}
	}
	for j := range r.Loop.Body.Leaves() {
		if at, ok := sums[j]; ok {
			out[nc+nx+j] = r.g.Apply(FinalOp{at}, m)
		} else if l, ok := late[j]; ok {
			out[nc+nx+j] = l.finish(each(l.kept, func(k *graph.Node) *graph.Node { return r.stack(m, k) }))
		}
	}
	return out
}

// apply closes the body and makes the node of the gradient's scan.
func (r *reverseScan) apply() *graph.Node {
	for i, n := range r.loop.Next {
		r.loop.Next[i] = r.body.Capture(n)
	}
	r.body.Close()
	in := slices.Concat(r.init, r.seqs, r.body.Captured())
	if len(r.seqs) == 0 { // the length is that of the forward scan
		in = append(in, r.steps()...)
	}
	return r.g.Apply(ScanOp{Loop: r.loop, Reverse: !r.Reverse, Steps: r.Steps}, in...)
}

// steps is the input that gives the forward scan its length; none if it is built in.
func (r *reverseScan) steps() graph.Nodes {
	switch _, xs, _ := r.Split(r.n.Inputs()); {
	case len(xs) > 0:
		return xs[:1]
	default:
		return r.n.Inputs()[r.fixed():]
	}
}
