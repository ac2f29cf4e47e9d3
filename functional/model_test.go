package functional_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/train"
)

// twoTasks has two inputs and two outputs, and a layer that is called twice.
func twoTasks(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("tasks")
	a := functional.Input(g, "a", graph.Shape{3})
	b := functional.Input(g, "b", graph.Shape{3})
	shared := &layers.Dense{Units: 4, Activation: "tanh", Name: "shared"}
	both := functional.Call(&layers.Concatenate{}, functional.Call(shared, a), functional.Call(shared, b))
	return made(t, graph.Nodes{a, b}, graph.Nodes{
		functional.Call(&layers.Dense{Units: 1, Name: "score"}, both),
		functional.Call(&layers.Dense{Units: 2, Activation: "softmax", Name: "class"}, both),
	})
}

func made(t *testing.T, inputs, outputs graph.Nodes) *functional.Model {
	t.Helper()
	m, err := functional.New(inputs, outputs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rows are n samples of width w with different values.
func rows(n, w int) [][]float32 {
	out := make([][]float32, n)
	for i := range out {
		out[i] = make([]float32, w)
		for j := range w {
			out[i][j] = float32((i*7+j*3)%11)/11 - 0.4
		}
	}
	return out
}

// predict returns the values of the outputs one after the other.
func predict(t *testing.T, m *functional.Model, x any) []float64 {
	t.Helper()
	out, err := m.PredictOnBatch(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, d := range out {
		all = append(all, data.Float64s(d)...)
	}
	return all
}

func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if err := near(got, want, 1e-6); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestSeveralInputsAndOutputs(t *testing.T) {
	m := twoTasks(t)
	if got := m.OutputNames(); !slices.Equal(got, []string{"score", "class"}) {
		t.Errorf("outputs %v", got)
	}
	var names []string
	for _, p := range m.Params() {
		names = append(names, p.Path())
	}
	want := []string{"shared/kernel", "shared/bias", "score/kernel", "score/bias", "class/kernel", "class/bias"}
	if !slices.Equal(names, want) {
		t.Errorf("weights %v, want %v", names, want)
	}
	if got := m.CountParams(); got != 3*4+4+8+1+16+2 {
		t.Errorf("%d parameters", got)
	}
	byName, err := m.PredictNamed(context.Background(), map[string]any{"b": rows(5, 3), "a": rows(5, 3)})
	if err != nil {
		t.Fatal(err)
	}
	inOrder := predict(t, m, []any{rows(5, 3), rows(5, 3)})
	same(t, "by name", append(data.Float64s(byName["score"]), data.Float64s(byName["class"])...), inOrder)
	if err := m.Compile(train.Config{Optimizer: "sgd", Loss: train.ByOutput{"score": "mse", "class": "sparse_categorical_crossentropy"}}); err != nil {
		t.Fatal(err)
	}
	logs, err := m.TrainOnBatch(context.Background(), data.Batch{X: []any{rows(5, 3), rows(5, 3)}, Y: []any{rows(5, 1), []int{0, 1, 0, 1, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := logs["score_loss"]; !ok || len(logs) != 3 {
		t.Errorf("logs %v", logs)
	}
}

func TestSharedLayer(t *testing.T) {
	m := twoTasks(t)
	l, err := m.Layer("shared")
	if err != nil {
		t.Fatal(err)
	}
	if calls := functional.Calls(m.Graph(), l); len(calls) != 2 || calls[1].Inputs[0].Name() != "b" {
		t.Errorf("calls %v", calls)
	}
	if _, err := functional.OutputOf(m.Graph(), l); err == nil || !strings.Contains(err.Error(), "shared was called 2 times") {
		t.Error(err)
	}
	one, err := m.Layer("score")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := functional.OutputOf(m.Graph(), one); err != nil || n != m.Outputs()[0] {
		t.Error(n, err)
	}
	if _, err := m.Layer("scor"); err == nil || !strings.Contains(err.Error(), `did you mean "score"`) {
		t.Error(err)
	}
}

// TestCutAnywhere makes models of parts of a graph: their weights are the same ones.
func TestCutAnywhere(t *testing.T) {
	g := graph.New("whole")
	x := functional.Input(g, "x", graph.Shape{3})
	hidden := functional.Call(&layers.Dense{Units: 4, Activation: "relu"}, x)
	y := functional.Call(&layers.Dense{Units: 2}, hidden)
	whole := made(t, graph.Nodes{x}, graph.Nodes{y})
	front := made(t, graph.Nodes{x}, graph.Nodes{hidden})
	back := made(t, graph.Nodes{hidden}, graph.Nodes{y})
	h, err := front.Predict(context.Background(), rows(4, 3))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "front then back", predict(t, back, h), predict(t, whole, rows(4, 3)))
	if back.Params()[0] != whole.Params()[2] {
		t.Error("the parts have weights of their own")
	}
	if got := len(back.Layers()); got != 2 { // the cut stands for an Input
		t.Errorf("%d layers", got)
	}
}

func TestOperationsBetweenLayers(t *testing.T) {
	g := graph.New("ops")
	x := functional.Input(g, "x", graph.Shape{3})
	y := ops.Add(ops.Mul(functional.Call(&layers.Dense{Units: 3}, x), 2), x)
	m := made(t, graph.Nodes{x}, graph.Nodes{y.Named("sum")})
	if got := m.OutputNames(); !slices.Equal(got, []string{"sum"}) {
		t.Errorf("outputs %v", got)
	}
	c, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetWeights(m.Weights()); err != nil {
		t.Fatal(err)
	}
	same(t, "clone", predict(t, c, rows(2, 3)), predict(t, m, rows(2, 3)))
}

func TestCloneAndInit(t *testing.T) {
	m := twoTasks(t)
	x := []any{rows(3, 3), rows(3, 3)}
	fresh := predict(t, m, x)
	if err := m.Init(7); err != nil {
		t.Fatal(err)
	}
	other := predict(t, m, x)
	if near(other, fresh, 1e-6) == nil {
		t.Error("another seed gives the same weights")
	}
	c, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "a clone has the weights of seed 0", predict(t, c, x), fresh)
	if c.Name() != m.Name() || len(c.Layers()) != len(m.Layers()) || c.Params()[0] == m.Params()[0] {
		t.Errorf("clone %s with %d layers", c.Name(), len(c.Layers()))
	}
	if err := c.SetWeights(m.Weights()); err != nil {
		t.Fatal(err)
	}
	same(t, "weights handed over", predict(t, c, x), other)
	if err := c.SetWeights(m.Weights()[1:]); err == nil || !strings.Contains(err.Error(), "has 6 weights, got 5") {
		t.Error(err)
	}
	w := m.Weights()
	w[0], w[2] = w[2], w[0]
	if err := c.SetWeights(w); err == nil || !strings.Contains(err.Error(), "weight 0 (shared/kernel) has the shape (3, 4), got (8, 1)") {
		t.Error(err)
	}
}

func TestSetTrainableReachesInnerLayers(t *testing.T) {
	inner := twoTasks(t)
	g := graph.New("outer")
	a := functional.Input(g, "p", graph.Shape{3})
	out := functional.CallN(inner, a, a)
	m := made(t, graph.Nodes{a}, graph.Nodes{functional.Call(&layers.Dense{Units: 1}, out[0])})
	m.SetTrainable(false)
	if n := len(m.TrainableParams()); n != 0 {
		t.Errorf("%d trainable weights", n)
	}
	m.SetTrainable(true)
	if n := len(m.TrainableParams()); n != 8 {
		t.Errorf("%d trainable weights, want the inner model's 6 and 2", n)
	}
}

func TestMistakes(t *testing.T) {
	g := graph.New("g")
	x, z := functional.Input(g, "x", graph.Shape{3}), functional.Input(g, "z", graph.Shape{3})
	y := functional.Call(&layers.Dense{Units: 2, Name: "y"}, x)
	sum := functional.Call(&layers.Add{Name: "sum"}, y, functional.Call(&layers.Dense{Units: 2}, z))
	other := functional.Input(graph.New("other"), "o", graph.Shape{3})
	for _, c := range []struct {
		in, out graph.Nodes
		want    string
	}{
		{graph.Nodes{x}, nil, "a model needs at least one output"},
		{graph.Nodes{x}, graph.Nodes{sum}, "the graph is disconnected: the outputs need the input z"},
		{graph.Nodes{x, x}, graph.Nodes{y}, "input x is listed twice"},
		{graph.Nodes{x}, graph.Nodes{y, y}, `outputs 0 and 1 are both named "y": name them by Node.Named`},
		{graph.Nodes{x, other}, graph.Nodes{y}, `node o is of graph "other", x of "g": a model's nodes are of one graph`},
		{graph.Nodes{nil}, graph.Nodes{y}, "nil"},
	} {
		_, err := functional.New(c.in, c.out)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	functional.Call(&layers.Dense{Name: "bad"}, x)
	if _, err := functional.New(graph.Nodes{x}, graph.Nodes{y}); err == nil || !strings.Contains(err.Error(), "bad") {
		t.Errorf("a mistake in the graph: %v", err)
	}
}
