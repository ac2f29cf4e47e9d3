package graph_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

var update = flag.Bool("update", false, "write the golden files of testdata again")

var lines = regexp.MustCompile(`_test\.go:\d+`)

// drawn are the graphs of the golden files.
func drawn(t *testing.T) map[string]graph.Nodes {
	t.Helper()
	g := graph.New("classifier")
	x := g.Input("image", graph.Shape{graph.None, 4, 4, 1})
	h := layers.Call(&layers.Conv2D{Filters: 2, KernelSize: [2]int{3, 3}, Strides: [2]int{2, 2}, Activation: "relu"}, x)
	h = layers.Call(&layers.Flatten{}, h)
	y := layers.Call(&layers.Dense{Units: 3, Activation: "softmax"}, h).Named("probabilities")
	loop := graph.New("loop")
	s, w := loop.Input("steps", graph.Shape{2, graph.None, 3}), loop.Input("w", graph.Shape{2, 3})
	sums := scan(s, w)
	best, at := ops.TopK(sums, 2)
	for _, g := range []*graph.Graph{g, loop} {
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]graph.Nodes{"classifier": {y}, "loop": {best, at}}
}

func TestGolden(t *testing.T) {
	for name, roots := range drawn(t) {
		g := roots[0].Graph()
		for ext, write := range map[string]func(*bytes.Buffer) error{
			".txt": func(b *bytes.Buffer) error { return g.WriteText(b, roots...) },
			".dot": func(b *bytes.Buffer) error { return g.WriteDOT(b, roots...) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			got := lines.ReplaceAll(b.Bytes(), []byte("_test.go:N"))
			file := filepath.Join("testdata", name+ext)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; run with -update and look at the difference. Got\n%s", file, got)
			}
		}
	}
}

func TestTextOfAllAndSome(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{2})
	y, z := ops.Exp(x), ops.Sin(x)
	text := func(roots ...*graph.Node) string {
		var b strings.Builder
		if err := g.WriteText(&b, roots...); err != nil {
			t.Fatal(err)
		}
		return lines.ReplaceAllString(b.String(), "_test.go:N")
	}
	head, exp, sin := "graph g\n  x = input{Label: x}() : float32 (2,)  // text_test.go:N\n",
		"  exp = exp(x) : float32 (2,)  // text_test.go:N\n", "  sin = sin(x) : float32 (2,)  // text_test.go:N\n"
	for want, got := range map[string]string{head + exp + sin: text(), head + exp: text(y), head + sin: text(z, x)} {
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
	bad := g.Errorf("broken")
	for name, write := range map[string]func() error{
		"text of a mistake": func() error { return g.WriteText(&strings.Builder{}, y, bad) },
		"dot of a mistake":  func() error { return g.WriteDOT(&strings.Builder{}, bad) },
		"dot of nil":        func() error { return g.WriteDOT(&strings.Builder{}, nil) },
	} {
		if write() == nil {
			t.Errorf("%s is written", name)
		}
	}
	full := errors.New("disk full")
	if err := g.WriteText(failing{full}, y); !errors.Is(err, full) {
		t.Error(err)
	}
	if err := g.WriteDOT(failing{full}, y); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
