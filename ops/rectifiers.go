package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// LeakyRelu is x above 0 and negativeSlope * x below; Keras's default is 0.2.
// https://keras.io/api/ops/nn/#leakyrelu-function
func LeakyRelu(x *graph.Node, negativeSlope float64) *graph.Node {
	x = floated(x)
	return Where(Greater(x, 0), x, Mul(x, negativeSlope))
}

// Relu6 is x cut off below 0 and above 6. https://keras.io/api/ops/nn/#relu6-function
func Relu6(x *graph.Node) *graph.Node {
	x = counted(x)
	return Where(GreaterEqual(x, 6), 6, Relu(x)) // unlike a minimum this gives an x of exactly 6 no gradient, as in Keras
}

// Elu is x above 0 and alpha * (exp(x) - 1) below; Keras's default is 1. (Clevert et al., 2015)
// https://keras.io/api/ops/nn/#elu-function
func Elu(x *graph.Node, alpha float64) *graph.Node {
	x = floated(x)
	return Where(Greater(x, 0), x, Mul(Expm1(below0(x)), alpha))
}

// below0 is x up to 0 and 0 above: exp of a large x would be Inf, and the gradient that is not taken NaN. Unlike a minimum it has
// the gradient 1 at 0.
func below0(x *graph.Node) *graph.Node { return Where(Greater(x, 0), 0, x) }

// Selu is the scaled [Elu] that keeps mean and variance. (Klambauer et al., 2017) https://keras.io/api/ops/nn/#selu-function
func Selu(x *graph.Node) *graph.Node {
	return Mul(Elu(x, 1.6732632423543772848170429916717), 1.0507009873554804934193349852946)
}

// Celu is x above 0 and alpha * (exp(x / alpha) - 1) below; Keras's default is 1. (Barron, 2017)
// https://keras.io/api/ops/nn/#celu-function
func Celu(x *graph.Node, alpha float64) *graph.Node {
	x = floated(x)
	return Where(Greater(x, 0), x, Mul(Expm1(Div(below0(x), alpha)), alpha))
}

// Gelu is x P(X <= x) for a standard normal X, or, if approximate (Keras's default), its approximation with tanh. (Hendrycks and
// Gimpel, 2016) https://keras.io/api/ops/nn/#gelu-function
func Gelu(x *graph.Node, approximate bool) *graph.Node {
	x = floated(x)
	if approximate {
		inner := Mul(Add(x, Mul(Mul(Square(x), x), 0.044715)), math.Sqrt(2/math.Pi))
		return Mul(Mul(x, 0.5), Add(Tanh(inner), 1))
	}
	return Mul(Mul(x, 0.5), Erfc(Mul(x, -math.Sqrt2/2)))
}

// Silu is x sigmoid(x), also called swish. (Ramachandran et al., 2017) https://keras.io/api/ops/nn/#silu-function
func Silu(x *graph.Node) *graph.Node {
	x = floated(x)
	return Mul(x, Sigmoid(x))
}

// Glu is the first half of x along axis times the sigmoid of the second; Keras's default axis is -1. (Dauphin et al., 2016)
// https://keras.io/api/ops/nn/#glu-function
func Glu(x *graph.Node, axis int) *graph.Node {
	half := Split(floated(x), 2, axis)
	return Mul(half[0], Sigmoid(half[1]))
}

// Threshold is x above the threshold and value elsewhere. https://keras.io/api/ops/nn/#threshold-function
func Threshold(x *graph.Node, threshold, value float64) *graph.Node {
	x = floated(x)
	return Where(Greater(x, threshold), x, value)
}

// Squareplus is (x + sqrt(x² + b)) / 2; Keras's default is 4. (Barron, 2021) https://keras.io/api/ops/nn/#squareplus-function
func Squareplus(x *graph.Node, b float64) *graph.Node {
	x = floated(x)
	return Mul(Add(x, Sqrt(Add(Square(x), b))), 0.5)
}
