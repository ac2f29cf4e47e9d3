package functional_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

// kerasScript loads every m.keras below a folder with real Keras and writes what it finds beside it: weights, optimizer
// variables and predictions. It also loads m.weights.h5 into the model.
const kerasScript = `
import glob, os, sys
import numpy as np
import keras

failed = False
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*", "m.keras"))):
    d = os.path.dirname(path)
    try:
        m = keras.saving.load_model(path)
        io = np.load(os.path.join(d, "in.npz"))
        x = [io["in_%d" % i] for i in range(len(io.files))]
        y = m.predict(x if len(x) > 1 else x[0], verbose=0)
        out = {"out_%d" % i: np.asarray(v, "float32") for i, v in enumerate(keras.tree.flatten(y))}
        for i, w in enumerate(m.weights):
            out["w_%d" % i] = np.asarray(keras.ops.convert_to_numpy(w.value), "float32")
        if getattr(m, "optimizer", None) is not None:
            for i, w in enumerate(m.optimizer.variables):
                out["o_%d" % i] = np.asarray(keras.ops.convert_to_numpy(w.value), "float32")
        m.load_weights(os.path.join(d, "m.weights.h5"))
        for i, w in enumerate(m.weights):
            assert (np.asarray(keras.ops.convert_to_numpy(w.value), "float32") == out["w_%d" % i]).all(), w.path
        np.savez(os.path.join(d, "out.npz"), **out)
    except Exception as e:
        failed = True
        print(os.path.basename(d), type(e).__name__, str(e)[-1500:], sep=": ")
sys.exit(failed)
`

// TestKerasLoadsOurFiles saves models and loads them with real Keras: the same weights, optimizer state and predictions.
func TestKerasLoadsOurFiles(t *testing.T) {
	python := os.Getenv("GORGONIN_KERAS")
	if python == "" {
		t.Skip("real Keras is not asked: set GORGONIN_KERAS to a python that imports keras")
	}
	root := t.TempDir()
	models := map[string]*functional.Model{}
	paths, err := filepath.Glob(filepath.Join(shared(t, "keras_files"), "*", "model.keras"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no models", err)
	}
	only := os.Getenv("GORGONIN_KERAS_ONLY") // names of folders, to look at some
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		if only != "" && !strings.Contains(","+only+",", ","+name+",") {
			continue
		}
		m, err := functional.Load(path)
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		io, err := npz.ReadFile(filepath.Join(filepath.Dir(path), "io.npz"))
		if err != nil {
			t.Fatal(err)
		}
		models[name] = m
		saveForKeras(t, m, filepath.Join(root, name), numbered(io, "in_%d"))
	}
	for name, m := range kinds(t) {
		models[name] = m
		var inputs []*npz.Array
		x, several := inputsFor(m).([]any)
		if !several {
			x = []any{inputsFor(m)}
		}
		for _, v := range x {
			d := v.(*tensor.Dense)
			inputs = append(inputs, &npz.Array{Dtype: d.Dtype().Kind().String(), Shape: d.Shape(), Data: array.Elements(d)})
		}
		saveForKeras(t, m, filepath.Join(root, name), inputs)
	}
	cmd := exec.Command(python, "-W", "ignore", "-c", kerasScript, root)
	cmd.Env = append(os.Environ(), "KERAS_BACKEND=jax", "TF_CPP_MIN_LOG_LEVEL=3")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("Keras: %v\n%s", err, out.String())
	}
	for name, m := range models {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(root, name)
			got, err := npz.ReadFile(filepath.Join(dir, "out.npz"))
			if err != nil {
				t.Skip("Keras did not load it") // and has said why above
			}
			in, err := npz.ReadFile(filepath.Join(dir, "in.npz"))
			if err != nil {
				t.Fatal(err)
			}
			for key, a := range in {
				got[key] = a
			}
			predictsAs(t, m, got, tolerance(name))
			compareParams(t, "weight", m.Params(), numbered(got, "w_%d"), 0)
			if m.Optimizer() != nil && len(numbered(got, "o_%d")) > 0 {
				compareParams(t, "optimizer variable", optimizers.Variables(m.Optimizer()), numbered(got, "o_%d"), 0)
			}
		})
	}
}

// saveForKeras writes a model, its weights and an input.
func saveForKeras(t *testing.T, m *functional.Model, dir string, inputs []*npz.Array) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(filepath.Join(dir, "m.keras")); err != nil {
		t.Fatal(err)
	}
	if err := m.SaveWeights(filepath.Join(dir, "m.weights.h5")); err != nil {
		t.Fatal(err)
	}
	in := map[string]*npz.Array{}
	for i, a := range inputs {
		in["in_"+string(rune('0'+i))] = a
	}
	f, err := os.Create(filepath.Join(dir, "in.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := npz.Write(f, in, false); err != nil {
		t.Fatal(err)
	}
}
