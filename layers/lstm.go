package layers

import (
	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// LSTMCell is one step of long short-term memory (Hochreiter & Schmidhuber, 1997). With the gates input, forget, cell and
// output side by side, z = x·kernel + h·recurrent_kernel + bias, the states become c = σ(z_f)·c + σ(z_i)·tanh(z_c) and
// h = σ(z_o)·tanh(c); h is the output. x: (batch, features), states h and c: (batch, Units). Weights: kernel (features,
// 4·Units), recurrent_kernel (Units, 4·Units), bias (4·Units).
// https://keras.io/api/layers/recurrent_layers/lstm_cell
type LSTMCell struct {
	Units                int
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
	Name                 string
	Base
}

// StateShapes are those of h and c.
func (l *LSTMCell) StateShapes(graph.Shape) []graph.Shape { return []graph.Shape{{l.Units}, {l.Units}} }

// Step: x (batch, features) and the states h, c to h and the next states.
func (l *LSTMCell) Step(c *Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	return l.plan(c, x.Shape(), x).one(x, states)
}

// Call is the first output of CallN.
func (l *LSTMCell) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, features) and the states h, c to the output and the next states.
func (l *LSTMCell) CallN(c *Context, in ...*graph.Node) graph.Nodes { return callCell(c, l, in) }

// NumOutputs is 3: the output and the states.
func (l *LSTMCell) NumOutputs(Args) int { return 3 }

func (l *LSTMCell) plan(c *Context, in graph.Shape, like *graph.Node) plan {
	l = config.Resolve(l)
	if bad := c.cellInput(l.Units, in, 2); bad != nil {
		return plan{bad: bad}
	}
	if bad := c.rates(l.Dropout, l.RecurrentDropout); bad != nil {
		return plan{bad: bad}
	}
	act, gate, bad := c.gateActivations(l.Activation, l.RecurrentActivation)
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
			z := ops.Split(ops.Add(x, ops.MatMul(dropRows(states[0], dropState), w.recurrent)), 4, -1)
			cell := ops.Add(ops.Mul(gate(z[1]), states[1]), ops.Mul(gate(z[0]), act(z[2])))
			h := ops.Mul(gate(z[3]), act(cell))
			return h, graph.Nodes{h, cell}
		},
	}.fused(c, func(x *graph.Node, states graph.Nodes, backwards bool) (*graph.Node, graph.Nodes) {
		ys, h, cell := ops.LSTM(affine(dropSteps(x, dropIn), w.kernel, w.bias), w.recurrent, states[0], states[1], backwards)
		return ys, graph.Nodes{h, cell}
	}, l.Activation == "tanh" && l.RecurrentActivation == "sigmoid" && dropState == nil)
}

func (l *LSTMCell) weights(c *Context, features int) cellWeights {
	kernel := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	kernel.Shape = graph.Shape{features, 4 * l.Units}
	recurrent := weights(l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint)
	recurrent.Shape = graph.Shape{l.Units, 4 * l.Units}
	w := cellWeights{kernel: c.Param("kernel", kernel), recurrent: c.Param("recurrent_kernel", recurrent)}
	if l.NoBias {
		return w
	}
	bias := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
	bias.Shape = graph.Shape{4 * l.Units}
	if !l.NoUnitForgetBias {
		var err error
		if bias.Initializer, err = forgetBias(l.BiasInitializer, l.Units); err != nil {
			w.bias = c.Fail(config.FieldError(l, "BiasInitializer", err))
			return w
		}
	}
	w.bias = c.Param("bias", bias)
	return w
}

// affine is x·kernel + bias; bias may be nil.
func affine(x, kernel, bias *graph.Node) *graph.Node {
	y := ops.MatMul(x, kernel)
	if bias == nil {
		return y
	}
	return ops.Add(y, bias)
}

// LSTM is long short-term memory (Hochreiter & Schmidhuber, 1997): [RNN] over an [LSTMCell], which has the formulas and the
// weights. x: (batch, steps, features) to (batch, Units), or with ReturnSequences (batch, steps, Units); with ReturnState
// the last states h and c, (batch, Units), follow.
// https://keras.io/api/layers/recurrent_layers/lstm
type LSTM struct {
	Units                int
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
func (l *LSTM) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, features), and optionally first states, to the output and, with ReturnState, the states h and c.
func (l *LSTM) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	const name = "lstm_cell"
	return c.recur(recurrence{
		cell: own(c, name, func() *LSTMCell { return settingsOf(&LSTMCell{}, l, name) }), name: name,
		sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful, zero: l.ZeroOutputForMask,
	}, in)
}

// NumOutputs counts the states with ReturnState.
func (l *LSTM) NumOutputs(Args) int {
	if l.ReturnState {
		return 3
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *LSTM) FileName(Sub) string { return "cell" }

func init() {
	registerCells(&LSTMCell{})
	register(&LSTM{})
}
