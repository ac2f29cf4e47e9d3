package functional_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/optimizers"
)

// shared is the folder of recorded files, beside the repository unless the environment says where.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("GORGONIN_SHARED")
	if root == "" {
		root = "../../shared"
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no recorded files at %s: set GORGONIN_SHARED", path)
	}
	return path
}

// kerasFiles runs f for every model that real Keras wrote.
func kerasFiles(t *testing.T, f func(t *testing.T, dir string)) {
	dirs, err := filepath.Glob(filepath.Join(shared(t, "keras_files"), "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no folders", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { f(t, dir) })
	}
}

// load reads the model of a folder. A class that there is not skips the test.
func load(t *testing.T, path string) *functional.Model {
	t.Helper()
	m, err := functional.Load(path)
	if err != nil && strings.Contains(err.Error(), "unknown layer class") {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// numbered are the arrays prefix0, prefix1 ... with the given format of the number.
func numbered(arrays map[string]*npz.Array, format string) []*npz.Array {
	var out []*npz.Array
	for a := arrays[fmt.Sprintf(format, 0)]; a != nil; a = arrays[fmt.Sprintf(format, len(out))] {
		out = append(out, a)
	}
	return out
}

// fed is a list of arrays as the input of a model, cut to some rows.
func fed(arrays []*npz.Array, rows int) any {
	var out []any
	for _, a := range arrays {
		shape, values := a.Shape, a.Data
		if rows > 0 && len(shape) > 0 {
			n := rows
			for _, d := range shape[1:] {
				n *= d
			}
			values = reflect.ValueOf(values).Slice(0, n).Interface()
			shape = append([]int{rows}, shape[1:]...)
		}
		out = append(out, array.Dense(values, shape))
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

func near(got, want []float64, tol float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d values, want %d", len(got), len(want))
	}
	largest := 1e-6
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*largest) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			return fmt.Errorf("element %d is %v, want %v", i, got[i], want[i])
		}
	}
	return nil
}

// predictsAs compares the predictions of a model with recorded ones.
func predictsAs(t *testing.T, m *functional.Model, io map[string]*npz.Array, tol float64) {
	t.Helper()
	got, err := m.PredictOnBatch(context.Background(), fed(numbered(io, "in_%d"), 0))
	if err != nil {
		t.Fatal(err)
	}
	want := numbered(io, "out_%d")
	if len(got) != len(want) {
		t.Fatalf("%d outputs, want %d", len(got), len(want))
	}
	for i := range got {
		if err := near(data.Float64s(got[i]), array.Float64s(want[i].Data), tol); err != nil {
			t.Errorf("output %d: %v", i, err)
		}
	}
}

// tolerance of a model's predictions: those in 16 bits agree to their last place or so.
func tolerance(dir string) float64 {
	if strings.HasPrefix(filepath.Base(dir), "mixed") {
		return 2e-2
	}
	return 2e-5
}

func TestKerasFilesPredict(t *testing.T) {
	kerasFiles(t, func(t *testing.T, dir string) {
		io, err := npz.ReadFile(filepath.Join(dir, "io.npz"))
		if err != nil {
			t.Fatal(err)
		}
		m := load(t, filepath.Join(dir, "model.keras"))
		predictsAs(t, m, io, tolerance(dir))
	})
}

func TestKerasFilesLegacy(t *testing.T) {
	kerasFiles(t, func(t *testing.T, dir string) {
		io, err := npz.ReadFile(filepath.Join(dir, "io.npz"))
		if err != nil {
			t.Fatal(err)
		}
		m := load(t, filepath.Join(dir, "legacy.h5"))
		predictsAs(t, m, io, tolerance(dir))
	})
}

// TestKerasFilesResume makes one more step from the state in the file.
func TestKerasFilesResume(t *testing.T) {
	kerasFiles(t, func(t *testing.T, dir string) {
		next, err := npz.ReadFile(filepath.Join(dir, "next.npz"))
		if err != nil {
			t.Skip("no next step was recorded")
		}
		io, err := npz.ReadFile(filepath.Join(dir, "io.npz"))
		if err != nil {
			t.Fatal(err)
		}
		m := load(t, filepath.Join(dir, "model.keras"))
		if len(m.Seeds()) > 0 {
			t.Skip("the model draws random numbers, and Keras draws others")
		}
		logs, err := m.TrainOnBatch(context.Background(), data.Batch{X: fed(numbered(io, "in_%d"), 8), Y: fed(numbered(io, "y_%d"), 8)})
		if err != nil {
			t.Fatal(err)
		}
		tol := 20 * tolerance(dir)
		if err := near([]float64{logs["loss"]}, array.Float64s(next["loss"].Data), tol); err != nil {
			t.Error("loss:", err)
		}
		compareParams(t, "weight", m.Params(), numbered(next, "w_%03d"), tol)
		compareParams(t, "optimizer variable", optimizers.Variables(m.Optimizer()), numbered(next, "o_%03d"), tol)
	})
}

func compareParams(t *testing.T, what string, params []*graph.Param, want []*npz.Array, tol float64) {
	t.Helper()
	if len(params) != len(want) {
		t.Fatalf("%d %ss %v, want %d", len(params), what, params, len(want))
	}
	for i, p := range params {
		if strings.HasPrefix(string(p.Spec().Dtype), "bfloat") {
			continue // Keras computes the steps of such weights in their dtype, in which Adam's 0.999 is 1 and they stay
		}
		if err := near(data.Float64s(p.Value()), array.Float64s(want[i].Data), tol); err != nil {
			t.Errorf("%s %d (%s): %v", what, i, p.Path(), err)
		}
	}
}

func TestKerasFilesSummary(t *testing.T) {
	kerasFiles(t, func(t *testing.T, dir string) {
		want, err := os.ReadFile(filepath.Join(dir, "summary.txt"))
		if err != nil || strings.Contains(string(want), "=====") {
			t.Skip("no summary of Keras 3 was recorded")
		}
		m := load(t, filepath.Join(dir, "model.keras"))
		var got bytes.Buffer
		if err := m.Summary(&got, functional.SummaryOptions{LineLength: 100, ShowTrainable: true}); err != nil {
			t.Fatal(err)
		}
		// Keras forgets the size of an axis that EinsumDense leaves open
		sameLines(t, got.String(), strings.ReplaceAll(string(want), "(None, None, 5)", "(None, 10, 5)  "))
	})
}

func sameLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	for i := range max(len(g), len(w)) {
		a, b := append(g, make([]string, len(w))...)[i], append(w, make([]string, len(g))...)[i]
		if strings.TrimRight(a, " ") != strings.TrimRight(b, " ") {
			t.Fatalf("line %d:\n got %s\nwant %s", i+1, a, b)
		}
	}
}

// TestKerasFilesRoundTrip saves what it loaded and loads it again: the same configuration, weights and optimizer state.
func TestKerasFilesRoundTrip(t *testing.T) {
	kerasFiles(t, func(t *testing.T, dir string) {
		m := load(t, filepath.Join(dir, "model.keras"))
		path := filepath.Join(t.TempDir(), "m.keras")
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		again, err := functional.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		sameModel(t, again, m)
	})
}

// sameModel compares everything that a file holds.
func sameModel(t *testing.T, got, want *functional.Model) {
	t.Helper()
	a, err := got.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	b, err := want.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("the configuration is\n%s\nwant\n%s", a, b)
	}
	same := func(what string, got, want []*graph.Param) {
		if len(got) != len(want) {
			t.Fatalf("%d %s, want %d", len(got), what, len(want))
		}
		for i := range got {
			if err := near(data.Float64s(got[i].Value()), data.Float64s(want[i].Value()), 0); err != nil {
				t.Errorf("%s %d (%s): %v", what, i, want[i].Path(), err)
			}
		}
	}
	same("weights", got.Params(), want.Params())
	same("seeds", got.Seeds(), want.Seeds())
	if want.Optimizer() != nil {
		same("optimizer variables", optimizers.Variables(got.Optimizer()), optimizers.Variables(want.Optimizer()))
	}
}
