package callbacks_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// network has a random layer and an optimizer with state; its weights are drawn from the seed.
func network(t *testing.T, seed uint64) *sequential.Model {
	t.Helper()
	m, err := sequential.New(&layers.Input{Shape: []int{2}}, &layers.Dense{Units: 8, Activation: "tanh"}, &layers.Dropout{Rate: 0.3}, &layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Init(seed); err != nil {
		t.Fatal(err)
	}
	if err := m.Compile(train.Config{Optimizer: "adam", Loss: "mse"}); err != nil {
		t.Fatal(err)
	}
	return m
}

func points(n int) data.Arrays {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([][]float32, n), make([]float32, n)
	for i := range x {
		x[i] = []float32{r.Float32(), r.Float32()}
		y[i] = x[i][0] - x[i][1]
	}
	return data.Arrays{X: x, Y: y}
}

func equal(a, b []*tensor.Dense) bool {
	return slices.EqualFunc(a, b, func(x, y *tensor.Dense) bool { return x.Eq(y) })
}

func TestTrace(t *testing.T) {
	var got []string
	phase := func(name string) func(context.Context, *train.Phase) error {
		return func(_ context.Context, p *train.Phase) error {
			got = append(got, fmt.Sprint(name, p.Logs.Keys()))
			return nil
		}
	}
	epoch := func(name string) func(context.Context, *train.Epoch) error {
		return func(_ context.Context, e *train.Epoch) error {
			got = append(got, fmt.Sprint(name, e.Index, e.Logs.Keys()))
			return nil
		}
	}
	step := func(name string) func(context.Context, *train.Step) error {
		return func(_ context.Context, s *train.Step) error {
			got = append(got, fmt.Sprint(name, s.Index, s.Logs.Keys()))
			return nil
		}
	}
	trace := callbacks.Lambda{
		TrainBegin: phase("train begin "), TrainEnd: phase("train end "), EpochBegin: epoch("epoch begin "), EpochEnd: epoch("epoch end "),
		TrainBatchBegin: step("batch begin "), TrainBatchEnd: step("batch end "), TestBegin: phase("test begin "), TestEnd: phase("test end "),
		TestBatchBegin: step("test batch begin "), TestBatchEnd: step("test batch end "),
		PredictBegin: phase("predict begin "), PredictEnd: phase("predict end "), PredictBatchBegin: step("predict batch begin "), PredictBatchEnd: step("predict batch end "),
	}
	m := network(t, 0)
	set := points(6)
	list := []train.Callback{trace}
	if _, err := m.Fit(ctx, set, train.FitOptions{BatchSize: 3, ValidationSplit: 0.5, Verbose: train.Silent, Callbacks: list}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Predict(ctx, set.X, train.PredictOptions{Callbacks: list}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"train begin []", "epoch begin 0 []", "batch begin 0 []", "batch end 0 [loss]",
		"test begin []", "test batch begin 0 []", "test batch end 0 [loss]", "test end [loss]",
		"epoch end 0 [loss val_loss]", "train end [loss val_loss]",
		"predict begin []", "predict batch begin 0 []", "predict batch end 0 []", "predict end []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestResume kills a run at different places; the run that goes on ends with the bits of one that was not killed.
func TestResume(t *testing.T) {
	set := points(40)
	options := train.FitOptions{Epochs: 4, BatchSize: 8, Verbose: train.Silent, Seed: 5}
	whole := network(t, 3)
	if _, err := whole.Fit(ctx, set, options); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ freq, epoch, step, first int }{{0, 2, 1, 2}, {0, 0, 3, 0}, {3, 2, 2, 2}, {1, 1, 4, 2}} {
		dir := filepath.Join(t.TempDir(), "backup")
		run, cancel := context.WithCancel(ctx)
		killer := callbacks.Lambda{TrainBatchEnd: func(_ context.Context, s *train.Step) error {
			if s.Epoch == c.epoch && s.Index == c.step {
				cancel()
				return run.Err()
			}
			return nil
		}}
		backup := func() train.Callback { return &callbacks.BackupAndRestore{BackupDir: dir, SaveFreq: c.freq} }
		options.Callbacks = []train.Callback{backup(), killer}
		if _, err := network(t, 3).Fit(run, set, options); !errors.Is(err, context.Canceled) {
			t.Fatalf("the killed run: %v", err)
		}
		m := network(t, 99)
		options.Callbacks = []train.Callback{backup()}
		h, err := m.Fit(ctx, set, options)
		if err != nil {
			t.Fatal(err)
		}
		if h.Epoch[0] != c.first {
			t.Errorf("%+v: resumed in epoch %d, want %d", c, h.Epoch[0], c.first)
		}
		if !equal(m.Weights(), whole.Weights()) && (c.freq > 0 || c.epoch > 0) {
			t.Errorf("%+v: other bits", c)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%+v: the backup is still there (%v)", c, err)
		}
	}
}

func TestBackupErrors(t *testing.T) {
	_, err := play(&fake{}, &callbacks.BackupAndRestore{}, train.Logs{"loss": 1})
	has(t, err, "BackupDir")
	_, err = play(&fake{}, &callbacks.BackupAndRestore{BackupDir: t.TempDir()}, train.Logs{"loss": 1})
	has(t, err, "SaveState")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "training_metadata.json"), []byte(`{"epoch":1,"state":"gone.h5"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	m := network(t, 0)
	_, err = m.Fit(ctx, points(4), train.FitOptions{Verbose: train.Silent, Callbacks: []train.Callback{&callbacks.BackupAndRestore{BackupDir: dir}}})
	has(t, err, "BackupAndRestore", "gone.h5")
}

func TestSwapEMAWeights(t *testing.T) {
	m := network(t, 0)
	if err := m.Compile(train.Config{Optimizer: &optimizers.SGD{Common: optimizers.Common{UseEMA: true, EMAMomentum: 0.5}}, Loss: "mse"}); err != nil {
		t.Fatal(err)
	}
	var inTraining, inTest []*tensor.Dense
	look := callbacks.Lambda{
		TrainBatchEnd: func(context.Context, *train.Step) error { inTraining = m.Weights(); return nil },
		TestBatchEnd:  func(context.Context, *train.Step) error { inTest = m.Weights(); return nil },
		EpochEnd: func(_ context.Context, e *train.Epoch) error {
			if !equal(m.Weights(), inTraining) {
				t.Error("the weights are not back after the validation")
			}
			return nil
		},
	}
	list := []train.Callback{look, &callbacks.SwapEMAWeights{}, look}
	if _, err := m.Fit(ctx, points(16), train.FitOptions{BatchSize: 4, ValidationSplit: 0.5, Verbose: train.Silent, Callbacks: list}); err != nil {
		t.Fatal(err)
	}
	if equal(inTraining, inTest) {
		t.Error("the validation did not see averages")
	}
	if !equal(m.Weights(), inTest) {
		t.Error("the model did not end with the averages")
	}
	plain := network(t, 0)
	_, err := plain.Evaluate(ctx, points(4), train.EvaluateOptions{Callbacks: []train.Callback{&callbacks.SwapEMAWeights{}}})
	has(t, err, "UseEMA")
}
