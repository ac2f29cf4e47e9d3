package layers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

func TestNormalizations(t *testing.T) {
	x := graph.Shape{3, 4, 6}
	for name, test := range map[string]struct {
		layer   Layer
		weights []string
	}{
		"BatchNormalization":              {&BatchNormalization{}, []string{"gamma (6,)", "beta (6,)", "moving_mean (6,)", "moving_variance (6,)"}},
		"BatchNormalization along axis 1": {&BatchNormalization{Axis: 1, NoCenter: true}, []string{"gamma (4,)", "moving_mean (4,)", "moving_variance (4,)"}},
		"BatchNormalization, renormalized": {&BatchNormalization{Renorm: true, RenormClipping: map[string]float64{"rmax": 2, "rmin": 0.5, "dmax": 1}},
			[]string{"gamma (6,)", "beta (6,)", "moving_mean (6,)", "moving_variance (6,)", "moving_stddev (6,)", "renorm_mean (6,)", "renorm_stddev (6,)"}},
		"LayerNormalization":      {&LayerNormalization{}, []string{"gamma (6,)", "beta (6,)"}},
		"LayerNormalization, two": {&LayerNormalization{Axis: []int{-2, -1}, NoCenter: true}, []string{"gamma (4, 6)"}},
		"RMSNormalization":        {&RMSNormalization{}, []string{"scale (6,)"}},
		"UnitNormalization":       {&UnitNormalization{Axis: 1}, nil},
		"GroupNormalization":      {&GroupNormalization{Groups: 2}, []string{"gamma (6,)", "beta (6,)"}},
		"GroupNormalization, one": {&GroupNormalization{Groups: -1, Axis: 1}, []string{"gamma (4,)", "beta (4,)"}},
		"Normalization":           {&Normalization{}, []string{"mean (6,)", "variance (6,)", "count ()"}},
		"Normalization, given":    {&Normalization{Axis: []int{}, Mean: 1.5, Variance: 4.0, Invert: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: shapes{x}, Output: x, Weights: test.weights, NoTraining: name == "BatchNormalization, renormalized"})
		})
	}
	layertest.Run(t, &SpectralNormalization{Layer: &Dense{Units: 2}}, layertest.Case{
		Inputs: shapes{{3, 4}}, Output: graph.Shape{3, 2}, Weights: []string{"kernel (4, 2)", "vector_u (1, 2)", "bias (2,)"}, NoTraining: true,
	})
}

func TestNormalizationErrors(t *testing.T) {
	x := graph.Shape{3, 4, 6}
	layertest.Fails(t, &BatchNormalization{Axis: 3}, "Axis is 3", x)
	layertest.Fails(t, &BatchNormalization{Synchronized: true}, "Synchronized", x)
	layertest.Fails(t, &LayerNormalization{Axis: "last one"}, "last one", x)
	layertest.Fails(t, &GroupNormalization{Groups: 4}, "into 4 groups", x)
	layertest.Fails(t, &GroupNormalization{Axis: -3}, "Axis is -3", x)
	layertest.Fails(t, &Normalization{Mean: 1.0}, "give both or none", x)
	layertest.Fails(t, &Normalization{Mean: []float64{1, 2}, Variance: []float64{1, 2}, Axis: []int{}}, "more axes than Axis", x)
	layertest.Fails(t, &SpectralNormalization{}, "Layer is not set", x)
	layertest.Fails(t, &SpectralNormalization{Layer: &Identity{}}, "no weight named kernel", x)
}

// TestBatchNormalization follows a layer that is called twice through a training step, and a frozen one.
func TestBatchNormalization(t *testing.T) {
	l := &BatchNormalization{Momentum: 0.5, Epsilon: graph.Zero}
	g := graph.New("test")
	x := g.Input("x", graph.Shape{2, 1})
	y := Call(l, Call(l, x))
	mean, variance := l.Params()[2], l.Params()[3]
	values := [][]float32{{1}, {5}}
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, true, values)
	if want := []float32{-1, 1}; !equal(got[0], want) {
		t.Errorf("in training: got %v, want %v", got[0], want)
	}
	// The first call leaves 0.5·0 + 0.5·3 and 0.5·1 + 0.5·4, the second halves the way to 0 and 1.
	if m, v := mean.Value().Data().([]float32)[0], variance.Value().Data().([]float32)[0]; m != 0.75 || v != 1.75 {
		t.Errorf("the moving averages are %v and %v, want 0.75 and 1.75", m, v)
	}
	if err := mean.SetValue([]float32{1}); err != nil {
		t.Fatal(err)
	}
	if err := variance.SetValue([]float32{4}); err != nil {
		t.Fatal(err)
	}
	l.SetTrainable(false)
	got = evaluate(t, graph.Nodes{x}, graph.Nodes{y}, true, values)
	if want := []float32{-0.5, 0.5}; !equal(got[0], want) {
		t.Errorf("frozen: got %v, want %v", got[0], want)
	}
	if m := mean.Value().Data().([]float32)[0]; m != 1 {
		t.Errorf("a frozen layer changes its moving mean to %v", m)
	}
}

func TestNormalizationAdapt(t *testing.T) {
	d := data.Arrays{X: [][]float64{{1, 10}, {3, 10}, {5, 40}}}
	for _, early := range []bool{true, false} {
		l := &Normalization{}
		adapt := func() {
			if err := l.Adapt(context.Background(), data.Map(d, func(b data.Batch) (data.Batch, error) { return b, nil })); err != nil {
				t.Fatal(err)
			}
		}
		if early {
			adapt()
		}
		g := graph.New("test")
		x := g.Input("x", graph.Shape{graph.None, 2})
		y := Call(l, x)
		if !early {
			adapt()
		}
		got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, false, [][]float32{{3, 20}, {5, 10}})
		if want := []float32{0, 0, 1.2247449, -0.70710678}; !equal(got[0], want) {
			t.Errorf("adapted first: %v: got %v, want %v", early, got[0], want)
		}
	}
	if err := (&Normalization{Mean: 1.0, Variance: 1.0}).Adapt(context.Background(), d); err == nil {
		t.Error("adapting a layer with a given mean is no error")
	}
	if err := (&Normalization{Axis: 2}).Adapt(context.Background(), d); err == nil || !strings.Contains(err.Error(), "Axis is 2") {
		t.Errorf("an axis that the data lacks: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := (&Normalization{}).Adapt(ctx, d); err == nil {
		t.Error("a cancelled context is no error")
	}
}

func TestSpectralNormalization(t *testing.T) {
	l := &SpectralNormalization{Layer: &Dense{Units: 2, NoBias: true}, PowerIterations: 30}
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 2})
	y := Call(l, x)
	kernel := l.Params()[0]
	if err := kernel.SetValue([][]float32{{3, 0}, {0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := l.Params()[1].SetValue([][]float32{{1, 1}}); err != nil {
		t.Fatal(err)
	}
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, true, [][]float32{{3, 3}})
	if want := []float32{3, 1}; !equal(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
	if k := kernel.Value().Data().([]float32); !equal(k, []float32{1, 0, 0, 1. / 3}) {
		t.Errorf("the kernel is %v, want it divided by 3", k)
	}
}
