package gorgonia

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// testOp is an operation of the tests.
type testOp struct{ Kind string }

func (o testOp) Name() string                            { return "test_" + o.Kind }
func (testOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }

// cancelled is called by the operation test_cancel.
var cancelled func()

func init() {
	registerLoop("test_panic", func(*graph.Node) body { return func([][]float64, []float64) error { panic("out of luck") } })
	registerLoop("test_cancel", func(*graph.Node) body { return func([][]float64, []float64) error { cancelled(); return nil } })
	register("test_build", nil) // a nil formula panics while the graph is built
}

// compile builds f for x (2, 3) and y (3,) in a graph.
func compile(t *testing.T, f func(x, y *graph.Node) backend.Func) (backend.Executable, error) {
	t.Helper()
	g := graph.New("g")
	x, y := g.Input("x", graph.Shape{2, 3}), g.Input("y", graph.Shape{3})
	fn := f(x, y)
	fn.Name, fn.Inputs = "f", graph.Nodes{x, y}
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	return Backend{}.Compile(&fn)
}

// outputs runs with x = 1 to 6, y = 10, 20, 30; sizes are those of the outputs.
func outputs(ctx context.Context, x backend.Executable, sizes ...int) ([][]float32, error) {
	r := &backend.Run{
		In:     []backend.Slice{backend.SliceOf(graph.Float32, []float32{1, 2, 3, 4, 5, 6}), backend.SliceOf(graph.Float32, []float32{10, 20, 30})},
		Commit: func(apply func()) { apply() },
	}
	var out [][]float32
	for _, n := range sizes {
		out = append(out, make([]float32, n))
		r.Out = append(r.Out, backend.SliceOf(graph.Float32, out[len(out)-1]))
	}
	return out, x.Run(ctx, r)
}

func mustRun(t *testing.T, x backend.Executable, err error, sizes ...int) [][]float32 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	out, err := outputs(context.Background(), x, sizes...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRegistered(t *testing.T) {
	b, err := backend.Get("gorgonia")
	if err != nil || b != (Backend{}) {
		t.Fatal(b, err)
	}
}

// What is refused says which operation, why, and what to do, and where the node was made.
func TestRefusals(t *testing.T) {
	for want, f := range map[string]func(x *graph.Node) *graph.Node{
		"avg_pool of (1, 2, 3, 1): the gorgonia backend does not do avg_pool: Gorgonia's average pooling gives wrong values; use the native backend": func(x *graph.Node) *graph.Node {
			return ops.AveragePool(ops.Reshape(x, 1, 2, 3, 1), []int{2})
		},
		"conv of (1, 1, 2, 3, 1) and (1, 1, 1, 1, 2): Gorgonia does conv over 1 or 2 spatial axes, not over 3: use the native backend": func(x *graph.Node) *graph.Node {
			return ops.Conv(ops.Reshape(x, 1, 1, 2, 3, 1), ops.Reshape(ops.SliceAxis(ops.Ravel(x), 0, 0, 2), 1, 1, 1, 1, 2))
		},
		"sort of (2, 3): the gorgonia backend does not do sort: use the native backend": func(x *graph.Node) *graph.Node { return ops.Sort(x) },
		"cast of (2, 3): the gorgonia backend does not do cast of bfloat16: Gorgonia computes in float32 and float64; use the native backend": func(x *graph.Node) *graph.Node {
			return ops.Cast(x, graph.BFloat16)
		},
		"top_k of (2, 3): the gorgonia backend does not do top_k, which has several results: use the native backend": func(x *graph.Node) *graph.Node {
			v, _ := ops.TopK(x, 2)
			return v
		},
		"slice of (2, 3): the gorgonia backend does not do slice of shape (2, 0): Gorgonia has no tensors without elements; use the native backend": func(x *graph.Node) *graph.Node {
			return ops.SliceAxis(x, 1, 2, 2)
		},
	} {
		_, err := compile(t, func(x, _ *graph.Node) backend.Func { return backend.Func{Outputs: graph.Nodes{f(x)}} })
		if err == nil || !strings.HasPrefix(err.Error(), "gorgonia_test.go:") || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("got  %v\nwant gorgonia_test.go:...: %s", err, want)
		}
	}
}

func TestPanicsBecomeErrors(t *testing.T) {
	p, err := graph.NewParam("p", []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{graph.Apply(testOp{"panic"}, x)},
			Updates: []graph.Update{{Param: p, Value: x.Graph().Const([]float32{7})}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = outputs(context.Background(), x, 6)
	var ge *graph.Error
	if !errors.As(err, &ge) || ge.Op != "test_panic" || !strings.Contains(err.Error(), "gorgonia_test.go:") || !strings.Contains(err.Error(), "out of luck") {
		t.Error(err)
	}
	if v := p.Value().Float32s()[0]; v != 1 {
		t.Errorf("a step that panicked left %v", v)
	}
	_, err = compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{graph.Apply(testOp{"build"}, x)}}
	})
	if !errors.As(err, &ge) || ge.Op != "test_build" || !strings.Contains(err.Error(), "panic in Gorgonia") {
		t.Error(err)
	}
}

// A function may answer its input, a constant, one node twice, and read nothing at all.
func TestLeavesAsOutputs(t *testing.T) {
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		e := ops.Add(x, x)
		return backend.Func{Outputs: graph.Nodes{y, x.Graph().Const([]float32{5, 6}), e, e}}
	})
	for range 2 { // a second run must not answer old results
		out := mustRun(t, x, err, 3, 2, 6, 6)
		if !slices.Equal(out[0], []float32{10, 20, 30}) || !slices.Equal(out[1], []float32{5, 6}) || !slices.Equal(out[3], []float32{2, 4, 6, 8, 10, 12}) {
			t.Fatal(out)
		}
		if !slices.Equal(out[2], out[3]) {
			t.Fatal(out)
		}
	}
	x, err = compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{ops.Zeros(x.Graph(), graph.Shape{2})}}
	})
	if out := mustRun(t, x, err, 2); !slices.Equal(out[0], []float32{0, 0}) {
		t.Fatal(out)
	}
	x, err = compile(t, func(x, y *graph.Node) backend.Func { return backend.Func{} })
	mustRun(t, x, err)
}

// Gorgonia merges the two of one input, and its gradients with them.
func TestSoftmaxBesideLogSoftmax(t *testing.T) {
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{ops.Softmax(x), ops.LogSoftmax(x)}}
	})
	out := mustRun(t, x, err, 6, 6)
	for i, v := range out[0] {
		if d := math.Log(float64(v)) - float64(out[1][i]); math.Abs(d) > 1e-6 {
			t.Errorf("element %d: %v and %v", i, v, out[1][i])
		}
	}
}

// Gorgonia divides by zero its own way.
func TestDivisionByZero(t *testing.T) {
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		zero := ops.Sub(y, y)
		return backend.Func{Outputs: graph.Nodes{ops.Div(y, zero), ops.Div(ops.Neg(y), zero), ops.Div(zero, zero)}}
	})
	out := mustRun(t, x, err, 3, 3, 3)
	if !math.IsInf(float64(out[0][0]), 1) || !math.IsInf(float64(out[1][0]), -1) || out[2][0] == out[2][0] {
		t.Error(out)
	}
}

// Updates see the parameters at the start of the run, and are written in Commit only.
func TestUpdates(t *testing.T) {
	p, err := graph.NewParam("p", []float32{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	q, err := graph.NewParam("q", []float32{4, 5, 6})
	if err != nil {
		t.Fatal(err)
	}
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		a, b := x.Graph().Param(p), x.Graph().Param(q)
		return backend.Func{Outputs: graph.Nodes{ops.Add(a, y)}, Updates: []graph.Update{{Param: p, Value: b}, {Param: q, Value: a}}}
	})
	for _, want := range [][]float32{{11, 22, 33}, {14, 25, 36}, {11, 22, 33}} {
		if out := mustRun(t, x, err, 3); !slices.Equal(out[0], want) {
			t.Fatalf("got %v, want %v", out[0], want)
		}
	}
	r := &backend.Run{In: []backend.Slice{{}, backend.SliceOf(graph.Float32, make([]float32, 3))}, Out: []backend.Slice{backend.SliceOf(graph.Float32, make([]float32, 3))}}
	r.Commit = func(apply func()) {
		if v := p.Value().Float32s()[0]; v != 4 {
			t.Errorf("before Commit the parameter is %v", v)
		}
		apply()
	}
	if err := x.Run(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if v := p.Value().Float32s()[0]; v != 1 {
		t.Errorf("after Commit the parameter is %v", v)
	}
}

func TestCancel(t *testing.T) {
	p, err := graph.NewParam("p", []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{ops.Exp(graph.Apply(testOp{"cancel"}, x))},
			Updates: []graph.Update{{Param: p, Value: x.Graph().Const([]float32{7})}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancelled = cancel
	for range 2 { // in the middle of a run, then before one
		if _, err := outputs(ctx, x, 6); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if v := p.Value().Float32s()[0]; v != 1 {
		t.Errorf("a cancelled step left %v", v)
	}
	cancelled = func() {}
	mustRun(t, x, nil, 6)
}

func TestCheckNaN(t *testing.T) {
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{ops.Square(ops.Log(ops.Neg(x)))}, CheckNaN: true}
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = outputs(context.Background(), x, 6)
	if err == nil || !strings.Contains(err.Error(), "log of (2, 3): ") || !strings.Contains(err.Error(), "NaN") {
		t.Error(err)
	}
}

func TestFaultsNameTheNode(t *testing.T) {
	for axis := range 2 {
		x, err := compile(t, func(x, y *graph.Node) backend.Func {
			return backend.Func{Outputs: graph.Nodes{ops.Take(x, ops.Cast(y, graph.Int32), axis)}}
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = outputs(context.Background(), x, x.(*executable).f.Outputs[0].Shape().Size())
		if err == nil || !strings.Contains(err.Error(), "index 10 is out of range") || !strings.Contains(err.Error(), "gorgonia_test.go:") {
			t.Error(err)
		}
	}
}

// Integers that float64 does not hold, and results that would wrap around, are errors, not wrong numbers.
func TestIntegersOutOfRange(t *testing.T) {
	g := graph.New("g")
	big, small := g.Input("big", graph.Shape{1}, graph.Int64), g.Input("small", graph.Shape{1}, graph.Int32)
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{big, small}, Outputs: graph.Nodes{ops.Add(big, 1), ops.Mul(small, small)}, Backend: "gorgonia"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.Run(context.Background(), []int64{-1 << 40}, []int32{-300})
	if err != nil || data.Float64s(out[0])[0] != 1-1<<40 || data.Float64s(out[1])[0] != 90000 {
		t.Fatal(out, err)
	}
	for _, in := range [][]any{{[]int64{1<<53 + 2}, []int32{1}}, {[]int64{1}, []int32{1 << 17}}} {
		if _, err := f.Run(context.Background(), in...); err == nil || !strings.Contains(err.Error(), "does not wrap around") {
			t.Errorf("%v: %v", in, err)
		}
	}
}

// Runs of one function at the same time follow one another: no update is lost and no output is another run's.
func TestConcurrentRuns(t *testing.T) {
	p, err := graph.NewParam("p", []float32{0})
	if err != nil {
		t.Fatal(err)
	}
	g := graph.New("g")
	x := g.Input("x", graph.Shape{1})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Mul(x, 2)}, Backend: "gorgonia",
		Updates: []graph.Update{{Param: p, Value: ops.Add(g.Param(p), x)}}})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	total := 0
	for i := range 20 {
		total += i
		wait.Go(func() {
			out, err := f.Run(context.Background(), []float32{float32(i)})
			if err != nil || data.Float64s(out[0])[0] != float64(2*i) {
				t.Error(i, out, err)
			}
		})
	}
	wait.Wait()
	if v := p.Value().Float32s()[0]; v != float32(total) {
		t.Errorf("the parameter is %v, want %v", v, total)
	}
}

func TestObserveAndProgram(t *testing.T) {
	var product *graph.Node
	x, err := compile(t, func(x, y *graph.Node) backend.Func {
		product = ops.MatMul(x, ops.Transpose(x))
		return backend.Func{Outputs: graph.Nodes{product}}
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*graph.Node]time.Duration{}
	r := &backend.Run{
		In:      []backend.Slice{backend.SliceOf(graph.Float32, []float32{1, 2, 3, 4, 5, 6}), backend.SliceOf(graph.Float32, make([]float32, 3))},
		Out:     []backend.Slice{backend.SliceOf(graph.Float32, make([]float32, 4))},
		Observe: func(n *graph.Node, took time.Duration) { seen[n] += took },
	}
	if err := x.Run(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || seen[product] <= 0 {
		t.Errorf("observed %v", seen)
	}
	if got := backend.Elements[float32](r.Out[0]); !slices.Equal(got, []float32{14, 32, 32, 77}) {
		t.Error(got)
	}
	reporter := x.(backend.Reporter)
	program, steps := reporter.Program(), reporter.Stats().Steps
	if n := strings.Count(program, "\n"); n != steps || steps == 0 {
		t.Errorf("%d steps, %d lines", steps, n)
	}
	if want := fmt.Sprintf("%s: A × B", product.Name()); !strings.Contains(program, want) {
		t.Errorf("the program lacks %q:\n%s", want, program)
	}
}
