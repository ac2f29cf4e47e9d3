package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

func TestResizing(t *testing.T) {
	x := graph.Shape{2, 4, 6, 3}
	for name, test := range map[string]struct {
		layer Layer
		out   graph.Shape
	}{
		"Resizing":             {&Resizing{Height: 3, Width: 9}, graph.Shape{2, 3, 9, 3}},
		"Resizing, cropped":    {&Resizing{Height: 8, Width: 8, CropToAspectRatio: true, Interpolation: "bicubic"}, graph.Shape{2, 8, 8, 3}},
		"Resizing, padded":     {&Resizing{Height: 8, Width: 8, PadToAspectRatio: true, FillValue: 1, Interpolation: "nearest"}, graph.Shape{2, 8, 8, 3}},
		"Resizing, first":      {&Resizing{Height: 2, Width: 2, DataFormat: ChannelsFirst, Antialias: true, Interpolation: "lanczos3"}, graph.Shape{2, 4, 2, 2}},
		"CenterCrop":           {&CenterCrop{Height: 2, Width: 3}, graph.Shape{2, 2, 3, 3}},
		"CenterCrop, too wide": {&CenterCrop{Height: 2, Width: 8}, graph.Shape{2, 2, 8, 3}},
		"UpSampling2D":         {&UpSampling2D{Interpolation: "bilinear"}, graph.Shape{2, 8, 12, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			layertest.Run(t, test.layer, layertest.Case{Inputs: shapes{x}, Output: test.out})
		})
	}
	unknown := graph.Shape{2, graph.None, 6, 3}
	layertest.Fails(t, &Resizing{Height: 2, Width: 2}, "rows and columns must be known", unknown)
	layertest.Fails(t, &Resizing{Height: 2}, "0 columns", x)
	layertest.Fails(t, &Resizing{Height: 2, Width: 2, FillMode: "reflect"}, `FillMode is "reflect"`, x)
	layertest.Fails(t, &Resizing{Height: 2, Width: 2, CropToAspectRatio: true, PadToAspectRatio: true}, "both cropped and padded", x)
	layertest.Fails(t, &CenterCrop{Height: 2, Width: 2}, "must be known", unknown)
	layertest.Fails(t, &CenterCrop{Width: 2}, "Height is 0", x)
	layertest.Fails(t, &UpSampling2D{Interpolation: "bilinear"}, "known number of rows", unknown)
}

// TestBilinear enlarges (0, 1) to twice its width: pixels are squares, so the ends keep their values.
func TestBilinear(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 1, 2, 1})
	y := Call(&Resizing{Height: 1, Width: 4}, x)
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, false, [][][][]float32{{{{0}, {1}}}})
	if want := []float32{0, 0.25, 0.75, 1}; !equal(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
}
