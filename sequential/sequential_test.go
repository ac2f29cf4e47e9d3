package sequential_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func made(t *testing.T, ls ...layers.Layer) *sequential.Model {
	t.Helper()
	m, err := sequential.New(ls...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// built reports whether the weights are there.
func built(m *sequential.Model) bool { return m.Graph() != nil }

func TestAddAndPop(t *testing.T) {
	m := made(t, &layers.Input{Shape: graph.Shape{4}}, &layers.Dense{Units: 3})
	if err := m.Add(&layers.Dense{Units: 2}, &layers.Dense{Units: 1}); err != nil {
		t.Fatal(err)
	}
	if got := m.Outputs()[0].Shape(); !got.Equal(graph.Shape{graph.None, 1}) {
		t.Errorf("output %v", got)
	}
	kernel := m.Params()[0].Value()
	if err := m.Pop(); err != nil {
		t.Fatal(err)
	}
	if got := m.Outputs()[0].Shape(); !got.Equal(graph.Shape{graph.None, 2}) || len(m.Params()) != 4 {
		t.Errorf("after Pop: output %v, %d weights", got, len(m.Params()))
	}
	if !slices.Equal(data.Float64s(m.Params()[0].Value()), data.Float64s(kernel)) {
		t.Error("Pop changed the weights of layers that stay")
	}
	for range 2 {
		if err := m.Pop(); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Pop(); err == nil || !strings.Contains(err.Error(), "no layer to pop") {
		t.Error(err)
	}
}

func TestMistakesLeaveTheModel(t *testing.T) {
	d := &layers.Dense{Units: 3, Name: "d"}
	m := made(t, &layers.Input{Shape: graph.Shape{4}}, d)
	for _, c := range []struct {
		l    layers.Layer
		want string
	}{
		{nil, "layer 0 is nil"},
		{&layers.Input{Shape: graph.Shape{4}}, "an Input stands first"},
		{d, "is in the model already"},
		{&layers.Conv2D{Filters: 1, KernelSize: [2]int{3, 3}}, "Conv2D"},
		{&layers.Dense{}, "Units"},
	} {
		if err := m.Add(c.l); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if len(m.Layers()) != 1 || len(m.Params()) != 2 {
			t.Fatalf("after the mistake %q there are %d layers", c.want, len(m.Layers()))
		}
	}
}

func TestDeferred(t *testing.T) {
	layersOf := func() []layers.Layer {
		return []layers.Layer{&layers.Dense{Units: 3, Activation: "tanh"}, &layers.Dense{Units: 1}}
	}
	x := [][]float32{{1, 2, 3, 4}, {0, 1, 0, 1}, {2, 0, 2, 0}}
	given := made(t, append([]layers.Layer{&layers.Input{Shape: graph.Shape{4}}}, layersOf()...)...)
	want, err := given.Predict(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	for name, build := range map[string]func(m *sequential.Model) error{
		"Build":   func(m *sequential.Model) error { return m.Build(graph.None, 4) },
		"Predict": func(*sequential.Model) error { return nil },
		"Fit": func(m *sequential.Model) error {
			if err := m.Compile(train.Config{Optimizer: "sgd", Loss: "mse"}); err != nil {
				return err
			}
			_, err := m.Fit(context.Background(), data.Arrays{X: x, Y: []float32{0, 1, 0}}, train.FitOptions{Verbose: train.Silent})
			if err == nil {
				err = m.Init(0)
			}
			return err
		},
	} {
		m := made(t, layersOf()...)
		if built(m) || len(m.Params()) != 0 {
			t.Fatalf("%s: built before it knows its input", name)
		}
		if err := build(m); err != nil {
			t.Fatal(name, err)
		}
		got, err := m.Predict(context.Background(), x)
		if err != nil {
			t.Fatal(name, err)
		}
		if !slices.Equal(data.Float64s(got), data.Float64s(want)) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestUnbuiltIsAnError(t *testing.T) {
	m := made(t, &layers.Dense{Units: 3})
	for _, err := range []error{m.Save("m.keras"), m.SaveWeights("m.weights.h5"), m.Build()} {
		if err == nil {
			t.Error("an unbuilt model was saved, or built for no shape")
		}
	}
}

func TestClone(t *testing.T) {
	m := made(t, &layers.Input{Shape: graph.Shape{4}}, &layers.Dense{Units: 3}, &layers.Dense{Units: 1})
	if err := m.Init(4); err != nil {
		t.Fatal(err)
	}
	c, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if c.Params()[0] == m.Params()[0] || slices.Equal(data.Float64s(c.Weights()[0]), data.Float64s(m.Weights()[0])) {
		t.Error("the clone has the model's weights, not those of seed 0")
	}
	if err := c.Add(&layers.Dense{Units: 2}); err != nil {
		t.Fatal(err)
	}
	if len(m.Layers()) != 2 {
		t.Error("adding to the clone changed the model")
	}
}

func TestInsideAnother(t *testing.T) {
	inner := made(t, &layers.Dense{Units: 3})
	m := made(t, &layers.Input{Shape: graph.Shape{4}}, inner, &layers.Dense{Units: 1})
	if len(m.Params()) != 4 || !built(inner) {
		t.Errorf("%d weights, inner model built: %v", len(m.Params()), built(inner))
	}
}
