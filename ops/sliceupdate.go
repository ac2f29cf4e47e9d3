package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SliceUpdate is x with the updates, of the same rank, in the place that begins at starts. For places computed by the graph see
// [DynamicSliceUpdate]. https://keras.io/api/ops/core/#sliceupdate-function
func SliceUpdate(x *graph.Node, starts []int, updates *graph.Node) *graph.Node {
	if !ready(x, updates) {
		return graph.FailCall("slice_update", fmt.Errorf("x or the updates are nil"), x, updates)
	}
	s, u := x.Shape(), updates.Shape()
	if len(starts) != len(s) || len(u) != len(s) || !u.Known() {
		return x.Graph().Fail("slice_update", fmt.Errorf("%d starts and updates of shape %v for x of shape %v: all must have the same number of axes and the updates known sizes", len(starts), u, s), x, updates)
	}
	for i, at := range starts {
		if at < 0 || s[i] != graph.None && at+u[i] > s[i] {
			return x.Graph().Fail("slice_update", fmt.Errorf("updates of shape %v at %v leave x of shape %v in axis %d", u, starts, s, i), x, updates)
		}
	}
	return sliceUpdate(x, starts, Cast(updates, x.Dtype()), 0)
}

// sliceUpdate joins what is before and behind the place along axis to the place, updated along the axes after it.
func sliceUpdate(x *graph.Node, starts []int, updates *graph.Node, axis int) *graph.Node {
	if axis == len(starts) {
		return updates
	}
	from := starts[axis]
	to := from + updates.Shape()[axis]
	mid := sliceUpdate(SliceAxis(x, axis, from, to), starts, updates, axis+1)
	if n := x.Shape()[axis]; from == 0 && to == n {
		return mid
	}
	return Concatenate(graph.Nodes{SliceAxis(x, axis, 0, from), mid, SliceAxis(x, axis, to, End)}, axis)
}

// DynamicSlice is the part of x of the given sizes that begins at starts: (axes of x,), integers computed by the graph. Places
// outside x are an error of the run.
func DynamicSlice(x, starts *graph.Node, sizes []int) *graph.Node {
	if !ready(x, starts) || len(sizes) != x.Shape().Rank() || !graph.Shape(sizes).Known() {
		return graph.FailCall("slice", fmt.Errorf("sizes %v: want one known size for each axis of x, and nodes that are not nil", sizes), x, starts)
	}
	for i, n := range sizes {
		at := Add(startOf(starts, i), Arange(x.Graph(), 0, float64(n), 1, graph.Int32))
		x = Take(x, at, i)
	}
	return x
}

// DynamicSliceUpdate is x with the updates, of the same rank, in the place that begins at starts: (axes of x,), integers computed by
// the graph. What lies outside x is left out.
func DynamicSliceUpdate(x, starts, updates *graph.Node) *graph.Node {
	if !ready(x, starts, updates) || updates.Shape().Rank() != x.Shape().Rank() || !updates.Shape().Known() {
		return graph.FailCall("slice_update", fmt.Errorf("the updates must have known sizes and as many axes as x, and no node may be nil"), x, starts, updates)
	}
	u := Cast(updates, x.Dtype())
	var inside *graph.Node
	for i, n := range updates.Shape() {
		at := Sub(IotaFrom(x, 0, graph.Int32, []int{graph.None}, []int{i}), startOf(starts, i))
		u = Take(u, Minimum(Maximum(at, 0), n-1), i)
		here := LogicalAnd(GreaterEqual(at, 0), Less(at, n))
		for range x.Shape().Rank() - 1 - i {
			here = ExpandDims(here, -1)
		}
		if inside == nil {
			inside = here
		} else {
			inside = LogicalAnd(inside, here)
		}
	}
	if inside == nil {
		return u
	}
	return Where(inside, u, x)
}

func startOf(starts *graph.Node, axis int) *graph.Node {
	return Cast(SliceAxis(starts, 0, axis, axis+1), graph.Int32)
}
