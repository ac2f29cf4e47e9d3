package ops

import "github.com/gorgonin/gorgonin/graph"

// Softsign is x / (1 + |x|). https://keras.io/api/ops/nn/#softsign-function
func Softsign(x *graph.Node) *graph.Node {
	x = floated(x)
	return Div(x, Add(Abs(x), 1))
}

// HardSigmoid is x/6 + 1/2 cut off below 0 and above 1. https://keras.io/api/ops/nn/#hardsigmoid-function
func HardSigmoid(x *graph.Node) *graph.Node { return Div(Relu6(Add(floated(x), 3)), 6) }

// HardSilu is x HardSigmoid(x), also called hard swish. https://keras.io/api/ops/nn/#hardsilu-function
func HardSilu(x *graph.Node) *graph.Node {
	x = floated(x)
	return Mul(x, HardSigmoid(x))
}

// HardTanh is x cut off below -1 and above 1. https://keras.io/api/ops/nn/#hardtanh-function
func HardTanh(x *graph.Node) *graph.Node { return Clip(floated(x), -1, 1) }

// HardShrink is x where |x| is above the threshold and 0 elsewhere; Keras's default is 0.5.
// https://keras.io/api/ops/nn/#hardshrink-function
func HardShrink(x *graph.Node, threshold float64) *graph.Node {
	x = floated(x)
	return Where(Greater(Abs(x), threshold), x, 0)
}

// SoftShrink moves x by the threshold towards 0, at most to 0; Keras's default is 0.5.
// https://keras.io/api/ops/nn/#softshrink-function
func SoftShrink(x *graph.Node, threshold float64) *graph.Node {
	x = floated(x)
	return Where(Greater(x, threshold), Sub(x, threshold), Where(Less(x, -threshold), Add(x, threshold), 0))
}

// TanhShrink is x - tanh(x). https://keras.io/api/ops/nn/#tanhshrink-function
func TanhShrink(x *graph.Node) *graph.Node {
	x = floated(x)
	return Sub(x, Tanh(x))
}

// SparsePlus is 0 up to -1, (x+1)²/4 up to 1, and x above. https://keras.io/api/ops/nn/#sparseplus-function
func SparsePlus(x *graph.Node) *graph.Node {
	x = floated(x)
	return Where(LessEqual(x, -1), 0, Where(Less(x, 1), Mul(Square(Add(x, 1)), 0.25), x))
}

// SparseSigmoid is 0 up to -1, (x+1)/2 up to 1, and 1 above. https://keras.io/api/ops/nn/#sparsesigmoid-function
func SparseSigmoid(x *graph.Node) *graph.Node {
	x = floated(x)
	return Where(LessEqual(x, -1), 0, Where(GreaterEqual(x, 1), 1, Mul(Add(x, 1), 0.5)))
}

// Sparsemax is max(x - tau, 0) along axis, in which small elements are exactly 0; Keras's default axis is -1. (Martins and
// Astudillo, 2016) As in Keras, tau is made of the sum of the partial sums of the elements that stay, where the paper has their
// sum: where several stay, the result does not sum to 1. https://keras.io/api/ops/nn/#sparsemax-function
func Sparsemax(x *graph.Node, axis int) *graph.Node {
	x = floated(x)
	axis, bad := oneAxis("sparsemax", x, axis)
	if bad != nil {
		return bad
	}
	sorted := Flip(Sort(x, axis), axis)
	sums := CumSum(sorted, axis)
	places := Add(IotaLike(sorted, axis, x.Dtype()), 1)
	support := Greater(Add(Mul(places, sorted), 1), sums)
	size := SumKeepDims(Cast(support, x.Dtype()), axis)
	tau := Div(Sub(SumKeepDims(Where(support, sums, 0), axis), 1), size)
	return Relu(Sub(x, tau))
}
