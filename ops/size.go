package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SizeOfOp is the number of elements along Axes of its input, a scalar of dtype To. Only the input's shape is read.
type SizeOfOp struct {
	Axes graph.Ints
	To   graph.Dtype
}

// Name is "size_of".
func (SizeOfOp) Name() string { return "size_of" }

// Infer returns a scalar.
func (o SizeOfOp) Infer(in []graph.Spec) (graph.Spec, error) {
	for _, a := range o.Axes.Slice() {
		if a < 0 || a >= len(in[0].Shape) {
			return graph.Spec{}, fmt.Errorf("there is no axis %d in shape %v", a, in[0].Shape)
		}
	}
	return graph.Spec{Dtype: o.To, Shape: graph.Shape{}}, nil
}

// ShapeOnly is true: no data is read.
func (SizeOfOp) ShapeOnly(int) bool { return true }

// Bind returns the number.
func (o SizeOfOp) Bind(in []graph.Spec) graph.Op {
	return graph.New("").Scalar(o.To, float64(sizeAlong(in[0].Shape, o.Axes.Slice()))).Op()
}

// EndsGradient marks the op as constant.
func (SizeOfOp) EndsGradient() {}

func sizeAlong(s graph.Shape, axes []int) int {
	n := 1
	for _, a := range axes {
		n = graph.Prod(n, s[a])
	}
	return n
}

// SizeOf is the number of elements of x along the axes, of all elements without axes, as a scalar of dtype d. It is how a
// size that is known only at run time takes part in arithmetic.
func SizeOf(x *graph.Node, d graph.Dtype, axes ...int) *graph.Node {
	list, bad := axesOf("size_of", x, axes)
	if bad != nil {
		return bad
	}
	if n := sizeAlong(x.Shape(), list); n != graph.None {
		return x.Graph().Scalar(d, float64(n))
	}
	return graph.Apply(SizeOfOp{graph.MakeInts(list...), d}, x)
}

// Size is the number of elements of x as an int32 scalar.
func Size(x *graph.Node) *graph.Node { return SizeOf(x, graph.Int32) }
