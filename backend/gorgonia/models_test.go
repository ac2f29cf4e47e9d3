package gorgonia

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// model is one of the models that are trained on both backends.
type model struct {
	name      string
	layers    func() []layers.Layer
	optimizer func() optimizers.Like
	sparse    bool // labels instead of one-hot vectors
	shape     []int
	batch     int
}

var models = []model{
	{
		name: "quickstart", shape: []int{100}, batch: 16, optimizer: func() optimizers.Like { return &optimizers.SGD{LearningRate: 0.01} },
		layers: func() []layers.Layer {
			return []layers.Layer{&layers.Input{Shape: []int{100}}, &layers.Dense{Units: 64, Activation: "relu"}, &layers.Dense{Units: 10, Activation: "softmax"}}
		},
	},
	{
		name: "mlp", shape: []int{784}, batch: 8, sparse: true, optimizer: func() optimizers.Like { return &optimizers.Adam{LearningRate: 1e-3} },
		layers: func() []layers.Layer {
			return []layers.Layer{&layers.Input{Shape: []int{784}}, &layers.Dense{Units: 512, Activation: "relu"},
				&layers.Dense{Units: 512, Activation: "relu"}, &layers.Dense{Units: 10, Activation: "softmax"}}
		},
	},
	{
		name: "cnn", shape: []int{28, 28, 1}, batch: 4, optimizer: func() optimizers.Like { return &optimizers.Adam{LearningRate: 1e-3} },
		layers: func() []layers.Layer {
			return []layers.Layer{&layers.Input{Shape: []int{28, 28, 1}},
				&layers.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: "relu"}, &layers.MaxPooling2D{PoolSize: [2]int{2, 2}},
				&layers.Conv2D{Filters: 64, KernelSize: [2]int{3, 3}, Activation: "relu"}, &layers.MaxPooling2D{PoolSize: [2]int{2, 2}},
				&layers.Flatten{}, &layers.Dropout{Rate: 0.5}, &layers.Dense{Units: 10, Activation: "softmax"}}
		},
	},
	{
		name: "strided cnn", shape: []int{9, 8, 2}, batch: 4, sparse: true,
		optimizer: func() optimizers.Like { return &optimizers.SGD{LearningRate: 0.05, Momentum: 0.9} },
		layers: func() []layers.Layer {
			return []layers.Layer{&layers.Input{Shape: []int{9, 8, 2}},
				&layers.Conv2D{Filters: 4, KernelSize: [2]int{3, 2}, Strides: [2]int{2, 2}, Padding: "same", Activation: "tanh"},
				&layers.MaxPooling2D{PoolSize: [2]int{3, 2}, Strides: [2]int{2, 2}, Padding: "same"},
				&layers.Flatten{}, &layers.Dense{Units: 10, Activation: "softmax"}}
		},
	},
}

// build compiles the model for a backend.
func (m model) build(t *testing.T, backend string) *sequential.Model {
	t.Helper()
	s, err := sequential.New(m.layers()...)
	if err != nil {
		t.Fatal(err)
	}
	loss := "categorical_crossentropy"
	if m.sparse {
		loss = "sparse_categorical_crossentropy"
	}
	if err := s.Compile(train.Config{Optimizer: m.optimizer(), Loss: loss, Metrics: "accuracy", Backend: backend}); err != nil {
		t.Fatal(err)
	}
	return s
}

// batches draws data for n steps.
func (m model) batches(n int) data.Arrays {
	r := rand.New(rand.NewPCG(3, 4))
	rows := n * m.batch
	shape := append(tensor.Shape{rows}, m.shape...)
	x := make([]float32, shape.TotalSize())
	for i := range x {
		x[i] = r.Float32()
	}
	labels, hot := make([]int32, rows), make([][]float32, rows)
	for i := range labels {
		labels[i] = r.Int32N(10)
		hot[i] = make([]float32, 10)
		hot[i][labels[i]] = 1
	}
	set := data.Arrays{X: tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x)), Y: hot}
	if m.sparse {
		set.Y = labels
	}
	return set
}

// history trains for a step an epoch and returns the losses and accuracies.
func (m model) history(t *testing.T, s *sequential.Model, steps int) map[string][]float64 {
	t.Helper()
	h, err := s.Fit(context.Background(), m.batches(1), train.FitOptions{Epochs: steps, BatchSize: m.batch, NoShuffle: true, Verbose: train.Silent})
	if err != nil {
		t.Fatal(err)
	}
	return h.History
}

// The models of the benchmarks train on both backends from the same weights to the same losses and weights: forward pass, our
// gradients, our updates and metrics are the same functions.
func TestTraining(t *testing.T) {
	for _, m := range models {
		t.Run(m.name, func(t *testing.T) {
			ours, theirs := m.build(t, "native"), m.build(t, "gorgonia")
			if err := theirs.SetWeights(ours.Weights()); err != nil {
				t.Fatal(err)
			}
			want, got := m.history(t, ours, 10), m.history(t, theirs, 10)
			for _, key := range []string{"loss", "accuracy"} {
				if len(got[key]) != 10 {
					t.Fatalf("%d values of %s, want 10", len(got[key]), key)
				}
				for i, w := range want[key] {
					if math.Abs(got[key][i]-w) > 1e-4 {
						t.Errorf("%s of step %d is %v, native has %v", key, i, got[key][i], w)
					}
				}
			}
			if want["loss"][9] >= want["loss"][0] {
				t.Errorf("the loss went from %v to %v: nothing was learned, so nothing is shown", want["loss"][0], want["loss"][9])
			}
			for i, w := range ours.Weights() {
				g := data.Float64s(theirs.Weights()[i])
				for j, v := range data.Float64s(w) {
					if math.Abs(g[j]-v) > 1e-3 {
						t.Fatalf("element %d of weight %d is %v, native has %v", j, i, g[j], v)
					}
				}
			}
		})
	}
}
