package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

func TestPooling(t *testing.T) {
	one, two, three := graph.Shape{2, 6, 3}, graph.Shape{2, 4, 6, 3}, graph.Shape{1, 4, 4, 6, 3}
	for name, test := range map[string]struct {
		layer   Layer
		in, out graph.Shape
		mask    layertest.Mask
	}{
		"MaxPooling1D":             {&MaxPooling1D{}, one, graph.Shape{2, 3, 3}, layertest.Drops},
		"MaxPooling1D same":        {&MaxPooling1D{PoolSize: 3, Strides: 4, Padding: Same}, one, graph.Shape{2, 2, 3}, 0},
		"MaxPooling2D":             {&MaxPooling2D{}, two, graph.Shape{2, 2, 3, 3}, 0},
		"MaxPooling2D first":       {&MaxPooling2D{PoolSize: [2]int{2, 3}, Strides: [2]int{1, 1}, DataFormat: ChannelsFirst}, graph.Shape{2, 3, 4, 6}, graph.Shape{2, 3, 3, 4}, 0},
		"MaxPooling3D":             {&MaxPooling3D{}, three, graph.Shape{1, 2, 2, 3, 3}, 0},
		"AveragePooling1D":         {&AveragePooling1D{PoolSize: 3, Strides: 1, Padding: Same}, one, graph.Shape{2, 6, 3}, 0},
		"AveragePooling2D":         {&AveragePooling2D{}, two, graph.Shape{2, 2, 3, 3}, 0},
		"AveragePooling3D":         {&AveragePooling3D{}, three, graph.Shape{1, 2, 2, 3, 3}, 0},
		"GlobalMaxPooling1D":       {&GlobalMaxPooling1D{}, one, graph.Shape{2, 3}, layertest.Drops},
		"GlobalMaxPooling2D":       {&GlobalMaxPooling2D{KeepDims: true}, two, graph.Shape{2, 1, 1, 3}, 0},
		"GlobalMaxPooling3D":       {&GlobalMaxPooling3D{DataFormat: ChannelsFirst}, three, graph.Shape{1, 4}, 0},
		"GlobalAveragePooling1D":   {&GlobalAveragePooling1D{}, one, graph.Shape{2, 3}, layertest.Drops},
		"GlobalAveragePooling2D":   {&GlobalAveragePooling2D{}, two, graph.Shape{2, 3}, 0},
		"GlobalAveragePooling3D":   {&GlobalAveragePooling3D{KeepDims: true}, three, graph.Shape{1, 1, 1, 1, 3}, 0},
		"AdaptiveAveragePooling1D": {&AdaptiveAveragePooling1D{OutputSize: 4}, one, graph.Shape{2, 4, 3}, 0},
		"AdaptiveAveragePooling2D": {&AdaptiveAveragePooling2D{OutputSize: [2]int{3, 4}}, two, graph.Shape{2, 3, 4, 3}, 0},
		"AdaptiveAveragePooling3D": {&AdaptiveAveragePooling3D{OutputSize: [3]int{3, 2, 4}}, three, graph.Shape{1, 3, 2, 4, 3}, 0},
		"AdaptiveMaxPooling1D":     {&AdaptiveMaxPooling1D{OutputSize: 4, DataFormat: ChannelsFirst}, one, graph.Shape{2, 6, 4}, 0},
		"AdaptiveMaxPooling2D":     {&AdaptiveMaxPooling2D{OutputSize: [2]int{3, 4}}, two, graph.Shape{2, 3, 4, 3}, 0},
		"AdaptiveMaxPooling3D":     {&AdaptiveMaxPooling3D{OutputSize: [3]int{3, 2, 4}}, three, graph.Shape{1, 3, 2, 4, 3}, 0},
		"ZeroPadding1D":            {&ZeroPadding1D{}, one, graph.Shape{2, 8, 3}, layertest.Drops},
		"ZeroPadding1D behind":     {&ZeroPadding1D{Padding: [2]int{0, 2}}, one, graph.Shape{2, 8, 3}, 0},
		"ZeroPadding2D":            {&ZeroPadding2D{Padding: [2][2]int{{1, 2}, {0, 3}}}, two, graph.Shape{2, 7, 9, 3}, 0},
		"ZeroPadding3D":            {&ZeroPadding3D{}, three, graph.Shape{1, 6, 6, 8, 3}, 0},
		"Cropping1D":               {&Cropping1D{}, one, graph.Shape{2, 4, 3}, layertest.Drops},
		"Cropping2D":               {&Cropping2D{Cropping: [2][2]int{{1, 2}, {0, 3}}}, two, graph.Shape{2, 1, 3, 3}, 0},
		"Cropping3D":               {&Cropping3D{}, three, graph.Shape{1, 2, 2, 4, 3}, 0},
		"UpSampling1D":             {&UpSampling1D{}, one, graph.Shape{2, 12, 3}, layertest.Drops},
		"UpSampling2D":             {&UpSampling2D{Size: [2]int{1, 3}}, two, graph.Shape{2, 4, 18, 3}, 0},
		"UpSampling3D":             {&UpSampling3D{}, three, graph.Shape{1, 8, 8, 12, 3}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: shapes{test.in}, Output: test.out, Mask: test.mask})
		})
	}
}

func TestPoolingErrors(t *testing.T) {
	x := graph.Shape{2, 4, 6, 3}
	layertest.Fails(t, &MaxPooling2D{}, "want 4 axes", graph.Shape{2, 3})
	layertest.Fails(t, &MaxPooling2D{PoolSize: [2]int{-1, 2}}, "PoolSize [-1 2]", x)
	layertest.Fails(t, &MaxPooling2D{Padding: Causal}, `Padding is "causal"`, x)
	layertest.Fails(t, &AdaptiveMaxPooling2D{}, "OutputSize is [0 0]", x)
	layertest.Fails(t, &AdaptiveMaxPooling2D{OutputSize: [2]int{1, 1}}, "axis 1 of the input", graph.Shape{2, graph.None, 6, 3})
	layertest.Fails(t, &ZeroPadding2D{Padding: [2][2]int{{-1, 0}}}, "Padding is [[-1 0] [0 0]]", x)
	layertest.Fails(t, &Cropping2D{Cropping: [2][2]int{{2, 2}}}, "leaves nothing of axis 1", x)
	layertest.Fails(t, &UpSampling2D{Size: [2]int{-1, 1}}, "Size is [-1 1]", x)
	layertest.Fails(t, &UpSampling2D{Interpolation: "none"}, `the interpolation is "none"`, x)
}
