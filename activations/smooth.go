package activations

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Exponential is eˣ.
func Exponential(x *graph.Node) *graph.Node { return ops.Exp(x) }

// Tanh is the hyperbolic tangent.
func Tanh(x *graph.Node) *graph.Node { return ops.Tanh(x) }

// TanhShrink is x - tanh x.
func TanhShrink(x *graph.Node) *graph.Node { return ops.TanhShrink(x) }

// HardTanh is x between -1 and 1, and the nearer of the two outside.
func HardTanh(x *graph.Node) *graph.Node { return ops.HardTanh(x) }

// Sigmoid is 1/(1 + e⁻ˣ).
func Sigmoid(x *graph.Node) *graph.Node { return ops.Sigmoid(x) }

// LogSigmoid is log(1/(1 + e⁻ˣ)), without overflow.
func LogSigmoid(x *graph.Node) *graph.Node { return ops.LogSigmoid(x) }

// HardSigmoid is x/6 + 1/2, between 0 and 1.
func HardSigmoid(x *graph.Node) *graph.Node { return ops.HardSigmoid(x) }

// SparseSigmoid is (x + 1)/2, between 0 and 1.
func SparseSigmoid(x *graph.Node) *graph.Node { return ops.SparseSigmoid(x) }

// SiLU is x·sigmoid(x), also known as swish (Ramachandran et al., 2017, arXiv:1710.05941).
func SiLU(x *graph.Node) *graph.Node { return ops.Silu(x) }

// HardSiLU is x·HardSigmoid(x) (Howard et al., 2019, arXiv:1905.02244).
func HardSiLU(x *graph.Node) *graph.Node { return ops.HardSilu(x) }

// GELU is x·Φ(x), with Φ the distribution function of the standard normal distribution (Hendrycks and Gimpel, 2016,
// arXiv:1606.08415). ops.Gelu has the approximation too.
func GELU(x *graph.Node) *graph.Node { return ops.Gelu(x, false) }

// Mish is x·tanh(softplus(x)) (Misra, 2019, arXiv:1908.08681).
func Mish(x *graph.Node) *graph.Node { return ops.Mul(x, ops.Tanh(ops.Softplus(x))) }

// Softplus is log(1 + eˣ), without overflow.
func Softplus(x *graph.Node) *graph.Node { return ops.Softplus(x) }

// Softsign is x/(1 + |x|).
func Softsign(x *graph.Node) *graph.Node { return ops.Softsign(x) }

// SquarePlus is (x + √(x² + 4))/2 (Barron, 2021, arXiv:2112.11687).
func SquarePlus(x *graph.Node) *graph.Node { return ops.Squareplus(x, 4) }

// SparsePlus is 0 up to -1, (x + 1)²/4 up to 1, and x above.
func SparsePlus(x *graph.Node) *graph.Node { return ops.SparsePlus(x) }

func init() {
	registry.Add("exponential", Exponential)
	registry.Add("tanh", Tanh)
	registry.Add("tanh_shrink", TanhShrink)
	registry.Add("hard_tanh", HardTanh)
	registry.Add("sigmoid", Sigmoid)
	registry.Add("log_sigmoid", LogSigmoid)
	registry.Add("hard_sigmoid", HardSigmoid)
	registry.Add("sparse_sigmoid", SparseSigmoid)
	registry.Add("silu", SiLU, "swish")
	registry.Add("hard_silu", HardSiLU, "hard_swish")
	registry.Add("gelu", GELU)
	registry.Add("mish", Mish)
	registry.Add("softplus", Softplus)
	registry.Add("softsign", Softsign)
	registry.Add("squareplus", SquarePlus)
	registry.Add("sparse_plus", SparsePlus)
}
