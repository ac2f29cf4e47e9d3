package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// MomentsOp is a tuple of the mean of x over Axes and of its variance, the mean of the squared distance from the mean; both have
// the shape without the axes.
type MomentsOp struct{ Axes graph.Ints }

// Name is "moments".
func (MomentsOp) Name() string { return "moments" }

// InferTuple returns the specs of mean and variance.
func (o MomentsOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	x, axes := in[0], o.Axes.Slice()
	if !x.Dtype.IsFloat() {
		return nil, fmt.Errorf("the operand is %v: cast it to a floating point type", x)
	}
	if err := checkAxes(x.Shape, axes...); err != nil {
		return nil, err
	}
	s := graph.Spec{Dtype: x.Dtype, Shape: without(x.Shape, axes, false)}
	return []graph.Spec{s, s.Clone()}, nil
}

// Expand writes the formula in smaller operations, which read x twice.
func (o MomentsOp) Expand(in graph.Nodes) graph.Nodes {
	axes := o.Axes.Slice()
	mean := MeanKeepDims(in[0], axes...)
	return graph.Nodes{Squeeze(mean, axes...), Mean(Square(Sub(in[0], mean)), axes...)}
}

// VJPTuple is dmean / n + 2 (x - mean) dvariance / n, for n elements in the axes. The mean within the variance has no part in it: the
// distances from the mean add up to 0.
func (o MomentsOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	x, axes, dy := n.In(0), o.Axes.Slice(), cotangents(n, dys)
	size := SizeOf(x, x.Dtype(), axes...)
	var dx *graph.Node
	if dy[1] != nil {
		mean := expandAxes(graph.Apply(ResultOp{0}, n), axes)
		dx = Mul(Sub(x, mean), expandAxes(Mul(dy[1], Div(2, size)), axes))
	}
	if dy[0] != nil {
		shift := expandAxes(Div(dy[0], size), axes)
		if dx == nil {
			return grads(BroadcastLike(shift, x))
		}
		dx = Add(dx, shift)
	}
	return grads(dx)
}

// Moments is the mean of x along the axes (all without axes) and its variance, the mean of the squared distance from the mean. 16-bit
// floats are added up in float32. https://keras.io/api/ops/nn/#moments-function
func Moments(x *graph.Node, axes []int, keepDims bool) (mean, variance *graph.Node) {
	x = floated(x)
	list, bad := axesOf("moments", x, axes)
	if bad != nil {
		return bad, bad
	}
	wide := Cast(x, Promote(x.Dtype(), graph.Float32))
	r := results(graph.Apply(MomentsOp{graph.MakeInts(list...)}, wide), 2)
	if keepDims {
		r = graph.Nodes{expandAxes(r[0], list), expandAxes(r[1], list)}
	}
	return Cast(r[0], x.Dtype()), Cast(r[1], x.Dtype())
}
