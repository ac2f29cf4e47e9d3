package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Exp is e to the power of x.
func Exp(x *graph.Node) *graph.Node { return graph.Apply(expOp{}, floated(x)) }

type expOp struct{ floatUnary }

func (expOp) Name() string { return "exp" }

func (expOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, y)) }

// Exp2 is 2 to the power of x.
func Exp2(x *graph.Node) *graph.Node { return Exp(Mul(floated(x), math.Ln2)) }

// Expm1 is exp(x) - 1, exact near 0.
func Expm1(x *graph.Node) *graph.Node { return graph.Apply(expm1Op{}, floated(x)) }

type expm1Op struct{ floatUnary }

func (expm1Op) Name() string { return "expm1" }

func (expm1Op) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Add(y, 1))) }

// Log is the natural logarithm: -Inf at 0, NaN below.
func Log(x *graph.Node) *graph.Node { return graph.Apply(logOp{}, floated(x)) }

type logOp struct{ floatUnary }

func (logOp) Name() string { return "log" }

func (logOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Div(dy, y.In(0))) }

// Log1p is log(1 + x), exact near 0.
func Log1p(x *graph.Node) *graph.Node { return graph.Apply(log1pOp{}, floated(x)) }

type log1pOp struct{ floatUnary }

func (log1pOp) Name() string { return "log1p" }

func (log1pOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Div(dy, Add(y.In(0), 1))) }

// Log2 is the logarithm to the base 2.
func Log2(x *graph.Node) *graph.Node { return graph.Apply(log2Op{}, floated(x)) }

type log2Op struct{ floatUnary }

func (log2Op) Name() string { return "log2" }

func (log2Op) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Div(dy, Mul(y.In(0), math.Ln2)))
}

// Log10 is the logarithm to the base 10.
func Log10(x *graph.Node) *graph.Node { return graph.Apply(log10Op{}, floated(x)) }

type log10Op struct{ floatUnary }

func (log10Op) Name() string { return "log10" }

func (log10Op) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Div(dy, Mul(y.In(0), math.Ln10)))
}

// LogAddExp is log(exp(a) + exp(b)) without overflow.
func LogAddExp[A, B Operand](a A, b B) *graph.Node { return applyFloat(logAddExpOp{}, a, b) }

type logAddExpOp struct{ binary }

func (logAddExpOp) Name() string { return "logaddexp" }

func (logAddExpOp) VJP(y, dy *graph.Node) []*graph.Node {
	a, b := y.In(0), y.In(1)
	return pull(y,
		func() *graph.Node { return Mul(dy, Sigmoid(Sub(a, b))) },
		func() *graph.Node { return Mul(dy, Sigmoid(Sub(b, a))) })
}

// LogAddExp2 is log2(2^a + 2^b) without overflow.
func LogAddExp2[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("logaddexp2", a, b)
	return Div(LogAddExp(Mul(floated(x), math.Ln2), Mul(floated(y), math.Ln2)), math.Ln2)
}
