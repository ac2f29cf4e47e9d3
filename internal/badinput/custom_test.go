package badinput_test

import (
	"errors"
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// custom is a user's layer that does what f says.
type custom struct {
	f func(c *layers.Context, in graph.Nodes) *graph.Node `keras:"-"`
	layers.Base
}

func (l *custom) Call(c *layers.Context, in ...*graph.Node) *graph.Node { return l.f(c, in) }

// many is a user's layer of two outputs that returns as many as it likes.
type many struct {
	n int `keras:"-"`
	layers.Base
}

func (l *many) Call(c *layers.Context, in ...*graph.Node) *graph.Node { return l.CallN(c, in...)[0] }

func (l *many) CallN(_ *layers.Context, in ...*graph.Node) graph.Nodes {
	out := make(graph.Nodes, l.n)
	for i := range out {
		out[i] = in[0]
	}
	return out
}

func (l *many) NumOutputs(layers.Args) int { return 2 }

func user(f func(c *layers.Context, in graph.Nodes) *graph.Node) func(t *testing.T) error {
	return on(&custom{f: f}, 4)
}

var customMistakes = []mistake{
	{"a panic", []string{"layer custom", "index out of range", "custom_test.go:N"}, user(func(_ *layers.Context, in graph.Nodes) *graph.Node { return in[1] })},
	{"a nil result", []string{"layer custom", "nil"}, user(func(*layers.Context, graph.Nodes) *graph.Node { return nil })},
	{"a node of another graph", []string{"layer custom", "graph"}, user(func(*layers.Context, graph.Nodes) *graph.Node {
		return functional.Input(graph.New("other"), "z", graph.Shape{4})
	})},
	{"too few outputs", []string{"layer many", "1 outputs", "2"}, func(t *testing.T) error {
		x := functional.Input(graph.New("net"), "x", graph.Shape{4})
		out := functional.CallN(&many{n: 1}, x)
		if len(out) != 2 {
			t.Errorf("%d poisoned outputs, want 2", len(out))
		}
		_, err := functional.New(graph.Nodes{x}, out)
		return err
	}},
	{"too many outputs", []string{"layer many", "3 outputs", "2"}, on(&many{n: 3}, 4)},
	{"no outputs", []string{"layer many", "0 outputs"}, on(&many{}, 4)},
	{"a mistake in an operation", []string{"custom_test.go:N", "layer custom", "matmul of (?, 4) and (3, 2)"},
		user(func(c *layers.Context, in graph.Nodes) *graph.Node {
			return ops.MatMul(in[0], c.Param("kernel", layers.Weight{Shape: graph.Shape{3, 2}}))
		})},
	{"an error of its own", []string{"layer custom", "4 is odd"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		return c.Errorf("the number of features, %d is odd", in[0].Shape().Dim(-1))
	})},
	{"a failure of its own", []string{"layer custom", "no luck"}, user(func(c *layers.Context, _ graph.Nodes) *graph.Node { return c.Fail(errors.New("no luck")) })},
	{"one parameter of two shapes", []string{"weight w", "(4,)", "(5,)"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		c.Param("w", layers.Weight{Shape: graph.Shape{4}})
		return ops.Add(in[0], ops.Sum(c.Param("w", layers.Weight{Shape: graph.Shape{5}})))
	})},
	{"a parameter of an unknown size", []string{"weight w", "(None, 4)"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		return ops.Add(in[0], c.Param("w", layers.Weight{Shape: in[0].Shape()}))
	})},
	{"a parameter without a name", []string{"name"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		return ops.Add(in[0], c.Param("", layers.Weight{Shape: graph.Shape{4}}))
	})},
	{"an update of another shape", []string{"total", "(4,)", "()"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		total := c.Param("total", layers.Weight{Shape: graph.Shape{}, NonTrainable: true, Initializer: "zeros"})
		c.Update(total, ops.Add(total, ops.Sum(in[0], 0)))
		return in[0]
	})},
	{"an update of what is no parameter", []string{"no weight", "Param"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		c.Update(in[0], ops.Add(in[0], 1))
		return in[0]
	})},
	{"an update of nil", []string{"nil"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		c.Update(nil, nil)
		return in[0]
	})},
	{"a nil loss", []string{"nil"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node {
		c.AddLoss(nil)
		return in[0]
	})},
	{"a nil inner layer", []string{"layer custom", "nil"}, user(func(c *layers.Context, in graph.Nodes) *graph.Node { return c.Call("inner", nil, in[0]) })},
	{"a function of a Lambda that panics", []string{"layer lambda", "too bad"}, on(&layers.Lambda{Function: func(x *graph.Node) *graph.Node { panic("too bad") }}, 4)},
}
