package layers

import (
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Cell computes one step of a recurrent layer and owns its weights. Types that embed [Base] need only these two methods.
type Cell interface {
	Part
	// StateShapes are the shapes of the states without their batch axis; in is the shape of one step's input, with it.
	StateShapes(in graph.Shape) []graph.Shape
	// Step computes the output of one step from its input x: (batch, ...) and the states before, and the states after.
	// Weights come from c. It may be called inside the body of a loop.
	Step(c *Context, x *graph.Node, states graph.Nodes) (y *graph.Node, next graph.Nodes)
}

// RNN runs a cell over the steps of sequences. x: (batch, steps, ...) to the output of the last step, (batch, ...), or with
// ReturnSequences to those of all steps, (batch, steps, ...); with ReturnState the states after the last step follow as
// further outputs. First states are zeros, Args.InitialState, or further inputs. A step that the mask (batch, steps) leaves
// out keeps the states and repeats the output before.
// https://keras.io/api/layers/recurrent_layers/rnn
type RNN struct {
	Cell              Cell
	ReturnSequences   bool // all outputs instead of the last one
	ReturnState       bool // the last states as further outputs
	GoBackwards       bool // from the last step to the first; outputs are in the order in which they were computed
	Stateful          bool // a call begins with the states that the one before left; the batch size must be known
	Unroll            bool // says how Keras runs the loop; the results are the same
	ZeroOutputForMask bool // steps that the mask leaves out give zeros
	Name              string
	Base
}

// Call is the first output of CallN.
func (l *RNN) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: x (batch, steps, ...), and optionally first states, to the output and, with ReturnState, the states.
func (l *RNN) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	if l.Cell == nil {
		return poisoned(l.NumOutputs(c.Args()), c.Errorf("Cell is not set"))
	}
	return c.recur(recurrence{
		cell: l.Cell, name: partName(l.Cell), sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards,
		stateful: l.Stateful, zero: l.ZeroOutputForMask,
	}, in)
}

// NumOutputs counts the states with ReturnState.
func (l *RNN) NumOutputs(a Args) int {
	if !l.ReturnState || l.Cell == nil {
		return 1
	}
	return 1 + len(l.Cell.StateShapes(stepShape(a)))
}

// FileName is the name of the cell in Keras's files.
func (l *RNN) FileName(Sub) string { return "cell" }

// stepShape is the shape of one step of the first input, (batch, features) if it is not known.
func stepShape(a Args) graph.Shape {
	if len(a.Inputs) > 0 && a.Inputs[0] != nil {
		if s := a.Inputs[0].Shape(); s.Rank() > 2 {
			return withoutSteps(s)
		}
	}
	return graph.Shape{graph.None, graph.None}
}

// withoutSteps is a shape (batch, steps, ...) without its axis of steps.
func withoutSteps(s graph.Shape) graph.Shape {
	return append(graph.Shape{s[0]}, s[2:]...)
}

// partName is the name of a layer or cell inside another one, as it appears in the paths of weights.
func partName(p Part) string {
	if name := config.NameOf(p); name != "" {
		return name
	}
	return config.Snake(ClassName(p))
}

// own returns the part of the given name inside the layer, making it at the first call.
func own[P Part](c *Context, name string, fresh func() P) P {
	for _, sub := range c.layer.base().own().subs {
		if p, ok := sub.Part.(P); ok && sub.Name == name {
			return p
		}
	}
	p := fresh()
	c.Own(name, p)
	return p
}

// isState reports whether a parameter is the state of a stateful layer.
func isState(name string) bool { return strings.HasPrefix(name, "rnn_state") }

// ResetStates makes stateful layers begin with zeros again: this one and those inside it.
func (b *Base) ResetStates() {
	s := b.own()
	for name, p := range s.byName {
		if isState(name) {
			_ = p.Init(0) // zeros: nothing that could fail
		}
	}
	for _, sub := range s.subs {
		if r, ok := sub.Part.(interface{ ResetStates() }); ok { // a model has a method of its own
			r.ResetStates()
		}
	}
}

func init() { register(&RNN{}) }
