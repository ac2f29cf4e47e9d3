package callbacks_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/train"
)

func TestEarlyStopping(t *testing.T) {
	for _, c := range []struct {
		name      string
		callback  callbacks.EarlyStopping
		logs      []train.Logs
		run, best int
		restored  float64
	}{
		{"patience 0", callbacks.EarlyStopping{}, curve("val_loss", 3, 2, 2, 1), 3, 1, 2},
		{"patience 2", callbacks.EarlyStopping{Patience: 2}, curve("val_loss", 3, 2, 2.5, 1, 1, 1, 0), 6, 3, 5},
		{"restore", callbacks.EarlyStopping{Patience: 1, RestoreBestWeights: true}, curve("val_loss", 3, 2, 5, 1), 3, 1, 1},
		{"restore without a stop", callbacks.EarlyStopping{Patience: 9, RestoreBestWeights: true}, curve("val_loss", 3, 2, 5), 3, 1, 1},
		{"max by name", callbacks.EarlyStopping{Monitor: "accuracy"}, curve("accuracy", 0.1, 0.5, 0.4, 0.9), 3, 1, 2},
		{"mode", callbacks.EarlyStopping{Monitor: "under", Mode: "min"}, curve("under", 2, 1, 3, 0), 3, 1, 2},
		{"min delta", callbacks.EarlyStopping{Monitor: "loss", MinDelta: 0.5}, curve("loss", 3, 2, 1.9, 0), 3, 1, 2},
		{"baseline", callbacks.EarlyStopping{Monitor: "loss", Baseline: 1, Patience: 3}, curve("loss", 5, 4, 3, 3, 0), 4, 2, 3},
		{"late start", callbacks.EarlyStopping{Monitor: "loss", StartFromEpoch: 3}, curve("loss", 1, 2, 3, 4, 5), 5, 3, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &fake{}
			done, err := play(m, &c.callback, c.logs...)
			if err != nil {
				t.Fatal(err)
			}
			if len(done) != c.run || c.callback.BestEpoch() != c.best || m.weight != c.restored {
				t.Errorf("%d epochs, best %d, weights of %v; want %d, %d, %v", len(done), c.callback.BestEpoch(), m.weight, c.run, c.best, c.restored)
			}
		})
	}
}

func TestMonitorErrors(t *testing.T) {
	_, err := play(&fake{}, &callbacks.EarlyStopping{}, train.Logs{"loss": 1, "accuracy": 0})
	has(t, err, `"val_loss"`, "accuracy, loss")
	_, err = play(&fake{}, &callbacks.EarlyStopping{Monitor: "under"}, train.Logs{"under": 1})
	has(t, err, `"under"`, "Mode")
	_, err = play(&fake{}, &callbacks.EarlyStopping{Mode: "best"}, train.Logs{"val_loss": 1})
	has(t, err, `"best"`, `"max"`)
	// Epochs without validation are passed over.
	done, err := play(&fake{}, &callbacks.EarlyStopping{}, train.Logs{"loss": 1}, train.Logs{"val_loss": 1}, train.Logs{"loss": 1}, train.Logs{"val_loss": 2}, train.Logs{"loss": 1})
	if err != nil || len(done) != 4 {
		t.Errorf("%d epochs, error %v", len(done), err)
	}
}

func TestModelCheckpoint(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	logs := curve("val_loss", 3, 2, 2.5, 1.25)
	for _, c := range []struct {
		name     string
		callback callbacks.ModelCheckpoint
		want     []string
	}{
		{"every epoch", callbacks.ModelCheckpoint{Filepath: in("m-{epoch}.keras")}, []string{"model m-1.keras", "model m-2.keras", "model m-3.keras", "model m-4.keras"}},
		{"best", callbacks.ModelCheckpoint{Filepath: in("w-{epoch:02d}-{val_loss:.2f}.weights.h5"), SaveBestOnly: true, SaveWeightsOnly: true},
			[]string{"weights w-01-3.00.weights.h5", "weights w-02-2.00.weights.h5", "weights w-04-1.25.weights.h5"}},
		{"threshold", callbacks.ModelCheckpoint{Filepath: in("{epoch}.h5"), SaveBestOnly: true, InitialValueThreshold: 1.5}, []string{"model 4.h5"}},
	} {
		m := &fake{}
		if _, err := play(m, &c.callback, logs...); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(m.saved, c.want) {
			t.Errorf("%s: saved %q, want %q", c.name, m.saved, c.want)
		}
	}
	_, err := play(&fake{}, &callbacks.ModelCheckpoint{Filepath: "m.bin"}, logs...)
	has(t, err, ".keras", "m.bin")
	_, err = play(&fake{}, &callbacks.ModelCheckpoint{Filepath: "m.keras", SaveWeightsOnly: true}, logs...)
	has(t, err, ".weights.h5")
	_, err = play(&fake{}, &callbacks.ModelCheckpoint{Filepath: "m-{mape}.keras"}, logs...)
	has(t, err, `"mape"`, "epoch, val_loss")
}

func TestModelCheckpointSteps(t *testing.T) {
	m := &fake{}
	c := &callbacks.ModelCheckpoint{Filepath: filepath.Join(t.TempDir(), "b-{epoch}-{batch}.weights.h5"), SaveWeightsOnly: true, SaveFreq: 2}
	for epoch := range 3 {
		for i := range 3 {
			if err := c.OnTrainBatchEnd(ctx, &train.Step{Epoch: epoch, Index: i, Model: m}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.OnEpochEnd(ctx, &train.Epoch{Index: epoch, Model: m}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"weights b-1-2.weights.h5", "weights b-2-1.weights.h5", "weights b-2-3.weights.h5", "weights b-3-2.weights.h5"}
	if !slices.Equal(m.saved, want) {
		t.Errorf("saved %q, want %q", m.saved, want)
	}
}

func TestLearningRates(t *testing.T) {
	m := &fake{rate: 1}
	done, err := play(m, &callbacks.LearningRateScheduler{Schedule: func(epoch int, rate float64) float64 { return rate / 2 }}, curve("loss", 1, 1, 1)...)
	if err != nil {
		t.Fatal(err)
	}
	if m.rate != 0.125 || done[1]["learning_rate"] != 0.25 {
		t.Errorf("rate %v, logs %v", m.rate, done)
	}
	_, err = play(m, &callbacks.LearningRateScheduler{Schedule: func(int, float64) float64 { return -1 }}, curve("loss", 1)...)
	has(t, err, "LearningRateScheduler", "negative")
	_, err = play(m, &callbacks.LearningRateScheduler{}, curve("loss", 1)...)
	has(t, err, "Schedule")
}

func TestReduceLROnPlateau(t *testing.T) {
	for _, c := range []struct {
		name     string
		callback callbacks.ReduceLROnPlateau
		logs     []train.Logs
		want     []float64 // the rate during each epoch
	}{
		{"patience 2", callbacks.ReduceLROnPlateau{Factor: 0.5, Patience: 2}, curve("val_loss", 1, 1, 1, 1, 1, 0.5, 0.5), []float64{1, 1, 1, 0.5, 0.5, 0.25, 0.25}},
		{"cooldown", callbacks.ReduceLROnPlateau{Factor: 0.5, Patience: 1, Cooldown: 2}, curve("val_loss", 1, 1, 1, 1, 1), []float64{1, 1, 0.5, 0.5, 0.25}},
		{"floor", callbacks.ReduceLROnPlateau{Factor: 0.1, Patience: 1, MinLR: 0.5}, curve("val_loss", 1, 1, 1), []float64{1, 1, 0.5}},
		{"delta", callbacks.ReduceLROnPlateau{Factor: 0.5, Patience: 1}, curve("val_loss", 1, 0.99995, 0.9), []float64{1, 1, 0.5}},
	} {
		done, err := play(&fake{rate: 1}, &c.callback, c.logs...)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range done {
			if l["learning_rate"] != c.want[i] {
				t.Errorf("%s: epoch %d has the rate %v, want %v", c.name, i, l["learning_rate"], c.want[i])
			}
		}
	}
	_, err := play(&fake{}, &callbacks.ReduceLROnPlateau{Factor: 1}, curve("val_loss", 1)...)
	has(t, err, "Factor is 1")
}

func TestCSVLogger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	logs := []train.Logs{{"loss": 0.5, "accuracy": 1}, {"loss": 0.25, "accuracy": 1e-5, "val_loss": 3}}
	if _, err := play(&fake{}, &callbacks.CSVLogger{Filename: path, Separator: ";"}, logs...); err != nil {
		t.Fatal(err)
	}
	if _, err := play(&fake{}, &callbacks.CSVLogger{Filename: path, Separator: ";", Append: true}, logs[:1]...); err != nil {
		t.Fatal(err)
	}
	want := "epoch;accuracy;loss;val_accuracy;val_loss\r\n0;1.0;0.5;NA;NA\r\n1;1e-05;0.25;NA;3.0\r\n0;1.0;0.5;NA;NA\r\n"
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
	_, err := play(&fake{}, &callbacks.CSVLogger{Filename: path, Separator: "ab"}, logs...)
	has(t, err, "Separator")
	_, err = play(&fake{}, &callbacks.CSVLogger{Filename: filepath.Join(path, "x")}, logs...)
	has(t, err, "CSVLogger")
}

func TestTerminateOnNaN(t *testing.T) {
	nan := 0.0
	nan /= nan
	s := &train.Step{Logs: train.Logs{"loss": 1}}
	c := &callbacks.TerminateOnNaN{Output: io.Discard}
	if err := c.OnTrainBatchEnd(ctx, s); err != nil || s.Stopped() {
		t.Errorf("stopped at a loss of 1 (%v)", err)
	}
	s.Logs["loss"] = nan
	if err := c.OnTrainBatchEnd(ctx, s); err != nil || !s.Stopped() {
		t.Errorf("not stopped at NaN (%v)", err)
	}
	c.RaiseError = true
	has(t, c.OnTrainBatchEnd(ctx, s), "NaN", "epoch 1")
}
