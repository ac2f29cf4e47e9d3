// Multi_io is a model with two inputs and two outputs. It looks at flats (five numbers each, and the district) and says what
// the rent is and whether the flat is let within a week. Each output has a name, a loss, a weight and metrics of its own.
//
//	go run ./examples/multi_io [-epochs 25]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
)

const (
	features  = 5
	districts = 6
)

func main() {
	epochs := flag.Int("epochs", 25, "passes over the flats")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *epochs); err != nil {
		log.Fatal(err)
	}
}

// network is the model. Its outputs are named by their layers.
func network() (*functional.Model, error) {
	g := graph.New("flats")
	numbers := functional.Input(g, "numbers", []int{features})
	district := functional.Input(g, "district", nil, graph.Int32) // one number a flat, no axis
	place := functional.Call(&layers.Embedding{InputDim: districts, OutputDim: 3}, district)

	both := functional.Call(&layers.Concatenate{}, numbers, place)
	hidden := functional.Chain(both, &layers.Dense{Units: 32, Activation: "relu"}, &layers.Dense{Units: 32, Activation: "relu"})
	rent := functional.Call(&layers.Dense{Units: 1, Name: "rent"}, hidden)
	let := functional.Call(&layers.Dense{Units: 1, Activation: "sigmoid", Name: "let"}, hidden)
	return functional.New(graph.Nodes{numbers, district}, graph.Nodes{rent, let})
}

// compile gives each output its own goal. Rents have outliers, so their loss is Huber's.
func compile(model *functional.Model) error {
	return model.Compile(train.Config{
		Optimizer:   &optimizers.Adam{LearningRate: 0.005},
		Loss:        train.ByOutput{"rent": losses.Huber{}, "let": "binary_crossentropy"},
		LossWeights: map[string]float64{"rent": 1, "let": 0.5},
		Metrics:     train.ByOutput{"rent": "mae", "let": []any{"accuracy", "auc"}},
	})
}

// run trains and returns the logs of the test: "rent_mae", "let_accuracy" and so on.
func run(ctx context.Context, w io.Writer, epochs int) (train.Logs, error) {
	model, err := network()
	if err != nil {
		return nil, err
	}
	if err := model.Summary(w); err != nil {
		return nil, err
	}
	if err := compile(model); err != nil {
		return nil, err
	}
	trainSet, testSet, err := flats(1500).Split(0.8)
	if err != nil {
		return nil, err
	}
	if _, err := model.Fit(ctx, trainSet, train.FitOptions{Epochs: epochs, ValidationSplit: 0.1, Output: w}); err != nil {
		return nil, err
	}
	logs, err := model.Evaluate(ctx, testSet)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "\ntest: %v\n\n", logs)
	return logs, offer(ctx, w, model)
}

// offer asks for one flat in every district. Inputs go in and outputs come out by name.
func offer(ctx context.Context, w io.Writer, model *functional.Model) error {
	var numbers [][]float32
	var district []int
	for d := range districts {
		numbers, district = append(numbers, []float32{0.5, 0, 0.3, -0.2, 0.1}), append(district, d)
	}
	out, err := model.PredictNamed(ctx, map[string]any{"numbers": numbers, "district": district})
	if err != nil {
		return err
	}
	rent, let := data.Float64s(out["rent"]), data.Float64s(out["let"])
	fmt.Fprintln(w, "the same flat in every district:")
	for d := range districts {
		fmt.Fprintf(w, "  district %d: rent %.2f, let within a week: %3.0f %%\n", d, rent[d], 100*let[d])
	}
	return nil
}

// flats draws n of them. The rent (in thousands) grows with the first numbers and with the district; a flat is let soon when
// it is cheap for what it offers.
func flats(n int) data.Arrays {
	r := rand.New(rand.NewPCG(11, 3))
	level := []float32{0, 0.3, 0.5, 0.9, 1.2, 1.6}
	var numbers [][]float32
	var district []int
	var rents, lets []float32
	for range n {
		x := make([]float32, features)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		d := r.IntN(districts)
		bargain := float32(r.NormFloat64()) * 0.05
		rent := 1 + 0.4*x[0] + 0.2*x[1]*x[1] + 0.3*x[2] + level[d] - bargain
		let := float32(0)
		if 0.8*x[3]-0.5*x[4]+0.3*x[0]-0.4*level[d]+bargain > -0.2 {
			let = 1
		}
		numbers, district = append(numbers, x), append(district, d)
		rents, lets = append(rents, rent), append(lets, let)
	}
	return data.Arrays{
		X: map[string]any{"numbers": numbers, "district": district},
		Y: map[string]any{"rent": rents, "let": lets},
	}
}
