package ops

import "github.com/gorgonin/gorgonin/graph"

// Square is x * x; bools are taken as int32.
func Square(x *graph.Node) *graph.Node { return graph.Apply(squareOp{}, counted(x)) }

type squareOp struct{ unary }

func (squareOp) Name() string { return "square" }

func (squareOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Mul(2, y.In(0)))) }

// Sqrt is the non-negative square root; NaN below 0.
func Sqrt(x *graph.Node) *graph.Node { return graph.Apply(sqrtOp{}, floated(x)) }

type sqrtOp struct{ floatUnary }

func (sqrtOp) Name() string { return "sqrt" }

func (sqrtOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Div(Mul(dy, 0.5), y)) }

// Rsqrt is 1/sqrt(x).
func Rsqrt(x *graph.Node) *graph.Node { return graph.Apply(rsqrtOp{}, floated(x)) }

type rsqrtOp struct{ floatUnary }

func (rsqrtOp) Name() string { return "rsqrt" }

func (rsqrtOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Mul(Mul(dy, -0.5), Mul(y, Square(y))))
}

// Reciprocal is 1/x.
func Reciprocal(x *graph.Node) *graph.Node { return graph.Apply(reciprocalOp{}, floated(x)) }

type reciprocalOp struct{ floatUnary }

func (reciprocalOp) Name() string { return "reciprocal" }

func (reciprocalOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Neg(Mul(dy, Square(y)))) }

// Pow is a to the power of b with broadcasting.
func Pow[A, B Operand](a A, b B) *graph.Node {
	if p, _ := number(b); node(a) != nil && node(b) == nil {
		switch x := node(a); p {
		case 1, 2:
			x, _ = withNumber("pow", x, b)
			if p == 2 {
				return Square(x)
			}
			return counted(x)
		case 0.5:
			return Sqrt(x)
		}
	}
	x, y := pair("pow", a, b)
	return graph.Apply(powOp{}, counted(x), counted(y))
}

type powOp struct{ binary }

func (powOp) Name() string { return "pow" }

// VJP keeps 0*Inf out: the exponent b-1 is replaced where b is 0, and log(a) where a is not above 0.
func (powOp) VJP(y, dy *graph.Node) []*graph.Node {
	a, b := y.In(0), y.In(1)
	return pull(y,
		func() *graph.Node {
			if c, ok := b.Op().(graph.ConstOp); ok {
				if p, ok := c.Scalar(); ok && p != 0 {
					return Mul(dy, Mul(p, Pow(a, p-1)))
				}
			}
			return Mul(dy, Mul(b, Pow(a, Where(Equal(b, 0), 1, Sub(b, 1)))))
		},
		func() *graph.Node {
			positive := Greater(a, 0)
			return Mul(dy, Where(positive, Mul(y, Log(Where(positive, a, 1))), 0))
		})
}

// Cbrt is the real cube root.
func Cbrt(x *graph.Node) *graph.Node {
	x = floated(x)
	return Mul(Sign(x), Pow(Abs(x), 1.0/3))
}

// Hypot is sqrt(a² + b²) without overflow, in float64 for int64.
func Hypot[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("hypot", a, b)
	x, y = Abs(floatedWide(x)), Abs(floatedWide(y))
	big, small := Maximum(x, y), Minimum(x, y)
	// Beside infinity or at (0, 0) the ratio would be NaN; there big is the answer already.
	plain := LogicalOr(Equal(big, 0), IsInf(big))
	ratio := Div(small, Where(plain, 1, big))
	return Where(plain, big, Mul(big, Sqrt(Add(1, Square(ratio)))))
}
