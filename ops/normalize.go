package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// NormalizeOptions are the settings of [Normalize].
type NormalizeOptions struct {
	// Order is the p of the norm, as in [NormOptions]; 2 by default.
	Order float64
	// Epsilon is the least norm that x is divided by; 1e-7 by default.
	Epsilon float64
}

// Normalize divides x by its norm along axis; Keras's default axis is -1. https://keras.io/api/ops/nn/#normalize-function
func Normalize(x *graph.Node, axis int, opts ...NormalizeOptions) *graph.Node {
	x = floated(x)
	if !ready(x) || len(opts) > 1 {
		return graph.FailCall("normalize", fmt.Errorf("the input is nil, or there are several options"), x)
	}
	o := append(opts, NormalizeOptions{})[0]
	if o.Epsilon == 0 {
		o.Epsilon = epsilon
	}
	if o.Order == 0 || o.Order == 2 {
		// The bound under the root keeps the gradient at 0 finite.
		return Mul(x, Rsqrt(Maximum(SumKeepDims(Square(x), axis), o.Epsilon*o.Epsilon)))
	}
	return Div(x, Maximum(Norm(x, NormOptions{Order: o.Order, Axes: []int{axis}, KeepDims: true}), o.Epsilon))
}

// BatchNormalization is (x - mean) / sqrt(variance + epsilon) * scale + offset, where mean, variance, and scale and offset, which may
// be nil, are vectors along axis. Keras's default for epsilon is 1e-3. (Ioffe and Szegedy, 2015)
// https://keras.io/api/ops/nn/#batchnormalization-function
func BatchNormalization(x, mean, variance *graph.Node, axis int, offset, scale *graph.Node, epsilon float64) *graph.Node {
	x = floated(x)
	a, bad := oneAxis("batch_normalization", x, axis)
	if bad != nil {
		return bad
	}
	along := func(v *graph.Node) *graph.Node { return alongAxis(v, a, x.Shape().Rank()) }
	factor := Rsqrt(Add(variance, epsilon))
	if scale != nil {
		factor = Mul(factor, scale)
	}
	y := Mul(Sub(x, along(mean)), along(factor))
	if offset != nil {
		y = Add(y, along(offset))
	}
	return y
}

// alongAxis gives a vector axes of 1 behind its own, so that it broadcasts along the axis of a tensor of the given rank.
func alongAxis(v *graph.Node, axis, rank int) *graph.Node {
	for range rank - 1 - axis {
		v = ExpandDims(v, -1)
	}
	return v
}

// LayerNormalization is (x - mean) / sqrt(variance + epsilon) * gamma + beta, with mean and variance over the axes (the last without
// one) of each sample. gamma and beta, which may be nil, have the sizes of these axes. Keras's default for epsilon is 1e-7. 16-bit
// floats are computed in float32. (Ba et al., 2016) https://keras.io/api/ops/nn/#layernormalization-function
func LayerNormalization(x, gamma, beta *graph.Node, epsilon float64, axes ...int) *graph.Node {
	wide, list, bad := wideNorm("layer_normalization", x, axes)
	if bad != nil {
		return bad
	}
	if y := layerNorm(wide, gamma, beta, list, LayerNormOp{Epsilon: epsilon, Centred: true}); y != nil {
		return Cast(y, floated(x).Dtype())
	}
	mean := MeanKeepDims(wide, list...)
	centred := Sub(wide, mean)
	variance := MeanKeepDims(Square(centred), list...)
	y := Mul(centred, Rsqrt(Add(variance, epsilon)))
	y = scaled("layer_normalization", y, gamma, list, Mul[*graph.Node, *graph.Node])
	y = scaled("layer_normalization", y, beta, list, Add[*graph.Node, *graph.Node])
	return Cast(y, floated(x).Dtype())
}

// RMSNormalization is x / sqrt(mean(x²) + epsilon) * scale, with the mean over the axes (the last without one) of each sample. scale,
// which may be nil, has the sizes of these axes. Keras's default for epsilon is 1e-7. 16-bit floats are computed in float32. (Zhang and
// Sennrich, 2019) https://keras.io/api/ops/nn/#rmsnormalization-function
func RMSNormalization(x, scale *graph.Node, epsilon float64, axes ...int) *graph.Node {
	wide, list, bad := wideNorm("rms_normalization", x, axes)
	if bad != nil {
		return bad
	}
	if y := layerNorm(wide, scale, nil, list, LayerNormOp{Epsilon: epsilon}); y != nil {
		return Cast(y, floated(x).Dtype())
	}
	y := Mul(wide, Rsqrt(Add(MeanKeepDims(Square(wide), list...), epsilon)))
	y = scaled("rms_normalization", y, scale, list, Mul[*graph.Node, *graph.Node])
	return Cast(y, floated(x).Dtype())
}

// wideNorm is x in at least float32 and the axes of a normalisation.
func wideNorm(name string, x *graph.Node, axes []int) (*graph.Node, []int, *graph.Node) {
	x = floated(x)
	if len(axes) == 0 {
		axes = []int{-1}
	}
	list, bad := axesOf(name, x, axes)
	if bad != nil {
		return nil, nil, bad
	}
	return Cast(x, Promote(x.Dtype(), graph.Float32)), list, nil
}

// scaled joins y with weights that have the sizes of the axes, or that broadcast as they are if they have as many axes as y.
func scaled(name string, y, w *graph.Node, axes []int, join func(a, b *graph.Node) *graph.Node) *graph.Node {
	if w == nil || !ready(y, w) {
		if w == nil {
			return y
		}
		return graph.FailCall(name, w.Err(), y, w)
	}
	rank := y.Shape().Rank()
	if w.Shape().Rank() != len(axes) {
		if w.Shape().Rank() == rank || w.Shape().Rank() == 0 {
			return join(y, Cast(w, y.Dtype()))
		}
		return y.Graph().Fail(name, fmt.Errorf("weights of shape %v for axes %v of x", w.Shape(), axes), y, w)
	}
	for i := range rank {
		if !slices.Contains(axes, i) {
			w = ExpandDims(w, i)
		}
	}
	return join(y, Cast(w, y.Dtype()))
}

// PSNR is the peak signal-to-noise ratio of x and y in decibels: 20 log10(max) - 10 log10(mean (x-y)²), a scalar.
// https://keras.io/api/ops/nn/#psnr-function
func PSNR(x, y *graph.Node, max float64) *graph.Node {
	x, y = promote(floated(x), floated(y))
	if !ready(x, y) {
		return graph.FailCall("psnr", fmt.Errorf("an operand is nil"), x, y)
	}
	top := x.Graph().Scalar(x.Dtype(), max)
	return Sub(Mul(Log10(top), 20), Mul(Log10(Mean(Square(Sub(x, y)))), 10))
}
