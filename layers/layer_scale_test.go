package layers_test

import (
	"context"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

func TestLayerScale(t *testing.T) {
	m, err := functional.NewSequential(&layers.Input{Shape: graph.Shape{2, 2}}, &layers.LayerScale{InitValues: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	y, err := m.Predict(context.Background(), [][][]float32{{{1, 2}, {3, 4}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := data.Float64s(y); !slices.Equal(got, []float64{0.5, 1, 1.5, 2}) || m.CountParams() != 2 {
		t.Errorf("%v with %d parameters", got, m.CountParams())
	}
}
