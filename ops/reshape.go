package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ReshapeOp gives its input the shape Dims without changing the order of its elements. One entry may be -1: whatever is
// left. An entry -2-i is the size of axis i of the input.
type ReshapeOp struct{ Dims graph.Ints }

// Name is "reshape".
func (ReshapeOp) Name() string { return "reshape" }

// Infer returns the shape; the numbers of elements must agree.
func (o ReshapeOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x := in[0].Shape
	dims := graph.Shape(o.Dims.Slice())
	left, kept := -1, map[int]bool{}
	for i, d := range dims {
		switch {
		case d == -1 && left >= 0:
			return graph.Spec{}, fmt.Errorf("two sizes of %v are -1: give all but one", dims)
		case d == -1:
			left = i
		case d < -1:
			if err := checkAxes(x, -2-d); err != nil {
				return graph.Spec{}, err
			}
			dims[i] = x[-2-d]
			kept[-2-d] = true
		}
	}
	// Axes that are kept cancel, so that a fit can be checked while their size is unknown.
	total, rest := 1, 1
	for i, d := range x {
		if !kept[i] {
			total = graph.Prod(total, d)
		}
	}
	for i, d := range o.Dims.Slice() {
		if d >= 0 && i != left {
			rest *= d
		}
	}
	if left < 0 {
		if total != graph.None && total != rest {
			return graph.Spec{}, misfit(x, dims)
		}
		return graph.Spec{Dtype: in[0].Dtype, Shape: dims}, nil
	}
	switch {
	case total == graph.None:
		dims[left] = graph.None
	case rest == 0 && total == 0:
		dims[left] = 0
	case rest == 0 || total%rest != 0:
		return graph.Spec{}, misfit(x, dims)
	default:
		dims[left] = total / rest
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: dims}, nil
}

func misfit(x, dims graph.Shape) error {
	return fmt.Errorf("the %d elements of shape %v do not fit into %v", x.Size(), x, dims)
}

// VJP gives the cotangent the input's shape.
func (ReshapeOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(ReshapeLike(dy, y.In(0))) }

// Reshape gives x another shape without changing the order of its elements. One size may be -1 or graph.None: whatever is
// left. Further ones may be graph.None where x has unknown axes in the same places, counted from the front or from the back.
func Reshape(x *graph.Node, shape ...int) *graph.Node {
	if !ready(x) {
		return refuse("reshape", x)
	}
	if x.Shape().Known() && x.Shape().Equal(shape) {
		return x
	}
	dims := append([]int{}, shape...)
	open := 0
	for i, d := range dims {
		switch {
		case d == graph.None || d == -1:
			open++
		case d < 0:
			return x.Graph().Fail("reshape", fmt.Errorf("size %d of the shape is %d: sizes are at least 0, -1 is whatever is left; for one computed from an unknown size use ReshapeLike or SplitAxis", i, d), x)
		}
	}
	if open > 1 {
		open -= keepAxes(x.Shape(), dims)
	}
	for i, d := range dims {
		if d == graph.None {
			dims[i] = -1
		}
	}
	if open > 1 {
		return x.Graph().Fail("reshape", fmt.Errorf("%d sizes of %v are unknown: at most one may be; use ReshapeLike, MergeAxes or SplitAxis", open, graph.Shape(shape)), x)
	}
	return graph.Apply(ReshapeOp{graph.MakeInts(dims...)}, x)
}

// keepAxes marks in dims the unknown axes before and after which the two shapes agree, and returns how many.
func keepAxes(x graph.Shape, dims []int) (n int) {
	want := append(graph.Shape{}, dims...)
	front := 0
	for ; front < len(x) && front < len(want) && x[front] == want[front]; front++ {
		if x[front] == graph.None {
			dims[front] = -2 - front
			n++
		}
	}
	for i := 1; i <= len(x)-front && i <= len(want)-front && x[len(x)-i] == want[len(want)-i]; i++ {
		if x[len(x)-i] == graph.None {
			dims[len(want)-i] = -2 - (len(x) - i)
			n++
		}
	}
	return n
}

// ReshapeLikeOp gives its first input the shape of the second, of which only the shape is read.
type ReshapeLikeOp struct{}

// Name is "reshape_like".
func (ReshapeLikeOp) Name() string { return "reshape_like" }

// Infer returns the shape of the second input.
func (ReshapeLikeOp) Infer(in []graph.Spec) (graph.Spec, error) {
	a, b := in[0].Shape.Size(), in[1].Shape.Size()
	if a != graph.None && b != graph.None && a != b {
		return graph.Spec{}, misfit(in[0].Shape, in[1].Shape)
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: in[1].Shape}, nil
}

// ShapeOnly is true for the second input.
func (ReshapeLikeOp) ShapeOnly(i int) bool { return i == 1 }

// Bind returns the reshape to a known shape.
func (ReshapeLikeOp) Bind(in []graph.Spec) graph.Op { return ReshapeOp{graph.MakeInts(in[1].Shape...)} }

// VJP gives the cotangent the first input's shape.
func (ReshapeLikeOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(ReshapeLike(dy, y.In(0)), nil)
}

// ReshapeLike gives x the shape of like, of which only the shape is read.
func ReshapeLike(x, like *graph.Node) *graph.Node {
	if ready(x, like) && like.Shape().Known() {
		return Reshape(x, like.Shape()...)
	}
	return graph.Apply(ReshapeLikeOp{}, x, like)
}
