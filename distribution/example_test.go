package distribution_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/distribution"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

// replica trains a model of y = w x on its share of each batch and returns w.
func replica(c distribution.Communicator) (float64, error) {
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, &layers.Dense{Units: 1, NoBias: true})
	if err != nil {
		return 0, err
	}
	err = m.Compile(train.Config{Optimizer: &optimizers.SGD{LearningRate: 0.05}, Loss: "mse", Distribution: c})
	if err != nil {
		return 0, err
	}
	set := data.Arrays{X: []float32{1, 2, 3, 4}, Y: []float32{3, 6, 9, 12}}
	o := train.FitOptions{Epochs: 30, BatchSize: 4, Verbose: train.Silent}
	if _, err := m.Fit(context.Background(), data.Shard(set, c.Rank(), c.Size()), o); err != nil {
		return 0, err
	}
	return data.Float64s(m.Weights()[0])[0], nil
}

// Two replicas of a model see one half of each batch each, and stay alike.
func Example() {
	var w [2]float64
	errs := together(distribution.Local(2), func(c distribution.Communicator) (err error) {
		w[c.Rank()], err = replica(c)
		return err
	})
	if err := errors.Join(errs...); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %v\n", w[0], w[0] == w[1])
	// Output: 3.000 true
}
