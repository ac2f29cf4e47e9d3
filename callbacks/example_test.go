package callbacks_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

// fit trains y = w x, from w = 0 to 2, with callbacks.
func fit(o train.FitOptions) *train.History {
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, &layers.Dense{Units: 1, NoBias: true, KernelInitializer: "zeros"})
	if err != nil {
		log.Fatal(err)
	}
	if err := m.Compile(train.Config{Optimizer: &optimizers.SGD{LearningRate: 0.25}, Loss: "mse"}); err != nil {
		log.Fatal(err)
	}
	o.Verbose = train.Silent
	h, err := m.Fit(context.Background(), data.Arrays{X: []float32{1}, Y: []float32{2}}, o)
	if err != nil {
		log.Fatal(err)
	}
	return h
}

// Stop when the loss has not fallen by 0.01 for two epochs.
func ExampleEarlyStopping() {
	stop := &callbacks.EarlyStopping{Monitor: "loss", MinDelta: 0.01, Patience: 2, RestoreBestWeights: true}
	h := fit(train.FitOptions{Epochs: 100, Callbacks: []train.Callback{stop}})
	fmt.Printf("%d epochs, best %d with %.4f\n", len(h.Epoch), stop.BestEpoch(), stop.Best())
	// Output: 8 epochs, best 5 with 0.0039
}

// Halve the learning rate every second epoch. The rate is in the logs.
func ExampleLearningRateScheduler() {
	schedule := &callbacks.LearningRateScheduler{Schedule: func(epoch int, rate float64) float64 {
		if epoch > 0 && epoch%2 == 0 {
			return rate / 2
		}
		return rate
	}}
	h := fit(train.FitOptions{Epochs: 4, Callbacks: []train.Callback{schedule}})
	fmt.Println(h.History["learning_rate"])
	// Output: [0.25 0.25 0.125 0.125]
}

// One line an epoch in a file.
func ExampleCSVLogger() {
	dir, err := os.MkdirTemp("", "csv")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "log.csv")
	set := data.Arrays{X: []float32{1}, Y: []float32{2}}
	fit(train.FitOptions{Epochs: 2, ValidationData: set, Callbacks: []train.Callback{&callbacks.CSVLogger{Filename: path}}})
	b, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(string(b), "\r\n", "\n"))
	// Output:
	// epoch,loss,val_loss
	// 0,4.0,1.0
	// 1,1.0,0.25
}

// A callback of functions.
func ExampleLambda() {
	fit(train.FitOptions{Epochs: 2, Callbacks: []train.Callback{callbacks.Lambda{
		EpochEnd: func(_ context.Context, e *train.Epoch) error {
			fmt.Println(e.Index, e.Logs)
			return nil
		},
	}}})
	// Output:
	// 0 loss: 4.0000
	// 1 loss: 1.0000
}
