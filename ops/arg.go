package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ArgOp is the place of the largest ("argmax") or smallest ("argmin") element along Axis, the first of equal ones, int32. With
// Keep the axis stays with size 1.
type ArgOp struct {
	Kind string
	Axis int
	Keep bool
}

// Name is the kind.
func (o ArgOp) Name() string { return o.Kind }

// EndsGradient marks the op: places are integers.
func (ArgOp) EndsGradient() {}

// Infer returns the shape without the axis.
func (o ArgOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x := in[0]
	if o.Kind != "argmax" && o.Kind != "argmin" {
		return graph.Spec{}, fmt.Errorf("there is no operation %q", o.Kind)
	}
	if err := checkAxes(x.Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	if x.Dtype == graph.Bool || x.Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("%s of %v: cast it to a number", o.Kind, x)
	}
	if x.Shape[o.Axis] == 0 {
		return graph.Spec{}, fmt.Errorf("axis %d of shape %v has no elements", o.Axis, x.Shape)
	}
	return graph.Spec{Dtype: graph.Int32, Shape: without(x.Shape, []int{o.Axis}, o.Keep)}, nil
}

// Argmax is the place of the largest element of x along axis, of all elements in a row without axis, as int32.
func Argmax(x *graph.Node, axis ...int) *graph.Node { return arg("argmax", x, false, axis) }

// ArgmaxKeepDims is [Argmax] that keeps the axis, or all without axis, with size 1.
func ArgmaxKeepDims(x *graph.Node, axis ...int) *graph.Node { return arg("argmax", x, true, axis) }

// Argmin is the place of the smallest element of x along axis, of all elements in a row without axis, as int32.
func Argmin(x *graph.Node, axis ...int) *graph.Node { return arg("argmin", x, false, axis) }

// ArgminKeepDims is [Argmin] that keeps the axis, or all without axis, with size 1.
func ArgminKeepDims(x *graph.Node, axis ...int) *graph.Node { return arg("argmin", x, true, axis) }

func arg(kind string, x *graph.Node, keep bool, axis []int) *graph.Node {
	x = counted(x)
	switch {
	case !ready(x):
		return refuse(kind, x)
	case len(axis) > 1:
		return x.Graph().Fail(kind, fmt.Errorf("there are %d axes, want at most one", len(axis)), x)
	case len(axis) == 0:
		y := graph.Apply(ArgOp{kind, 0, false}, Ravel(x))
		if keep {
			return expandAxes(y, seq(x.Shape().Rank()))
		}
		return y
	}
	a, bad := oneAxis(kind, x, axis[0])
	if bad != nil {
		return bad
	}
	return graph.Apply(ArgOp{kind, a, keep}, x)
}
