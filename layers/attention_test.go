package layers_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

func TestAttentionLayers(t *testing.T) {
	two := []graph.Shape{{2, 4, 6}, {2, 3, 6}}
	projections := []string{
		"kernel (6, 2, 4)", "bias (2, 4)", "kernel (6, 2, 4)", "bias (2, 4)", "kernel (6, 2, 5)", "bias (2, 5)", "kernel (2, 5, 6)", "bias (6,)",
	}
	layertest.Run(t, &layers.Attention{UseScale: true, Dropout: 0.1}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 6}, Weights: []string{"scale ()"}, Mask: layertest.Passes,
	})
	layertest.Run(t, &layers.Attention{ScoreMode: "concat"}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 6}, Weights: []string{"concat_score_weight ()"},
	})
	layertest.Run(t, &layers.AdditiveAttention{}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 6}, Weights: []string{"scale (6,)"}, Mask: layertest.Passes,
	})
	layertest.Run(t, &layers.MultiHeadAttention{NumHeads: 2, KeyDim: 4, ValueDim: 5}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 6}, Weights: projections, Mask: layertest.Passes, NoTraining: true, // the key's bias has no gradient
	})
	layertest.Run(t, &layers.MultiHeadAttention{NumHeads: 2, KeyDim: 4, OutputShape: []int{3, 7}, NoBias: true, Dropout: 0.1}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 3, 7},
		Weights: []string{"kernel (6, 2, 4)", "kernel (6, 2, 4)", "kernel (6, 2, 4)", "kernel (2, 4, 3, 7)"},
	})
	layertest.Run(t, &layers.GroupQueryAttention{HeadDim: 4, NumQueryHeads: 4, NumKeyValueHeads: 2, NoBias: true, UseGate: true}, layertest.Case{
		Inputs: two, Output: graph.Shape{2, 4, 6}, Mask: layertest.Passes,
		Weights: []string{"kernel (6, 4, 4)", "kernel (6, 2, 4)", "kernel (6, 4, 4)", "kernel (6, 2, 4)", "kernel (4, 4, 6)"},
	})
}

func TestAttentionMistakes(t *testing.T) {
	x := graph.Shape{2, 4, 6}
	layertest.Fails(t, &layers.Attention{}, "query and value are needed", x)
	layertest.Fails(t, &layers.Attention{ScoreMode: "sum"}, `ScoreMode is "sum"`, x, x)
	layertest.Fails(t, &layers.MultiHeadAttention{NumHeads: 2}, "KeyDim 0", x, x)
	layertest.Fails(t, &layers.MultiHeadAttention{NumHeads: 2, KeyDim: 2, AttentionAxes: []int{2}}, "AttentionAxes holds the axis 2", x, x)
	layertest.Fails(t, &layers.GroupQueryAttention{HeadDim: 2, NumQueryHeads: 3, NumKeyValueHeads: 2}, "multiple of the third", x, x)
}

// TestMasksOfAttention looks at the weights of each target: none for what a mask hides, and 1 together.
func TestMasksOfAttention(t *testing.T) {
	for _, l := range []layers.Layer{
		&layers.Attention{}, &layers.AdditiveAttention{}, &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2},
		&layers.GroupQueryAttention{HeadDim: 2, NumQueryHeads: 1, NumKeyValueHeads: 1},
	} {
		g := graph.New("test")
		x, mask := g.Input("x", graph.Shape{1, graph.None, 2}), g.Input("mask", graph.Shape{1, graph.None}, graph.Bool)
		out := layers.CallArgs(l, layers.Args{Query: x, Value: x, ValueMask: mask, UseCausalMask: true, ReturnAttentionScores: true})
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		got := run(t, graph.Nodes{x, mask}, out[1:], array.Dense([]float32{1, 2, 0, 1, -1, 1}, []int{1, 3, 2}), array.Dense([]bool{true, false, true}, []int{1, 3}))[0]
		for i := range 3 {
			sum := 0.0
			for j, w := range got[3*i:][:3] {
				if sum += w; (j > i || j == 1) && w > 1e-6 {
					t.Errorf("%s: target %d looks at source %d with %v", layers.ClassName(l), i, j, w)
				}
			}
			if math.Abs(sum-1) > 1e-6 {
				t.Errorf("%s: the weights of target %d sum to %v", layers.ClassName(l), i, sum)
			}
		}
	}
}

func ExampleMultiHeadAttention() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 6, 8})
	out := layers.CallArgs(&layers.MultiHeadAttention{NumHeads: 2, KeyDim: 4}, layers.Args{
		Query: x, Value: x, UseCausalMask: true, ReturnAttentionScores: true,
	})
	fmt.Println(out[0].Shape(), out[1].Shape())
	// Output: (None, 6, 8) (None, 2, 6, 6)
}
