package docs

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/plot"
)

var update = flag.Bool("update", false, "draw the README's picture again")

// TestPicture draws the picture that the README shows.
func TestPicture(t *testing.T) {
	g := graph.New("parabola")
	x := g.Input("x", graph.Shape{3}, graph.Float64)
	y := ops.Sum(ops.Pow(x, 3))
	dy := autodiff.Grad(y, x)[0]
	ddy := autodiff.Grad(ops.Sum(dy), x)[0]
	path := filepath.Join(t.TempDir(), "gradient.svg")
	if *update {
		path = "gradient.svg"
	}
	if err := plot.Graph(path, g, y.Named("y"), dy.Named("dy/dx"), ddy.Named("d²y/dx²")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat("gradient.svg"); err != nil || info.Size() < 1000 {
		t.Errorf("the README's picture is missing: %v", err)
	}
}
