package badinput_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/sequential"
)

// stack makes a Sequential.
func stack(ls ...layers.Layer) func(t *testing.T) error {
	return func(*testing.T) error {
		_, err := sequential.New(ls...)
		return err
	}
}

// net makes a model of what build returns for an input "x" of (None, 4).
func net(build func(x *graph.Node) (in, out graph.Nodes)) func(t *testing.T) error {
	return func(*testing.T) error {
		x := functional.Input(graph.New("net"), "x", graph.Shape{4})
		in, out := build(x)
		_, err := functional.New(in, out)
		return err
	}
}

// chain makes a model of one input and one output.
func chain(build func(x *graph.Node) *graph.Node) func(t *testing.T) error {
	return net(func(x *graph.Node) (in, out graph.Nodes) { return graph.Nodes{x}, graph.Nodes{build(x)} })
}

func four(units int) *layers.Dense { return &layers.Dense{Units: units} }

var modelMistakes = []mistake{
	{"wrong rank in a stack", []string{"models_test.go:N", "layer conv2d", "Conv2D", "(None, 28, 28)"},
		stack(&layers.Input{Shape: []int{28, 28}}, &layers.Conv2D{Filters: 8, KernelSize: [2]int{3, 3}}, &layers.Flatten{})},
	{"two layers of one name", []string{`"block"`, "Dense"},
		stack(&layers.Input{Shape: []int{4}}, &layers.Dense{Units: 2, Name: "block"}, &layers.Dense{Units: 2, Name: "block"})},
	{"a nil layer in a stack", []string{"layer 1", "nil"}, stack(&layers.Input{Shape: []int{4}}, nil, four(2))},
	{"a nil pointer to a layer", []string{"nil"}, stack(&layers.Input{Shape: []int{4}}, (*layers.Dense)(nil))},
	{"a second input in a stack", []string{"Input"}, stack(&layers.Input{Shape: []int{4}}, four(2), &layers.Input{Shape: []int{2}})},
	{"one layer twice in a stack", []string{"Dense"}, func(t *testing.T) error {
		l := four(4)
		return stack(&layers.Input{Shape: []int{4}}, l, l)(t)
	}},
	{"pop of an empty model", []string{"no layer"}, func(t *testing.T) error {
		m, err := sequential.New()
		if err != nil {
			return err
		}
		return m.Pop()
	}},
	{"add of a layer that does not fit", []string{"(None, 2)"}, func(t *testing.T) error {
		m := small(t)
		n := len(m.Layers())
		err := m.Add(&layers.LSTM{Units: 3})
		if len(m.Layers()) != n {
			t.Errorf("%d layers after the failed Add, %d before", len(m.Layers()), n)
		}
		if _, err := m.Predict(ctx, [][]float32{{1, 2, 3}}); err != nil {
			t.Errorf("the model is broken by the failed Add: %v", err)
		}
		return err
	}},
	{"build of a built model", []string{"(None, 5)", "(None, 3)"}, func(t *testing.T) error { return small(t).Build(graph.None, 5) }},
	{"build without a batch axis", nil, func(t *testing.T) error {
		m, err := sequential.New(four(2))
		if err != nil {
			t.Fatal(err)
		}
		return m.Build()
	}},
	{"a negative size of an input", []string{"-3"}, stack(&layers.Input{Shape: []int{-3}}, four(2))},
	{"saving the weights of a model that has none yet", []string{"built"}, func(t *testing.T) error {
		m, err := sequential.New(four(2))
		if err != nil {
			t.Fatal(err)
		}
		return m.SaveWeights(t.TempDir() + "/m.weights.h5")
	}},
	{"no outputs", []string{"at least one output"}, net(func(x *graph.Node) (in, out graph.Nodes) { return graph.Nodes{x}, nil })},
	{"no inputs", []string{"disconnected", "x"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		return nil, graph.Nodes{functional.Call(four(2), x)}
	})},
	{"a disconnected input", []string{"disconnected", "y", "dense_1"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		y := functional.Input(x.Graph(), "y", graph.Shape{4})
		return graph.Nodes{x}, graph.Nodes{functional.Call(four(2), functional.Call(&layers.Add{}, functional.Call(four(4), x), functional.Call(four(4), y)))}
	})},
	{"a nil output", []string{"nil"}, net(func(x *graph.Node) (in, out graph.Nodes) { return graph.Nodes{x}, graph.Nodes{nil} })},
	{"a nil input", []string{"nil"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		return graph.Nodes{nil}, graph.Nodes{functional.Call(four(1), x)}
	})},
	{"one input twice", []string{"x", "twice"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		return graph.Nodes{x, x}, graph.Nodes{functional.Call(four(1), x)}
	})},
	{"two outputs of one name", []string{`"dense"`, "Named"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		d := four(4)
		y := functional.Call(d, x)
		return graph.Nodes{x}, graph.Nodes{y, functional.Call(d, y)}
	})},
	{"nodes of two graphs in a model", []string{`"net"`, `"other"`}, net(func(x *graph.Node) (in, out graph.Nodes) {
		return graph.Nodes{x}, graph.Nodes{functional.Call(four(1), functional.Input(graph.New("other"), "z", graph.Shape{4}))}
	})},
	{"nodes of two graphs in an operation", []string{`"net"`, `"other"`}, chain(func(x *graph.Node) *graph.Node {
		return ops.Add(x, functional.Input(graph.New("other"), "z", graph.Shape{4}))
	})},
	{"nodes of two graphs in a layer", []string{`"net"`, `"other"`}, chain(func(x *graph.Node) *graph.Node {
		return functional.Call(&layers.Add{}, x, functional.Input(graph.New("other"), "z", graph.Shape{4}))
	})},
	{"a layer called on nil", []string{"Dense", "nil"}, chain(func(x *graph.Node) *graph.Node { return functional.Call(four(1), nil) })},
	{"a layer called on nothing", []string{"Dense", "no inputs"}, chain(func(x *graph.Node) *graph.Node { return functional.Call(four(1)) })},
	{"a nil layer called", []string{"nil"}, chain(func(x *graph.Node) *graph.Node { return functional.Call(nil, x) })},
	{"a nil layer in a chain", []string{"nil"}, chain(func(x *graph.Node) *graph.Node { return functional.Chain(x, four(1), nil, four(2)) })},
	{"a shared layer that does not fit", []string{"dense", "(4, 2)", "(2, 2)", "shared"}, chain(func(x *graph.Node) *graph.Node {
		l := &layers.Dense{Units: 2, Name: "dense"}
		return functional.Call(l, functional.Call(l, x))
	})},
	{"an input in a nil graph", []string{"nil"}, func(*testing.T) error {
		x := functional.Input(nil, "x", graph.Shape{4})
		_, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(four(1), x)})
		return err
	}},
	{"two inputs of one name", []string{`"x"`}, net(func(x *graph.Node) (in, out graph.Nodes) {
		y := functional.Input(x.Graph(), "x", graph.Shape{4})
		return graph.Nodes{x, y}, graph.Nodes{functional.Call(&layers.Add{}, x, y)}
	})},
	{"an unknown dtype of an input", []string{`"float23"`, `"float32"`}, func(*testing.T) error {
		x := functional.Input(graph.New("g"), "x", graph.Shape{4}, "float23")
		_, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(four(1), x)})
		return err
	}},
	{"a cycle", []string{"layer sequential"}, func(t *testing.T) error {
		m := small(t)
		return m.Add(m)
	}},
	{"a model called with too few inputs", []string{"2 inputs", "1"}, func(t *testing.T) error {
		m := heads(t)
		x := functional.Input(graph.New("outer"), "x", graph.Shape{3})
		_, err := functional.New(graph.Nodes{x}, functional.CallN(m, x)[:1])
		return err
	}},
	{"a model called on a wrong shape", []string{"layer sequential/hidden", "(3, 4)", "(7, 4)"}, func(t *testing.T) error {
		x := functional.Input(graph.New("outer"), "x", graph.Shape{7})
		_, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(small(t), x)})
		return err
	}},
	{"an unknown layer name", []string{`"hiden"`, `"hidden"`}, func(t *testing.T) error { _, err := small(t).Layer("hiden"); return err }},
	{"the output of a layer that was called twice", []string{"2"}, func(t *testing.T) error {
		g := graph.New("g")
		l := four(4)
		functional.Chain(functional.Input(g, "x", graph.Shape{4}), l, l)
		_, err := functional.OutputOf(g, l)
		return err
	}},
	{"the output of a layer that was not called", []string{"not"}, func(t *testing.T) error {
		_, err := functional.OutputOf(graph.New("g"), four(4))
		return err
	}},
	{"three mistakes at once", []string{"Units", "sum", "conv1d"}, net(func(x *graph.Node) (in, out graph.Nodes) {
		a := functional.Call(&layers.Dense{}, x)
		b := ops.Sum(x, 5)
		c := functional.Call(&layers.Conv1D{Filters: 1, KernelSize: 2}, x)
		return graph.Nodes{x}, graph.Nodes{a, b, c}
	})},
}
