package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// FlipOp reverses the order of the elements along Axes.
type FlipOp struct{ Axes graph.Ints }

// Name is "flip".
func (FlipOp) Name() string { return "flip" }

// Infer returns the spec of the input.
func (o FlipOp) Infer(in []graph.Spec) (graph.Spec, error) {
	return in[0], checkAxes(in[0].Shape, o.Axes.Slice()...)
}

// VJP flips the cotangent.
func (o FlipOp) VJP(_, dy *graph.Node) []*graph.Node { return grads(graph.Apply(o, dy)) }

// Flip reverses the order of the elements of x along the axes, along all without axes.
func Flip(x *graph.Node, axes ...int) *graph.Node {
	list, bad := axesOf("flip", x, axes)
	if bad != nil {
		return bad
	}
	if len(list) == 0 {
		return x
	}
	return graph.Apply(FlipOp{graph.MakeInts(list...)}, x)
}

// Fliplr reverses axis 1 of x.
func Fliplr(x *graph.Node) *graph.Node { return Flip(x, 1) }

// Flipud reverses axis 0 of x.
func Flipud(x *graph.Node) *graph.Node { return Flip(x, 0) }

// Rot90 turns x k times by 90 degrees in the plane of two axes, from axis1 towards axis2. Keras's defaults: k 1, axes 0 and 1.
func Rot90(x *graph.Node, k, axis1, axis2 int) *graph.Node {
	if _, bad := axesOf("rot90", x, []int{axis1, axis2}); bad != nil {
		return bad
	}
	switch (k%4 + 4) % 4 {
	case 1:
		return SwapAxes(Flip(x, axis2), axis1, axis2)
	case 2:
		return Flip(x, axis1, axis2)
	case 3:
		return Flip(SwapAxes(x, axis1, axis2), axis2)
	}
	return x
}

// Roll moves the elements of x along axis by shift places towards the end; those that fall off come back at the front. Without
// axis x is rolled as one row and keeps its shape. An axis of unknown size must not be shorter than the shift.
func Roll(x *graph.Node, shift int, axis ...int) *graph.Node {
	if len(axis) == 0 {
		return ReshapeLike(Roll(Ravel(x), shift, 0), x)
	}
	if len(axis) > 1 && ready(x) {
		return x.Graph().Fail("roll", fmt.Errorf("there are %d axes, want at most one: roll again for the next", len(axis)), x)
	}
	a, bad := oneAxis("roll", x, axis[0])
	if bad != nil {
		return bad
	}
	if n := x.Shape()[a]; n > 0 {
		shift %= n
	}
	if shift == 0 {
		return x
	}
	return Concatenate(graph.Nodes{SliceAxis(x, a, -shift, End), SliceAxis(x, a, 0, -shift)}, a)
}
