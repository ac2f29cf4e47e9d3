package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// transposed lets a matmul swap the last two axes of its operands by itself.
func transposed(_ *state, op graph.Op, in graph.Nodes, _ graph.Spec) *graph.Node {
	m, ok := op.(ops.MatMulOp)
	if !ok {
		return nil
	}
	for i, x := range in {
		if !swapsLast(x) {
			continue
		}
		if i == 0 {
			m.TransA = !m.TransA
		} else {
			m.TransB = !m.TransB
		}
		operands := slices.Clone(in)
		operands[i] = x.In(0)
		return graph.Apply(m, operands...)
	}
	return nil
}

func swapsLast(n *graph.Node) bool {
	op, ok := n.Op().(ops.TransposeOp)
	if !ok {
		return false
	}
	perm := op.Perm.Slice()
	r := len(perm)
	perm[r-1], perm[r-2] = perm[r-2], perm[r-1]
	return slices.IsSorted(perm)
}

// summedProducts turns sum(aᵀ·b over a batch) into one product: that is the gradient of a weight that was applied to a
// sequence, of which the batch of products would be far larger than the weight.
func summedProducts(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	product, ok := in[0].Op().(ops.MatMulOp)
	if _, sums := op.(ops.SumToOp); !sums || !ok || !product.TransA || product.TransB {
		return nil
	}
	y, a, b := in[0].Shape(), in[0].In(0), in[0].In(1)
	batch := len(y) - 2
	if batch == 0 || len(s.Shape) < 2 || !slices.Equal(s.Shape[len(s.Shape)-2:], y[batch:]) || s.Shape.Size() != y[batch]*y[batch+1] {
		return nil
	}
	if len(a.Shape()) != len(y) || !slices.Equal(a.Shape()[:batch], b.Shape()[:min(batch, len(b.Shape()))]) || len(b.Shape()) != len(y) {
		return nil
	}
	long := func(n *graph.Node) *graph.Node { return ops.MergeAxes(n, 0, batch+1) }
	return ops.Reshape(graph.Apply(product, long(a), long(b)), s.Shape...)
}
