package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// maxTerms bounds how many slices are joined.
const maxTerms = 64

// joinedSlices makes one concatenation of a sum of cotangents that fill an axis side by side: that is the gradient of a tensor of
// which only slices were read, such as the gates of a recurrent layer.
func joinedSlices(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	if op.Name() != "add" {
		return nil
	}
	terms := placed(nil, in, s.Shape)
	if len(terms) == 0 {
		return nil
	}
	of := func(n *graph.Node) ops.PlaceOp { return n.Op().(ops.PlaceOp) }
	slices.SortStableFunc(terms, func(a, b *graph.Node) int { return of(a).Start - of(b).Start })
	end := 0
	parts := make(graph.Nodes, len(terms))
	for i, n := range terms {
		p := of(n)
		if p.Axis != of(terms[0]).Axis || p.Step != 1 || p.Start != end {
			return nil
		}
		end, parts[i] = p.Stop, n.In(0)
	}
	if end != s.Shape[of(terms[0]).Axis] {
		return nil
	}
	return ops.Concatenate(parts, of(terms[0]).Axis)
}

// placed appends the terms of a sum of nodes, nil if one is no place of the given shape.
func placed(terms, in graph.Nodes, shape graph.Shape) graph.Nodes {
	for _, n := range in {
		switch op := n.Op().(type) {
		case ops.PlaceOp:
			if len(n.Inputs()) != 1 || !n.Shape().Equal(shape) || len(terms) == maxTerms {
				return nil
			}
			terms = append(terms, n)
		default:
			if op.Name() != "add" {
				return nil
			}
			if terms = placed(terms, n.Inputs(), shape); terms == nil {
				return nil
			}
		}
	}
	return terms
}
