package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Abs is the absolute value; its gradient at 0 is 0.
func Abs(x *graph.Node) *graph.Node {
	if isBool(x) {
		return x
	}
	return graph.Apply(absOp{}, x)
}

// Absolute is [Abs].
func Absolute(x *graph.Node) *graph.Node { return Abs(x) }

type absOp struct{ unary }

func (absOp) Name() string { return "abs" }

func (absOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Sign(y.In(0)))) }

// Sign is -1, 0 or 1, NaN for NaN.
func Sign(x *graph.Node) *graph.Node { return graph.Apply(signOp{}, counted(x)) }

type signOp struct {
	unary
	flat
}

func (signOp) Name() string { return "sign" }

// Floor is the largest whole number not above x.
func Floor(x *graph.Node) *graph.Node { return graph.Apply(floorOp{}, floated(x)) }

type floorOp struct {
	floatUnary
	flat
}

func (floorOp) Name() string { return "floor" }

// Ceil is the smallest whole number not below x.
func Ceil(x *graph.Node) *graph.Node { return graph.Apply(ceilOp{}, floated(x)) }

type ceilOp struct {
	floatUnary
	flat
}

func (ceilOp) Name() string { return "ceil" }

// Trunc drops the fraction; integers and bools stay as they are.
func Trunc(x *graph.Node) *graph.Node {
	if x != nil && !x.Poisoned() && !x.Dtype().IsFloat() {
		return x
	}
	return graph.Apply(truncOp{}, x)
}

type truncOp struct {
	floatUnary
	flat
}

func (truncOp) Name() string { return "trunc" }

// Round rounds to the nearest number with the given count of decimals (default 0), halves to the even one. Integers stay
// as they are unless decimals is negative.
func Round(x *graph.Node, decimals ...int) *graph.Node {
	if !ready(x) {
		return refuse("round", x)
	}
	d := 0
	if len(decimals) > 0 {
		d = decimals[0]
	}
	back := x.Dtype()
	if !back.IsFloat() && d >= 0 {
		return counted(x)
	}
	x = floated(x)
	if d == 0 {
		return graph.Apply(roundOp{}, x)
	}
	scale := math.Pow10(max(d, -d))
	if d > 0 {
		return Div(graph.Apply(roundOp{}, Mul(x, scale)), scale)
	}
	return Cast(Mul(graph.Apply(roundOp{}, Div(x, scale)), scale), back)
}

type roundOp struct {
	floatUnary
	flat
}

func (roundOp) Name() string { return "round" }
