package layers_test

import (
	"context"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

func TestPreprocessing(t *testing.T) {
	for name, test := range map[string]struct {
		layer Layer
		dtype graph.Dtype
		in    graph.Shape
		out   graph.Shape
	}{
		"CategoryEncoding":          {&CategoryEncoding{NumTokens: 5}, graph.Int32, graph.Shape{2, 3}, graph.Shape{2, 5}},
		"CategoryEncoding, one hot": {&CategoryEncoding{NumTokens: 5, OutputMode: "one_hot"}, graph.Int32, graph.Shape{2, 1}, graph.Shape{2, 5}},
		"CategoryEncoding, count":   {&CategoryEncoding{NumTokens: 5, OutputMode: "count"}, graph.Int64, graph.Shape{2, 3}, graph.Shape{2, 5}},
		"Discretization":            {&Discretization{BinBoundaries: []float64{-1, 0, 1}}, graph.Float32, graph.Shape{2, 3}, graph.Shape{2, 3}},
		"Discretization, one hot":   {&Discretization{BinBoundaries: []float64{0}, OutputMode: "one_hot"}, graph.Float32, graph.Shape{2, 3}, graph.Shape{2, 3, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: shapes{test.in}, Dtype: test.dtype, Below: 5, Output: test.out, NoTraining: true})
		})
	}
}

func TestPreprocessingErrors(t *testing.T) {
	x := graph.Shape{2, 3}
	layertest.Fails(t, &CategoryEncoding{}, "NumTokens is 0", x)
	layertest.Fails(t, &CategoryEncoding{NumTokens: 2, OutputMode: "counts"}, `OutputMode is "counts"`, x)
	layertest.Fails(t, &CategoryEncoding{NumTokens: 2}, "set it to count", x, x)
	layertest.Fails(t, &Discretization{NumBins: 3}, "call Adapt before", x)
}

func TestCategoryEncodingCounts(t *testing.T) {
	g := graph.New("test")
	x, w := g.Input("x", graph.Shape{1, 3}, graph.Int32), g.Input("w", graph.Shape{1, 3})
	y := Call(&CategoryEncoding{NumTokens: 3, OutputMode: "count"}, x, w)
	got := evaluate(t, graph.Nodes{x, w}, graph.Nodes{y}, false, [][]int{{0, 2, 0}}, [][]float32{{1, 2, 4}})
	if want := []float32{5, 0, 2}; !equal(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
}

func TestDiscretizationAdapt(t *testing.T) {
	values := make([]float64, 100)
	for i := range values {
		values[i] = float64((i * 37) % 100)
	}
	l := &Discretization{NumBins: 4}
	if err := l.Adapt(context.Background(), data.Arrays{X: values}); err != nil {
		t.Fatal(err)
	}
	if b := l.BinBoundaries; len(b) != 3 || b[0] < 20 || b[0] > 28 || b[2] < 70 || b[2] > 78 {
		t.Errorf("the boundaries are %v, want about 24, 49 and 74", b)
	}
	g := graph.New("test")
	x := g.Input("x", graph.Shape{3})
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{ops.Cast(Call(l, x), graph.Float32)}, false, []float32{-5, 50, 1000})
	if want := []float32{0, 2, 3}; !equal(got[0], want) {
		t.Errorf("the bins are %v, want %v", got[0], want)
	}
	if err := (&Discretization{}).Adapt(context.Background(), data.Arrays{X: values}); err == nil {
		t.Error("adapting without NumBins is no error")
	}
}
