package layers

import (
	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Conv1D convolves a sequence along its steps: activation(conv(x, kernel) + bias). x: (batch, steps, channels) to (batch, new steps, Filters);
// with channels_first the channels come second. Weights: kernel (KernelSize..., channels/Groups, Filters), bias (Filters).
// https://keras.io/api/layers/convolution_layers/convolution1d
type Conv1D struct {
	Filters           int
	KernelSize        int               `keras:",list"`
	Strides           int               `keras:",list" default:"1"`
	Padding           Padding           `default:"valid"` // causal too
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      int               `keras:",list" default:"1"`
	Groups            int               `default:"1"` // the channels are cut into as many groups, each convolved with filters of its own
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	LoraRank          int `keras:"lora_rank,omitempty"`  // above 0: the kernel is frozen and an update of this rank is learned
	LoraAlpha         int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name              string
	Base
}

// Call: x (batch, steps, channels) to (batch, new steps, Filters).
func (l *Conv1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolve(in, convolution{
		filters: l.Filters, size: []int{l.KernelSize}, strides: []int{l.Strides}, dilation: []int{l.DilationRate},
		padding: l.Padding, format: l.DataFormat, groups: l.Groups, activation: l.Activation, noBias: l.NoBias,
		loraRank: l.LoraRank, loraAlpha: l.LoraAlpha,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// Conv2D convolves images: activation(conv(x, kernel) + bias). x: (batch, rows, columns, channels) to (batch, new rows, columns, Filters);
// with channels_first the channels come second. Weights: kernel (KernelSize..., channels/Groups, Filters), bias (Filters).
// https://keras.io/api/layers/convolution_layers/convolution2d
type Conv2D struct {
	Filters           int
	KernelSize        [2]int
	Strides           [2]int            `default:"1"`
	Padding           Padding           `default:"valid"`
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      [2]int            `default:"1"`
	Groups            int               `default:"1"` // the channels are cut into as many groups, each convolved with filters of its own
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	LoraRank          int `keras:"lora_rank,omitempty"`  // above 0: the kernel is frozen and an update of this rank is learned
	LoraAlpha         int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name              string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, new rows, columns, Filters).
func (l *Conv2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolve(in, convolution{
		filters: l.Filters, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		padding: l.Padding, format: l.DataFormat, groups: l.Groups, activation: l.Activation, noBias: l.NoBias,
		loraRank: l.LoraRank, loraAlpha: l.LoraAlpha,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

// Conv3D convolves volumes: activation(conv(x, kernel) + bias). x: (batch, depth, rows, columns, channels) to (batch, new depth, rows, columns, Filters);
// with channels_first the channels come second. Weights: kernel (KernelSize..., channels/Groups, Filters), bias (Filters).
// https://keras.io/api/layers/convolution_layers/convolution3d
type Conv3D struct {
	Filters           int
	KernelSize        [3]int
	Strides           [3]int            `default:"1"`
	Padding           Padding           `default:"valid"`
	DataFormat        DataFormat        `default:"channels_last"`
	DilationRate      [3]int            `default:"1"`
	Groups            int               `default:"1"` // the channels are cut into as many groups, each convolved with filters of its own
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	LoraRank          int `keras:"lora_rank,omitempty"`  // above 0: the kernel is frozen and an update of this rank is learned
	LoraAlpha         int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name              string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, new depth, rows, columns, Filters).
func (l *Conv3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.convolve(in, convolution{
		filters: l.Filters, size: l.KernelSize[:], strides: l.Strides[:], dilation: l.DilationRate[:],
		padding: l.Padding, format: l.DataFormat, groups: l.Groups, activation: l.Activation, noBias: l.NoBias,
		loraRank: l.LoraRank, loraAlpha: l.LoraAlpha,
		kernel: weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint),
		bias:   weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint),
	})
}

func init() {
	registry.Add("Conv1D", &Conv1D{}, "Convolution1D")
	registry.Add("Conv2D", &Conv2D{}, "Convolution2D")
	registry.Add("Conv3D", &Conv3D{}, "Convolution3D")
}
