package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// VJPTuple makes the gradient of a scan: a scan the other way. Its body holds the gradient of one step; what that reads of
// the forward step comes in as sequences, the histories of the forward scan. Being a scan it has a gradient of its own.
func (o ScanOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	g := graph.Home(append(graph.Nodes{n}, cotangentNodes(dys)...)...)
	s, err := newScratch(g, o.Loop.Body, o.Loop.roots())
	if err != nil {
		return grads(g.Fail("gradient of scan", err))
	}
	r := &reverseScan{ScanOp: o, n: n, g: g, scratch: s, body: g.Body("grad_scan"), sub: map[*graph.Node]*graph.Node{}, seen: map[*graph.Node]bool{}}
	r.loop = &Loop{Body: r.body}
	if bad := r.differentiate(dys, vjp); bad != nil {
		return grads(bad)
	}
	return r.build()
}

func cotangentNodes(dys []graph.Cotangent) graph.Nodes {
	out := make(graph.Nodes, len(dys))
	for i, d := range dys {
		out[i] = d.Dy
	}
	return out
}

// roots are the body's leaves and results, histories included.
func (l *Loop) roots() graph.Nodes {
	return slices.Concat(l.Carry, l.X, l.Next, l.Histories())
}

// reverseScan builds the gradient of the scan n in g.
type reverseScan struct {
	ScanOp
	n       *graph.Node
	g       *graph.Graph
	scratch *scratch // the forward body with the gradient nodes of a step

	body  *graph.Graph // of the gradient
	loop  *Loop
	init  graph.Nodes                 // first carries: cotangents of the carries, then sums for captured values
	seqs  graph.Nodes                 // sequences
	sub   map[*graph.Node]*graph.Node // scratch node -> node of the gradient's body
	seen  map[*graph.Node]bool        // scratch nodes visited by need
	wrt   graph.Nodes                 // scratch leaves: carries, sequences, captured values
	grad  graph.Nodes                 // their cotangents in scratch, nil for none
	carry []int                       // of each float carry: its place among the gradient's carries, -1 for others
}

// differentiate makes the gradient nodes of one step in the scratch body.
func (r *reverseScan) differentiate(dys []graph.Cotangent, vjp graph.VJPFunc) (bad *graph.Node) {
	final := make(graph.Nodes, len(r.Loop.Carry))
	var ys, ds graph.Nodes
	for _, d := range dys {
		switch p := d.Op.(type) {
		case FinalOp:
			final[p.I] = d.Dy
		case HistoryOp:
			y := r.Loop.Histories()[p.I]
			seed := r.scratch.g.Input(fmt.Sprintf("dy_%d", p.I), y.Shape(), y.Dtype())
			r.sub[seed] = r.sequence(d.Dy)
			ys, ds = append(ys, r.scratch.of[y]), append(ds, seed)
		}
	}
	for i, c := range r.Loop.Carry {
		r.carry = append(r.carry, -1)
		if !c.Dtype().IsFloat() {
			continue
		}
		first := final[i]
		if first == nil {
			first = ZerosLike(r.n.In(i))
		}
		next := r.Loop.Next[i]
		seed := r.scratch.g.Input(fmt.Sprintf("dcarry_%d", i), next.Shape(), next.Dtype())
		r.carry[i] = len(r.init)
		r.sub[seed] = r.carried(first)
		ys, ds = append(ys, r.scratch.of[next]), append(ds, seed)
	}
	for _, x := range slices.Concat(r.Loop.Carry, r.Loop.X, r.Loop.Body.Leaves()) {
		r.wrt = append(r.wrt, r.scratch.of[x])
	}
	r.grad = floatGrads(vjp, ys, ds, r.wrt)
	return poisonedOf(r.grad)
}

// floatGrads asks for the cotangents of the float nodes among wrt.
func floatGrads(vjp graph.VJPFunc, ys, ds, wrt graph.Nodes) graph.Nodes {
	out := make(graph.Nodes, len(wrt))
	var xs graph.Nodes
	var at []int
	for i, x := range wrt {
		if x.Dtype().IsFloat() {
			xs, at = append(xs, x), append(at, i)
		}
	}
	if len(ys) == 0 {
		return out
	}
	for j, d := range vjp(ys, ds, xs) {
		out[at[j]] = d
	}
	return out
}

// sequence makes an outer node a sequence of the gradient and returns its slice.
func (r *reverseScan) sequence(outer *graph.Node) *graph.Node {
	if i := slices.Index(r.seqs, outer); i >= 0 {
		return r.loop.X[i]
	}
	r.seqs = append(r.seqs, outer)
	return r.loop.addX(outer.Spec())
}

// carried makes an outer node the first value of a carry of the gradient and returns the carry.
func (r *reverseScan) carried(first *graph.Node) *graph.Node {
	r.init = append(r.init, first)
	return r.loop.addCarry(first.Spec())
}

// need makes the scratch node k available in the gradient's body: forward values come in as sequences, everything else is
// copied later with what it needs.
func (r *reverseScan) need(k *graph.Node) {
	if r.sub[k] != nil || r.seen[k] {
		return
	}
	r.seen[k] = true
	if t, ok := r.scratch.inner(k); ok { // a result of a forward node, asked for by the gradient
		r.scratch.back[k] = t
	}
	b, forward := r.scratch.back[k]
	nc, nx := len(r.Loop.Carry), len(r.Loop.X)
	if !forward || r.scratch.steady[k] {
		if i := slices.Index(r.Loop.Body.Leaves(), b); forward && i >= 0 {
			r.sub[k] = r.body.Capture(r.g.Capture(r.n.In(nc + nx + i)))
			return
		}
		for _, x := range k.Inputs() {
			r.need(x)
		}
		return
	}
	if i := slices.Index(r.Loop.X, b); i >= 0 {
		r.sub[k] = r.sequence(r.n.In(nc + i))
		return
	}
	r.sub[k] = r.sequence(historyOf(r.n, b))
}
