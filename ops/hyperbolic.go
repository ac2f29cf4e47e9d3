package ops

import "github.com/gorgonin/gorgonin/graph"

// Sinh is the hyperbolic sine.
func Sinh(x *graph.Node) *graph.Node { return graph.Apply(sinhOp{}, floated(x)) }

type sinhOp struct{ floatUnary }

func (sinhOp) Name() string { return "sinh" }

func (sinhOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Cosh(y.In(0)))) }

// Cosh is the hyperbolic cosine.
func Cosh(x *graph.Node) *graph.Node { return graph.Apply(coshOp{}, floated(x)) }

type coshOp struct{ floatUnary }

func (coshOp) Name() string { return "cosh" }

func (coshOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Sinh(y.In(0)))) }

// Tanh is the hyperbolic tangent.
func Tanh(x *graph.Node) *graph.Node { return graph.Apply(tanhOp{}, floated(x)) }

type tanhOp struct{ floatUnary }

func (tanhOp) Name() string { return "tanh" }

func (tanhOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Sub(1, Square(y)))) }

// Arcsinh is the inverse hyperbolic sine.
func Arcsinh(x *graph.Node) *graph.Node { return graph.Apply(asinhOp{}, floated(x)) }

type asinhOp struct{ floatUnary }

func (asinhOp) Name() string { return "asinh" }

func (asinhOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Mul(dy, Rsqrt(Add(Square(y.In(0)), 1))))
}

// Arccosh is the inverse hyperbolic cosine, of x from 1 on.
func Arccosh(x *graph.Node) *graph.Node { return graph.Apply(acoshOp{}, floated(x)) }

type acoshOp struct{ floatUnary }

func (acoshOp) Name() string { return "acosh" }

func (acoshOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Mul(dy, Rsqrt(Sub(Square(y.In(0)), 1))))
}

// Arctanh is the inverse hyperbolic tangent, of x in (-1, 1).
func Arctanh(x *graph.Node) *graph.Node { return graph.Apply(atanhOp{}, floated(x)) }

type atanhOp struct{ floatUnary }

func (atanhOp) Name() string { return "atanh" }

func (atanhOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Div(dy, Sub(1, Square(y.In(0)))))
}
