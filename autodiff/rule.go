package autodiff

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// rule asks the op of n for the cotangents of its inputs; dy is nil for a tuple.
func (p *pass) rule(n, dy *graph.Node) (dxs graph.Nodes, bad *graph.Node) {
	if len(n.Inputs()) == 0 {
		return nil, nil
	}
	switch op := n.Op().(type) {
	case graph.ZeroGradient:
		return nil, nil
	case graph.Differentiable:
		return op.VJP(n, dy), nil
	case graph.TupleDifferentiable:
		return op.VJPTuple(n, p.tuples[n], inner(n)), nil
	case graph.NotDifferentiable:
		return nil, refuse(n, fmt.Errorf("no gradient goes through %s (%s, made at %s): %s", n.Name(), op.Name(), n.Pos(), op.Why()))
	case graph.Composite:
		return p.expanded(n, op, dy)
	}
	return nil, refuse(n, fmt.Errorf("no gradient goes through %s (%s, made at %s): the op has none; ops.StopGradient in front of it makes it a constant", n.Name(), n.Op().Name(), n.Pos()))
}

func refuse(n *graph.Node, err error) *graph.Node {
	return n.Graph().Fail("gradient of "+n.Op().Name(), err)
}

// inner is the reverse pass that the op of n gets for its bodies.
func inner(n *graph.Node) graph.VJPFunc {
	return func(ys, dys, xs graph.Nodes) graph.Nodes {
		out, bad := pull(ys, dys, xs, true)
		if bad != nil {
			return repeat(bad, len(xs))
		}
		return out
	}
}

// expanded differentiates what a composite op stands for.
func (p *pass) expanded(n *graph.Node, op graph.Composite, dy *graph.Node) (dxs graph.Nodes, bad *graph.Node) {
	ys := op.Expand(n.Inputs())
	for _, y := range ys {
		if y.Poisoned() {
			return nil, y
		}
	}
	if !n.IsTuple() {
		return pull(ys[:1], graph.Nodes{dy}, n.Inputs(), true)
	}
	dys := make(graph.Nodes, len(ys))
	for _, c := range p.tuples[n] {
		i, ok := c.Op.(interface{ Index() int })
		if !ok || i.Index() >= len(ys) {
			return nil, refuse(n, fmt.Errorf("%s cannot be differentiated: its results are read by %s, which has no index", n.Name(), c.Op.Name()))
		}
		dys[i.Index()] = c.Dy
	}
	return pull(ys, dys, n.Inputs(), true)
}
