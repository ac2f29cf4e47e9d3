package layers_test

import (
	"context"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

func TestIntegerLookup(t *testing.T) {
	words := []int{30, 10, 20}
	for name, test := range map[string]struct {
		layer *IntegerLookup
		in    []int
		want  []float32
	}{
		"places":        {&IntegerLookup{}, []int{10, 20, 30, 7}, []float32{2, 3, 1, 0}},
		"two unknown":   {&IntegerLookup{NumOOVIndices: 2}, []int{10, 99, 98, 30}, []float32{3, 1, 0, 2}},
		"masked":        {&IntegerLookup{MaskToken: 0}, []int{0, 30, 5, 10}, []float32{0, 2, 1, 3}},
		"inverted":      {&IntegerLookup{Invert: true}, []int{0, 1, 3, 9}, []float32{-1, 30, 20, -1}},
		"counted":       {&IntegerLookup{OutputMode: "count"}, []int{10, 10, 30, 5}, []float32{1, 1, 2, 0}},
		"padded counts": {&IntegerLookup{OutputMode: "count", MaxTokens: 5, PadToMaxTokens: true}, []int{10, 10, 30, 5}, []float32{1, 1, 2, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.layer.SetVocabulary(words); err != nil {
				t.Fatal(err)
			}
			g := graph.New("test")
			x := g.Input("x", graph.Shape{4}, graph.Int64)
			y := Call(test.layer, x)
			if y.Dtype() != graph.Int64 {
				t.Errorf("the result is %v, want int64", y.Dtype())
			}
			got := evaluate(t, graph.Nodes{x}, graph.Nodes{ops.Cast(y, graph.Float32)}, false, test.in)
			if !equal(got[0], test.want) {
				t.Errorf("got %v, want %v", got[0], test.want)
			}
		})
	}
	if err := new(IntegerLookup).SetVocabulary([]int{1, 2, 1}); err == nil {
		t.Error("a vocabulary with a word twice is no error")
	}
	layertest.Run(t, &IntegerLookup{Vocabulary: words}, layertest.Case{
		Inputs: shapes{{2, 3}}, Dtype: graph.Int32, Below: 40, Output: graph.Shape{2, 3}, NoTraining: true})
	layertest.Fails(t, &IntegerLookup{}, "there is no vocabulary", graph.Shape{2})
	layertest.Fails(t, &IntegerLookup{Vocabulary: words, Invert: true, OutputMode: "count"}, "Invert needs", graph.Shape{2})
}

func TestIntegerLookupAdapt(t *testing.T) {
	l := &IntegerLookup{MaxTokens: 4}
	if err := l.Adapt(context.Background(), data.Arrays{X: []int{5, 7, 7, 9, 9, 3}}); err != nil {
		t.Fatal(err)
	}
	if got, want := l.Vocabulary, []int{9, 7, 5}; !slices.Equal(got.([]int), want) {
		t.Errorf("the vocabulary is %v, want %v", got, want)
	}
}
