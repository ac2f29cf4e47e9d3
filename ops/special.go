package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Erf is the error function 2/√π ∫₀ˣ exp(-t²) dt.
func Erf(x *graph.Node) *graph.Node { return graph.Apply(erfOp{}, floated(x)) }

type erfOp struct{ floatUnary }

func (erfOp) Name() string { return "erf" }

func (erfOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, bell(y.In(0)))) }

// bell is 2/√π exp(-x²), the derivative of erf.
func bell(x *graph.Node) *graph.Node { return Mul(Exp(Neg(Square(x))), 2/math.Sqrt(math.Pi)) }

// Erfc is 1 - erf(x), exact for large x.
func Erfc(x *graph.Node) *graph.Node { return graph.Apply(erfcOp{}, floated(x)) }

type erfcOp struct{ floatUnary }

func (erfcOp) Name() string { return "erfc" }

func (erfcOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Neg(Mul(dy, bell(y.In(0))))) }

// Erfinv is the inverse of [Erf], of x in (-1, 1).
func Erfinv(x *graph.Node) *graph.Node { return graph.Apply(erfinvOp{}, floated(x)) }

type erfinvOp struct{ floatUnary }

func (erfinvOp) Name() string { return "erfinv" }

func (erfinvOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Div(dy, bell(y))) }

// Lgamma is log|Γ(x)|.
func Lgamma(x *graph.Node) *graph.Node { return graph.Apply(lgammaOp{}, floated(x)) }

type lgammaOp struct{ floatUnary }

func (lgammaOp) Name() string { return "lgamma" }

func (lgammaOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Digamma(y.In(0)))) }

// Digamma is the derivative of [Lgamma]. It has no gradient of its own.
func Digamma(x *graph.Node) *graph.Node { return graph.Apply(digammaOp{}, floated(x)) }

type digammaOp struct{ floatUnary }

func (digammaOp) Name() string { return "digamma" }

func (digammaOp) Why() string {
	return "digamma has no gradient (the trigamma function is not among the operations): stop the gradient before it"
}
