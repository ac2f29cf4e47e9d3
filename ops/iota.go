package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// IotaOp is a tensor that holds at each place the index along Axis. Its shape is given as that of [ZeroOp].
type IotaOp struct {
	Dtype graph.Dtype
	Axis  int
	fill
}

// Name is "iota".
func (IotaOp) Name() string { return "iota" }

// Infer returns the shape.
func (o IotaOp) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := o.infer(o.Dtype, in)
	if err == nil && (o.Axis < 0 || o.Axis >= len(out.Shape)) {
		err = fmt.Errorf("there is no axis %d in shape %v", o.Axis, out.Shape)
	}
	return out, err
}

// Bind puts numbers in the place of the input.
func (o IotaOp) Bind(in []graph.Spec) graph.Op { return IotaOp{o.Dtype, o.Axis, o.bind(in)} }

// EndsGradient marks the op as constant.
func (IotaOp) EndsGradient() {}

// String writes the op with its shape.
func (o IotaOp) String() string { return fmt.Sprintf("iota{Dims: %v, Axis: %d}", o.Dims, o.Axis) }

// IotaLike holds at each place the index along axis, in the shape of x.
func IotaLike(x *graph.Node, axis int, d graph.Dtype) *graph.Node {
	if !ready(x) {
		return refuse("iota", x)
	}
	return IotaFrom(x, axis, d, x.Shape(), nil)
}

// IotaFrom holds the index along axis in a shape put together as that of [ZerosFrom]: IotaFrom(x, 0, d, []int{graph.None},
// []int{1}) counts the steps of x: (batch, steps, features).
func IotaFrom(like *graph.Node, axis int, d graph.Dtype, dims, from []int) *graph.Node {
	if i, ok := axisOf(axis, len(dims)); ok {
		axis = i
	}
	return fill{}.apply(like, "iota", dims, from, func(f fill) graph.Op { return IotaOp{d, axis, f} })
}
