package layers

import (
	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/regularizers"
)

// ConvLSTM1D is long short-term memory over sequences of rows, with convolutions in the place of products (Shi et al., 2015). x: (batch,
// steps, rows, channels) to (batch, rows, Filters), or with ReturnSequences (batch, steps, rows, Filters); with
// ReturnState the last states h and c follow. With channels_first the channels come before the spatial axes, whose sizes must
// be known. Weights: kernel (KernelSize..., channels, 4·Filters), recurrent_kernel (KernelSize..., Filters, 4·Filters), bias
// (4·Filters).
// https://keras.io/api/layers/recurrent_layers/conv_lstm1d
type ConvLSTM1D struct {
	Filters              int
	KernelSize           int               `keras:",list"`
	Strides              int               `keras:",list" default:"1"`
	Padding              Padding           `default:"valid"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         int               `keras:",list" default:"1"`
	Activation           activations.Like  `default:"tanh"`
	RecurrentActivation  activations.Like  `default:"sigmoid"` // of the gates
	NoBias               bool              `keras:"use_bias,not"`
	NoUnitForgetBias     bool              `keras:"unit_forget_bias,not"` // the bias of the forget gate does not start with 1
	KernelInitializer    initializers.Like `default:"glorot_uniform"`
	RecurrentInitializer initializers.Like `default:"orthogonal"`
	BiasInitializer      initializers.Like `default:"zeros"`
	KernelRegularizer    regularizers.Like
	RecurrentRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	KernelConstraint     constraints.Like
	RecurrentConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Dropout              float64 // of the input, the same at all steps
	RecurrentDropout     float64 // of the state h, the same at all steps
	Seed                 int     `default:"none"`
	ReturnSequences      bool    // all outputs instead of the last one
	ReturnState          bool    // the last states as further outputs
	GoBackwards          bool    // from the last step to the first; outputs are in the order in which they were computed
	Stateful             bool    // a call begins with the states that the one before left; the batch size must be known
	Unroll               bool    // says how Keras runs the loop; the results are the same
	ZeroOutputForMask    bool    // steps that the mask leaves out give zeros
	Name                 string
	Base
}

// Call is the first output of CallN.
func (l *ConvLSTM1D) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, rows, channels), and optionally first states, to the output and, with ReturnState, the states.
func (l *ConvLSTM1D) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	r := config.Resolve(l)
	return c.convRecurrence(l, []int{r.KernelSize}, []int{r.Strides}, []int{r.DilationRate}, in)
}

// NumOutputs counts the states with ReturnState.
func (l *ConvLSTM1D) NumOutputs(Args) int {
	if l.ReturnState {
		return 3
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *ConvLSTM1D) FileName(Sub) string { return "cell" }

// ConvLSTM2D is long short-term memory over sequences of images, with convolutions in the place of products (Shi et al., 2015). x: (batch,
// steps, rows, columns, channels) to (batch, rows, columns, Filters), or with ReturnSequences (batch, steps, rows, columns, Filters); with
// ReturnState the last states h and c follow. With channels_first the channels come before the spatial axes, whose sizes must
// be known. Weights: kernel (KernelSize..., channels, 4·Filters), recurrent_kernel (KernelSize..., Filters, 4·Filters), bias
// (4·Filters).
// https://keras.io/api/layers/recurrent_layers/conv_lstm2d
type ConvLSTM2D struct {
	Filters              int
	KernelSize           [2]int
	Strides              [2]int            `default:"1"`
	Padding              Padding           `default:"valid"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         [2]int            `default:"1"`
	Activation           activations.Like  `default:"tanh"`
	RecurrentActivation  activations.Like  `default:"sigmoid"` // of the gates
	NoBias               bool              `keras:"use_bias,not"`
	NoUnitForgetBias     bool              `keras:"unit_forget_bias,not"` // the bias of the forget gate does not start with 1
	KernelInitializer    initializers.Like `default:"glorot_uniform"`
	RecurrentInitializer initializers.Like `default:"orthogonal"`
	BiasInitializer      initializers.Like `default:"zeros"`
	KernelRegularizer    regularizers.Like
	RecurrentRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	KernelConstraint     constraints.Like
	RecurrentConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Dropout              float64 // of the input, the same at all steps
	RecurrentDropout     float64 // of the state h, the same at all steps
	Seed                 int     `default:"none"`
	ReturnSequences      bool    // all outputs instead of the last one
	ReturnState          bool    // the last states as further outputs
	GoBackwards          bool    // from the last step to the first; outputs are in the order in which they were computed
	Stateful             bool    // a call begins with the states that the one before left; the batch size must be known
	Unroll               bool    // says how Keras runs the loop; the results are the same
	ZeroOutputForMask    bool    // steps that the mask leaves out give zeros
	Name                 string
	Base
}

// Call is the first output of CallN.
func (l *ConvLSTM2D) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, rows, columns, channels), and optionally first states, to the output and, with ReturnState, the states.
func (l *ConvLSTM2D) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	r := config.Resolve(l)
	return c.convRecurrence(l, r.KernelSize[:], r.Strides[:], r.DilationRate[:], in)
}

// NumOutputs counts the states with ReturnState.
func (l *ConvLSTM2D) NumOutputs(Args) int {
	if l.ReturnState {
		return 3
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *ConvLSTM2D) FileName(Sub) string { return "cell" }

// ConvLSTM3D is long short-term memory over sequences of volumes, with convolutions in the place of products (Shi et al., 2015). x: (batch,
// steps, depth, rows, columns, channels) to (batch, depth, rows, columns, Filters), or with ReturnSequences (batch, steps, depth, rows, columns, Filters); with
// ReturnState the last states h and c follow. With channels_first the channels come before the spatial axes, whose sizes must
// be known. Weights: kernel (KernelSize..., channels, 4·Filters), recurrent_kernel (KernelSize..., Filters, 4·Filters), bias
// (4·Filters).
// https://keras.io/api/layers/recurrent_layers/conv_lstm3d
type ConvLSTM3D struct {
	Filters              int
	KernelSize           [3]int
	Strides              [3]int            `default:"1"`
	Padding              Padding           `default:"valid"`
	DataFormat           DataFormat        `default:"channels_last"`
	DilationRate         [3]int            `default:"1"`
	Activation           activations.Like  `default:"tanh"`
	RecurrentActivation  activations.Like  `default:"sigmoid"` // of the gates
	NoBias               bool              `keras:"use_bias,not"`
	NoUnitForgetBias     bool              `keras:"unit_forget_bias,not"` // the bias of the forget gate does not start with 1
	KernelInitializer    initializers.Like `default:"glorot_uniform"`
	RecurrentInitializer initializers.Like `default:"orthogonal"`
	BiasInitializer      initializers.Like `default:"zeros"`
	KernelRegularizer    regularizers.Like
	RecurrentRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	KernelConstraint     constraints.Like
	RecurrentConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Dropout              float64 // of the input, the same at all steps
	RecurrentDropout     float64 // of the state h, the same at all steps
	Seed                 int     `default:"none"`
	ReturnSequences      bool    // all outputs instead of the last one
	ReturnState          bool    // the last states as further outputs
	GoBackwards          bool    // from the last step to the first; outputs are in the order in which they were computed
	Stateful             bool    // a call begins with the states that the one before left; the batch size must be known
	Unroll               bool    // says how Keras runs the loop; the results are the same
	ZeroOutputForMask    bool    // steps that the mask leaves out give zeros
	Name                 string
	Base
}

// Call is the first output of CallN.
func (l *ConvLSTM3D) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, depth, rows, columns, channels), and optionally first states, to the output and, with ReturnState, the states.
func (l *ConvLSTM3D) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	r := config.Resolve(l)
	return c.convRecurrence(l, r.KernelSize[:], r.Strides[:], r.DilationRate[:], in)
}

// NumOutputs counts the states with ReturnState.
func (l *ConvLSTM3D) NumOutputs(Args) int {
	if l.ReturnState {
		return 3
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *ConvLSTM3D) FileName(Sub) string { return "cell" }

func init() { register(&ConvLSTM1D{}, &ConvLSTM2D{}, &ConvLSTM3D{}) }
