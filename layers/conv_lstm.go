package layers

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// convLSTMCell is [LSTMCell] with convolutions in the place of products (Shi et al., 2015): that of the input as the layer's
// settings say, that of the state with padding "same" and no strides.
type convLSTMCell struct {
	Filters              int
	Padding              Padding          `default:"valid"`
	DataFormat           DataFormat       `default:"channels_last"`
	Activation           activations.Like `default:"tanh"`
	RecurrentActivation  activations.Like `default:"sigmoid"`
	NoBias               bool
	NoUnitForgetBias     bool
	KernelInitializer    initializers.Like `default:"glorot_uniform"`
	RecurrentInitializer initializers.Like `default:"orthogonal"`
	BiasInitializer      initializers.Like `default:"zeros"`
	KernelRegularizer    regularizers.Like
	RecurrentRegularizer regularizers.Like
	BiasRegularizer      regularizers.Like
	KernelConstraint     constraints.Like
	RecurrentConstraint  constraints.Like
	BiasConstraint       constraints.Like
	Dropout              float64
	RecurrentDropout     float64
	Base

	size, strides, dilation []int // one number for each spatial axis
}

// channelAxis is the axis of the channels in one step's input.
func (l *convLSTMCell) channelAxis() int {
	if l.DataFormat == ChannelsFirst {
		return 1
	}
	return len(l.size) + 1
}

// StateShapes are those of h and c: what the convolution makes of the input.
func (l *convLSTMCell) StateShapes(in graph.Shape) []graph.Shape {
	out := graph.Shape{}
	spatial := 0
	for axis := 1; axis < in.Rank(); axis++ {
		if axis == l.channelAxis() {
			out = append(out, l.Filters)
			continue
		}
		if spatial < len(l.size) {
			out = append(out, l.outSize(spatial, in[axis]))
		}
		spatial++
	}
	return []graph.Shape{out, out.Clone()}
}

// outSize is the size of spatial axis i after the convolution.
func (l *convLSTMCell) outSize(i, n int) int {
	stride := max(1, l.strides[i])
	if n == graph.None {
		return n
	}
	if l.Padding != Same {
		n -= max(1, l.dilation[i]) * (l.size[i] - 1)
	}
	return max(0, (n+stride-1)/stride)
}

// Step: x (batch, spatial..., channels) and the states h, c to h and the next states.
func (l *convLSTMCell) Step(c *Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	return l.plan(c, x.Shape(), x).one(x, states)
}

func (l *convLSTMCell) plan(c *Context, in graph.Shape, like *graph.Node) plan {
	l = config.Resolve(l)
	if bad := l.check(c, in); bad != nil {
		return plan{bad: bad}
	}
	act, gate, bad := c.gateActivations(l.Activation, l.RecurrentActivation)
	if bad != nil {
		return plan{bad: bad}
	}
	w := l.weights(c, in[l.channelAxis()])
	if bad := w.bad(); bad != nil {
		return plan{bad: bad}
	}
	axis := l.channelAxis()
	onInput := ops.ConvOptions{Strides: l.strides, DilationRate: l.dilation, Padding: string(l.Padding), DataFormat: string(l.DataFormat)}
	onState := ops.ConvOptions{Padding: string(Same), DataFormat: string(l.DataFormat)}
	dropIn, dropState := l.masks(c, l.Dropout, like, in[1:]), l.masks(c, l.RecurrentDropout, like, l.StateShapes(in)[0])
	return plan{
		input: func(x *graph.Node) *graph.Node {
			steps := x.Shape().Rank() > in.Rank() // all at once, time first
			y := overRows(x, steps, func(x *graph.Node) *graph.Node { return ops.Conv(x, w.kernel, onInput) })
			if dropIn != nil {
				y = ops.InTraining(l.gates(dropIn, w.kernel, y.Shape().Rank()-in.Rank()+axis, func(mask, kernel *graph.Node) *graph.Node {
					return overRows(ops.Mul(x, mask), steps, func(x *graph.Node) *graph.Node { return ops.Conv(x, kernel, onInput) })
				}), y)
			}
			if w.bias != nil {
				y = ops.Add(y, w.bias)
			}
			return y
		},
		step: func(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
			h := ops.Conv(states[0], w.recurrent, onState)
			if dropState != nil {
				h = ops.InTraining(l.gates(dropState, w.recurrent, axis, func(mask, kernel *graph.Node) *graph.Node {
					return ops.Conv(ops.Mul(states[0], mask), kernel, onState)
				}), h)
			}
			z := ops.Split(ops.Add(x, h), 4, axis)
			cell := ops.Add(ops.Mul(gate(z[1]), states[1]), ops.Mul(gate(z[0]), act(z[2])))
			h = ops.Mul(gate(z[3]), act(cell))
			return h, graph.Nodes{h, cell}
		},
	}
}

// overRows runs f on x, whose axes of steps and batch become one if it holds all steps.
func overRows(x *graph.Node, steps bool, f func(x *graph.Node) *graph.Node) *graph.Node {
	if !steps {
		return f(x)
	}
	return ops.SplitAxis(f(ops.MergeAxes(x, 0, 2)), x, 0, 0, 2)
}

// masks draws the masks of dropout of the four gates, nil without dropout.
func (l *convLSTMCell) masks(c *Context, rate float64, like *graph.Node, dims graph.Shape) graph.Nodes {
	if rate == 0 {
		return nil
	}
	out := make(graph.Nodes, 4)
	for i := range out {
		out[i] = c.rowMask(rate, like, dims...)
	}
	return out
}

// gates convolves for each gate with its own mask and part of the kernel, and joins the results along axis.
func (l *convLSTMCell) gates(masks graph.Nodes, kernel *graph.Node, axis int, conv func(mask, kernel *graph.Node) *graph.Node) *graph.Node {
	var out graph.Nodes
	for i, k := range ops.Split(kernel, 4, -1) {
		out = append(out, conv(masks[i], k))
	}
	return ops.Concatenate(out, axis)
}

// check reports settings and inputs that do not fit.
func (l *convLSTMCell) check(c *Context, in graph.Shape) *graph.Node {
	if bad := c.knownFormat(l.DataFormat); bad != nil {
		return bad
	}
	if bad := c.cellInput(l.Filters, in, len(l.size)+2); bad != nil {
		return bad
	}
	if bad := c.rates(l.Dropout, l.RecurrentDropout); bad != nil {
		return bad
	}
	switch {
	case slices.Min(l.size) < 1 || slices.Min(l.strides) < 1 || slices.Min(l.dilation) < 1:
		return c.Errorf("KernelSize %v, Strides %v and DilationRate %v must be at least 1", l.size, l.strides, l.dilation)
	case slices.Max(l.strides) > 1 && slices.Max(l.dilation) > 1:
		return c.Errorf("Strides %v and DilationRate %v cannot both be above 1", l.strides, l.dilation)
	case l.Padding != Valid && l.Padding != Same:
		return c.Errorf("Padding is %q, want %q or %q", l.Padding, Valid, Same)
	}
	for axis, n := range in[1:] {
		if n == graph.None {
			return c.Fail(fmt.Errorf("axis %d of one step of the input, %v, has no known size: the states need it", axis+1, in))
		}
	}
	return nil
}

func (l *convLSTMCell) weights(c *Context, channels int) cellWeights {
	kernel := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	kernel.Shape = append(slices.Clone(graph.Shape(l.size)), channels, 4*l.Filters)
	recurrent := weights(l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint)
	recurrent.Shape = append(slices.Clone(graph.Shape(l.size)), l.Filters, 4*l.Filters)
	w := cellWeights{kernel: c.Param("kernel", kernel), recurrent: c.Param("recurrent_kernel", recurrent)}
	if l.NoBias {
		return w
	}
	bias := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
	bias.Shape = graph.Shape{4 * l.Filters}
	if !l.NoUnitForgetBias {
		var err error
		if bias.Initializer, err = forgetBias(l.BiasInitializer, l.Filters); err != nil {
			w.bias = c.Fail(config.FieldError(l, "BiasInitializer", err))
			return w
		}
	}
	w.bias = c.Param("bias", bias)
	if l.DataFormat == ChannelsFirst {
		w.bias = ops.Reshape(w.bias, append([]int{4 * l.Filters}, slices.Repeat([]int{1}, len(l.size))...)...)
	}
	return w
}

// convRecurrence is the recurrence of a layer over a convolutional cell.
func (c *Context) convRecurrence(layer Layer, size, strides, dilation []int, in []*graph.Node) graph.Nodes {
	const name = "conv_lstm_cell"
	cell := own(c, name, func() *convLSTMCell {
		l := settingsOf(&convLSTMCell{}, layer, "")
		l.size, l.strides, l.dilation = size, strides, dilation
		return l
	})
	return c.recur(recurrence{
		cell: cell, name: name, sequences: flag(layer, "ReturnSequences"), state: flag(layer, "ReturnState"),
		backwards: flag(layer, "GoBackwards"), stateful: flag(layer, "Stateful"), zero: flag(layer, "ZeroOutputForMask"),
	}, in)
}
