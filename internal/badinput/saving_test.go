package badinput_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/saving"
	"github.com/gorgonin/gorgonin/sequential"
	"gorgonia.org/tensor"
)

func wider(t *testing.T) *sequential.Model {
	return must(sequential.New(&layers.Input{Shape: []int{3}}, &layers.Dense{Units: 5, Name: "hidden"}, &layers.Dense{Units: 2, Name: "scores"}))(t)
}

func deeper(t *testing.T) *sequential.Model {
	return must(sequential.New(&layers.Input{Shape: []int{3}}, four(4), four(4), four(2)))(t)
}

// weights gives small other weights, which it must refuse.
func weights(f func(w []*tensor.Dense) []*tensor.Dense) func(t *testing.T) error {
	return func(t *testing.T) error {
		m := small(t)
		return untouched(t, m, func() error { return m.SetWeights(f(m.Weights())) })
	}
}

// file loads a whole model from small's file after f has changed it.
func file(f func(b []byte) []byte) func(t *testing.T) error {
	return func(t *testing.T) error {
		path := filepath.Join(t.TempDir(), "m.keras")
		if err := small(t).Save(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f(must(os.ReadFile(path))(t)), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := functional.Load(path)
		return err
	}
}

var savingMistakes = []mistake{
	{"too few weights", []string{"3", "4"}, weights(func(w []*tensor.Dense) []*tensor.Dense { return w[:3] })},
	{"no weights", []string{"0", "4"}, weights(func(w []*tensor.Dense) []*tensor.Dense { return nil })},
	{"weights in another order", []string{"hidden/kernel", "(3, 4)", "(4,)"}, weights(func(w []*tensor.Dense) []*tensor.Dense {
		w[0], w[1] = w[1], w[0]
		return w
	})},
	{"one wrong weight at the end", []string{"scores/bias", "(2,)", "(3, 4)"}, weights(func(w []*tensor.Dense) []*tensor.Dense {
		w[0].Zero()
		w[3] = w[0]
		return w
	})},
	{"a nil weight", []string{"nil"}, weights(func(w []*tensor.Dense) []*tensor.Dense { w[2] = nil; return w })},
	{"weights of another width", []string{"hidden", "(3, 4)", "(3, 5)"}, load(wider, nil)},
	{"weights of a shorter model", []string{"dense"}, load(deeper, nil)},
	{"half a file of weights", []string{"m.weights.h5"}, load(small, func(b []byte) []byte { return b[:len(b)/2] })},
	{"an empty file of weights", []string{"m.weights.h5"}, load(small, func(b []byte) []byte { return nil })},
	{"text in the place of weights", []string{"m.weights.h5"}, load(small, func(b []byte) []byte { return []byte("hello, these are no weights") })},
	{"weights that are not there", []string{"no.weights.h5", "no such file"}, func(t *testing.T) error { return small(t).LoadWeights(filepath.Join(t.TempDir(), "no.weights.h5")) }},
	{"weights of an unknown format", []string{"m.npz", ".weights.h5"}, func(t *testing.T) error { return small(t).LoadWeights("m.npz") }},
	{"a model of an unknown format", []string{"m.onnx", ".keras"}, func(t *testing.T) error { return small(t).Save("m.onnx") }},
	{"a folder that is not there", []string{"m.keras", "no such file"}, func(t *testing.T) error { return small(t).Save(filepath.Join(t.TempDir(), "no", "m.keras")) }},
	{"half a model file", []string{"m.keras"}, file(func(b []byte) []byte { return b[:len(b)/2] })},
	{"an empty model file", []string{"m.keras"}, file(func(b []byte) []byte { return nil })},
	{"a damaged model file", []string{"m.keras"}, file(func(b []byte) []byte {
		b = bytes.Clone(b)
		for i := len(b) / 3; i < len(b)/2; i++ {
			b[i] ^= 0x55
		}
		return b
	})},
	{"a model that is not there", []string{"no.keras", "no such file"}, func(t *testing.T) error {
		_, err := functional.Load(filepath.Join(t.TempDir(), "no.keras"))
		return err
	}},
	{"a model of another library", []string{"m.pb", ".keras"}, func(t *testing.T) error {
		path := filepath.Join(t.TempDir(), "m.pb")
		if err := os.WriteFile(path, []byte("\x08\x01saved_model"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := functional.Load(path)
		return err
	}},
	{"a class that is not registered", []string{"secret", "saving.Register", "CustomObjects"}, func(t *testing.T) error {
		path := filepath.Join(t.TempDir(), "m.keras")
		m := must(sequential.New(&layers.Input{Shape: []int{3}}, &secret{Name: "secret"}))(t)
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		_, err := functional.Load(path)
		return err
	}},
	{"a function that cannot be saved", []string{"layer lambda", "saving.Register"}, func(t *testing.T) error {
		path := filepath.Join(t.TempDir(), "m.keras")
		if err := os.WriteFile(path, []byte("the file before"), 0o644); err != nil {
			t.Fatal(err)
		}
		m := must(sequential.New(&layers.Input{Shape: []int{3}}, &layers.Lambda{Function: func(x *graph.Node) *graph.Node { return x }}))(t)
		err := m.Save(path)
		if b := must(os.ReadFile(path))(t); string(b) != "the file before" {
			t.Errorf("the failed Save left %d other bytes", len(b))
		}
		return err
	}},
	{"a registration of nil", []string{"nil"}, func(t *testing.T) error { return saving.Register("nothing", nil) }},
	{"a configuration that is no JSON", []string{"invalid character"}, func(t *testing.T) error { _, err := functional.FromJSON([]byte("<model/>"), nil); return err }},
	{"a configuration of another kind", []string{"Dense", "no model"}, func(t *testing.T) error {
		_, err := functional.FromJSON([]byte(`{"class_name": "Dense", "config": {}}`), nil)
		return err
	}},
}

// secret is a user's layer that nobody registers.
type secret struct {
	Name string
	layers.Base
}

func (l *secret) Call(_ *layers.Context, in ...*graph.Node) *graph.Node { return in[0] }
