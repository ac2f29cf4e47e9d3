package ops

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// scratch is a copy of a body in which gradient nodes are made before they move to a body of their own.
type scratch struct {
	g      *graph.Graph
	of     map[*graph.Node]*graph.Node // body node -> scratch node
	back   map[*graph.Node]*graph.Node // scratch node -> body node
	steady map[*graph.Node]bool        // scratch nodes that are the same at each step, or read only sizes
}

// newScratch copies what the roots in body depend on into a new body in g. The bodies of inner loops are shared, so that
// the histories which gradients ask of them are numbered in the originals.
func newScratch(g *graph.Graph, body *graph.Graph, roots graph.Nodes) (*scratch, error) {
	specs := make([]graph.Spec, len(body.Leaves()))
	for i, n := range body.Leaves() {
		specs[i] = n.Spec()
	}
	s := &scratch{body.Rebody(g, specs), map[*graph.Node]*graph.Node{}, map[*graph.Node]*graph.Node{}, map[*graph.Node]bool{}}
	for i, n := range body.Leaves() {
		s.add(n, s.g.Leaves()[i])
	}
	defer g.PushPath("")()
	c := &graph.Copier{Dst: s.g, Sub: s.of}
	all := slices.Collect(graph.Walk(roots...))
	slices.SortFunc(all, func(a, b *graph.Node) int { return a.ID() - b.ID() })
	for _, n := range all {
		if s.of[n] != nil {
			continue
		}
		switch op := n.Op().(type) {
		case graph.InputOp:
			s.add(n, s.g.Input(op.Label, n.Shape(), n.Dtype()))
		case graph.LayerOut: // a copy would count as another call of the layer
			s.add(n, s.of[n.In(0)])
		default:
			m, err := c.Copy(n)
			if err != nil {
				return nil, err
			}
			s.add(n, m[0])
		}
	}
	return s, nil
}

func (s *scratch) add(n, m *graph.Node) {
	s.of[n] = m
	if s.back[m] == nil {
		s.back[m] = n
	}
	s.steady[m] = isSteady(m, s.steady)
}

// isSteady reports whether a forward node is better computed again in the gradient than stored at each step: it is built of
// constants, captured values and sizes only.
func isSteady(n *graph.Node, steady map[*graph.Node]bool) bool {
	switch n.Op().(type) {
	case graph.InputOp:
		return false
	case graph.Projection, graph.BodyOp, graph.TupleInferer:
		return false
	}
	b, _ := n.Op().(graph.Binder)
	for i, x := range n.Inputs() {
		if (b == nil || !b.ShapeOnly(i)) && !steady[x] {
			return false
		}
	}
	return true
}

// inner answers, for a result that the gradient reads of a forward tuple (the history of an inner loop), the same result in
// the body itself.
func (s *scratch) inner(k *graph.Node) (*graph.Node, bool) {
	if _, ok := k.Op().(graph.Projection); !ok || s.back[k] != nil {
		return nil, false
	}
	t := s.back[k.In(0)]
	if t == nil {
		return nil, false
	}
	return t.Graph().Apply(k.Op(), t), true
}
