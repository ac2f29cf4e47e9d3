package functional_test

import (
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// encoder is a model for sequences that respects masks and behaves otherwise in training.
func encoder(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("encoder")
	x := functional.Input(g, "steps", graph.Shape{5, 3})
	h := functional.Call(&layers.Dropout{Rate: 0.5}, x)
	return made(t, graph.Nodes{x}, graph.Nodes{functional.Call(&layers.LSTM{Units: 4}, h)})
}

func TestModelAsLayer(t *testing.T) {
	inner := twoTasks(t)
	g := graph.New("outer")
	p, q := functional.Input(g, "p", graph.Shape{3}), functional.Input(g, "q", graph.Shape{3})
	one, two := functional.CallN(inner, p, q), functional.CallN(inner, q, p)
	m := made(t, graph.Nodes{p, q}, graph.Nodes{ops.Sub(one[0], two[0]).Named("difference")})
	x := rows(4, 3)
	y := slices.Clone(x)
	slices.Reverse(y)
	a, b := predict(t, inner, []any{x, y}), predict(t, inner, []any{y, x})
	want := make([]float64, 4)
	for i := range want {
		want[i] = a[i] - b[i]
	}
	same(t, "called twice", predict(t, m, []any{x, y}), want)
	if got := len(m.Params()); got != len(inner.Params()) {
		t.Errorf("%d weights, want those of the inner model once, %d", got, len(inner.Params()))
	}
	if got := len(functional.Calls(g, inner)); got != 2 {
		t.Errorf("%d calls", got)
	}
}

// TestMaskEntersInnerModel calls a model on masked steps: they do not count, as if its layers were called here.
func TestMaskEntersInnerModel(t *testing.T) {
	inner := encoder(t)
	g := graph.New("outer")
	x := functional.Input(g, "x", graph.Shape{5, 3})
	masked := functional.Call(&layers.Masking{}, x)
	m := made(t, graph.Nodes{x}, graph.Nodes{functional.Call(inner, masked)})
	lstm := inner.Layers()[2]
	direct := made(t, graph.Nodes{x}, graph.Nodes{functional.Call(lstm, masked)})
	in := [][][]float32{{{1, 2, 3}, {0, 1, 0}, {2, 2, 1}, {0, 0, 0}, {0, 0, 0}}, {{1, 0, 1}, {0, 0, 0}, {1, 1, 1}, {3, 2, 1}, {0, 0, 0}}}
	got := predict(t, m, in)
	same(t, "masked", got, predict(t, direct, in))
	if near(got, predict(t, inner, in), 1e-6) == nil {
		t.Error("the mask changes nothing")
	}
}

// TestFixedModeOfInnerModel trains nothing: an inner model called with training=true drops in inference too.
func TestFixedModeOfInnerModel(t *testing.T) {
	inner := encoder(t)
	training := true
	g := graph.New("outer")
	x := functional.Input(g, "x", graph.Shape{5, 3})
	out := functional.CallArgs(inner, layers.Args{Inputs: graph.Nodes{x}, Training: &training})
	m := made(t, graph.Nodes{x}, graph.Nodes{out[0]})
	in := [][][]float32{rows(5, 3)}
	if near(predict(t, m, in), predict(t, inner, in), 1e-6) == nil {
		t.Error("nothing was dropped")
	}
	off := false
	out = functional.CallArgs(inner, layers.Args{Inputs: graph.Nodes{x}, Training: &off})
	same(t, "inference", predict(t, made(t, graph.Nodes{x}, graph.Nodes{out[0]}), in), predict(t, inner, in))
}

func TestThreeLevels(t *testing.T) {
	level := encoder(t)
	for range 2 {
		g := graph.New("level")
		x := functional.Input(g, "x", graph.Shape{5, 3})
		level = made(t, graph.Nodes{x}, graph.Nodes{functional.Call(&layers.Dense{Units: 4}, functional.Call(level, x))})
	}
	c, err := level.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetWeights(level.Weights()); err != nil {
		t.Fatal(err)
	}
	in := [][][]float32{rows(5, 3)}
	same(t, "clone", predict(t, c, in), predict(t, level, in))
	if got := len(level.Params()); got != 3+2+2 {
		t.Errorf("%d weights", got)
	}
}
