package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Mean is the average of x along the axes, of all elements without axes; integers are averaged as float32.
func Mean(x *graph.Node, axes ...int) *graph.Node { return mean(x, false, axes) }

// MeanKeepDims is [Mean] that keeps the axes with size 1.
func MeanKeepDims(x *graph.Node, axes ...int) *graph.Node { return mean(x, true, axes) }

func mean(x *graph.Node, keep bool, axes []int) *graph.Node {
	x = floated(x)
	total := reduce("sum", x, keep, axes)
	if !ready(total) {
		return total
	}
	return Div(total, SizeOf(x, x.Dtype(), axes...))
}

// Var is the variance of x along the axes (divided by their size, not one less), of all elements without axes.
func Var(x *graph.Node, axes ...int) *graph.Node { return variance(x, false, axes) }

// VarKeepDims is [Var] that keeps the axes with size 1.
func VarKeepDims(x *graph.Node, axes ...int) *graph.Node { return variance(x, true, axes) }

func variance(x *graph.Node, keep bool, axes []int) *graph.Node {
	x = floated(x)
	return mean(Square(Sub(x, mean(x, true, axes))), keep, axes)
}

// Std is the standard deviation of x along the axes: the square root of [Var].
func Std(x *graph.Node, axes ...int) *graph.Node { return Sqrt(variance(x, false, axes)) }

// StdKeepDims is [Std] that keeps the axes with size 1.
func StdKeepDims(x *graph.Node, axes ...int) *graph.Node { return Sqrt(variance(x, true, axes)) }

// Average is the mean of x along an axis, weighted by weights of the shape of x, or of one weight for each place along the
// axis. Nil weights are all equal; without axis all elements are averaged.
func Average(x, weights *graph.Node, axis ...int) *graph.Node {
	if weights == nil {
		return Mean(x, axis...)
	}
	x, weights = promote(x, weights)
	x, weights = floated(x), floated(weights)
	if !ready(x, weights) {
		return refuse("average", x, weights)
	}
	if weights.Shape().Rank() == 1 && x.Shape().Rank() > 1 && len(axis) == 1 {
		a, bad := oneAxis("average", x, axis[0])
		if bad != nil {
			return bad
		}
		for range x.Shape().Rank() - 1 - a {
			weights = ExpandDims(weights, -1)
		}
	} else if weights.Shape().Rank() != x.Shape().Rank() {
		return x.Graph().Fail("average", fmt.Errorf("the weights have shape %v, want that of x, %v, or a vector with one axis given", weights.Shape(), x.Shape()), x, weights)
	}
	// Adding zeros of x's shape repeats the weights as often as they are used.
	weights = Add(weights, ZerosLike(x))
	return Div(Sum(Mul(x, weights), axis...), Sum(weights, axis...))
}

// CountNonzero is the number of elements of x along the axes that differ from 0, as int32.
func CountNonzero(x *graph.Node, axes ...int) *graph.Node {
	return Sum(Cast(Cast(x, graph.Bool), graph.Int32), axes...)
}

// Ptp is the distance from the smallest to the largest element of x along the axes.
func Ptp(x *graph.Node, axes ...int) *graph.Node { return Sub(Max(x, axes...), Min(x, axes...)) }

// Diff is the n-th difference of neighbours along axis: the axis gets shorter by n. Keras's defaults: n 1, axis -1.
func Diff(x *graph.Node, n, axis int) *graph.Node {
	for range n {
		after, before := SliceAxis(x, axis, 1, End), SliceAxis(x, axis, 0, -1)
		if isBool(x) {
			x = NotEqual(after, before)
		} else {
			x = Sub(after, before)
		}
	}
	return x
}

// Trapezoid integrates y along axis by the trapezoidal rule: between places dx apart, or at the places x if it is not nil. Keras's
// defaults: dx 1, axis -1.
func Trapezoid(y, x *graph.Node, dx float64, axis int) *graph.Node {
	y = floated(y)
	middle := Div(Add(SliceAxis(y, axis, 1, End), SliceAxis(y, axis, 0, -1)), 2)
	if x == nil {
		return Sum(Mul(middle, dx), axis)
	}
	a, bad := oneAxis("trapezoid", y, axis)
	if bad != nil {
		return bad
	}
	step := Diff(floated(x), 1, -1)
	if ready(x) && x.Shape().Rank() == 1 {
		for range y.Shape().Rank() - 1 - a {
			step = ExpandDims(step, -1)
		}
	} else {
		step = Diff(floated(x), 1, axis)
	}
	return Sum(Mul(middle, step), axis)
}

// Corrcoef is the matrix of Pearson's correlation coefficients between the rows of x: (variables, observations), in
// float64 for int64.
func Corrcoef(x *graph.Node) *graph.Node {
	x = atLeast(floatedWide(x), 2)
	centred := Sub(x, MeanKeepDims(x, -1))
	covariance := MatMul(centred, SwapAxes(centred, -1, -2))
	scale := Sqrt(SumKeepDims(Square(centred), -1))
	return Clip(Div(covariance, Mul(scale, SwapAxes(scale, -1, -2))), -1, 1)
}
