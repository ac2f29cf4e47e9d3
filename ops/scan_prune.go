package ops

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// PruneLoops returns a rewrite for a copier of the roots that leaves out of scans what the roots do not read: carries,
// sequences, captured values, and histories. Bodies hold more than is read because a gradient is made with respect to
// everything, because all histories that any function ever asked for are numbered in one body, and because what the gradient
// reads only for its size is a number once sizes are bound: this is for graphs in which they are.
func PruneLoops(roots ...*graph.Node) func(n *graph.Node, in graph.Nodes) *graph.Node {
	p := &pruner{plans: map[*graph.Node]*loopPlan{}}
	p.live(roots)
	return p.rewrite
}

// pruner holds what is kept of the scans of one graph.
type pruner struct{ plans map[*graph.Node]*loopPlan }

// loopPlan lists what is kept of a scan, by old number.
type loopPlan struct {
	carries, xs, captured, histories []int
	inner                            *pruner // of the body
}

// live marks what the roots read, looking through scans.
func (p *pruner) live(roots graph.Nodes) map[*graph.Node]bool {
	live := map[*graph.Node]bool{}
	for _, n := range roots {
		live[n] = true
	}
	order := slices.Collect(graph.Walk(roots...))
	slices.SortFunc(order, func(a, b *graph.Node) int { return b.ID() - a.ID() })
	for _, n := range order {
		if !live[n] {
			continue
		}
		if o, ok := n.Op().(ScanOp); ok && p.plans[n] != nil {
			for _, i := range p.plans[n].inputs(o) {
				live[n.In(i)] = true
			}
			continue
		}
		for _, x := range n.Inputs() {
			live[x] = true
		}
		p.read(n)
	}
	return live
}

// read notes that n, if it is a result of a scan, is read.
func (p *pruner) read(n *graph.Node) {
	if len(n.Inputs()) != 1 {
		return
	}
	if _, ok := n.In(0).Op().(ScanOp); !ok || len(n.In(0).Inputs()) == 0 {
		return
	}
	switch op := n.Op().(type) {
	case FinalOp:
		insert(&p.plan(n.In(0)).carries, op.I)
	case HistoryOp:
		insert(&p.plan(n.In(0)).histories, op.I)
	}
}

func (p *pruner) plan(n *graph.Node) *loopPlan {
	if p.plans[n] == nil {
		p.plans[n] = &loopPlan{}
	}
	return p.plans[n]
}

func insert(list *[]int, i int) {
	if at, found := slices.BinarySearch(*list, i); !found {
		*list = slices.Insert(*list, at, i)
	}
}

// inputs completes the plan and lists the inputs that are kept.
func (l *loopPlan) inputs(o ScanOp) []int {
	if l.inner == nil {
		l.complete(o)
	}
	nc, nx := len(o.Loop.Carry), len(o.Loop.X)
	out := slices.Clone(l.carries)
	for _, i := range l.xs {
		out = append(out, nc+i)
	}
	for _, i := range l.captured {
		out = append(out, nc+nx+i)
	}
	if nx == 0 && o.Steps < 0 {
		out = append(out, o.fixed())
	}
	return out
}

// complete finds what the results that are read need: a carry is kept if it is read at the end or by what is kept.
func (l *loopPlan) complete(o ScanOp) {
	histories := o.Loop.Histories()
	for {
		l.inner = &pruner{plans: map[*graph.Node]*loopPlan{}}
		live := l.inner.live(slices.Concat(pick(o.Loop.Next, l.carries), pick(histories, l.histories)))
		before := len(l.carries)
		for i, c := range o.Loop.Carry {
			if live[c] {
				insert(&l.carries, i)
			}
		}
		if len(l.carries) > before {
			continue
		}
		for i, x := range o.Loop.X {
			if live[x] || i == 0 && o.Steps < 0 {
				insert(&l.xs, i)
			}
		}
		for i, c := range o.Loop.Body.Leaves() {
			if live[c] {
				insert(&l.captured, i)
			}
		}
		return
	}
}

func pick(nodes graph.Nodes, which []int) graph.Nodes {
	out := make(graph.Nodes, len(which))
	for i, w := range which {
		out[i] = nodes[w]
	}
	return out
}

func (p *pruner) rewrite(n *graph.Node, in graph.Nodes) *graph.Node {
	if o, ok := n.Op().(ScanOp); ok && p.plans[n] != nil {
		return p.plans[n].rebuild(in[0].Graph(), o, in)
	}
	if len(n.Inputs()) != 1 || p.plans[n.In(0)] == nil {
		return nil
	}
	plan, at, kept := p.plans[n.In(0)], 0, false
	var op graph.Op
	switch o := n.Op().(type) {
	case FinalOp:
		at, kept = slices.BinarySearch(plan.carries, o.I)
		op = FinalOp{at}
	case HistoryOp:
		at, kept = slices.BinarySearch(plan.histories, o.I)
		op = HistoryOp{at}
	default:
		return nil
	}
	if !kept { // read only by what is pruned itself
		return in[0].Graph().Apply(ZeroOp{n.Dtype(), fill{Dims: graph.MakeInts(n.Shape()...)}})
	}
	return in[0].Graph().Apply(op, in[0])
}

// rebuild makes the scan with only what is kept.
func (l *loopPlan) rebuild(dst *graph.Graph, o ScanOp, in graph.Nodes) *graph.Node {
	inputs := pick(in, l.inputs(o))
	specs := make([]graph.Spec, len(inputs))
	for i, n := range inputs {
		specs[i] = n.Spec()
	}
	nc, nx := len(l.carries), len(l.xs)
	m := &Loop{Body: o.Loop.Body.Rebody(dst, specs[nc+nx:nc+nx+len(l.captured)])}
	k := &graph.Copier{Dst: m.Body, Sub: map[*graph.Node]*graph.Node{}, Rewrite: l.inner.rewrite}
	for i, c := range l.carries {
		k.Sub[o.Loop.Carry[c]] = m.addCarry(specs[i])
	}
	for i, x := range l.xs {
		k.Sub[o.Loop.X[x]] = m.addX(specs[nc+i])
	}
	for i, c := range l.captured {
		k.Sub[o.Loop.Body.Leaves()[c]] = m.Body.Leaves()[i]
	}
	// dead nodes are copied too and may read what is left out
	for _, n := range slices.Concat(o.Loop.Carry, o.Loop.X, o.Loop.Body.Leaves()) {
		if k.Sub[n] == nil {
			k.Sub[n] = m.Body.Apply(ZeroOp{n.Dtype(), fill{Dims: graph.MakeInts(n.Shape()...)}})
		}
	}
	defer dst.PushPath("")()
	var err error
	if m.Next, err = k.Copy(pick(o.Loop.Next, l.carries)...); err == nil {
		m.histories, err = k.Copy(pick(o.Loop.Histories(), l.histories)...)
	}
	if err != nil {
		return dst.Fail("scan", err)
	}
	return dst.Apply(ScanOp{Loop: m, Reverse: o.Reverse, Steps: o.Steps}, inputs...)
}
