package engine

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// explicitBroadcasts repeats operands of elementwise operations by nodes of their own, so that a backend sees equal shapes.
func explicitBroadcasts(s *state) error {
	return s.rewrite(func(n *graph.Node, in graph.Nodes) *graph.Node {
		op, ok := n.Op().(ops.Elementwise)
		if !ok || len(in) < 2 {
			return nil
		}
		full := make(graph.Nodes, len(in))
		for i, x := range in {
			full[i] = ops.BroadcastTo(x, n.Shape()...)
		}
		return graph.Apply(op, full...)
	})
}
