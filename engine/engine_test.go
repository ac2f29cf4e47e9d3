package engine

import (
	"context"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
	"gorgonia.org/tensor"
)

func init() { verifyPasses = true }

var ctx = context.Background()

// compile compiles or fails the test.
func compile(t *testing.T, c Config) *Function {
	t.Helper()
	f, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// run returns the outputs as float64 slices.
func run(t *testing.T, f *Function, in ...any) [][]float64 {
	t.Helper()
	out, err := f.Run(ctx, in...)
	if err != nil {
		t.Fatal(err)
	}
	values := make([][]float64, len(out))
	for i, d := range out {
		values[i] = array.Float64s(array.Elements(d))
	}
	return values
}

// want compares one output.
func want(t *testing.T, got []float64, values ...float64) {
	t.Helper()
	if len(got) != len(values) {
		t.Fatalf("got %v, want %v", got, values)
	}
	for i := range got {
		if d := got[i] - values[i]; d > 1e-5 || d < -1e-5 || d != d {
			t.Fatalf("got %v, want %v", got, values)
		}
	}
}

// param makes a parameter.
func param(t *testing.T, name string, v any) *graph.Param {
	t.Helper()
	p, err := graph.NewParam(name, v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTrainsALine(t *testing.T) {
	g := graph.New("line")
	x := g.Input("x", graph.Shape{graph.None, 2})
	y := g.Input("y", graph.Shape{graph.None, 1})
	w := param(t, "w", [][]float32{{0}, {0}})
	b := param(t, "b", []float32{0})
	pred := ops.Add(ops.MatMul(x, g.Param(w)), g.Param(b))
	e := ops.Sub(pred, y)
	loss := ops.Mean(ops.Square(e))
	n := ops.SizeOf(y, graph.Float32)
	dw := ops.Div(ops.Mul(ops.MatMul(ops.Transpose(x), e), 2), n)
	db := ops.Div(ops.Mul(ops.Sum(e, 0), 2), n)
	step := compile(t, Config{Inputs: graph.Nodes{x, y}, Outputs: graph.Nodes{loss}, Updates: []graph.Update{
		{Param: w, Value: ops.Sub(g.Param(w), ops.Mul(dw, 0.1))},
		{Param: b, Value: ops.Sub(g.Param(b), ops.Mul(db, 0.1))},
	}})
	in := [][]float32{{1, 0}, {0, 1}, {1, 1}, {-1, 2}}
	out := [][]float32{{3}, {-1}, {0}, {-6}} // 2*a - 2*b + 1... within what a line can do
	first, last := 0.0, 0.0
	for i := range 500 {
		last = run(t, step, in, out)[0][0]
		if i == 0 {
			first = last
		}
	}
	if !(last < first/100) {
		t.Errorf("the loss went from %v to %v", first, last)
	}
	predict := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{pred}})
	if got := run(t, predict, in[:2]); len(got[0]) != 2 {
		t.Error(got)
	}
}

func TestRunIntoAllocatesNothing(t *testing.T) {
	g := graph.New("alloc")
	x := g.Input("x", graph.Shape{graph.None, 3})
	w := param(t, "w", [][]float32{{1, 2}, {3, 4}, {5, 6}})
	y := ops.Tanh(ops.MatMul(x, g.Param(w)))
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y, ops.Sum(y)}, Updates: []graph.Update{
		{Param: w, Value: ops.Mul(g.Param(w), 0.5)}}})
	in := tensor.New(tensor.WithShape(4, 3), tensor.WithBacking(make([]float32, 12)))
	out := []*tensor.Dense{
		tensor.New(tensor.WithShape(4, 2), tensor.Of(tensor.Float32)), tensor.New(tensor.FromScalar(float32(0))),
	}
	args := []any{in}
	if n := testing.AllocsPerRun(100, func() {
		if err := f.RunInto(ctx, out, args...); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a run", n)
	}
}
