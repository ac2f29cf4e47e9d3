package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Sin is the sine of x in radians.
func Sin(x *graph.Node) *graph.Node { return graph.Apply(sinOp{}, floated(x)) }

type sinOp struct{ floatUnary }

func (sinOp) Name() string { return "sin" }

func (sinOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Cos(y.In(0)))) }

// Cos is the cosine of x in radians.
func Cos(x *graph.Node) *graph.Node { return graph.Apply(cosOp{}, floated(x)) }

type cosOp struct{ floatUnary }

func (cosOp) Name() string { return "cos" }

func (cosOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Neg(Mul(dy, Sin(y.In(0))))) }

// Tan is the tangent of x in radians.
func Tan(x *graph.Node) *graph.Node { return graph.Apply(tanOp{}, floated(x)) }

type tanOp struct{ floatUnary }

func (tanOp) Name() string { return "tan" }

func (tanOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Add(1, Square(y)))) }

// Arcsin is the inverse sine in radians, of x in [-1, 1].
func Arcsin(x *graph.Node) *graph.Node { return graph.Apply(asinOp{}, floated(x)) }

type asinOp struct{ floatUnary }

func (asinOp) Name() string { return "asin" }

func (asinOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Mul(dy, Rsqrt(Sub(1, Square(y.In(0))))))
}

// Arccos is the inverse cosine in radians, of x in [-1, 1].
func Arccos(x *graph.Node) *graph.Node { return graph.Apply(acosOp{}, floated(x)) }

type acosOp struct{ floatUnary }

func (acosOp) Name() string { return "acos" }

func (acosOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Neg(Mul(dy, Rsqrt(Sub(1, Square(y.In(0)))))))
}

// Arctan is the inverse tangent in radians.
func Arctan(x *graph.Node) *graph.Node { return graph.Apply(atanOp{}, floated(x)) }

type atanOp struct{ floatUnary }

func (atanOp) Name() string { return "atan" }

func (atanOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Div(dy, Add(1, Square(y.In(0)))))
}

// Arctan2 is the angle in radians of the point (x, y) = (b, a), in (-π, π].
func Arctan2[A, B Operand](a A, b B) *graph.Node { return applyFloat(atan2Op{}, a, b) }

type atan2Op struct{ binary }

func (atan2Op) Name() string { return "atan2" }

func (atan2Op) VJP(y, dy *graph.Node) []*graph.Node {
	a, b := y.In(0), y.In(1)
	scaled := Div(dy, Add(Square(a), Square(b)))
	return pull(y,
		func() *graph.Node { return Mul(scaled, b) },
		func() *graph.Node { return Neg(Mul(scaled, a)) })
}

// Deg2Rad is x degrees in radians.
func Deg2Rad(x *graph.Node) *graph.Node { return Mul(floated(x), math.Pi/180) }

// Rad2Deg is x radians in degrees.
func Rad2Deg(x *graph.Node) *graph.Node { return Mul(floated(x), 180/math.Pi) }

// Sinc is sin(πx)/(πx), and 1 at 0.
func Sinc(x *graph.Node) *graph.Node {
	x = Mul(floated(x), math.Pi)
	zero := Equal(x, 0)
	safe := Where(zero, 1, x)
	return Where(zero, 1, Div(Sin(safe), safe))
}
