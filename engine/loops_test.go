package engine

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Carries that change places must not be overwritten before they are read.
func TestWhileSwapsCarries(t *testing.T) {
	g := graph.New("fibonacci")
	n := g.Input("n", graph.Shape{})
	g.NameAxes(n)
	one := g.Scalar(graph.Float32, 1)
	last := ops.While(
		func(s graph.Nodes) *graph.Node { return ops.Greater(s[0], 0) },
		func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Sub(s[0], 1), s[2], ops.Add(s[1], s[2])} },
		graph.Nodes{n, ops.Zeros(g, graph.Shape{}), one})
	f := compile(t, Config{Inputs: graph.Nodes{n}, Outputs: last})
	for steps, fibonacci := range []float64{0, 1, 1, 2, 3, 5, 8} {
		want(t, run(t, f, float32(steps))[1], fibonacci)
	}
}

func TestCondRunsOneBranch(t *testing.T) {
	g := graph.New("cond")
	x, p := g.Input("x", graph.Shape{graph.None}), g.Input("p", graph.Shape{}, graph.Bool)
	y := ops.Cond(p, func() *graph.Node { return ops.Log(x) }, func() *graph.Node { return ops.Neg(x) })
	f := compile(t, Config{Inputs: graph.Nodes{x, p}, Outputs: graph.Nodes{y}, DebugNaN: true})
	want(t, run(t, f, []float32{-1, -2}, false)[0], 1, 2) // the logarithm would be NaN
	want(t, run(t, f, []float32{1}, true)[0], 0)
}

// A scan reads its sequences a step at a time and works for any number of steps, none included.
func TestScan(t *testing.T) {
	g := graph.New("scan")
	x := g.Input("x", graph.Shape{2, graph.None})
	ys, last := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
		sum := ops.Add(ops.Mul(state[0], 0.5), x)
		return ops.Square(sum), graph.Nodes{sum}
	}, x, graph.Nodes{ops.Zeros(g, graph.Shape{2})})
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ys, last[0]}})
	out := run(t, f, [][]float32{{1, 2, 3}, {4, 5, 6}})
	want(t, out[0], 1, 6.25, 18.0625, 16, 49, 90.25)
	want(t, out[1], 4.25, 9.5)
	want(t, run(t, f, [][]float32{{1}, {4}})[1], 1, 4)
}
