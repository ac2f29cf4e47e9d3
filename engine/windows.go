package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// paddedWindows lets a convolution read zeros outside of its input instead of a padded copy.
func paddedWindows(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	conv, ok := op.(ops.ConvOp)
	if !ok || conv.Role == "dx" || conv.Padding != "explicit" || len(in) != 2 {
		return nil
	}
	pad, ok := in[0].Op().(ops.PadOp)
	if !ok || !constant(in[0].In(1), 0) {
		return nil
	}
	lo, hi := pad.Lo.Slice(), pad.Hi.Slice()
	last := len(lo) - 1
	if lo[0]+hi[0]+lo[last]+hi[last] > 0 {
		return nil
	}
	before, behind := conv.PadLo.Slice(), conv.PadHi.Slice()
	for i := range before {
		before[i] += lo[i+1]
		behind[i] += hi[i+1]
	}
	conv.PadLo, conv.PadHi = graph.MakeInts(before...), graph.MakeInts(behind...)
	if n := graph.Apply(conv, in[0].In(0), in[1]); n.Shape().Equal(s.Shape) {
		return n
	}
	return nil
}

// pooledMask chooses by the maxima instead of by all that they are of: where x is above 0 the gradient of a maximum pool of x stays,
// and there x is its window's maximum. That is the gradient of a rectifier before a pool.
func pooledMask(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	if op.Name() != "select" || in[0].Op().Name() != "greater" || !constant(in[0].In(1), 0) || !constant(in[2], 0) {
		return nil
	}
	pool, x, dy := maxPoolGradient(in[1])
	if x == nil || in[0].In(0) != x || !s.Shape.Equal(x.Shape()) {
		return nil
	}
	forward := pool
	forward.Kind = "max"
	positive := ops.Greater(graph.Apply(forward, x), 0)
	return graph.Apply(pool, ops.Where(positive, dy, 0), x)
}

// pooledSum adds up the gradient of a maximum pool before it is spread: each window gives all of it to one element of its channel.
func pooledSum(st *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	pool, x, dy := maxPoolGradient(in[0])
	if x == nil || !s.Dtype.IsFloat() {
		return nil
	}
	summed, ok := summedAxes(op, x.Shape(), s.Shape)
	if !ok || slices.Contains(summed[1:len(summed)-1], false) || !windowsHoldInput(pool, x.Shape(), dy.Shape()) {
		return nil
	}
	if n := st.apply(op, dy); n.Shape().Equal(s.Shape) {
		return n
	}
	return nil
}

// maxPoolGradient returns the operation and the operands of a maximum pool's gradient; x is nil for any other node.
func maxPoolGradient(n *graph.Node) (pool ops.PoolOp, x, dy *graph.Node) {
	pool, ok := n.Op().(ops.PoolOp)
	if !ok || pool.Kind != "max_dx" || pool.Padding != "explicit" {
		return pool, nil, nil
	}
	return pool, n.In(1), n.In(0)
}

// windowsHoldInput reports whether no window is all padding.
func windowsHoldInput(pool ops.PoolOp, x, y graph.Shape) bool {
	lo, strides, dilation := pool.PadLo.Slice(), pool.Strides.Slice(), pool.Dilation.Slice()
	for i, k := range pool.Size.Slice() {
		if dilation[i] != 1 || lo[i] >= k || (y[i+1]-1)*strides[i]-lo[i] >= x[i+1] {
			return false
		}
	}
	return true
}
