package docs

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/saving"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

// scale is a layer of one's own.
type scale struct {
	Factor float64
	Name   string
	layers.Base
}

// Call multiplies.
func (l *scale) Call(_ *layers.Context, in ...*graph.Node) *graph.Node {
	return ops.Mul(in[0], l.Factor)
}

func Example_saving() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "saving")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := saving.Register("mine>Scale", &scale{}); err != nil {
		log.Fatal(err)
	}
	set := data.Arrays{X: [][]float32{{0, 1}, {1, 0}, {1, 1}, {2, 1}}, Y: []float32{1, 2, 3, 5}}
	run := func(epochs int) *sequential.Model {
		model, err := sequential.New(&layers.Input{Shape: []int{2}}, &layers.Dense{Units: 4, Activation: "tanh"},
			&layers.Dropout{Rate: 0.5}, &scale{Factor: 2}, &layers.Dense{Units: 1})
		if err != nil {
			log.Fatal(err)
		}
		if err := model.Compile(train.Config{Optimizer: "adam", Loss: "mse"}); err != nil {
			log.Fatal(err)
		}
		if _, err := model.Fit(ctx, set, train.FitOptions{Epochs: epochs, Seed: 1, Verbose: train.Silent}); err != nil {
			log.Fatal(err)
		}
		return model
	}
	model := run(2)

	path := filepath.Join(dir, "model.keras")
	if err := model.Save(path); err != nil {
		log.Fatal(err)
	}
	loaded, err := functional.Load(path)
	if err != nil {
		log.Fatal(err)
	}

	_, err = loaded.Fit(ctx, set, train.FitOptions{InitialEpoch: 2, Epochs: 4, Seed: 1, Verbose: train.Silent})
	if err != nil {
		log.Fatal(err)
	}
	whole := run(4)
	fmt.Println("the same bits:", slices.Equal(data.Float32s(loaded.Weights()[0]), data.Float32s(whole.Weights()[0])))
	// Output: the same bits: true
}
