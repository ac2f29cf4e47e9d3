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

// convolveTransposed is activation(conv_transpose(x, kernel) + bias).
func (c *Context) convolveTransposed(in []*graph.Node, v convolution) *graph.Node {
	channels, bad := c.channels(in, v)
	if bad != nil {
		return bad
	}
	for i, p := range v.outputPadding {
		if p < 0 || len(v.outputPadding) > len(v.size) || p >= v.strides[i] {
			return c.Errorf("OutputPadding is %v, want a number below the stride for each axis; Strides is %v", v.outputPadding, v.strides)
		}
	}
	v.kernel.Shape = append(slices.Clone(v.size), v.filters, channels)
	y := ops.ConvTranspose(in[0], c.Param("kernel", v.kernel), v.options())
	return c.finish(y, c.bias(v), v)
}

// Conv1DTranspose is the transpose of a convolution: it maps what Conv1D with these settings returns back to the size that was put in.
// x: (batch, steps, channels) to (batch, new steps, Filters). Weights: kernel (KernelSize..., Filters, channels), bias
// (Filters).
// https://keras.io/api/layers/convolution_layers/convolution1d_transpose
type Conv1DTranspose struct {
	Filters           int
	KernelSize        int               `keras:",list"`
	Strides           int               `keras:",list" default:"1"`
	Padding           Padding           `default:"valid"`
	OutputPadding     []int             // for each axis, below the stride: added to the output. nil: the output is at least x times the stride
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      int               `keras:",list" default:"1"`
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	Name              string
	Base
}

// Call: x (batch, steps, channels) to (batch, new steps, Filters).
func (l *Conv1DTranspose) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolveTransposed(in, convolution{
		filters: l.Filters, size: []int{l.KernelSize}, strides: []int{l.Strides}, dilation: []int{l.DilationRate},
		outputPadding: l.OutputPadding, padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// Conv2DTranspose is the transpose of a convolution: it maps what Conv2D with these settings returns back to the size that was put in.
// x: (batch, rows, columns, channels) to (batch, new rows, columns, Filters). Weights: kernel (KernelSize..., Filters, channels), bias
// (Filters).
// https://keras.io/api/layers/convolution_layers/convolution2d_transpose
type Conv2DTranspose struct {
	Filters           int
	KernelSize        [2]int
	Strides           [2]int            `default:"1"`
	Padding           Padding           `default:"valid"`
	OutputPadding     []int             // for each axis, below the stride: added to the output. nil: the output is at least x times the stride
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      [2]int            `default:"1"`
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	Name              string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, new rows, columns, Filters).
func (l *Conv2DTranspose) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolveTransposed(in, convolution{
		filters: l.Filters, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		outputPadding: l.OutputPadding, padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// Conv3DTranspose is the transpose of a convolution: it maps what Conv3D with these settings returns back to the size that was put in.
// x: (batch, depth, rows, columns, channels) to (batch, new depth, rows, columns, Filters). Weights: kernel (KernelSize..., Filters, channels), bias
// (Filters).
// https://keras.io/api/layers/convolution_layers/convolution3d_transpose
type Conv3DTranspose struct {
	Filters           int
	KernelSize        [3]int
	Strides           [3]int            `default:"1"`
	Padding           Padding           `default:"valid"`
	OutputPadding     []int             // for each axis, below the stride: added to the output. nil: the output is at least x times the stride
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      [3]int            `default:"1"`
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	Name              string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, new depth, rows, columns, Filters).
func (l *Conv3DTranspose) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolveTransposed(in, convolution{
		filters: l.Filters, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		outputPadding: l.OutputPadding, padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

func init() {
	registry.Add("Conv1DTranspose", &Conv1DTranspose{}, "Convolution1DTranspose")
	registry.Add("Conv2DTranspose", &Conv2DTranspose{}, "Convolution2DTranspose")
	registry.Add("Conv3DTranspose", &Conv3DTranspose{}, "Convolution3DTranspose")
}
