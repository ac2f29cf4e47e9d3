package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

func TestQuantizedWeights(t *testing.T) {
	eight, four, grouped := Base{Dtype: "int8_from_float32"}, Base{Dtype: "int4/-1_from_float32"}, Base{Dtype: "int4/2_from_float32"}
	for name, test := range map[string]struct {
		layer   Layer
		in, out graph.Shape
		dtype   graph.Dtype
		weights []string
	}{
		"Dense, int8":     {&Dense{Units: 3, Base: eight}, graph.Shape{2, 4}, graph.Shape{2, 3}, "", []string{"bias (3,)", "kernel (4, 3)", "kernel_scale (3,)"}},
		"Dense, int4":     {&Dense{Units: 3, NoBias: true, Base: four}, graph.Shape{2, 4}, graph.Shape{2, 3}, "", []string{"kernel (4, 2)", "kernel_scale (3,)"}},
		"Dense, grouped":  {&Dense{Units: 3, NoBias: true, Base: grouped}, graph.Shape{2, 5}, graph.Shape{2, 3}, "", []string{"kernel (5, 2)", "kernel_scale (3, 3)", "kernel_zero (3, 3)", "g_idx (5,)"}},
		"EinsumDense":     {&EinsumDense{Equation: "abc,cde->abde", OutputShape: []int{2, 3, 5}, Base: eight}, graph.Shape{2, 2, 4}, graph.Shape{2, 2, 3, 5}, "", []string{"kernel (4, 3, 5)", "kernel_scale (1, 1, 3, 5)"}},
		"EinsumDense, 4":  {&EinsumDense{Equation: "abc,cde->abde", OutputShape: []int{2, 3, 5}, Base: four}, graph.Shape{2, 2, 4}, graph.Shape{2, 2, 3, 5}, "", []string{"kernel (4, 8)", "kernel_scale (15,)"}},
		"Embedding, int8": {&Embedding{InputDim: 6, OutputDim: 3, Base: eight}, graph.Shape{2, 4}, graph.Shape{2, 4, 3}, graph.Int32, []string{"embeddings (6, 3)", "embeddings_scale (6,)"}},
		"ReversibleEmbedding": {&ReversibleEmbedding{InputDim: 6, OutputDim: 3, NoTieWeights: true, Base: grouped}, graph.Shape{2, 4}, graph.Shape{2, 4, 3}, graph.Int32,
			[]string{"embeddings (6, 2)", "embeddings_scale (6, 2)", "embeddings_zero (6, 2)", "g_idx (3,)", "reverse_embeddings (2, 6)", "reverse_embeddings_scale (2, 6)", "reverse_embeddings_zero (2, 6)"}},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: shapes{test.in}, Dtype: test.dtype, Output: test.out, Weights: test.weights, NoTraining: true})
		})
	}
	layertest.Fails(t, &Dense{Units: 3, Base: Base{Dtype: "int2_from_float32"}}, `mode "int2" is not supported`, graph.Shape{2, 4})
	layertest.Fails(t, &Dense{Units: 3, Base: Base{Dtype: "int4/x_from_float32"}}, `size of a block is "x"`, graph.Shape{2, 4})
	layertest.Fails(t, &Dense{Units: 3, Base: eight}, "last axis must be known", graph.Shape{2, graph.None})
}

// set gives a layer its weights in order.
func set(t *testing.T, l Layer, values ...any) {
	t.Helper()
	for i, v := range values {
		if err := l.Params()[i].SetValue(v); err != nil {
			t.Fatal(err)
		}
	}
}

func TestQuantizedDense(t *testing.T) {
	g := graph.New("test")
	l := &Dense{Units: 1, NoBias: true, Base: Base{Dtype: "int8_from_float32"}}
	x := g.Input("x", graph.Shape{1, 2})
	y := Call(l, x)
	set(t, l, [][]int{{100}, {50}}, []float32{10})
	dx := autodiff.Grad(ops.Sum(y), x)
	// 127 is 2, so 1.003 becomes 64 steps of 2/127.
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y, dx[0]}, false, [][]float32{{2, 1.003}})
	if want := []float32{20 + 5*64*2./127}; !equal(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
	if want := []float32{10, 5}; !equal(got[1], want) {
		t.Errorf("the gradient is %v, want that of the kernel, %v", got[1], want)
	}
}

func TestPackedEmbedding(t *testing.T) {
	for dtype, test := range map[graph.Dtype]struct {
		weights []any
		want    []float32
	}{
		"int4/-1_from_float32": {[]any{[][]int{{0x21, -8}}, []float32{2}}, []float32{0.5, 1, -4}},
		"int4/2_from_float32":  {[]any{[][]int{{0x21, -8}}, [][]float32{{2, 3}}, [][]int{{1, -1}}}, []float32{0, 2, -21}},
	} {
		g := graph.New("test")
		l := &Embedding{InputDim: 1, OutputDim: 3, Base: Base{Dtype: dtype}}
		x := g.Input("x", graph.Shape{1}, graph.Int32)
		y := Call(l, x)
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		set(t, l, test.weights...)
		if got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, false, []int{0}); !equal(got[0], test.want) {
			t.Errorf("%s: got %v, want %v", dtype, got[0], test.want)
		}
	}
}
