package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// TakeAlongOp takes along Axis of its first input, in each line of elements, those that the second input, int32 or int64, names.
// All other axes of both are equal.
type TakeAlongOp struct{ Axis int }

// Name is "take_along_axis".
func (TakeAlongOp) Name() string { return "take_along_axis" }

// Infer returns the shape of the indices.
func (o TakeAlongOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, idx := in[0], in[1]
	if err := checkAxes(x.Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	if len(x.Shape) != len(idx.Shape) {
		return graph.Spec{}, fmt.Errorf("x has %d axes and the indices %d: both must have the same", len(x.Shape), len(idx.Shape))
	}
	s, ok := graph.Same(idx.Shape, x.Shape.With(o.Axis, idx.Shape[o.Axis]))
	if !ok {
		return graph.Spec{}, fmt.Errorf("indices of shape %v differ from x of shape %v in another axis than %d", idx.Shape, x.Shape, o.Axis)
	}
	return graph.Spec{Dtype: x.Dtype, Shape: s}, checkIndices(idx)
}

// VJP adds the cotangent up where the elements came from.
func (o TakeAlongOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(putAlong(dy, y.In(1), y.In(0), o.Axis), nil)
}

// PutAlongOp is the adjoint of [TakeAlongOp]: (updates, indices, like) -> zeros of the shape of like, of which only the shape is read,
// with the updates added where the indices say. Without like, as once sizes are known, Axis has Size elements.
type PutAlongOp struct{ Axis, Size int }

// Name is "put_along_axis".
func (PutAlongOp) Name() string { return "put_along_axis" }

// Infer returns the shape of like after checking that the elements taken of it have the shape of the updates.
func (o PutAlongOp) Infer(in []graph.Spec) (graph.Spec, error) {
	u, idx := in[0], in[1]
	if u.Dtype == graph.Bool || u.Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("the updates are %v, want numbers", u)
	}
	if err := checkAxes(u.Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	like := u.Shape.With(o.Axis, o.Size)
	if len(in) == 3 {
		like = in[2].Shape
	}
	t, err := TakeAlongOp{o.Axis}.Infer([]graph.Spec{{Dtype: u.Dtype, Shape: like.Clone()}, idx})
	if err != nil {
		return graph.Spec{}, err
	}
	if t.Shape, err = same(u.Shape, t.Shape); err != nil {
		return graph.Spec{}, err
	}
	return graph.Spec{Dtype: u.Dtype, Shape: refineBut(like, t.Shape, o.Axis)}, nil
}

// ShapeOnly is true for the third input.
func (PutAlongOp) ShapeOnly(i int) bool { return i == 2 }

// Bind keeps the size of the axis.
func (o PutAlongOp) Bind(in []graph.Spec) graph.Op {
	if len(in) == 3 {
		o.Size = in[2].Shape[o.Axis]
	}
	return o
}

// VJP takes the cotangent where the updates went.
func (o PutAlongOp) VJP(y, dy *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(y.Inputs()))
	out[0] = graph.Apply(TakeAlongOp{o.Axis}, dy, y.In(1))
	return out
}

func putAlong(updates, indices, like *graph.Node, axis int) *graph.Node {
	return graph.Apply(PutAlongOp{Axis: axis}, updates, indices, like)
}

// TakeAlongAxis takes along axis (of x in one row without an axis), in each line of elements of x, those that the indices name. The
// other axes of x and the indices broadcast. Negative indices count from the end, those out of range are an error of the run.
// https://keras.io/api/ops/numpy/#takealongaxis-function
func TakeAlongAxis(x, indices *graph.Node, axis ...int) *graph.Node {
	if !ready(x, indices) || len(axis) > 1 {
		return graph.FailCall("take_along_axis", fmt.Errorf("x or the indices are nil, or there is more than one axis"), x, indices)
	}
	if len(axis) == 0 {
		x, axis = Ravel(x), []int{0}
	}
	a, bad := oneAxis("take_along_axis", x, axis[0])
	if bad != nil {
		return bad
	}
	s, t := x.Shape(), indices.Shape()
	if len(s) == len(t) && s.Known() && t.Known() {
		all, err := graph.BroadcastShapes(s.With(a, 1), t.With(a, 1))
		if err == nil {
			x, indices = BroadcastTo(x, all.With(a, s[a])...), BroadcastTo(indices, all.With(a, t[a])...)
		}
	}
	return graph.Apply(TakeAlongOp{a}, x, indexed(indices))
}
