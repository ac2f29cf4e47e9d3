package autodiff_test

import (
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func TestCheckGradAccepts(t *testing.T) {
	for _, d := range []graph.Dtype{graph.Float64, graph.Float32} {
		g := graph.New("right")
		x, w := g.Input("x", graph.Shape{graph.None, 40}, d), g.Input("w", graph.Shape{40, 3}, d)
		labels := g.Input("labels", graph.Shape{graph.None}, graph.Int32)
		y := ops.Add(ops.Tanh(ops.MatMul(x, w)), ops.ExpandDims(ops.Cast(labels, d), 1))
		if err := autodiff.CheckGrad(y, graph.Nodes{x, w}); err != nil {
			t.Errorf("%s: %v", d, err)
		}
	}
}

func TestCheckGradFindsMistakes(t *testing.T) {
	square := func(factor func(x *graph.Node) *graph.Node) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node {
			return autodiff.Custom(ops.Square(x), graph.Nodes{x}, func(dy *graph.Node) graph.Nodes {
				return graph.Nodes{ops.Mul(dy, factor(x))}
			})
		}
	}
	second := func(x *graph.Node) *graph.Node { // right, but its own gradient is lost
		return ops.Mul(2, ops.StopGradient(x))
	}
	cases := map[string]struct {
		f    func(x *graph.Node) *graph.Node
		size int
		want string
	}{
		"factor":       {square(func(x *graph.Node) *graph.Node { return ops.Mul(x, 3) }), 2, "order 1 of sine with respect to x is wrong: element 1 (index [1]) is"},
		"large":        {square(func(x *graph.Node) *graph.Node { return ops.Mul(x, 3) }), 100, "order 1 of sine with respect to x is wrong"},
		"second order": {square(second), 2, "order 2 of sine with respect to x is wrong"},
	}
	for name, c := range cases {
		g := graph.New(name)
		x := g.Input("x", graph.Shape{c.size}, graph.Float64)
		at := make([]float64, c.size)
		for i := range at {
			at[i] = 0.2 + 0.5*float64(i%2)
		}
		err := autodiff.CheckGrad(ops.Sin(c.f(x)).Named("sine"), graph.Nodes{x}, at)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}
