package autodiff_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// near compares results element by element.
func near(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-9*(1+math.Abs(want[i])) {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

func input(g *graph.Graph, name string, s ...int) *graph.Node { return g.Input(name, s, graph.Float64) }

func at(x *graph.Node, i int) *graph.Node { return ops.Squeeze(ops.SliceAxis(x, 0, i, i+1), 0) }

func TestRosenbrock(t *testing.T) {
	g := graph.New("rosenbrock")
	x := input(g, "x", 2)
	a, b := at(x, 0), at(x, 1)
	y := ops.Add(ops.Square(ops.Sub(1, a)), ops.Mul(100, ops.Square(ops.Sub(b, ops.Square(a)))))
	v := input(g, "v", 2)
	out := values(t, graph.Nodes{autodiff.Grad(y, x)[0], autodiff.Hessian(y, x), autodiff.HVP(y, x, v)},
		feed{x: []float64{-1.2, 1}, v: []float64{1, 2}})
	near(t, "gradient", out[0], -215.6, -88)
	near(t, "Hessian", out[1], 1330, 480, 480, 200)
	near(t, "HVP", out[2], 1330+960, 480+400)
}

func TestPolarJacobian(t *testing.T) {
	g := graph.New("polar")
	p, v := input(g, "p", 2), input(g, "v", 2)
	r, phi := at(p, 0), at(p, 1)
	y := ops.Stack(graph.Nodes{ops.Mul(r, ops.Cos(phi)), ops.Mul(r, ops.Sin(phi))}, 0)
	out := values(t, append(autodiff.JVP(graph.Nodes{y}, graph.Nodes{p}, graph.Nodes{v}), autodiff.Jacobian(y, p)),
		feed{p: []float64{2, 0.5}, v: []float64{3, -1}})
	s, c := math.Sin(0.5), math.Cos(0.5)
	near(t, "JVP", out[0], 3*c+2*s, 3*s-2*c)
	near(t, "Jacobian", out[1], c, -2*s, s, 2*c)
}

func TestJacobianOfUnknownSizes(t *testing.T) {
	g := graph.New("jacobian")
	x := input(g, "x", graph.None, 2)
	j := autodiff.Jacobian(ops.Square(x), x)
	if want := (graph.Shape{graph.None, 2, graph.None, 2}); !j.Shape().Equal(want) {
		t.Errorf("shape %v, want %v", j.Shape(), want)
	}
	near(t, "Jacobian", values(t, graph.Nodes{j}, feed{x: [][]float64{{1, 2}}})[0], 2, 0, 0, 4)
}

func TestThirdDerivativeByJacobians(t *testing.T) {
	g := graph.New("third")
	x := input(g, "x", 2)
	y := ops.Mul(ops.Mul(at(x, 0), at(x, 0)), ops.Mul(at(x, 0), at(x, 1))) // a^3 b
	third := autodiff.Jacobian(autodiff.Hessian(y, x), x)
	near(t, "third", values(t, graph.Nodes{third}, feed{x: []float64{2, 3}})[0], 18, 12, 12, 0, 12, 0, 0, 0)
}

func TestGradientPenalty(t *testing.T) {
	g := graph.New("penalty")
	x, w := input(g, "x", graph.None, 3), input(g, "w", 3, 2)
	d := ops.Sum(ops.Tanh(ops.MatMul(x, w)))
	norm := ops.Sqrt(ops.Sum(ops.Square(autodiff.Grad(d, x)[0]), 1))
	penalty := ops.Mean(ops.Square(ops.Sub(norm, 1)))
	check(t, penalty, graph.Nodes{w, x}, 2)
}

func TestIntermediateAndUnreached(t *testing.T) {
	g := graph.New("middle")
	x, other := input(g, "x", 2), input(g, "other", graph.None)
	h := ops.Sin(x)
	y := ops.Sum(ops.Square(h))
	d := autodiff.Grad(y, h, x, other, ops.StopGradient(x))
	out := values(t, d, feed{x: []float64{1, 2}, other: []float64{5}})
	near(t, "h", out[0], 2*math.Sin(1), 2*math.Sin(2))
	near(t, "x", out[1], math.Sin(2), math.Sin(4))
	near(t, "other", out[2], 0)
	near(t, "constant", out[3], 0, 0)
}

func TestParamGradsSumsAllReads(t *testing.T) {
	g := graph.New("params")
	p, err := graph.NewParam("w", []float64{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	unused, err := graph.NewParam("unused", []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	type layer struct{ Name string }
	c := g.BeginCall(&layer{}, "layer", nil, nil)
	state := g.ReadState(p)
	g.EndCall(c, "layer", nil, nil)
	y := ops.Add(ops.Sum(ops.Square(g.Param(p))), ops.Sum(ops.Mul(state, 5)))
	d := autodiff.ParamGrads(y, []*graph.Param{p, unused})
	out := values(t, d, feed{g.Param(p): []float64{2, 3}, state: []float64{2, 3}, g.Param(unused): []float64{1}})
	near(t, "w", out[0], 9, 11)
	near(t, "unused", out[1], 0)
}

func TestGradientInsideBody(t *testing.T) { // two steps of gradient descent, differentiated
	g := graph.New("inner")
	x, rate := input(g, "x", 2), input(g, "rate")
	last := ops.Fori(0, 2, func(_ *graph.Node, s graph.Nodes) graph.Nodes {
		d := autodiff.Grad(ops.Sum(ops.Mul(ops.Square(s[0]), ops.Sin(x))), s[0])[0]
		return graph.Nodes{ops.Sub(s[0], ops.Mul(rate, d))}
	}, graph.Nodes{x})
	check(t, ops.Sum(last[0]), graph.Nodes{rate, x}, 2)
	// with respect to a node around the body
	total, _ := ops.Scan(func(s *graph.Node, _ graph.Nodes) (*graph.Node, graph.Nodes) {
		return autodiff.Grad(ops.Sum(ops.Mul(ops.Sin(x), s)), x)[0], nil
	}, ops.Reshape(x, 1, 2), nil)
	near(t, "around", values(t, graph.Nodes{total}, feed{x: []float64{0.5, 2}})[0],
		0.5*math.Cos(0.5), 2*math.Cos(0.5), 0.5*math.Cos(2), 2*math.Cos(2))
}

func TestCustom(t *testing.T) {
	g := graph.New("custom")
	x := input(g, "x", 2)
	y := autodiff.Custom(ops.Round(x), graph.Nodes{x}, func(dy *graph.Node) graph.Nodes {
		return graph.Nodes{ops.Mul(dy, ops.Square(x))}
	})
	d := autodiff.Grad(ops.Sum(y), x)[0]
	d2 := autodiff.Grad(ops.Sum(d), x)[0]
	out := values(t, graph.Nodes{y, d, d2}, feed{x: []float64{1.4, 2.6}})
	near(t, "value", out[0], 1, 3)
	near(t, "gradient", out[1], 1.4*1.4, 2.6*2.6)
	near(t, "second", out[2], 2.8, 5.2)
}

func TestCheckpoint(t *testing.T) {
	g := graph.New("checkpoint")
	x, w := input(g, "x", 2, 3), input(g, "w", 3, 3)
	f := func(in graph.Nodes) *graph.Node { return ops.Tanh(ops.MatMul(ops.Sin(in[0]), w)) }
	plain := autodiff.Grad(ops.Sum(ops.Square(f(graph.Nodes{x}))), x, w)
	kept := autodiff.Grad(ops.Sum(ops.Square(autodiff.Checkpoint(f, x))), x, w)
	in := feed{x: [][]float64{{1, 2, 3}, {4, 5, 6}}, w: [][]float64{{1, 0, 2}, {0, 1, 1}, {0.5, 0, 1}}}
	a, b := values(t, plain, in), values(t, kept, in)
	near(t, "x", b[0], a[0]...)
	near(t, "w", b[1], a[1]...)
	sines := func(roots graph.Nodes) (n int) {
		for x := range graph.Walk(roots...) {
			if x.Op().Name() == "sin" {
				n++
			}
		}
		return n
	}
	if sines(plain) != 1 || sines(kept) != 2 {
		t.Errorf("the sine is computed %d and %d times, want once and, with a checkpoint, twice", sines(plain), sines(kept))
	}
	check(t, ops.Sum(ops.Square(autodiff.Checkpoint(f, x))), graph.Nodes{x, w}, 2)
}

func TestMistakes(t *testing.T) {
	cases := map[string]struct {
		build func(g *graph.Graph, x *graph.Node) graph.Nodes
		want  string
		n     int
	}{
		"no scalar": {func(g *graph.Graph, x *graph.Node) graph.Nodes { return autodiff.Grad(x, x, x) }, "want a scalar: take ops.Sum", 2},
		"integer x": {func(g *graph.Graph, x *graph.Node) graph.Nodes {
			return autodiff.Grad(ops.Sum(x), ops.Cast(x, graph.Int32))
		}, "only float nodes have a gradient", 1},
		"other graph": {func(g *graph.Graph, x *graph.Node) graph.Nodes {
			return autodiff.Grad(ops.Sum(x), graph.New("b").Input("z", graph.Shape{}))
		}, `belongs to graph "b"`, 1},
		"cotangent": {func(g *graph.Graph, x *graph.Node) graph.Nodes {
			return autodiff.VJP(graph.Nodes{x}, graph.Nodes{x}, graph.Nodes{ops.Sum(x)})
		}, "must be alike", 1},
		"while": {func(g *graph.Graph, x *graph.Node) graph.Nodes {
			y := ops.While(func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(s[0]), 9) },
				func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Exp(s[0])} }, graph.Nodes{x})
			return autodiff.Grad(ops.Sum(y[0]), x)
		}, "use Scan with a mask", 1},
		"branches": {func(g *graph.Graph, x *graph.Node) graph.Nodes {
			return graph.Nodes{ops.Cond(ops.Less(ops.Sum(x), 1), func() *graph.Node { return ops.Sin(x) }, func() *graph.Node { return ops.Sum(x) })}
		}, "both must be alike", 1},
	}
	for name, c := range cases {
		g := graph.New(name)
		out := c.build(g, input(g, "x", 2))
		if len(out) != c.n {
			t.Errorf("%s: %d results, want %d", name, len(out), c.n)
		}
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.want) || !out[0].Poisoned() {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestGradientLayerPath(t *testing.T) {
	g := graph.New("path")
	x := input(g, "x", 2)
	g.Push("dense")
	h := ops.Sin(x)
	g.Pop()
	for n := range graph.Walk(autodiff.Grad(ops.Sum(h), x)...) {
		if n.Op().Name() == "cos" && n.Layer() != "grad/dense" {
			t.Errorf("%v has the layer %q, want grad/dense", n, n.Layer())
		}
	}
}
