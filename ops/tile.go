package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Tile repeats the whole of x along its axes, the last of repeats belonging to the last axis; missing ones are 1, more make new
// leading axes.
func Tile(x *graph.Node, repeats ...int) *graph.Node {
	x = atLeast(x, len(repeats))
	if !ready(x) {
		return refuse("tile", x)
	}
	first := x.Shape().Rank() - len(repeats)
	for i, r := range repeats {
		x = copies(x, first+i, first+i, r)
	}
	return x
}

// Repeat repeats each element of x along axis; without axis x is laid out in one row before.
func Repeat(x *graph.Node, repeats int, axis ...int) *graph.Node {
	if len(axis) == 0 {
		return Repeat(Ravel(x), repeats, 0)
	}
	a, bad := oneAxis("repeat", x, axis[0])
	if bad != nil {
		return bad
	}
	return copies(x, a, a+1, repeats)
}

// copies broadcasts a new axis at place at, which is beside axis, and merges it with axis.
func copies(x *graph.Node, axis, at, n int) *graph.Node {
	if n < 0 {
		return x.Graph().Fail("repeat", fmt.Errorf("%d repeats are asked for, want at least 0", n), x)
	}
	if n == 1 {
		return x
	}
	x = ExpandDims(x, at)
	return MergeAxes(BroadcastTo(x, x.Shape().With(at, n)...), axis, 2)
}

// Meshgrid makes grids of coordinates from vectors: result i holds vector i repeated along the axes of all others. Indexing
// "xy" (Keras's default) puts the first vector along axis 1 and the second along axis 0, "ij" each along its own axis.
func Meshgrid(in graph.Nodes, indexing string) graph.Nodes {
	if len(in) == 0 {
		return nil
	}
	if !ready(in...) {
		return repeatNode(refuse("meshgrid", in...), len(in))
	}
	if indexing != "xy" && indexing != "ij" {
		return repeatNode(in[0].Graph().Fail("meshgrid", fmt.Errorf("there is no indexing %q: use xy or ij", indexing), in...), len(in))
	}
	rows := make(graph.Nodes, len(in))
	for i, n := range in {
		rows[i] = Ravel(n)
		for j := range in {
			if j != i {
				rows[i] = ExpandDims(rows[i], j)
			}
		}
	}
	out := make(graph.Nodes, len(in))
	for i := range rows {
		out[i] = rows[i]
		for j, other := range rows {
			if j != i {
				// Adding zeros repeats also along axes of unknown size.
				out[i] = Add(out[i], Cast(ZerosLike(other), out[i].Dtype()))
			}
		}
		if indexing == "xy" && len(in) > 1 {
			out[i] = SwapAxes(out[i], 0, 1)
		}
	}
	return out
}
