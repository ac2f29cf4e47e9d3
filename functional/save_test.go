package functional_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/saving"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

func dense(values any, s graph.Shape) *tensor.Dense { return array.Dense(values, s) }

// dropping is a compiled model with random layers.
func dropping(t *testing.T) *functional.Model {
	t.Helper()
	m, err := functional.NewSequential(&layers.Input{Shape: graph.Shape{3}}, &layers.Dense{Units: 8, Activation: "relu"},
		&layers.BatchNormalization{}, &layers.Dropout{Rate: 0.5}, &layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Compile(train.Config{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: "mse", Metrics: "mae"}); err != nil {
		t.Fatal(err)
	}
	return m
}

func fit(t *testing.T, m *functional.Model, from, to int) {
	t.Helper()
	_, err := m.Fit(context.Background(), data.Arrays{X: rows(20, 3), Y: rows(20, 1)},
		train.FitOptions{BatchSize: 4, InitialEpoch: from, Epochs: to, Verbose: train.Silent, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
}

func sameBits(t *testing.T, got, want *functional.Model) {
	t.Helper()
	for i, p := range got.Params() {
		if err := near(data.Float64s(p.Value()), data.Float64s(want.Params()[i].Value()), 0); err != nil {
			t.Errorf("%s: %v", p.Path(), err)
		}
	}
}

// TestResume goes on with a training from a file, to the same bits as without the break.
func TestResume(t *testing.T) {
	whole := dropping(t)
	fit(t, whole, 0, 4)
	half := dropping(t)
	fit(t, half, 0, 2)
	dir := t.TempDir()

	t.Run("whole model", func(t *testing.T) {
		path := filepath.Join(dir, "m.keras")
		if err := half.Save(path); err != nil {
			t.Fatal(err)
		}
		m, err := functional.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		fit(t, m, 2, 4)
		sameBits(t, m, whole)
	})
	t.Run("state", func(t *testing.T) {
		path := filepath.Join(dir, "state.h5")
		if err := half.SaveState(path); err != nil {
			t.Fatal(err)
		}
		m := dropping(t)
		if err := m.LoadState(path); err != nil {
			t.Fatal(err)
		}
		fit(t, m, 2, 4)
		sameBits(t, m, whole)
	})
}

func TestSaveKinds(t *testing.T) {
	for name, m := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := m.Save(filepath.Join(dir, "m.keras")); err != nil {
				t.Fatal(err)
			}
			again, err := functional.LoadFS(os.DirFS(dir), "m.keras")
			if err != nil {
				t.Fatal(err)
			}
			sameModel(t, again, m)
			if again.Sequential() != m.Sequential() {
				t.Error("it came back as another kind")
			}
			if err := m.SaveWeights(filepath.Join(dir, "m.weights.h5")); err != nil {
				t.Fatal(err)
			}
			c, err := m.Clone()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Init(9); err != nil {
				t.Fatal(err)
			}
			if err := c.LoadWeights(filepath.Join(dir, "m.weights.h5")); err != nil {
				t.Fatal(err)
			}
			sameBits(t, c, m)
		})
	}
}

// TestBadFiles damages files: each is an error, and the model stays as it was.
func TestBadFiles(t *testing.T) {
	m := dropping(t)
	dir := t.TempDir()
	whole, weights, bad := filepath.Join(dir, "m.keras"), filepath.Join(dir, "m.weights.h5"), filepath.Join(dir, "bad.weights.h5")
	if err := m.Save(whole); err != nil {
		t.Fatal(err)
	}
	if err := m.SaveWeights(weights); err != nil {
		t.Fatal(err)
	}
	if err := m.Init(5); err != nil {
		t.Fatal(err)
	}
	before := predict(t, m, rows(3, 3))
	b, err := os.ReadFile(weights)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(b); cut += len(b)/23 + 1 {
		write(t, bad, b[:cut])
		if err := m.LoadWeights(bad); err == nil {
			t.Errorf("a file cut to %d of %d bytes was read", cut, len(b))
		}
	}
	for cut := 0; cut < len(archive); cut += len(archive)/23 + 1 {
		write(t, bad, archive[:cut])
		if _, err := functional.Load(bad); err == nil {
			t.Errorf("an archive cut to %d of %d bytes was read", cut, len(archive))
		}
	}
	same(t, "after the damaged files", predict(t, m, rows(3, 3)), before)
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestWeightsOfAnotherModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.weights.h5")
	if err := dropping(t).SaveWeights(path); err != nil {
		t.Fatal(err)
	}
	other, err := functional.NewSequential(&layers.Input{Shape: graph.Shape{3}}, &layers.Dense{Units: 7}, &layers.BatchNormalization{}, &layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	before := predict(t, other, rows(2, 3))
	err = other.LoadWeights(path)
	if err == nil || !strings.Contains(err.Error(), "layers/dense/vars/0") || !strings.Contains(err.Error(), "(3, 8)") {
		t.Errorf("got %v", err)
	}
	same(t, "after the error", predict(t, other, rows(2, 3)), before)
	whole := filepath.Join(t.TempDir(), "m.keras")
	if err := other.Save(whole); err != nil {
		t.Fatal(err)
	}
	if _, err := functional.Load(whole, saving.Options{}, saving.Options{}); err == nil {
		t.Error("two options were taken")
	}
}

func TestPathsSayWhatIsSaved(t *testing.T) {
	m := dropping(t)
	dir := t.TempDir()
	for _, err := range []error{m.Save(filepath.Join(dir, "m.bin")), m.SaveWeights(filepath.Join(dir, "m.keras")), m.Save(filepath.Join(dir, "no", "m.keras"))} {
		if err == nil {
			t.Error("saved under a name that does not fit, or in no folder")
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("files are left: %v %v", left, err)
	}
}
