package sequential_test

import (
	"context"
	"fmt"
	"os"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

// The exclusive or, which takes a hidden layer.
func Example() {
	ctx := context.Background()
	model, err := sequential.New(
		&layers.Input{Shape: []int{2}},
		&layers.Dense{Units: 8, Activation: "tanh"},
		&layers.Dense{Units: 1, Activation: "sigmoid"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := model.Compile(train.Config{Optimizer: &optimizers.Adam{LearningRate: 0.1}, Loss: "binary_crossentropy"}); err != nil {
		fmt.Println(err)
		return
	}
	x := [][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	set := data.Arrays{X: x, Y: []float32{0, 1, 1, 0}}
	if _, err := model.Fit(ctx, set, train.FitOptions{Epochs: 100, Verbose: train.Silent}); err != nil {
		fmt.Println(err)
		return
	}
	y, err := model.Predict(ctx, x)
	fmt.Printf("%.0f %v\n", data.Float64s(y), err)
	// Output: [0 1 1 0] <nil>
}

// Without an Input the model is built for the shape it is told, or by the first data it meets.
func ExampleModel_Build() {
	model, err := sequential.New(&layers.Dense{Units: 4}, &layers.Dense{Units: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.CountParams())
	if err := model.Build(32, 3); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.CountParams())
	if err := model.Add(&layers.Dense{Units: 1}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.CountParams())
	// Output:
	// 0
	// 26
	// 29
}

// Keras's table of layers.
func ExampleModel_summary() {
	model, err := sequential.New(&layers.Input{Shape: []int{4}}, &layers.Dense{Units: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := model.Summary(os.Stdout, functional.SummaryOptions{LineLength: 76}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Model: "sequential"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ dense (Dense)                   │ (None, 3)              │            15 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 15 (60.00 B)
	//  Trainable params: 15 (60.00 B)
	//  Non-trainable params: 0 (0.00 B)
}
