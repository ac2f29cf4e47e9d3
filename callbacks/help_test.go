package callbacks_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

var ctx = context.Background()

// fake is a model whose single weight counts the epochs and whose saves are remembered.
type fake struct {
	weight float64
	rate   float64
	saved  []string
}

func (f *fake) Name() string { return "fake" }
func (f *fake) Save(path string) error {
	f.saved = append(f.saved, "model "+filepath.Base(path))
	return nil
}
func (f *fake) SaveWeights(path string) error {
	f.saved = append(f.saved, "weights "+filepath.Base(path))
	return nil
}
func (f *fake) LoadWeights(string) error { return nil }
func (f *fake) Weights() []*tensor.Dense {
	return []*tensor.Dense{tensor.New(tensor.WithBacking([]float64{f.weight}))}
}
func (f *fake) SetWeights(w []*tensor.Dense) error {
	f.weight = data.Float64s(w[0])[0]
	return nil
}
func (f *fake) LearningRate() float64 { return f.rate }
func (f *fake) SetLearningRate(rate float64) error {
	if rate < 0 {
		return errors.New("a negative rate")
	}
	f.rate = rate
	return nil
}

// play drives a callback through a training whose epochs have the given logs, and returns the epochs that were run.
func play(m train.Model, c train.Callback, epochs ...train.Logs) ([]train.Logs, error) {
	validation := slices.ContainsFunc(epochs, func(l train.Logs) bool { _, ok := l["val_loss"]; return ok })
	p := &train.Phase{Model: m, Epochs: len(epochs), Validation: validation}
	if b, ok := c.(train.TrainBeginner); ok {
		if err := b.OnTrainBegin(ctx, p); err != nil {
			return nil, err
		}
	}
	var done []train.Logs
	for i, logs := range epochs {
		e := &train.Epoch{Index: i, Logs: train.Logs{}, Model: m}
		if b, ok := c.(train.EpochBeginner); ok {
			if err := b.OnEpochBegin(ctx, e); err != nil {
				return done, err
			}
		}
		if f, ok := m.(*fake); ok {
			f.weight = float64(i)
		}
		for k, v := range logs {
			e.Logs[k] = v
		}
		if err := c.OnEpochEnd(ctx, e); err != nil {
			return done, err
		}
		done = append(done, e.Logs)
		if e.Stopped() {
			break
		}
	}
	if b, ok := c.(train.TrainEnder); ok {
		return done, b.OnTrainEnd(ctx, p)
	}
	return done, nil
}

// curve makes the logs of one value for each epoch.
func curve(name string, values ...float64) []train.Logs {
	out := make([]train.Logs, len(values))
	for i, v := range values {
		out[i] = train.Logs{name: v}
	}
	return out
}

func has(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("the error %q does not say %q", err, p)
		}
	}
}
