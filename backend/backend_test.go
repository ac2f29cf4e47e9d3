package backend_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	_ "github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
)

// fake is a backend that compiles nothing.
type fake struct{ backend.Backend }

func (fake) Name() string { return "fake" }

func TestGet(t *testing.T) {
	for _, like := range []backend.Like{nil, "", "native"} {
		if b, err := backend.Get(like); err != nil || b.Name() != "native" {
			t.Errorf("%v: %v, %v", like, b, err)
		}
	}
	if b, err := backend.Get(fake{}); err != nil || b.Name() != "fake" {
		t.Error(b, err)
	}
	for like, want := range map[backend.Like]string{
		"natve": `did you mean "native"?`, "cuda": "import its package; known are ", 3: "not as int",
	} {
		if _, err := backend.Get(like); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", like, err, want)
		}
	}
	backend.Register(fake{})
	if !slices.Contains(backend.Names(), "fake") || !slices.IsSorted(backend.Names()) {
		t.Error(backend.Names())
	}
}

func TestSlice(t *testing.T) {
	for _, d := range []graph.Dtype{graph.Float32, graph.BFloat16, graph.Float64, graph.Int8, graph.Int32, graph.Int64, graph.Uint8, graph.Bool, graph.String} {
		values := graph.MakeValues(d, 6)
		s, err := backend.Wrap(d, values)
		if err != nil || s.Len() != 6 || s.Dtype != d {
			t.Fatal(d, s, err)
		}
		if got := s.Values(); reflect.TypeOf(got) != reflect.TypeOf(values) {
			t.Errorf("the values of %s come back as %T", d, got)
		}
		if p := s.Part(1, 2); p.Len() != 2 || p.Same(s) || s.Part(0, 2).Same(s) != true {
			t.Error(d, "parts")
		}
	}
	a, b := []float32{1, 2, 3}, make([]float32, 3)
	backend.SliceOf(graph.Float32, b).Copy(backend.SliceOf(graph.Float32, a))
	if !slices.Equal(a, b) {
		t.Error(b)
	}
	if _, err := backend.Wrap(graph.Int32, a); err == nil {
		t.Error("float32 elements were taken for int32")
	}
}
