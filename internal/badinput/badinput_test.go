// Package badinput_test holds what users get wrong, and what they are told. Every mistake goes through the public API; the
// texts are in testdata/messages.txt, so that a change of wording is seen and read.
package badinput_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

var (
	update = flag.Bool("update", false, "rewrite testdata/messages.txt")
	ctx    = context.Background()
)

// mistake is one thing a user gets wrong.
type mistake struct {
	name string
	// says are parts that the message must have: names, both shapes, what to do.
	says []string
	// make makes the mistake and returns the error of the call that should refuse it.
	make func(t *testing.T) error
}

// chapters are the mistakes in the order of the golden file.
var chapters = []struct {
	title    string
	mistakes []mistake
}{
	{"models", modelMistakes}, {"layers", layerMistakes}, {"custom layers", customMistakes}, {"ops", opMistakes},
	{"autodiff", gradientMistakes}, {"engine", engineMistakes}, {"compile", compileMistakes}, {"data", dataMistakes},
	{"fit", fitMistakes}, {"evaluate and predict", predictMistakes}, {"callbacks", callbackMistakes}, {"saving", savingMistakes},
}

func TestMistakes(t *testing.T) {
	var golden bytes.Buffer
	n, seen := 0, map[string]bool{}
	for _, c := range chapters {
		fmt.Fprintf(&golden, "# %s\n\n", c.title)
		for _, m := range c.mistakes {
			name := c.title + "/" + m.name
			if seen[name] {
				t.Errorf("two mistakes are named %q", name)
			}
			seen[name] = true
			n++
			t.Run(name, func(t *testing.T) { fmt.Fprintf(&golden, "%s\n%s\n\n", m.name, told(t, m)) })
		}
	}
	if n < 90 {
		t.Errorf("only %d mistakes are tried", n)
	}
	if !t.Failed() || *update {
		compare(t, golden.Bytes())
	}
}

// told makes a mistake and returns what the user is told, with what differs from run to run taken out.
func told(t *testing.T, m mistake) string {
	err := caught(t, m)
	if err == nil {
		t.Error("no error")
		return "-"
	}
	text := plain(err.Error(), t)
	for _, part := range m.says {
		if !strings.Contains(text, part) {
			t.Errorf("the message does not say %q:\n%s", part, text)
		}
	}
	for _, leak := range []string{"nil pointer dereference", "reflect:", "reflect.", "%!", "goroutine", "-2147483649", "interface conversion", "0xc0"} {
		if strings.Contains(text, leak) {
			t.Errorf("the message shows the inside of the library (%q):\n%s", leak, text)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 500 {
			t.Errorf("a line of %d characters:\n%s", len(line), line)
		}
	}
	return text
}

// caught makes a mistake; a panic fails the test.
func caught(t *testing.T, m mistake) (err error) {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("panic: %v\n%s", r, debug.Stack())
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return m.make(t)
}

var (
	lines   = regexp.MustCompile(`\b(\w+\.go):\d+`)
	temp    = regexp.MustCompile(regexp.QuoteMeta(os.TempDir()) + `/[^ :"]*/`)
	address = regexp.MustCompile(`0x[0-9a-f]{6,}`)
)

// plain takes out line numbers and temporary folders.
func plain(text string, _ *testing.T) string {
	text = lines.ReplaceAllString(text, "$1:N")
	text = temp.ReplaceAllString(text, "DIR/")
	return address.ReplaceAllString(strings.TrimRight(text, "\n"), "0xADDRESS")
}

func compare(t *testing.T, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "messages.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d of %s differs (go test -update rewrites it):\n got %s\nwant %s", i+1, path, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d lines, %s has %d", len(g), path, len(w))
	}
}

// quiet are options that write nothing.
func quiet(o train.FitOptions) train.FitOptions {
	o.Verbose, o.Output = train.Silent, io.Discard
	return o
}

// must is the value of a call that has to work: must(f())(t).
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// small is a compiled model from 3 numbers to 2 classes, "hidden" then "scores".
func small(t *testing.T) *sequential.Model {
	t.Helper()
	m, err := sequential.New(&layers.Input{Shape: []int{3}, Name: "features"},
		&layers.Dense{Units: 4, Activation: "relu", Name: "hidden"}, &layers.Dense{Units: 2, Activation: "softmax", Name: "scores"})
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, m, train.Config{Optimizer: "adam", Loss: "sparse_categorical_crossentropy", Metrics: "accuracy"})
}

func compiled(t *testing.T, m *sequential.Model, c train.Config) *sequential.Model {
	t.Helper()
	if err := m.Compile(c); err != nil {
		t.Fatal(err)
	}
	return m
}

// heads has the inputs "title" (3) and "body" (2) and the outputs "priority" (1) and "team" (4 classes).
func heads(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("tickets")
	title, body := functional.Input(g, "title", graph.Shape{3}), functional.Input(g, "body", graph.Shape{2})
	x := functional.Call(&layers.Concatenate{}, title, body)
	priority := functional.Call(&layers.Dense{Units: 1, Activation: "sigmoid", Name: "priority"}, x)
	team := functional.Call(&layers.Dense{Units: 4, Activation: "softmax", Name: "team"}, x)
	m, err := functional.New(graph.Nodes{title, body}, graph.Nodes{priority, team})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Compile(train.Config{Optimizer: &optimizers.SGD{}, Loss: train.ByOutput{"priority": "binary_crossentropy", "team": "sparse_categorical_crossentropy"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rows are n rows of small's data.
func rows(n int) data.Arrays {
	x, y := make([][]float32, n), make([]int, n)
	for i := range x {
		x[i], y[i] = []float32{float32(i), 1, -float32(i)}, i%2
	}
	return data.Arrays{X: x, Y: y}
}

// untouched runs f and checks that it changed no weight of m.
func untouched(t *testing.T, m interface{ Weights() []*tensor.Dense }, f func() error) error {
	t.Helper()
	before := m.Weights()
	err := f()
	after := m.Weights()
	if len(before) != len(after) {
		t.Fatalf("%d weights before, %d after", len(before), len(after))
	}
	for i := range before {
		if !before[i].Eq(after[i]) {
			t.Errorf("weight %d changed", i)
		}
	}
	return err
}

// fit trains small with the options on the data and checks that no step was made.
func fit(d data.Dataset, o train.FitOptions) func(t *testing.T) error {
	return func(t *testing.T) error {
		m := small(t)
		return untouched(t, m, func() error {
			_, err := m.Fit(ctx, d, quiet(o))
			return err
		})
	}
}
