package train_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

// line is a model of y = w x + b.
func line() *sequential.Model {
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, &layers.Dense{Units: 1, KernelInitializer: "zeros", Name: "y"})
	if err != nil {
		log.Fatal(err)
	}
	return m
}

// Fit, Evaluate and Predict of a model are methods of its Trainer.
func Example() {
	ctx := context.Background()
	m := line()
	err := m.Compile(train.Config{Optimizer: &optimizers.SGD{LearningRate: 0.1}, Loss: "mse", Metrics: "mae"})
	if err != nil {
		log.Fatal(err)
	}
	set := data.Arrays{X: []float32{-1, 0, 1, 2}, Y: []float32{-1, 1, 3, 5}} // y = 2x + 1
	history, err := m.Fit(ctx, set, train.FitOptions{Epochs: 200, Verbose: train.Silent})
	if err != nil {
		log.Fatal(err)
	}
	logs, err := m.Evaluate(ctx, set)
	if err != nil {
		log.Fatal(err)
	}
	y, err := m.Predict(ctx, []float32{10})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d epochs, mae %.3f, y(10) = %.1f\n", len(history.Epoch), logs["mae"], data.Float64s(y)[0])
	// Output: 200 epochs, mae 0.000, y(10) = 21.0
}

// Mistakes in names are found by Compile.
func ExampleTrainer_Compile() {
	fmt.Println(line().Compile(train.Config{Optimizer: "adan", Loss: "mse"}))
	fmt.Println(line().Compile(train.Config{Optimizer: "adam", Loss: train.ByOutput{"z": "mse"}}))
	// Output:
	// compile: Optimizer: unknown optimizer "adan": did you mean "adam"?
	// compile: Loss: unknown output "z": did you mean "y"?
}

// An endless stream needs StepsPerEpoch; a cancelled context stops between two steps.
func ExampleTrainer_Fit() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := line()
	if err := m.Compile(train.Config{Optimizer: "sgd", Loss: "mse"}); err != nil {
		log.Fatal(err)
	}
	stream := data.Seq(func(yield func(data.Batch, error) bool) {
		for x := float32(0); yield(data.Batch{X: []float32{x}, Y: []float32{0}}, nil); x++ {
		}
	})
	stop := callbacks.Lambda{EpochEnd: func(_ context.Context, e *train.Epoch) error {
		if e.Index == 2 {
			cancel()
		}
		return nil
	}}
	history, err := m.Fit(ctx, stream, train.FitOptions{Epochs: 10, StepsPerEpoch: 5, Verbose: train.Silent, Callbacks: []train.Callback{stop}})
	fmt.Println(len(history.Epoch), errors.Is(err, context.Canceled))
	// Output: 3 true
}

// TrainOnBatch is for a training loop of one's own.
func ExampleTrainer_TrainOnBatch() {
	m := line()
	if err := m.Compile(train.Config{Optimizer: "sgd", Loss: "mse"}); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		if err := m.ResetMetrics(); err != nil {
			log.Fatal(err)
		}
		logs, err := m.TrainOnBatch(context.Background(), data.Batch{X: []float32{1}, Y: []float32{1}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(logs)
	}
	// Output:
	// loss: 1.0000
	// loss: 0.9216
}

// Logs print as Keras's progress bar shows them.
func ExampleLogs() {
	fmt.Println(train.Logs{"val_loss": 0.21, "loss": 0.0613, "accuracy": 0.98214})
	// Output: accuracy: 0.9821 - loss: 0.0613 - val_loss: 0.2100
}

// The best epoch of a training.
func ExampleHistory_Best() {
	h := train.History{Epoch: []int{0, 1, 2}, History: map[string][]float64{"val_accuracy": {0.7, 0.9, 0.8}}}
	epoch, value := h.Best("val_accuracy")
	fmt.Println(epoch, value)
	// Output: 1 0.9
}
