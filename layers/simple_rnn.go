package layers

import (
	"fmt"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// SimpleRNNCell is one step of the fully connected recurrent layer: h becomes tanh(x·kernel + h·recurrent_kernel + bias),
// which is the output. x: (batch, features), state h: (batch, Units). Weights: kernel (features, Units), recurrent_kernel
// (Units, Units), bias (Units).
// https://keras.io/api/layers/recurrent_layers/simple_rnn_cell
type SimpleRNNCell struct {
	Units                int
	Activation           activations.Like  `default:"tanh"`
	NoBias               bool              `keras:"use_bias,not"`
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
	RecurrentDropout     float64 // of the state, the same at all steps
	Seed                 int     `default:"none"`
	Name                 string
	Base
}

// StateShapes is that of h.
func (l *SimpleRNNCell) StateShapes(graph.Shape) []graph.Shape { return []graph.Shape{{l.Units}} }

// Step: x (batch, features) and the state h to h and the next state, which are the same.
func (l *SimpleRNNCell) Step(c *Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	return l.plan(c, x.Shape(), x).one(x, states)
}

// Call is the first output of CallN.
func (l *SimpleRNNCell) Call(c *Context, in ...*graph.Node) *graph.Node {
	return first(l.CallN(c, in...))
}

// CallN: x (batch, features) and the state h to the output and the next state.
func (l *SimpleRNNCell) CallN(c *Context, in ...*graph.Node) graph.Nodes { return callCell(c, l, in) }

// NumOutputs is 2: the output and the state.
func (l *SimpleRNNCell) NumOutputs(Args) int { return 2 }

func (l *SimpleRNNCell) plan(c *Context, in graph.Shape, like *graph.Node) plan {
	l = config.Resolve(l)
	if bad := c.cellInput(l.Units, in, 2); bad != nil {
		return plan{bad: bad}
	}
	if bad := c.rates(l.Dropout, l.RecurrentDropout); bad != nil {
		return plan{bad: bad}
	}
	act, bad := c.activation("Activation", l.Activation)
	if bad != nil {
		return plan{bad: bad}
	}
	w := l.weights(c, in.Dim(-1))
	if bad := w.bad(); bad != nil {
		return plan{bad: bad}
	}
	dropIn, dropState := c.rowMask(l.Dropout, like, in.Dim(-1)), c.rowMask(l.RecurrentDropout, like, l.Units)
	return plan{
		input: func(x *graph.Node) *graph.Node { return affine(dropRows(x, dropIn), w.kernel, w.bias) },
		step: func(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
			h := act(ops.Add(x, ops.MatMul(dropRows(states[0], dropState), w.recurrent)))
			return h, graph.Nodes{h}
		},
	}.fused(c, func(x *graph.Node, states graph.Nodes, backwards bool) (*graph.Node, graph.Nodes) {
		ys, h := ops.SimpleRNN(affine(dropSteps(x, dropIn), w.kernel, w.bias), w.recurrent, states[0], fmt.Sprint(l.Activation), backwards)
		return ys, graph.Nodes{h}
	}, (l.Activation == "tanh" || l.Activation == "relu") && dropState == nil)
}

func (l *SimpleRNNCell) weights(c *Context, features int) cellWeights {
	kernel := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	kernel.Shape = graph.Shape{features, l.Units}
	recurrent := weights(l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint)
	recurrent.Shape = graph.Shape{l.Units, l.Units}
	w := cellWeights{kernel: c.Param("kernel", kernel), recurrent: c.Param("recurrent_kernel", recurrent)}
	if !l.NoBias {
		bias := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
		bias.Shape = graph.Shape{l.Units}
		w.bias = c.Param("bias", bias)
	}
	return w
}

// SimpleRNN is the fully connected recurrent layer: [RNN] over a [SimpleRNNCell], which has the formula and the weights.
// x: (batch, steps, features) to (batch, Units), or with ReturnSequences (batch, steps, Units); with ReturnState the last
// state, (batch, Units), follows.
// https://keras.io/api/layers/recurrent_layers/simple_rnn
type SimpleRNN struct {
	Units                int
	Activation           activations.Like  `default:"tanh"`
	NoBias               bool              `keras:"use_bias,not"`
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
	RecurrentDropout     float64 // of the state, the same at all steps
	Seed                 int     `default:"none"`
	ReturnSequences      bool    // all outputs instead of the last one
	ReturnState          bool    // the last state as a further output
	GoBackwards          bool    // from the last step to the first; outputs are in the order in which they were computed
	Stateful             bool    // a call begins with the state that the one before left; the batch size must be known
	Unroll               bool    // says how Keras runs the loop; the results are the same
	ZeroOutputForMask    bool    // steps that the mask leaves out give zeros
	Name                 string
	Base
}

// Call is the first output of CallN.
func (l *SimpleRNN) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, features), and optionally a first state, to the output and, with ReturnState, the state.
func (l *SimpleRNN) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	const name = "simple_rnn_cell"
	return c.recur(recurrence{
		cell: own(c, name, func() *SimpleRNNCell { return settingsOf(&SimpleRNNCell{}, l, name) }), name: name,
		sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful, zero: l.ZeroOutputForMask,
	}, in)
}

// NumOutputs counts the state with ReturnState.
func (l *SimpleRNN) NumOutputs(Args) int {
	if l.ReturnState {
		return 2
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *SimpleRNN) FileName(Sub) string { return "cell" }

func init() {
	registerCells(&SimpleRNNCell{})
	register(&SimpleRNN{})
}
