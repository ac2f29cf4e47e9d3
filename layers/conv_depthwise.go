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

// convolveDepthwise is activation(depthwise_conv(x, kernel) + bias).
func (c *Context) convolveDepthwise(in []*graph.Node, multiplier int, v convolution) *graph.Node {
	channels, bad := c.channels(in, v)
	if bad != nil {
		return bad
	}
	if multiplier < 1 {
		return c.Errorf("DepthMultiplier is %d, want at least 1", multiplier)
	}
	v.filters = channels * multiplier
	v.kernel.Shape = append(slices.Clone(v.size), channels, multiplier)
	y := ops.DepthwiseConv(in[0], c.Param("kernel", v.kernel), v.options())
	return c.finish(y, c.bias(v), v)
}

// DepthwiseConv1D convolves each channel by itself, DepthMultiplier times. x: (batch, steps, channels) to (batch, new steps,
// channels·DepthMultiplier). Weights: kernel (KernelSize..., channels, DepthMultiplier), bias (channels·DepthMultiplier).
// https://keras.io/api/layers/convolution_layers/depthwise_convolution1d
type DepthwiseConv1D struct {
	KernelSize           int               `keras:",list"`
	Strides              int               `keras:",list" default:"1"`
	Padding              Padding           `default:"valid"`
	DepthMultiplier      int               `default:"1"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         int               `keras:",list" default:"1"`
	Activation           activations.Like  `default:"linear"`
	NoBias               bool              `keras:"use_bias,not"`
	DepthwiseInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer      initializers.Like `default:"zeros"`
	DepthwiseRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	DepthwiseConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Name                 string
	Base
}

// Call: x (batch, steps, channels) to (batch, new steps, channels·DepthMultiplier).
func (l *DepthwiseConv1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolveDepthwise(in, l.DepthMultiplier, convolution{
		filters: 1, size: []int{l.KernelSize}, strides: []int{l.Strides}, dilation: []int{l.DilationRate},
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.DepthwiseInitializer, l.DepthwiseRegularizer, l.DepthwiseConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// DepthwiseConv2D convolves each channel by itself, DepthMultiplier times. x: (batch, rows, columns, channels) to (batch, new rows, columns,
// channels·DepthMultiplier). Weights: kernel (KernelSize..., channels, DepthMultiplier), bias (channels·DepthMultiplier).
// https://keras.io/api/layers/convolution_layers/depthwise_convolution2d
type DepthwiseConv2D struct {
	KernelSize           [2]int
	Strides              [2]int            `default:"1"`
	Padding              Padding           `default:"valid"`
	DepthMultiplier      int               `default:"1"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         [2]int            `default:"1"`
	Activation           activations.Like  `default:"linear"`
	NoBias               bool              `keras:"use_bias,not"`
	DepthwiseInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer      initializers.Like `default:"zeros"`
	DepthwiseRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	DepthwiseConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Name                 string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, new rows, columns, channels·DepthMultiplier).
func (l *DepthwiseConv2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolveDepthwise(in, l.DepthMultiplier, convolution{
		filters: 1, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.DepthwiseInitializer, l.DepthwiseRegularizer, l.DepthwiseConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

func init() {
	registry.Add("DepthwiseConv1D", &DepthwiseConv1D{})
	registry.Add("DepthwiseConv2D", &DepthwiseConv2D{})
}
