package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// reshapeKeeping reshapes x to axes that are axes of x (entries -2-i) or of size 1, written as numbers where known.
func reshapeKeeping(x *graph.Node, dims []int) *graph.Node {
	for i, d := range dims {
		if d < -1 && x.Shape()[-2-d] != graph.None {
			dims[i] = x.Shape()[-2-d]
		}
	}
	return graph.Apply(ReshapeOp{graph.MakeInts(dims...)}, x)
}

// ExpandDims inserts an axis of size 1 so that it is the given axis of the result.
func ExpandDims(x *graph.Node, axis int) *graph.Node {
	if !ready(x) {
		return refuse("expand_dims", x)
	}
	rank := x.Shape().Rank()
	at, ok := axisOf(axis, rank+1)
	if !ok {
		return x.Graph().Fail("expand_dims", fmt.Errorf("axis %d is outside the %d axes of the result", axis, rank+1), x)
	}
	return reshapeKeeping(x, slices.Insert(keepAll(rank), at, 1))
}

// keepAll lists the entries of ReshapeOp.Dims that keep every axis.
func keepAll(rank int) []int {
	dims := make([]int, rank)
	for i := range dims {
		dims[i] = -2 - i
	}
	return dims
}

// expandAxes inserts axes of size 1 at the places axes, in order, of the result.
func expandAxes(x *graph.Node, axes []int) *graph.Node {
	if !ready(x) || len(axes) == 0 {
		return x
	}
	dims := keepAll(x.Shape().Rank())
	for _, a := range axes {
		dims = slices.Insert(dims, a, 1)
	}
	return reshapeKeeping(x, dims)
}

// Squeeze removes axes of size 1: those given, or without axes all of them. An axis of unknown size is removed only if it is
// given; it must turn out to be 1.
func Squeeze(x *graph.Node, axes ...int) *graph.Node {
	list, bad := axesOf("squeeze", x, axes)
	if bad != nil {
		return bad
	}
	var dims []int
	for i, d := range x.Shape() {
		named := len(axes) > 0 && slices.Contains(list, i)
		if named && d != 1 && d != graph.None {
			return x.Graph().Fail("squeeze", fmt.Errorf("axis %d of shape %v is not 1", i, x.Shape()), x)
		}
		if !named && (d != 1 || len(axes) > 0) {
			dims = append(dims, -2-i)
		}
	}
	if len(dims) == x.Shape().Rank() {
		return x
	}
	return reshapeKeeping(x, dims)
}

// Ravel lays the elements of x out in one axis.
func Ravel(x *graph.Node) *graph.Node { return Reshape(x, -1) }
