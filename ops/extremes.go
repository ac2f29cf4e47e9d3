package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Maximum is the larger of a and b elementwise, NaN if one of them is. Where they are equal the gradient is shared.
func Maximum[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("maximum", a, b)
	if isBool(x) && isBool(y) {
		return LogicalOr(x, y)
	}
	return graph.Apply(maximumOp{}, x, y)
}

type maximumOp struct{ binary }

func (maximumOp) Name() string { return "maximum" }

func (maximumOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pullExtreme(y, dy, Greater(y.In(0), y.In(1)))
}

// Minimum is the smaller of a and b elementwise, NaN if one of them is. Where they are equal the gradient is shared.
func Minimum[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("minimum", a, b)
	if isBool(x) && isBool(y) {
		return LogicalAnd(x, y)
	}
	return graph.Apply(minimumOp{}, x, y)
}

type minimumOp struct{ binary }

func (minimumOp) Name() string { return "minimum" }

func (minimumOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pullExtreme(y, dy, Less(y.In(0), y.In(1)))
}

// pullExtreme gives the cotangent to the operand that wins, and half of it to each where they are equal.
func pullExtreme(y, dy, first *graph.Node) []*graph.Node {
	tie := Equal(y.In(0), y.In(1))
	half := Mul(dy, 0.5)
	return pull(y,
		func() *graph.Node { return Where(tie, half, Where(first, dy, 0)) },
		func() *graph.Node { return Where(tie, half, Where(first, 0, dy)) })
}

// Fmax is [Maximum] that prefers a number to NaN.
func Fmax[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("fmax", a, b)
	return Where(IsNaN(x), y, Where(IsNaN(y), x, Maximum(x, y)))
}

// Fmin is [Minimum] that prefers a number to NaN.
func Fmin[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("fmin", a, b)
	return Where(IsNaN(x), y, Where(IsNaN(y), x, Minimum(x, y)))
}

// Clip limits x to [lo, hi], in the dtype of x; bools are taken as int32. The gradient is 0 outside.
func Clip(x *graph.Node, lo, hi float64) *graph.Node {
	x = counted(x)
	if !ready(x) {
		return refuse("clip", x)
	}
	if lo > hi {
		return x.Graph().Fail("clip", fmt.Errorf("the limits are %v and %v: the first must not be above the second", lo, hi), x)
	}
	// An infinite limit is none, also for integers, which have no infinity.
	if !math.IsInf(lo, -1) {
		x = Maximum(x, x.Graph().Scalar(x.Dtype(), lo))
	}
	if !math.IsInf(hi, 1) {
		x = Minimum(x, x.Graph().Scalar(x.Dtype(), hi))
	}
	return x
}
