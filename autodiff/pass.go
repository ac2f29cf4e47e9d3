package autodiff

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// pass is one run of the reverse pass.
type pass struct {
	order  graph.Nodes                       // what the ys depend on, inputs first, the nodes of bodies last
	leads  map[*graph.Node]bool              // a path leads from the node back to some x
	cots   map[*graph.Node]graph.Nodes       // the cotangents that have arrived
	tuples map[*graph.Node][]graph.Cotangent // those of tuple nodes, by projection
	depth  int                               // of the outermost x
	ends   map[*graph.Node]bool              // the xs; true for one at which the pass stops
}

// pull pulls the cotangents dys of ys back to xs; a result is nil where no path leads to x. With cut, each x is taken as
// independent of the others. bad is the poisoned node of a mistake.
func pull(ys, dys, xs graph.Nodes, cut bool) (out graph.Nodes, bad *graph.Node) {
	p := &pass{cots: map[*graph.Node]graph.Nodes{}, tuples: map[*graph.Node][]graph.Cotangent{}, ends: map[*graph.Node]bool{}}
	for i, x := range xs {
		p.ends[x] = cut
		if d := x.Graph().Depth(); i == 0 || d < p.depth {
			p.depth = d
		}
	}
	p.trace(ys)
	for i, y := range ys {
		if dys[i] != nil {
			p.cots[y] = append(p.cots[y], dys[i])
		}
	}
	for _, n := range slices.Backward(p.order) {
		if p.leads[n] && !p.ends[n] {
			if bad := p.step(n); bad != nil {
				return nil, bad
			}
		}
	}
	out = make(graph.Nodes, len(xs))
	for i, x := range xs {
		if out[i] = p.cotangent(x); out[i] != nil && out[i].Poisoned() {
			return nil, out[i]
		}
	}
	return out, nil
}

// trace orders what the ys depend on and marks what depends on an x.
func (p *pass) trace(ys graph.Nodes) {
	seen := map[*graph.Node]bool{}
	for roots := ys; len(roots) > 0; {
		var outer graph.Nodes
		for n := range graph.Walk(roots...) {
			if !seen[n] {
				seen[n] = true
				p.order = append(p.order, n)
				if o := p.captured(n); o != nil {
					outer = append(outer, o)
				}
			}
		}
		roots = outer
	}
	slices.SortFunc(p.order, func(a, b *graph.Node) int {
		if d := a.Graph().Depth() - b.Graph().Depth(); d != 0 {
			return d
		}
		return a.ID() - b.ID()
	})
	p.leads = map[*graph.Node]bool{}
	for _, n := range p.order {
		o := p.captured(n)
		_, wanted := p.ends[n]
		p.leads[n] = wanted || o != nil && p.leads[o] ||
			slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool { return p.leads[x] })
	}
}

// captured is the outer node that a leaf of a body under construction stands for, nil for other nodes, and where no x
// lies so far out.
func (p *pass) captured(n *graph.Node) *graph.Node {
	if c, ok := n.Op().(graph.CapturedOp); ok && n.Graph().Depth() > p.depth {
		if outer := n.Graph().Captured(); c.I < len(outer) {
			return outer[c.I]
		}
	}
	return nil
}

// cotangent sums what has arrived at n, nil if nothing has.
func (p *pass) cotangent(n *graph.Node) *graph.Node {
	c := p.cots[n]
	if len(c) == 0 {
		return nil
	}
	for _, d := range c[1:] {
		c[0] = ops.Add(c[0], d)
	}
	p.cots[n] = c[:1]
	return c[0]
}

// step hands the cotangent of n on to its inputs.
func (p *pass) step(n *graph.Node) (bad *graph.Node) {
	if p.cots[n] == nil && p.tuples[n] == nil {
		return nil
	}
	path := "grad"
	if n.Layer() != "" {
		path += "/" + n.Layer()
	}
	defer n.Graph().PushPath(path)()
	dy := p.cotangent(n)
	if dy != nil && dy.Poisoned() {
		return dy
	}
	if o := p.captured(n); o != nil {
		p.cots[o] = append(p.cots[o], dy)
		return nil
	}
	if _, ok := n.Op().(graph.Projection); ok {
		t := n.In(0)
		p.tuples[t] = append(p.tuples[t], graph.Cotangent{Op: n.Op(), Dy: dy})
		return nil
	}
	dxs, bad := p.rule(n, dy)
	if bad != nil {
		return bad
	}
	return p.arrive(n, dxs)
}

// arrive checks the cotangents that the rule of n made and adds them to those of its inputs.
func (p *pass) arrive(n *graph.Node, dxs graph.Nodes) (bad *graph.Node) {
	for i, dx := range dxs {
		if dx == nil || i >= len(n.Inputs()) {
			continue
		}
		if dx.Poisoned() {
			return dx
		}
		x := n.In(i)
		if !p.leads[x] || !x.Dtype().IsFloat() && !x.IsTuple() {
			continue
		}
		if !graph.Fits(dx.Spec(), x.Spec()) {
			return n.Graph().Fail("gradient of "+n.Op().Name(), fmt.Errorf("the gradient that %s (%s) gives to its input %d is %v, the input is %v", n.Name(), graph.OpString(n.Op()), i, dx.Spec(), x.Spec()), n)
		}
		if !isZero(dx) {
			p.cots[x] = append(p.cots[x], dx)
		}
	}
	return nil
}
