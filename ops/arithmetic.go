package ops

import "github.com/gorgonin/gorgonin/graph"

// Add is a + b with broadcasting; of two bools it is their logical or.
func Add[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("add", a, b)
	if isBool(x) && isBool(y) {
		return LogicalOr(x, y)
	}
	return graph.Apply(addOp{}, x, y)
}

type addOp struct{ binary }

func (addOp) Name() string { return "add" }

func (addOp) VJP(y, dy *graph.Node) []*graph.Node {
	same := func() *graph.Node { return dy }
	return pull(y, same, same)
}

// Sub is a - b with broadcasting; bools are taken as int32.
func Sub[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("sub", a, b)
	return graph.Apply(subOp{}, counted(x), counted(y))
}

type subOp struct{ binary }

func (subOp) Name() string { return "sub" }

func (subOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pull(y, func() *graph.Node { return dy }, func() *graph.Node { return Neg(dy) })
}

// Mul is the elementwise product a * b with broadcasting; of two bools it is their logical and.
func Mul[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("mul", a, b)
	if isBool(x) && isBool(y) {
		return LogicalAnd(x, y)
	}
	return graph.Apply(mulOp{}, x, y)
}

type mulOp struct{ binary }

func (mulOp) Name() string { return "mul" }

func (mulOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pull(y,
		func() *graph.Node { return Mul(dy, y.In(1)) },
		func() *graph.Node { return Mul(dy, y.In(0)) })
}

// Div is a / b with broadcasting, in float32 for integers.
func Div[A, B Operand](a A, b B) *graph.Node { return applyFloat(divOp{}, a, b) }

type divOp struct{ binary }

func (divOp) Name() string { return "div" }

func (divOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pull(y,
		func() *graph.Node { return Div(dy, y.In(1)) },
		func() *graph.Node { return Neg(Div(Mul(dy, y), y.In(1))) })
}

// DivideNoNaN is a / b, and 0 wherever b is 0.
func DivideNoNaN[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("divide_no_nan", a, b)
	x, y = floated(x), floated(y)
	zero := Equal(y, 0)
	return Where(zero, 0, Div(x, Where(zero, 1, y)))
}

// FloorDivide is the largest integer not above a / b, in the dtype of the operands.
func FloorDivide[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("floor_divide", a, b)
	return graph.Apply(floorDivideOp{}, counted(x), counted(y))
}

type floorDivideOp struct {
	binary
	flat
}

func (floorDivideOp) Name() string { return "floor_divide" }

// Mod is the remainder a - b*floor(a/b), which has the sign of b, as in Python.
func Mod[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("mod", a, b)
	return graph.Apply(modOp{}, counted(x), counted(y))
}

type modOp struct{ binary }

func (modOp) Name() string { return "mod" }

func (modOp) VJP(y, dy *graph.Node) []*graph.Node {
	return pull(y,
		func() *graph.Node { return dy },
		func() *graph.Node { return Neg(Mul(dy, FloorDivide(y.In(0), y.In(1)))) })
}

// Fmod is the remainder a - b*trunc(a/b), which has the sign of a, as C's fmod.
func Fmod[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("fmod", a, b)
	x, y = counted(x), counted(y)
	// |a| mod |b| is exact for integers too, where a/b would be rounded.
	return Mul(Sign(x), Mod(Abs(x), Abs(y)))
}

// Neg is -x; bools are taken as int32.
func Neg(x *graph.Node) *graph.Node { return graph.Apply(negOp{}, counted(x)) }

type negOp struct{ unary }

func (negOp) Name() string { return "neg" }

func (negOp) VJP(_, dy *graph.Node) []*graph.Node { return grads(Neg(dy)) }
