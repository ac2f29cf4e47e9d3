package layers

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// beginner is a cell whose first states are more than zeros of the shapes that it says.
type beginner interface {
	begin(c *Context, x *graph.Node) graph.Nodes
}

// firstStates are the states with which the first step of x: (batch, steps, ...) begins: those given, those kept, or zeros.
func (c *Context) firstStates(r recurrence, cell *Context, x *graph.Node, in []*graph.Node) (states graph.Nodes, zeros bool, err error) {
	shapes := r.cell.StateShapes(withoutSteps(x.Shape()))
	given := slices.Concat(c.args.InitialState, in[1:])
	if len(given) > 0 && len(given) != len(shapes) {
		return nil, false, fmt.Errorf("got %d first states, the cell %s has %d", len(given), ClassName(r.cell), len(shapes))
	}
	if b, ok := r.cell.(beginner); ok {
		states = b.begin(cell, x)
	} else {
		for _, s := range shapes {
			states = append(states, ops.ZerosFrom(x, cell.compute, append([]int{graph.None}, s...), nil))
		}
	}
	if err := states.FirstErr(); err != nil {
		return nil, false, err
	}
	for i, s := range given {
		if !graph.Fits(s.Spec(), graph.Spec{Dtype: s.Dtype(), Shape: states[i].Shape()}) {
			return nil, false, fmt.Errorf("first state %d has the shape %v, want %v", i, s.Shape(), states[i].Shape())
		}
	}
	if r.stateful {
		if err := c.remember(states); err != nil {
			return nil, false, err
		}
	}
	switch {
	case len(given) > 0:
		for i, s := range given {
			states[i] = ops.Cast(s, cell.compute)
		}
	case r.stateful:
		for i := range states {
			states[i] = ops.Cast(c.g.ReadState(c.memory(i)), cell.compute)
		}
	default:
		return states, true, nil
	}
	return states, false, nil
}

// memory is the parameter that keeps state i between calls. As in Keras it counts as no weight of the layer.
func (c *Context) memory(i int) *graph.Param {
	return c.layer.base().own().byName[fmt.Sprintf("rnn_state_%d", i)]
}

// remember makes the parameters that keep states like these, at the first call.
func (c *Context) remember(states graph.Nodes) error {
	for i, n := range states {
		name := fmt.Sprintf("rnn_state_%d", i)
		s := n.Shape()
		if !s.Known() {
			return fmt.Errorf("a stateful layer keeps states of the shape %v: give the input a known batch size, as with g.Input(name, graph.Shape{batch, steps, features})", s)
		}
		byName := c.layer.base().own().byName
		if p := byName[name]; p != nil {
			if !p.Spec().Shape.Equal(s) {
				return fmt.Errorf("the layer keeps states of the shape %v from an earlier call, this one needs %v", p.Spec().Shape, s)
			}
			continue
		}
		p, err := graph.MakeParam(graph.ParamConfig{
			Name: "rnn_state", Path: c.path + "/rnn_state", Spec: graph.Spec{Dtype: c.variable, Shape: s}, NonTrainable: true,
		})
		if err != nil {
			return err
		}
		byName[name] = p
	}
	return nil
}
