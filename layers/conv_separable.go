package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// convolveSeparable is activation(conv(depthwise_conv(x, kernel), pointwise) + bias).
func (c *Context) convolveSeparable(in []*graph.Node, multiplier int, pointwise Weight, v convolution) *graph.Node {
	channels, bad := c.channels(in, v)
	if bad != nil {
		return bad
	}
	if multiplier < 1 {
		return c.Errorf("DepthMultiplier is %d, want at least 1", multiplier)
	}
	v.kernel.Shape = append(slices.Clone(v.size), channels, multiplier)
	pointwise.Shape = append(slices.Repeat([]int{1}, len(v.size)), channels*multiplier, v.filters)
	y := ops.SeparableConv(in[0], c.Param("depthwise_kernel", v.kernel), c.Param("pointwise_kernel", pointwise), v.options())
	return c.finish(y, c.bias(v), v)
}

// SeparableConv1D convolves each channel by itself, then mixes the channels at each place. x: (batch, steps, channels) to (batch,
// new steps, Filters). Weights: depthwise_kernel (KernelSize..., channels, DepthMultiplier), pointwise_kernel (1...,
// channels·DepthMultiplier, Filters), bias (Filters).
// https://keras.io/api/layers/convolution_layers/separable_convolution1d
type SeparableConv1D struct {
	Filters              int
	KernelSize           int               `keras:",list"`
	Strides              int               `keras:",list" default:"1"`
	Padding              Padding           `default:"valid"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         int               `keras:",list" default:"1"`
	DepthMultiplier      int               `default:"1"`
	Activation           activations.Like  `default:"linear"`
	NoBias               bool              `keras:"use_bias,not"`
	DepthwiseInitializer initializers.Like `default:"glorot_uniform"`
	PointwiseInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer      initializers.Like `default:"zeros"`
	DepthwiseRegularizer regularizers.Like
	PointwiseRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	DepthwiseConstraint  constraints.Like
	PointwiseConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Name                 string
	Base
}

// Call: x (batch, steps, channels) to (batch, new steps, Filters).
func (l *SeparableConv1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	pointwise := weights(l.PointwiseInitializer, l.PointwiseRegularizer, l.PointwiseConstraint)
	return c.convolveSeparable(in, l.DepthMultiplier, pointwise, convolution{
		filters: l.Filters, size: []int{l.KernelSize}, strides: []int{l.Strides}, dilation: []int{l.DilationRate},
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.DepthwiseInitializer, l.DepthwiseRegularizer, l.DepthwiseConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// SeparableConv2D convolves each channel by itself, then mixes the channels at each place. x: (batch, rows, columns, channels) to (batch,
// new rows, columns, Filters). Weights: depthwise_kernel (KernelSize..., channels, DepthMultiplier), pointwise_kernel (1...,
// channels·DepthMultiplier, Filters), bias (Filters).
// https://keras.io/api/layers/convolution_layers/separable_convolution2d
type SeparableConv2D struct {
	Filters              int
	KernelSize           [2]int
	Strides              [2]int            `default:"1"`
	Padding              Padding           `default:"valid"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         [2]int            `default:"1"`
	DepthMultiplier      int               `default:"1"`
	Activation           activations.Like  `default:"linear"`
	NoBias               bool              `keras:"use_bias,not"`
	DepthwiseInitializer initializers.Like `default:"glorot_uniform"`
	PointwiseInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer      initializers.Like `default:"zeros"`
	DepthwiseRegularizer regularizers.Like
	PointwiseRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	DepthwiseConstraint  constraints.Like
	PointwiseConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Name                 string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, new rows, columns, Filters).
func (l *SeparableConv2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	pointwise := weights(l.PointwiseInitializer, l.PointwiseRegularizer, l.PointwiseConstraint)
	return c.convolveSeparable(in, l.DepthMultiplier, pointwise, convolution{
		filters: l.Filters, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.DepthwiseInitializer, l.DepthwiseRegularizer, l.DepthwiseConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

func init() {
	registry.Add("SeparableConv1D", &SeparableConv1D{}, "SeparableConvolution1D")
	registry.Add("SeparableConv2D", &SeparableConv2D{}, "SeparableConvolution2D")
}
