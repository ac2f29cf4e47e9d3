package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// GatherOp takes along Axis of its first input the elements that the second input, int32 or int64 of any rank, names; the axes
// of the indices stand in the result where Axis was. Negative indices count from the end; one out of range is an error of the run.
type GatherOp struct{ Axis int }

// Name is "gather".
func (GatherOp) Name() string { return "gather" }

// Infer puts the axes of the indices in the place of Axis.
func (o GatherOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, idx := in[0], in[1]
	if err := checkAxes(x.Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	return graph.Spec{Dtype: x.Dtype, Shape: replaceAxes(x.Shape, o.Axis, 1, idx.Shape)}, checkIndices(idx)
}

// replaceAxes puts other axes in the place of n axes of s.
func replaceAxes(s graph.Shape, axis, n int, by graph.Shape) graph.Shape {
	out := append(s[:axis].Clone(), by...)
	return append(out, s[axis+n:]...)
}

func checkIndices(s graph.Spec) error {
	if s.Dtype != graph.Int32 && s.Dtype != graph.Int64 {
		return fmt.Errorf("the indices are %v, want int32 or int64", s)
	}
	return nil
}

// VJP adds the cotangent up where the elements came from.
func (o GatherOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(graph.Apply(ScatterAddOp{Axis: o.Axis}, dy, y.In(1), y.In(0)), nil)
}

// ScatterAddOp is the adjoint of [GatherOp]: (updates, indices, like) -> zeros of the shape of like, of which only the shape is read,
// with the updates added along Axis where the indices say. Without like, as once sizes are known, Axis has Size elements.
type ScatterAddOp struct{ Axis, Size int }

// Name is "scatter_add".
func (ScatterAddOp) Name() string { return "scatter_add" }

// Infer returns the shape of like after checking that a gather of it has the shape of the updates.
func (o ScatterAddOp) Infer(in []graph.Spec) (graph.Spec, error) {
	u, idx := in[0], in[1]
	if u.Dtype == graph.Bool || u.Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("the updates are %v, want numbers", u)
	}
	if o.Axis < 0 || o.Axis+len(idx.Shape) > len(u.Shape) {
		return graph.Spec{}, fmt.Errorf("updates of shape %v have no axes for indices of shape %v at axis %d", u.Shape, idx.Shape, o.Axis)
	}
	like := replaceAxes(u.Shape, o.Axis, len(idx.Shape), graph.Shape{o.Size})
	if len(in) == 3 {
		like = in[2].Shape
	}
	g, err := GatherOp{o.Axis}.Infer([]graph.Spec{{Dtype: u.Dtype, Shape: like.Clone()}, idx})
	if err != nil {
		return graph.Spec{}, err
	}
	if g.Shape, err = same(u.Shape, g.Shape); err != nil {
		return graph.Spec{}, err
	}
	known := replaceAxes(g.Shape, o.Axis, len(idx.Shape), graph.Shape{like[o.Axis]})
	return graph.Spec{Dtype: u.Dtype, Shape: known}, nil
}

// ShapeOnly is true for the third input.
func (ScatterAddOp) ShapeOnly(i int) bool { return i == 2 }

// Bind keeps the size of the axis.
func (o ScatterAddOp) Bind(in []graph.Spec) graph.Op {
	if len(in) == 3 {
		o.Size = in[2].Shape[o.Axis]
	}
	return o
}

// VJP gathers the cotangent.
func (o ScatterAddOp) VJP(y, dy *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(y.Inputs()))
	out[0] = graph.Apply(GatherOp{o.Axis}, dy, y.In(1))
	return out
}

// indexed turns what is given as indices into int32 or int64.
func indexed(idx *graph.Node) *graph.Node {
	if ready(idx) && idx.Dtype() != graph.Int32 && idx.Dtype() != graph.Int64 && (idx.Dtype().IsInteger() || idx.Dtype() == graph.Bool) {
		return Cast(idx, graph.Int32)
	}
	return idx
}

// Take takes the elements of x that the indices, integers of any rank, name along axis (of x in one row without an axis). The axes
// of the indices stand in the result where the axis was: an embedding is Take(table, tokens, 0). Negative indices count from the
// end, those out of range are an error of the run. https://keras.io/api/ops/numpy/#take-function
func Take(x, indices *graph.Node, axis ...int) *graph.Node {
	if !ready(x, indices) || len(axis) > 1 {
		return graph.FailCall("take", fmt.Errorf("x or the indices are nil, or there is more than one axis"), x, indices)
	}
	if len(axis) == 0 {
		x, axis = Ravel(x), []int{0}
	}
	a, bad := oneAxis("take", x, axis[0])
	if bad != nil {
		return bad
	}
	return graph.Apply(GatherOp{a}, x, indexed(indices))
}
