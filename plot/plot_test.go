package plot_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/plot"
	"github.com/gorgonin/gorgonin/train"
)

func model(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("tower")
	x := functional.Input(g, "x", []int{4})
	a := functional.Call(&layers.Dense{Units: 3, Name: "left"}, x)
	b := functional.Call(&layers.Dense{Units: 3, Name: "right"}, x)
	m, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(&layers.Add{}, a, b)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPictures(t *testing.T) {
	m := model(t)
	h := &train.History{Epoch: []int{0, 1, 2}, History: map[string][]float64{
		"loss": {3, 2, 1}, "val_loss": {3, 2.5, 2}, "accuracy": {0.5, 0.7, 0.9},
	}}
	draw := map[string]func(path string) error{
		"model":   func(p string) error { return plot.Model(p, m, plot.ModelOptions{ShowShapes: true}) },
		"graph":   func(p string) error { return plot.Graph(p, m.Graph()) },
		"history": func(p string) error { return plot.History(p, h) },
	}
	for name, f := range draw {
		for _, ext := range []string{".svg", ".png"} {
			path := filepath.Join(t.TempDir(), name+ext)
			if err := f(path); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if ext == ".png" && !bytes.HasPrefix(b, []byte("\x89PNG")) {
				t.Errorf("%s is no PNG", name)
			}
			if ext == ".svg" && !strings.Contains(string(b), "<svg") {
				t.Errorf("%s is no SVG", name)
			}
			if name == "model" && ext == ".svg" && (!strings.Contains(string(b), "left (Dense)") || !strings.Contains(string(b), "(None, 3)")) {
				t.Errorf("the picture of the model lacks its layers:\n%s", b)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		`the extension ".gif" is not known`: plot.Model("m.gif", model(t)),
		"the model is nil":                  plot.Model("m.svg", nil),
		"the history has no epochs":         plot.History("h.svg", &train.History{}),
		"the graph is nil":                  plot.Graph("g.svg", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
