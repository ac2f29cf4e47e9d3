package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// MergeAxesOp joins the axes Axis .. Axis+N-1 into one.
type MergeAxesOp struct{ Axis, N int }

// Name is "merge_axes".
func (MergeAxesOp) Name() string { return "merge_axes" }

// Infer returns the joined shape.
func (o MergeAxesOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x := in[0].Shape
	if o.N < 1 || o.Axis < 0 || o.Axis+o.N > len(x) {
		return graph.Spec{}, fmt.Errorf("there are no %d axes from axis %d on in shape %v", o.N, o.Axis, x)
	}
	size := graph.Prod(x[o.Axis : o.Axis+o.N]...)
	if slices.Contains(x[o.Axis:o.Axis+o.N], 0) {
		size = 0
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: slices.Replace(x, o.Axis, o.Axis+o.N, size)}, nil
}

// VJP splits the axis of the cotangent.
func (o MergeAxesOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(SplitAxis(dy, y.In(0), o.Axis, o.Axis, o.N))
}

// MergeAxes joins the n axes of x from axis on into one; unlike Reshape it does so for any number of unknown sizes.
func MergeAxes(x *graph.Node, axis, n int) *graph.Node {
	if !ready(x) {
		return refuse("merge_axes", x)
	}
	if a, ok := axisOf(axis, x.Shape().Rank()); ok {
		axis = a
	}
	if n == 1 && axis >= 0 && axis < x.Shape().Rank() {
		return x
	}
	return graph.Apply(MergeAxesOp{axis, n}, x)
}

// SplitAxisOp splits axis Axis of its first input into N axes of the sizes that the second input has from LikeAxis on; of the
// second only the shape is read.
type SplitAxisOp struct{ Axis, LikeAxis, N int }

// Name is "split_axis".
func (SplitAxisOp) Name() string { return "split_axis" }

// Infer returns the split shape.
func (o SplitAxisOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, like := in[0].Shape, in[1].Shape
	if err := checkAxes(x, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	if o.N < 1 || o.LikeAxis < 0 || o.LikeAxis+o.N > len(like) {
		return graph.Spec{}, fmt.Errorf("there are no %d axes from axis %d on in shape %v", o.N, o.LikeAxis, like)
	}
	parts := like[o.LikeAxis : o.LikeAxis+o.N]
	if n := graph.Prod(parts...); n != graph.None && x[o.Axis] != graph.None && n != x[o.Axis] {
		return graph.Spec{}, fmt.Errorf("axis %d of size %d does not split into %v", o.Axis, x[o.Axis], parts)
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: slices.Replace(x, o.Axis, o.Axis+1, parts...)}, nil
}

// ShapeOnly is true for the second input.
func (SplitAxisOp) ShapeOnly(i int) bool { return i == 1 }

// Bind returns the reshape to a known shape.
func (o SplitAxisOp) Bind(in []graph.Spec) graph.Op {
	out, _ := o.Infer([]graph.Spec{in[0].Clone(), in[1]})
	return ReshapeOp{graph.MakeInts(out.Shape...)}
}

// VJP joins the axes of the cotangent.
func (o SplitAxisOp) VJP(_, dy *graph.Node) []*graph.Node {
	return grads(MergeAxes(dy, o.Axis, o.N), nil)
}

// SplitAxis splits axis of x into n axes of the sizes that like has from likeAxis on; of like only the shape is read.
func SplitAxis(x, like *graph.Node, axis, likeAxis, n int) *graph.Node {
	if !ready(x, like) {
		return refuse("split_axis", x, like)
	}
	if a, ok := axisOf(axis, x.Shape().Rank()); ok {
		axis = a
	}
	if a, ok := axisOf(likeAxis, like.Shape().Rank()); ok {
		likeAxis = a
	}
	return graph.Apply(SplitAxisOp{axis, likeAxis, n}, x, like)
}
