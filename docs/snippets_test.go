package docs

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func Example_thirtySeconds() {
	ctx := context.Background()
	trainSet, testSet, err := datasets.Digits()
	if err != nil {
		log.Fatal(err)
	}

	model, err := sequential.New(
		&layers.Input{Shape: []int{8, 8, 1}},
		&layers.Flatten{},
		&layers.Dense{Units: 64, Activation: "relu"},
		&layers.Dense{Units: 10, Activation: "softmax"},
	)
	if err != nil {
		log.Fatal(err)
	}
	err = model.Compile(train.Config{
		Optimizer: "adam",
		Loss:      "sparse_categorical_crossentropy",
		Metrics:   "accuracy",
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = model.Fit(ctx, trainSet, train.FitOptions{Epochs: 10, Verbose: train.Silent})
	if err != nil {
		log.Fatal(err)
	}
	logs, err := model.Evaluate(ctx, testSet)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(logs["accuracy"] > 0.9)
	// Output: true
}

// residual adds to x what two dense layers make of it.
func residual(x *graph.Node, units int) *graph.Node {
	y := functional.Chain(x,
		&layers.Dense{Units: units, Activation: "relu"},
		&layers.Dense{Units: units},
	)
	return functional.Call(&layers.Add{}, x, y)
}

func Example_functional() {
	g := graph.New("tower")
	left := functional.Input(g, "left", []int{16})
	right := functional.Input(g, "right", []int{16})

	shared := &layers.Dense{Units: 8, Activation: "tanh"} // one pointer, one set of weights
	a := residual(functional.Call(shared, left), 8)
	b := residual(functional.Call(shared, right), 8)
	same := functional.Chain(
		functional.Call(&layers.Concatenate{}, a, b),
		&layers.Dense{Units: 1, Activation: "sigmoid", Name: "same"},
	)
	model, err := functional.New(graph.Nodes{left, right}, graph.Nodes{same})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.CountParams(), model.OutputNames())
	// Output: 441 [same]
}

func Example_options() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "options")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	model, err := sequential.New(&layers.Input{Shape: []int{2}}, &layers.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	err = model.Compile(train.Config{
		Optimizer: &optimizers.SGD{LearningRate: 0.1, Momentum: 0.9, Common: optimizers.Common{ClipNorm: 1}},
		Loss:      losses.Huber{Delta: 0.5},
		Metrics:   []any{"mae", "mse"},
	})
	if err != nil {
		log.Fatal(err)
	}
	x := [][]float32{{0, 1}, {1, 0}, {1, 1}, {2, 1}}
	y := []float32{1, 2, 3, 5}
	history, err := model.Fit(ctx, data.Arrays{X: x, Y: y}, train.FitOptions{
		Epochs:  200,
		Verbose: train.Silent,
		Callbacks: []train.Callback{
			&callbacks.EarlyStopping{Monitor: "loss", Patience: 20, RestoreBestWeights: true},
			&callbacks.CSVLogger{Filename: filepath.Join(dir, "log.csv")},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, best := history.Best("loss")
	fmt.Println(best < 0.01)
	// Output: true
}

func Example_gradient() {
	g := graph.New("parabola")
	x := g.Input("x", graph.Shape{3}, graph.Float64)
	y := ops.Sum(ops.Pow(x, 3))
	dy := autodiff.Grad(y, x)[0]            // 3x²
	ddy := autodiff.Grad(ops.Sum(dy), x)[0] // 6x

	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{dy, ddy}})
	if err != nil {
		log.Fatal(err)
	}
	out, err := f.Run(context.Background(), []float64{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Float64s(out[0]), data.Float64s(out[1]))
	// Output: [3 12 27] [6 12 18]
}

func Example_mistake() {
	g := graph.New("wrong")
	x := functional.Input(g, "x", []int{8, 8, 3})
	y := functional.Call(&layers.Add{}, x, functional.Call(&layers.MaxPooling2D{}, x))
	z := functional.Call(&layers.Dense{Units: 3}, y) // what is built on a mistake is silent
	_, err := functional.New(graph.Nodes{x}, graph.Nodes{z})
	fmt.Println(err != nil)
	// Output: true
}
