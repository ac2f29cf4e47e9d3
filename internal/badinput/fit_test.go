package badinput_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func options(o train.FitOptions) func(t *testing.T) error { return fit(rows(4), o) }

var fitMistakes = []mistake{
	{"not compiled", []string{"Compile"}, func(t *testing.T) error {
		m := must(sequential.New(&layers.Input{Shape: []int{3}}, four(2)))(t)
		_, err := m.Fit(ctx, rows(4))
		return err
	}},
	{"no loss", []string{"Loss"}, func(t *testing.T) error {
		m := compiled(t, small(t), train.Config{Optimizer: "sgd"})
		_, err := m.Fit(ctx, rows(4), quiet(train.FitOptions{}))
		return err
	}},
	{"no optimizer", []string{"Optimizer"}, func(t *testing.T) error {
		m := compiled(t, small(t), train.Config{Loss: "mse"})
		_, err := m.Fit(ctx, rows(4), quiet(train.FitOptions{}))
		return err
	}},
	{"two options", []string{"2 options"}, func(t *testing.T) error {
		_, err := small(t).Fit(ctx, rows(4), train.FitOptions{}, train.FitOptions{})
		return err
	}},
	{"a negative batch size", []string{"BatchSize is -8"}, options(train.FitOptions{BatchSize: -8})},
	{"negative epochs", []string{"Epochs is -1"}, options(train.FitOptions{Epochs: -1})},
	{"a validation split of all", []string{"ValidationSplit is 1"}, options(train.FitOptions{ValidationSplit: 1})},
	{"a validation split that leaves nothing", []string{"ValidationSplit", "0.9"}, fit(rows(1), train.FitOptions{ValidationSplit: 0.9})},
	{"a validation split of a stream", []string{"ValidationSplit", "ValidationData"}, fit(batches(nil, data.Batch(rows(4))), train.FitOptions{ValidationSplit: 0.5})},
	{"validation data of another width", []string{"validation", "(4, 2)", "(None, 3)"}, options(train.FitOptions{ValidationData: data.Arrays{X: make2(4, 2), Y: []int{0, 1, 0, 1}}})},
	{"validation labels out of range", []string{"validation", "is 9", "0..1"}, options(train.FitOptions{ValidationData: data.Arrays{X: make2(2, 3), Y: []int{0, 9}}})},
	{"a validation epoch 0", []string{"ValidationEpochs", "0"}, options(train.FitOptions{ValidationEpochs: []int{0}, ValidationData: rows(2)})},
	{"an unknown verbosity", []string{"Verbose", "7"}, func(t *testing.T) error {
		_, err := small(t).Fit(ctx, rows(4), train.FitOptions{Verbose: 7})
		return err
	}},
	{"more steps than data", []string{"3", "steps"}, func(t *testing.T) error {
		h, err := small(t).Fit(ctx, batches(nil, data.Batch(rows(4))), quiet(train.FitOptions{StepsPerEpoch: 3, Epochs: 2}))
		if h == nil {
			t.Error("no history of what was trained")
		}
		return err
	}},
	{"class weights for two outputs", []string{"ClassWeight", "one output", "2"}, func(t *testing.T) error {
		_, err := heads(t).Fit(ctx, data.Arrays{X: named(make2(2, 3), make2(2, 2)), Y: goodY}, quiet(train.FitOptions{ClassWeight: map[int]float64{0: 1}}))
		return err
	}},
	{"class weights and sample weights", []string{"ClassWeight", "SampleWeight"}, fit(data.Arrays{X: make2(2, 3), Y: []int{0, 1}, SampleWeight: []float32{1, 2}}, train.FitOptions{ClassWeight: map[int]float64{0: 2}})},
	{"a cancelled context", []string{"context canceled"}, func(t *testing.T) error {
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		m := small(t)
		return untouched(t, m, func() error {
			_, err := m.Fit(stopped, rows(4), quiet(train.FitOptions{}))
			return err
		})
	}},
	{"two Fits at once", []string{"Fit"}, func(t *testing.T) error {
		m := small(t)
		var second error
		_, err := m.Fit(ctx, rows(4), quiet(train.FitOptions{Callbacks: []train.Callback{callbacks.Lambda{
			TrainBatchEnd: func(context.Context, *train.Step) error {
				_, second = m.Fit(ctx, rows(4), quiet(train.FitOptions{}))
				return nil
			}}}}))
		if err != nil {
			t.Error(err)
		}
		return second
	}},
	{"compile during Fit", []string{"Fit"}, func(t *testing.T) error {
		m := small(t)
		var second error
		_, err := m.Fit(ctx, rows(4), quiet(train.FitOptions{Callbacks: []train.Callback{callbacks.Lambda{
			TrainBatchEnd: func(context.Context, *train.Step) error {
				second = m.Compile(train.Config{Optimizer: "sgd", Loss: "mse"})
				return nil
			}}}}))
		if err != nil {
			t.Error(err)
		}
		return second
	}},
	{"a train step without rows", []string{"empty"}, func(t *testing.T) error {
		m := small(t)
		return untouched(t, m, func() error {
			_, err := m.TrainOnBatch(ctx, data.Batch{X: make2(0, 3), Y: []int{}})
			return err
		})
	}},
	{"a train step on another width", []string{"features", "(1, 2)", "(None, 3)"}, func(t *testing.T) error {
		_, err := small(t).TrainOnBatch(ctx, data.Batch{X: make2(1, 2), Y: []int{0}})
		return err
	}},
	{"a negative learning rate", []string{"-1"}, func(t *testing.T) error { return small(t).SetLearningRate(-1) }},
}

func predict(x any, o ...train.PredictOptions) func(t *testing.T) error {
	return func(t *testing.T) error { _, err := small(t).Predict(ctx, x, o...); return err }
}

var predictMistakes = []mistake{
	{"no x", []string{"x holds no array"}, predict(nil)},
	{"one row without a batch axis", []string{`"features"`, "(3,)", "(None, 3)"}, predict([]float32{1, 2, 3})},
	{"a wrong width", []string{"features", "(2, 4)", "(None, 3)"}, predict(make2(2, 4))},
	{"ragged rows", []string{"3", "1"}, predict([][]float32{{1, 2, 3}, {4}})},
	{"no rows", []string{"empty"}, predict(make2(0, 3))},
	{"two inputs", []string{`"more"`, "features"}, predict(map[string]any{"features": make2(2, 3), "more": make2(2, 3)})},
	{"a negative batch size", []string{"BatchSize is -1"}, predict(make2(2, 3), train.PredictOptions{BatchSize: -1})},
	{"two outputs", []string{"2 outputs", "PredictNamed"}, func(t *testing.T) error {
		_, err := heads(t).Predict(ctx, named(make2(2, 3), make2(2, 2)))
		return err
	}},
	{"an unbuilt model on a scalar", []string{"single number", "(rows, ...)"}, func(t *testing.T) error {
		_, err := must(sequential.New(four(2)))(t).Predict(ctx, 3)
		return err
	}},
	{"an evaluation without data", []string{"nil"}, func(t *testing.T) error { _, err := small(t).Evaluate(ctx, nil); return err }},
	{"an evaluation without targets", []string{"scores", "no targets"}, func(t *testing.T) error { _, err := small(t).Evaluate(ctx, data.Arrays{X: make2(2, 3)}); return err }},
	{"an evaluation of labels out of range", []string{"is 5", "0..1"}, func(t *testing.T) error {
		_, err := small(t).Evaluate(ctx, data.Arrays{X: make2(2, 3), Y: []int{0, 5}})
		return err
	}},
	{"an evaluation without a compile", []string{"Compile"}, func(t *testing.T) error {
		_, err := must(sequential.New(&layers.Input{Shape: []int{3}}, four(2)))(t).Evaluate(ctx, rows(2))
		return err
	}},
	{"negative steps", []string{"Steps is -1"}, func(t *testing.T) error {
		_, err := small(t).Evaluate(ctx, rows(2), train.EvaluateOptions{Steps: -1})
		return err
	}},
	{"a cancelled prediction", []string{"context canceled"}, func(t *testing.T) error {
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		_, err := small(t).Predict(stopped, make2(2, 3))
		return err
	}},
}

func callback(cs ...train.Callback) func(t *testing.T) error {
	return options(train.FitOptions{Callbacks: cs})
}

// during is like callback, for what only the logs of the first epoch show.
func during(cs ...train.Callback) func(t *testing.T) error {
	return func(t *testing.T) error {
		h, err := small(t).Fit(ctx, rows(4), quiet(train.FitOptions{Callbacks: cs, Epochs: 3}))
		if h == nil {
			t.Error("no history of what was trained")
		}
		return err
	}
}

var callbackMistakes = []mistake{
	{"a nil callback", []string{"callback 0 of 1 is nil"}, callback(nil)},
	{"a nil pointer to a callback", []string{"callback 0 of 1 is nil"}, callback((*callbacks.EarlyStopping)(nil))},
	{"an unknown log", []string{"EarlyStopping", `"los"`, `"loss"`}, during(&callbacks.EarlyStopping{Monitor: "los", Mode: "min"})},
	{"a log of validation without validation", []string{"EarlyStopping", "val_loss", "validation"}, during(&callbacks.EarlyStopping{})},
	{"a direction that the name does not tell", []string{"EarlyStopping", `"score"`, "Mode"}, callback(&callbacks.EarlyStopping{Monitor: "score"})},
	{"an unknown mode", []string{"ReduceLROnPlateau", `"down"`, `"min"`}, callback(&callbacks.ReduceLROnPlateau{Monitor: "loss", Mode: "down"})},
	{"a factor that raises the rate", []string{"ReduceLROnPlateau", "Factor", "2"}, callback(&callbacks.ReduceLROnPlateau{Monitor: "loss", Factor: 2})},
	{"negative patience", []string{"EarlyStopping", "Patience", "-1"}, callback(&callbacks.EarlyStopping{Monitor: "loss", Patience: -1})},
	{"a checkpoint without a path", []string{"ModelCheckpoint", "Filepath"}, callback(&callbacks.ModelCheckpoint{})},
	{"a checkpoint of an unknown format", []string{"ModelCheckpoint", ".keras"}, callback(&callbacks.ModelCheckpoint{Filepath: "m.bin"})},
	{"a checkpoint with an unknown log in its path", []string{"ModelCheckpoint", "val_acc"}, func(t *testing.T) error {
		return during(&callbacks.ModelCheckpoint{Filepath: filepath.Join(t.TempDir(), "{epoch}-{val_acc:.2f}.keras")})(t)
	}},
	{"a schedule that is nil", []string{"LearningRateScheduler", "Schedule"}, callback(&callbacks.LearningRateScheduler{})},
	{"a log file without a path", []string{"CSVLogger", "Filename"}, callback(&callbacks.CSVLogger{})},
	{"a log file in a folder that is not there", []string{"CSVLogger", "no such file"}, func(t *testing.T) error {
		return callback(&callbacks.CSVLogger{Filename: filepath.Join(t.TempDir(), "no", "log.csv")})(t)
	}},
	{"a backup without a folder", []string{"BackupAndRestore", "BackupDir"}, callback(&callbacks.BackupAndRestore{})},
	{"averages of an optimizer without them", []string{"SwapEMAWeights", "UseEMA"}, callback(&callbacks.SwapEMAWeights{})},
	{"a callback that fails", []string{"no more"}, during(callbacks.Lambda{EpochEnd: func(context.Context, *train.Epoch) error { return errNoMore }})},
}

type constError string

func (e constError) Error() string { return string(e) }

const errNoMore = constError("no more")

func savedWeights(t *testing.T) (m *sequential.Model, path string) {
	t.Helper()
	m = small(t)
	path = filepath.Join(t.TempDir(), "m.weights.h5")
	if err := m.SaveWeights(path); err != nil {
		t.Fatal(err)
	}
	return m, path
}

// load loads the weights that small saved, after f has changed the file, into m and checks that m stays as it was.
func load(other func(t *testing.T) *sequential.Model, f func(b []byte) []byte) func(t *testing.T) error {
	return func(t *testing.T) error {
		_, path := savedWeights(t)
		if f != nil {
			if err := os.WriteFile(path, f(must(os.ReadFile(path))(t)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		m := other(t)
		return untouched(t, m, func() error { return m.LoadWeights(path) })
	}
}
