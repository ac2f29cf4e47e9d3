// Cross_validation compares two settings on five folds of the embedded digits with a fresh model for each, so that the
// difference can be held against the spread. Then it shows that equal seeds give equal bits, and that a training which is
// stopped in the middle goes on from its backup to the same bits.
//
//	go run ./examples/cross_validation [-epochs 8]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	epochs := flag.Int("epochs", 8, "passes over the digits of a fold")
	flag.Parse()
	ctx := context.Background()
	digits, _, err := datasets.Digits()
	if err != nil {
		log.Fatal(err)
	}
	for _, units := range []int{4, 32} {
		if _, err := crossValidate(ctx, os.Stdout, digits, units, *epochs); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := seeds(ctx, os.Stdout, digits); err != nil {
		log.Fatal(err)
	}
	if _, err := resume(ctx, os.Stdout, digits); err != nil {
		log.Fatal(err)
	}
}

// network makes a compiled model whose weights are drawn from the seed.
func network(units int, seed uint64) (*sequential.Model, error) {
	m, err := sequential.New(
		&layers.Input{Shape: []int{8, 8, 1}},
		&layers.Flatten{},
		&layers.Dense{Units: units, Activation: "relu"},
		&layers.Dropout{Rate: 0.1},
		&layers.Dense{Units: 10, Activation: "softmax"},
	)
	if err != nil {
		return nil, err
	}
	if err := m.Init(seed); err != nil {
		return nil, err
	}
	return m, m.Compile(train.Config{Optimizer: "adam", Loss: "sparse_categorical_crossentropy", Metrics: "accuracy"})
}

// score is the accuracy over the folds.
type score struct{ mean, deviation float64 }

// crossValidate trains on four fifths and tests on the fifth that is left, five times.
func crossValidate(ctx context.Context, w io.Writer, set data.Arrays, units, epochs int) (score, error) {
	const folds = 5
	var accuracies []float64
	for trainSet, testSet := range data.KFold(set, folds, 42) {
		seed := uint64(len(accuracies))
		m, err := network(units, seed)
		if err != nil {
			return score{}, err
		}
		if _, err := m.Fit(ctx, trainSet, train.FitOptions{Epochs: epochs, Seed: seed, Verbose: train.Silent}); err != nil {
			return score{}, err
		}
		logs, err := m.Evaluate(ctx, testSet)
		if err != nil {
			return score{}, err
		}
		accuracies = append(accuracies, logs["accuracy"])
		fmt.Fprintf(w, "%2d units, fold %d: %v\n", units, len(accuracies), logs)
	}
	s := score{}
	for _, a := range accuracies {
		s.mean += a / folds
	}
	for _, a := range accuracies {
		s.deviation += (a - s.mean) * (a - s.mean) / (folds - 1)
	}
	s.deviation = math.Sqrt(s.deviation)
	fmt.Fprintf(w, "%2d units: accuracy %.3f ± %.3f\n\n", units, s.mean, s.deviation)
	return s, nil
}

// fitted trains a new model for some epochs and returns it.
func fitted(ctx context.Context, set data.Arrays, seed uint64, epochs int, c ...train.Callback) (*sequential.Model, *train.History, error) {
	m, err := network(16, seed)
	if err != nil {
		return nil, nil, err
	}
	h, err := m.Fit(ctx, set, train.FitOptions{Epochs: epochs, Seed: seed, Verbose: train.Silent, Callbacks: c})
	return m, h, err
}

// seeds trains three times, twice from one seed, and tells whether equal and unequal seeds gave equal weights.
func seeds(ctx context.Context, w io.Writer, set data.Arrays) (same [2]bool, err error) {
	var models [3]*sequential.Model
	for i, seed := range []uint64{1, 1, 2} {
		if models[i], _, err = fitted(ctx, set, seed, 2); err != nil {
			return same, err
		}
	}
	same = [2]bool{equal(models[0], models[1]), equal(models[0], models[2])}
	fmt.Fprintf(w, "equal weights from seeds 1 and 1: %v, from seeds 1 and 2: %v\n", same[0], same[1])
	return same, nil
}

// equal tells whether all weights of two models are the same bits.
func equal(a, b *sequential.Model) bool {
	left, right := a.Weights(), b.Weights()
	if len(left) != len(right) {
		return false
	}
	for i := range left {
		if !left[i].Eq(right[i]) {
			return false
		}
	}
	return true
}

var errPowerCut = errors.New("power cut")

// powerCut is a callback that ends the training in the middle of an epoch.
func powerCut(epoch, step int) train.Callback {
	return callbacks.Lambda{TrainBatchEnd: func(_ context.Context, s *train.Step) error {
		if s.Epoch == epoch && s.Index == step {
			return errPowerCut
		}
		return nil
	}}
}

// resumed is what the second half of an interrupted training did.
type resumed struct {
	epochs []int // that it ran, counted from 0
	equal  bool  // to the training without interruption
}

// resume trains once without and once with an interruption in the fourth of six epochs.
func resume(ctx context.Context, w io.Writer, set data.Arrays) (r resumed, err error) {
	const epochs = 6
	whole, _, err := fitted(ctx, set, 5, epochs)
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "backup")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	_, h, err := fitted(ctx, set, 5, epochs, &callbacks.BackupAndRestore{BackupDir: dir}, powerCut(3, 10))
	if !errors.Is(err, errPowerCut) {
		return r, fmt.Errorf("the training was to be interrupted: %v", err)
	}
	fmt.Fprintf(w, "interrupted after epochs %v: %v\n", h.Epoch, err)

	again, h, err := fitted(ctx, set, 5, epochs, &callbacks.BackupAndRestore{BackupDir: dir})
	if err != nil {
		return r, err
	}
	r = resumed{epochs: h.Epoch, equal: equal(again, whole)}
	fmt.Fprintf(w, "resumed with epochs %v; the same weights as without interruption: %v\n", r.epochs, r.equal)
	return r, nil
}
