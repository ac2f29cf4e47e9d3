package autodiff_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// interpreted runs a function with the interpreter, after what is not read has been left out of loops.
func interpreted(inputs, outputs graph.Nodes) (func([]any) ([][]float64, error), error) {
	return func(values []any) ([][]float64, error) { return interpret(outputs, feedOf(inputs, values), true) }, nil
}

func feedOf(inputs graph.Nodes, values []any) map[*graph.Node]any {
	feed := map[*graph.Node]any{}
	for i, n := range inputs {
		feed[n] = values[i]
	}
	return feed
}

// check compares gradients up to an order with differences on the engine, and those of first order on the interpreter.
func check(t *testing.T, y *graph.Node, xs graph.Nodes, order int, at ...any) {
	t.Helper()
	if err := y.Graph().Err(); err != nil {
		t.Fatal(err)
	}
	if err := autodiff.CheckOrder(y, xs, order, autodiff.Engine, at...); err != nil {
		t.Error("engine: ", err)
	}
	if err := autodiff.CheckOrder(y, xs, 1, interpreted, at...); err != nil {
		t.Error("interpreter: ", err)
	}
}

// cell is a step of a recurrent network with the gates of an LSTM.
func cell(x, h, c, w, u *graph.Node) (*graph.Node, *graph.Node) {
	z := ops.Split(ops.Add(ops.MatMul(x, w), ops.MatMul(h, u)), 3, 1)
	next := ops.Add(ops.Mul(ops.Sigmoid(z[0]), c), ops.Tanh(z[1]))
	return ops.Mul(ops.Sigmoid(z[2]), ops.Tanh(next)), next
}

func TestSharedCellToThirdOrder(t *testing.T) {
	g := graph.New("lstm")
	in := func(name string, s ...int) *graph.Node { return g.Input(name, s, graph.Float64) }
	x, w, u := in("x", graph.None, graph.None, 2), in("w", 2, 6), in("u", 2, 6)
	zero := ops.ZerosFrom(x, graph.Float64, []int{graph.None, 2}, nil)
	step := func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
		h, c := cell(x, s[0], s[1], w, u)
		return h, graph.Nodes{h, c}
	}
	ys, first := ops.Scan(step, x, graph.Nodes{zero, zero})
	_, last := ops.Scan(step, ys, first)
	y := ops.Add(ops.Sum(ops.Square(ys)), ops.Sum(ops.Mul(last[0], last[1])))
	check(t, y, graph.Nodes{w, u, x}, 3)
}

func TestScanReversedWithoutSequence(t *testing.T) {
	g := graph.New("power")
	x, s := g.Input("x", graph.Shape{graph.None}, graph.Float64), g.Input("s", graph.Shape{}, graph.Float64)
	_, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{s}, Length: x, Step: func(_, c graph.Nodes) (graph.Nodes, graph.Nodes) {
		return nil, graph.Nodes{ops.Mul(ops.Sin(c[0]), s)}
	}})
	ys, back := ops.ScanOver(ops.ScanConfig{Initial: last, Sequences: graph.Nodes{x}, Reverse: true, Outputs: 2, Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
		n := ops.Add(ops.Mul(c[0], x[0]), s)
		return graph.Nodes{n, ops.Square(x[0])}, graph.Nodes{n}
	}})
	y := ops.Add(ops.Add(ops.Sum(ops.Sin(ys[0])), ops.Sum(ys[1])), back[0])
	check(t, y, graph.Nodes{s, x}, 3, 0.7, []float64{0.3, -0.8, 1.1})
}

func TestNestedScanSecondOrder(t *testing.T) {
	g := graph.New("nested")
	x := g.Input("x", graph.Shape{2, 3, graph.None}, graph.Float64)
	w := g.Input("w", graph.Shape{}, graph.Float64)
	zero := g.Scalar(graph.Float64, 0.5)
	rows, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{zero}, Sequences: graph.Nodes{x}, Outputs: 1, Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
		inner, fin := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{c[0]}, Sequences: graph.Nodes{x[0]}, Outputs: 1, Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
			n := ops.Tanh(ops.Add(ops.Mul(c[0], w), ops.Sum(ops.Square(x[0]))))
			return graph.Nodes{ops.Mul(n, x[0])}, graph.Nodes{n}
		}})
		return graph.Nodes{inner[0]}, graph.Nodes{ops.Mul(fin[0], w)}
	}})
	check(t, ops.Add(ops.Sum(ops.Sin(rows[0])), last[0]), graph.Nodes{w, x}, 2)
}

func TestScanInBodyOverOuterNodes(t *testing.T) {
	g := graph.New("outer")
	x := g.Input("x", graph.Shape{3}, graph.Float64)
	zero := g.Scalar(graph.Float64, 0)
	_, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{zero}, Sequences: graph.Nodes{x}, Step: func(a, c graph.Nodes) (graph.Nodes, graph.Nodes) {
		_, inner := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{zero}, Sequences: graph.Nodes{x}, Step: func(b, d graph.Nodes) (graph.Nodes, graph.Nodes) {
			return nil, graph.Nodes{ops.Add(d[0], ops.Mul(a[0], ops.Sin(b[0])))}
		}})
		return nil, graph.Nodes{ops.Add(c[0], inner[0])}
	}})
	check(t, last[0], graph.Nodes{x}, 2)
	got := values(t, last, feed{x: []float64{1, 2, 3}})[0][0]
	if want := 6 * (math.Sin(1) + math.Sin(2) + math.Sin(3)); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCondBothBranches(t *testing.T) {
	for _, limit := range []float64{1e9, -1e9} { // the first branch, the second
		g := graph.New("cond")
		x, w := g.Input("x", graph.Shape{graph.None}, graph.Float64), g.Input("w", graph.Shape{}, graph.Float64)
		h := ops.Sin(x)
		y := ops.Cond(ops.Less(ops.Sum(x), limit),
			func() *graph.Node { return ops.Mul(ops.Square(h), w) },
			func() *graph.Node { return ops.Mul(ops.Exp(ops.Mul(x, w)), 3) })
		if n := y.In(0).Op().(ops.CondOp).Else.Body.Len(); n < 4 {
			t.Errorf("the second branch has %d nodes: it is computed outside", n)
		}
		check(t, ops.Sum(ops.Mul(y, x)), graph.Nodes{x, w}, 2)
	}
}

func TestCondInScan(t *testing.T) {
	g := graph.New("cond in scan")
	x, w := g.Input("x", graph.Shape{4}, graph.Float64), g.Input("w", graph.Shape{}, graph.Float64)
	_, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{w}, Sequences: graph.Nodes{x}, Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
		return nil, graph.Nodes{ops.Cond(ops.Less(x[0], 0),
			func() *graph.Node { return ops.Mul(ops.Sin(c[0]), w) },
			func() *graph.Node { return ops.Add(ops.Square(x[0]), c[0]) })}
	}})
	check(t, last[0], graph.Nodes{w, x}, 2, 0.6, []float64{0.5, -0.7, 0.9, -0.2})
}

func TestScanInCond(t *testing.T) {
	g := graph.New("scan in cond")
	x, w := g.Input("x", graph.Shape{3}, graph.Float64), g.Input("w", graph.Shape{}, graph.Float64)
	y := ops.Cond(ops.Less(w, 100), func() *graph.Node {
		return ops.Fori(0, 3, func(_ *graph.Node, s graph.Nodes) graph.Nodes {
			return graph.Nodes{ops.Sin(ops.Mul(s[0], w))}
		}, graph.Nodes{x})[0]
	}, func() *graph.Node { return x })
	check(t, ops.Sum(y), graph.Nodes{x, w}, 2)
}

func TestSwitch(t *testing.T) {
	g := graph.New("switch")
	i, x := g.Input("i", graph.Shape{}, graph.Int32), g.Input("x", graph.Shape{}, graph.Float64)
	times := func(k float64) func() *graph.Node {
		return func() *graph.Node { return ops.Mul(x, k) }
	}
	y := ops.Switch(i, times(2), times(3), times(4))
	for index, want := range map[int]float64{-1: 2, 0: 2, 1: 3, 2: 4, 7: 4} {
		out := values(t, append(autodiff.Grad(y, x), y), feed{i: index, x: 10.0})
		near(t, "gradient", out[0], want)
		near(t, "value", out[1], 10*want)
	}
}

func TestWhile(t *testing.T) {
	g := graph.New("while")
	x := g.Input("x", graph.Shape{}, graph.Float64)
	double := func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Mul(s[0], 2), ops.Add(s[1], 1)} }
	below := func(s graph.Nodes) *graph.Node { return ops.Less(s[0], 100) }
	start := graph.Nodes{x, g.Scalar(graph.Int32, 0)}
	out := values(t, append(ops.While(below, double, start), ops.While(below, double, start, 3)...), feed{x: 3.0})
	near(t, "value", out[0], 192)
	near(t, "steps", out[1], 6)
	near(t, "value after 3", out[2], 24)
}

type feed = map[*graph.Node]any

func values(t *testing.T, outputs graph.Nodes, f feed) [][]float64 {
	t.Helper()
	if len(outputs) > 0 && outputs[0] != nil && outputs[0].Graph() != nil {
		if err := outputs[0].Graph().Err(); err != nil {
			t.Fatal(err)
		}
	}
	out, err := interpret(outputs, f, false)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBadCarryNamesBoth(t *testing.T) {
	g := graph.New("bad")
	x := g.Input("x", graph.Shape{2, 3, 4})
	_, last := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
		return x, graph.Nodes{ops.Sum(x, 1)}
	}, x, graph.Nodes{ops.ZerosLike(x)})
	err := g.Err()
	if err == nil || !last[0].Poisoned() || !strings.Contains(err.Error(), "carry 0 starts as float32 (2, 3, 4) and leaves the body as float32 (2,)") {
		t.Errorf("got %v", err)
	}
}
