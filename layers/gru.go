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

// GRUCell is one step of the gated recurrent unit (Cho et al., 2014). With the gates update, reset and new side by side,
// x·kernel and h·recurrent_kernel, each with its bias, h becomes σ(z)·h + (1 - σ(z))·tanh(n) where n = x_n + σ(r)·h_n, or with
// ResetBefore n = x_n + (σ(r)·h)·recurrent_kernel_n. h is the output. x: (batch, features), state h: (batch, Units).
// Weights: kernel (features, 3·Units), recurrent_kernel (Units, 3·Units), bias (2, 3·Units), with ResetBefore (3·Units).
// https://keras.io/api/layers/recurrent_layers/gru_cell
type GRUCell struct {
	Units                int
	Activation           activations.Like  `default:"tanh"`
	RecurrentActivation  activations.Like  `default:"sigmoid"` // of the gates
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
	ResetBefore          bool    `keras:"reset_after,not"` // the reset gate acts before the recurrent kernel
	Seed                 int     `default:"none"`
	Name                 string
	Base
}

// StateShapes is that of h.
func (l *GRUCell) StateShapes(graph.Shape) []graph.Shape { return []graph.Shape{{l.Units}} }

// Step: x (batch, features) and the state h to h and the next state, which are the same.
func (l *GRUCell) Step(c *Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	return l.plan(c, x.Shape(), x).one(x, states)
}

// Call is the first output of CallN.
func (l *GRUCell) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, features) and the state h to the output and the next state.
func (l *GRUCell) CallN(c *Context, in ...*graph.Node) graph.Nodes { return callCell(c, l, in) }

// NumOutputs is 2: the output and the state.
func (l *GRUCell) NumOutputs(Args) int { return 2 }

func (l *GRUCell) plan(c *Context, in graph.Shape, like *graph.Node) plan {
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
	bias, recurrentBias := w.bias, (*graph.Node)(nil)
	if w.bias != nil && !l.ResetBefore {
		both := ops.Split(w.bias, 2, 0)
		bias, recurrentBias = ops.Squeeze(both[0], 0), ops.Squeeze(both[1], 0)
	}
	dropIn, dropState := c.rowMask(l.Dropout, like, in.Dim(-1)), c.rowMask(l.RecurrentDropout, like, l.Units)
	new := l.after(w.recurrent, recurrentBias)
	if l.ResetBefore {
		new = l.before(w.recurrent)
	}
	return plan{
		input: func(x *graph.Node) *graph.Node { return affine(dropRows(x, dropIn), w.kernel, bias) },
		step: func(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
			h := dropRows(states[0], dropState)
			z, n := new(ops.Split(x, 3, -1), h, gate)
			h = ops.Add(ops.Mul(z, h), ops.Mul(ops.Sub(1, z), act(n)))
			return h, graph.Nodes{h}
		},
	}.fused(c, func(x *graph.Node, states graph.Nodes, backwards bool) (*graph.Node, graph.Nodes) {
		b := recurrentBias
		if b == nil {
			b = ops.ZerosFrom(w.recurrent, c.compute, []int{3 * l.Units}, nil)
		}
		ys, h := ops.GRU(affine(dropSteps(x, dropIn), w.kernel, bias), w.recurrent, b, states[0], backwards)
		return ys, graph.Nodes{h}
	}, l.Activation == "tanh" && l.RecurrentActivation == "sigmoid" && dropState == nil && !l.ResetBefore)
}

// gruGates computes the update gate and the new state before its activation.
type gruGates func(x graph.Nodes, h *graph.Node, gate activations.Func) (z, n *graph.Node)

// after lets the reset gate act behind the recurrent kernel, which takes one product.
func (l *GRUCell) after(kernel, bias *graph.Node) gruGates {
	return func(x graph.Nodes, h *graph.Node, gate activations.Func) (z, n *graph.Node) {
		r := ops.Split(affine(h, kernel, bias), 3, -1)
		return gate(ops.Add(x[0], r[0])), ops.Add(x[2], ops.Mul(gate(ops.Add(x[1], r[1])), r[2]))
	}
}

// before lets the reset gate act in front of the recurrent kernel.
func (l *GRUCell) before(kernel *graph.Node) gruGates {
	k := ops.SplitAt(kernel, []int{2 * l.Units}, -1)
	return func(x graph.Nodes, h *graph.Node, gate activations.Func) (z, n *graph.Node) {
		r := ops.Split(ops.MatMul(h, k[0]), 2, -1)
		reset := gate(ops.Add(x[1], r[1]))
		return gate(ops.Add(x[0], r[0])), ops.Add(x[2], ops.MatMul(ops.Mul(reset, h), k[1]))
	}
}

func (l *GRUCell) weights(c *Context, features int) cellWeights {
	kernel := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	kernel.Shape = graph.Shape{features, 3 * l.Units}
	recurrent := weights(l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint)
	recurrent.Shape = graph.Shape{l.Units, 3 * l.Units}
	w := cellWeights{kernel: c.Param("kernel", kernel), recurrent: c.Param("recurrent_kernel", recurrent)}
	if l.NoBias {
		return w
	}
	bias := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
	bias.Shape = graph.Shape{2, 3 * l.Units}
	if l.ResetBefore {
		bias.Shape = graph.Shape{3 * l.Units}
	}
	w.bias = c.Param("bias", bias)
	return w
}

// GRU is the gated recurrent unit (Cho et al., 2014): [RNN] over a [GRUCell], which has the formulas and the weights.
// x: (batch, steps, features) to (batch, Units), or with ReturnSequences (batch, steps, Units); with ReturnState the last
// state, (batch, Units), follows.
// https://keras.io/api/layers/recurrent_layers/gru
type GRU struct {
	Units                int
	Activation           activations.Like  `default:"tanh"`
	RecurrentActivation  activations.Like  `default:"sigmoid"` // of the gates
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
	ResetBefore          bool    `keras:"reset_after,not"` // the reset gate acts before the recurrent kernel
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
func (l *GRU) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, features), and optionally a first state, to the output and, with ReturnState, the state.
func (l *GRU) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	const name = "gru_cell"
	return c.recur(recurrence{
		cell: own(c, name, func() *GRUCell { return settingsOf(&GRUCell{}, l, name) }), name: name,
		sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful, zero: l.ZeroOutputForMask,
	}, in)
}

// NumOutputs counts the state with ReturnState.
func (l *GRU) NumOutputs(Args) int {
	if l.ReturnState {
		return 2
	}
	return 1
}

// FileName is the name of the cell in Keras's files.
func (l *GRU) FileName(Sub) string { return "cell" }

func init() {
	registerCells(&GRUCell{})
	register(&GRU{})
}
