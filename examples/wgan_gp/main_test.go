package main

import (
	"bytes"
	"context"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func TestRing(t *testing.T) {
	var out bytes.Buffer
	r, err := run(context.Background(), &out, 800)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.radius-radius) > 0.2 || r.spread > 0.45 {
		t.Errorf("radius %.2f ± %.2f, want %.2f ± 0.1\n%s", r.radius, r.spread, radius, out.String())
	}
	for i, share := range r.quarters {
		if share < 0.1 || share > 0.4 {
			t.Errorf("%.2f of the points are in quarter %d, want about 0.25\n%s", share, i, out.String())
		}
	}
}

// For the critic x·A·x with a symmetric A the slope is 2Ax, so that the penalty of one point and its gradient have a closed
// form: (|2Ax| - 1)², and with A = a I: d/da (2a|x| - 1)² = 4|x|(2a|x| - 1).
func TestPenaltyAgainstClosedForm(t *testing.T) {
	g := graph.New("quadratic")
	x := g.Input("x", graph.Shape{1, 2}, graph.Float64)
	a := g.Input("a", graph.Shape{}, graph.Float64)
	p := penalty(ops.Mul(a, ops.Sum(ops.Square(x), -1)), x)
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x, a}, Outputs: append(graph.Nodes{p}, autodiff.Grad(p, a)...)})
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.Run(context.Background(), [][]float64{{3, 4}}, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{36, 4 * 5 * 6} { // |x| = 5, 2a|x| - 1 = 6
		if got := data.Float64s(out[i])[0]; math.Abs(got-want) > 1e-6*want {
			t.Errorf("result %d is %g, want %g", i, got, want)
		}
	}
}
