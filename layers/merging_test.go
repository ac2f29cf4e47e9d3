package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

func TestMerging(t *testing.T) {
	a, b := graph.Shape{2, 3, 4}, graph.Shape{2, 1, 4}
	for name, test := range map[string]struct {
		layer Layer
		in    shapes
		out   graph.Shape
	}{
		"Add":                 {&Add{}, shapes{a, b, a}, a},
		"Add of another rank": {&Add{}, shapes{a, {2, 4}}, a},
		"Subtract":            {&Subtract{}, shapes{a, b}, a},
		"Multiply":            {&Multiply{}, shapes{a, b}, a},
		"Average":             {&Average{}, shapes{a, a}, a},
		"Maximum":             {&Maximum{}, shapes{a, b}, a},
		"Minimum":             {&Minimum{}, shapes{a, b}, a},
		"Concatenate":         {&Concatenate{}, shapes{a, a}, graph.Shape{2, 3, 8}},
		"Concatenate, axis 1": {&Concatenate{Axis: 1}, shapes{a, b}, graph.Shape{2, 4, 4}},
		"Dot":                 {&Dot{Axes: 2}, shapes{a, {2, 5, 4}}, graph.Shape{2, 3, 5}},
		"Dot of vectors":      {&Dot{Axes: -1, Normalize: true}, shapes{{2, 4}, {2, 4}}, graph.Shape{2, 1}},
		"Dot, two axes":       {&Dot{Axes: []int{1, 2}}, shapes{a, {2, 5, 3}}, graph.Shape{2, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: test.in, Output: test.out})
		})
	}
}

func TestMergingErrors(t *testing.T) {
	a := graph.Shape{2, 3, 4}
	layertest.Fails(t, &Add{}, "2 and 3 rows", a, graph.Shape{3, 3, 4})
	layertest.Fails(t, &Add{}, "(2, 3, 4)", a, graph.Shape{2, 5, 4})
	layertest.Fails(t, &Subtract{}, "got 3 inputs, want 2", a, a, a)
	layertest.Fails(t, &Concatenate{}, "(2, 5, 4)", a, graph.Shape{2, 5, 4})
	layertest.Fails(t, &Dot{}, "Axes is <nil>", a, a)
	layertest.Fails(t, &Dot{Axes: 0}, "axis 0 of input 0", a, a)
	layertest.Fails(t, &Dot{Axes: []int{1, 2}}, "sizes 3 and 4", a, a)
}

// TestMaskedMerging merges (2, 3) masked (true, false) with (5, 7) masked (true, other).
func TestMaskedMerging(t *testing.T) {
	for name, test := range map[string]struct {
		layer Layer
		other bool
		want  []float32
		mask  []float32
	}{
		"Add":              {&Add{}, true, []float32{7, 10}, []float32{1, 1}},
		"Multiply":         {&Multiply{}, true, []float32{10, 7}, []float32{1, 1}},
		"Multiply, masked": {&Multiply{}, false, []float32{10, 0}, []float32{1, 0}},
		"Minimum":          {&Minimum{}, true, []float32{2, 7}, []float32{1, 1}},
		"Maximum, masked":  {&Maximum{}, false, []float32{5, 3}, []float32{1, 0}},
		"Concatenate":      {&Concatenate{}, false, []float32{2, 5, 3, 7}, []float32{1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph.New("test")
			in := graph.Nodes{g.Input("a", graph.Shape{1, 2, 1}), g.Input("b", graph.Shape{1, 2, 1}),
				g.Input("m", graph.Shape{1, 2}, graph.Bool), g.Input("n", graph.Shape{1, 2}, graph.Bool)}
			y := Call(test.layer, graph.WithMask(in[0], in[2]), graph.WithMask(in[1], in[3]))
			got := evaluate(t, in, graph.Nodes{y, ops.Cast(graph.Mask(y), graph.Float32)}, false,
				[][][]float32{{{2}, {3}}}, [][][]float32{{{5}, {7}}}, [][]bool{{true, false}}, [][]bool{{true, test.other}})
			if !equal(got[0], test.want) || !equal(got[1], test.mask) {
				t.Errorf("got %v, masked %v; want %v, masked %v", got[0], got[1], test.want, test.mask)
			}
		})
	}
}
