package native

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// testOp is an elementwise operation of the tests; its kernels are registered below.
type testOp struct{ Kind string }

func (o testOp) Name() string                            { return "test_" + o.Kind }
func (testOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }
func failing(message string) build {
	return func(c *call) ([]par.Loop, error) {
		n := len(out[float32](c, 0))
		return []par.Loop{{N: n, Body: func(_, _, _ int) { panic(message) }}}, nil
	}
}

func init() {
	register("test_panic", kernel{types: floats(failing("out of luck"), nil)})
	register("test_refuse", kernel{types: floats(failing(""), nil), supports: func(_ graph.Op, in, _ []graph.Spec) error {
		return fmt.Errorf("no kernel for shape %v", in[0].Shape)
	}})
}

// executableOf compiles outputs and updates of a graph whose inputs are x (2, 3) and y (3,).
func executableOf(t *testing.T, f func(x, y *graph.Node) backend.Func) *executable {
	t.Helper()
	g := graph.New("g")
	x, y := g.Input("x", graph.Shape{2, 3}), g.Input("y", graph.Shape{3})
	fn := f(x, y)
	fn.Inputs = graph.Nodes{x, y}
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := Backend{}.Compile(&fn)
	if err != nil {
		t.Fatal(err)
	}
	return e.(*executable)
}

// outputs runs with x = 1 to 6, y = 10, 20, 30.
func outputs(e *executable) ([][]float32, error) {
	r := &backend.Run{In: []backend.Slice{
		backend.SliceOf(graph.Float32, []float32{1, 2, 3, 4, 5, 6}), backend.SliceOf(graph.Float32, []float32{10, 20, 30})},
		Commit: func(apply func()) { apply() }}
	var out [][]float32
	for _, n := range e.f.Outputs {
		v := make([]float32, n.Shape().Size())
		out = append(out, v)
		r.Out = append(r.Out, backend.SliceOf(graph.Float32, v))
	}
	return out, e.Run(context.Background(), r)
}

func TestPanicsBecomeErrors(t *testing.T) {
	p, err := graph.NewParam("p", []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{graph.Apply(testOp{"panic"}, x)},
			Updates: []graph.Update{{Param: p, Value: x.Graph().Const([]float32{7})}}}
	})
	_, err = outputs(e)
	var ge *graph.Error
	if !errors.As(err, &ge) || ge.Op != "test_panic" || !strings.Contains(err.Error(), "panic: out of luck") {
		t.Error(err)
	}
	if v := p.Value().Float32s()[0]; v != 1 {
		t.Errorf("a step that panicked left %v", v)
	}
	if len(e.idle) != 1 {
		t.Error("the instance is lost")
	}
}

func TestUnsupported(t *testing.T) {
	g := graph.New("g")
	x, i := g.Input("x", graph.Shape{2}), g.Input("i", graph.Shape{2}, graph.Int8)
	for want, n := range map[string]*graph.Node{
		"no kernel for shape (2,)": graph.Apply(testOp{"refuse"}, x),
		"no kernel for test_none":  graph.Apply(testOp{"none"}, x),
		"of int8: cast":            graph.Apply(testOp{"panic"}, i),
	} {
		_, err := Backend{}.Compile(&backend.Func{Inputs: graph.Nodes{x, i}, Outputs: graph.Nodes{n}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "native_test.go:") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// No two buffers that hold something at the same time overlap, and memory is shared at all.
func TestMemoryPlan(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		a := ops.Exp(ops.Transpose(x))
		b := ops.MatMul(x, a)
		for range 6 {
			b = ops.MatMul(ops.Transpose(b), ops.Add(b, ops.MatMul(x, a)))
		}
		return backend.Func{Outputs: graph.Nodes{b, ops.Sum(a)}}
	})
	p := e.p
	for i, a := range p.buffers {
		for _, b := range p.buffers[i+1:] {
			if a.fixed() || b.fixed() || a.last < b.first || b.last < a.first {
				continue
			}
			if a.offset < b.offset+bytes(b.spec) && b.offset < a.offset+bytes(a.spec) {
				t.Errorf("buffers %+v and %+v overlap", a, b)
			}
		}
	}
	if p.arena >= p.total {
		t.Errorf("the arena of %d bytes shares nothing of %d", p.arena, p.total)
	}
}

func TestInPlaceAndViews(t *testing.T) {
	var square, first *graph.Node
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		first = ops.Exp(x)
		square = ops.Square(first)                                                    // may overwrite exp
		kept := ops.Add(square, 1)                                                    // may not overwrite square, which is an output
		flat := ops.Reshape(kept, 6)                                                  // no memory of its own
		wide := ops.Sub(kept, ops.BroadcastTo(y, 2, 3))                               // reads y repeated
		return backend.Func{Outputs: graph.Nodes{square, flat, wide}, CheckNaN: true} // so that nothing is fused
	})
	v := e.p.values
	if v[square][0] != v[first][0] {
		t.Error("square does not overwrite exp")
	}
	if len(e.p.steps) != 4 {
		t.Errorf("%d steps, want 4:\n%s", len(e.p.steps), e.Program())
	}
	out, err := outputs(e)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		s := out[0][i]
		if out[1][i] != s+1 || out[2][i] != s+1-float32(10*(i%3+1)) {
			t.Fatalf("element %d: %v", i, out)
		}
	}
}

// A fused step writes over operands that nothing needs any more, late where one is read after the result is computed, and reads
// numbers, rows and columns repeated.
func TestFusedStep(t *testing.T) {
	build := func(x, y *graph.Node) backend.Func {
		a := ops.MatMul(x, ops.MatMul(ops.Transpose(x), x))
		b := ops.Mul(ops.Add(a, y), 2)
		c := ops.Where(ops.Greater(b, 1200), ops.Sqrt(b), ops.Sub(a, ops.SumKeepDims(x, 1)))
		d := ops.Add(ops.Tanh(ops.Div(c, a)), a)
		return backend.Func{Outputs: graph.Nodes{b, d}}
	}
	e := executableOf(t, build)
	if n := len(e.p.steps); n != 4 { // transpose, a product, sum, and the rest behind another product
		t.Errorf("%d steps, want 4:\n%s", n, e.Program())
	}
	plain := executableOf(t, func(x, y *graph.Node) backend.Func {
		f := build(x, y)
		f.CheckNaN = true
		return f
	})
	got, err := outputs(e)
	if err != nil {
		t.Fatal(err)
	}
	want, err := outputs(plain)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("output %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// Nodes between which another step has to run are not fused around it.
func TestFusionMakesNoCycle(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		a := ops.Exp(ops.Neg(x))
		b := ops.Mul(a, ops.Sum(a)) // the sum needs all of a
		return backend.Func{Outputs: graph.Nodes{ops.Add(b, ops.Max(b))}}
	})
	if n := len(e.p.steps); n != 4 { // the sum of a is part of the first
		t.Errorf("%d steps, want 4:\n%s", n, e.Program())
	}
	if out, err := outputs(e); err != nil || out[0][0] < out[0][5] {
		t.Error(out, err)
	}
}

// An operand that is read once densely and once repeated must not be overwritten.
func TestRepeatedOperandIsNotOverwritten(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		a := ops.Exp(y)
		b := ops.Add(ops.Mul(a, 2), ops.Mul(a, 3))
		return backend.Func{Outputs: graph.Nodes{ops.Add(b, ops.BroadcastTo(ops.SliceAxis(b, 0, 0, 1), 3))}}
	})
	out, err := outputs(e)
	if err != nil {
		t.Fatal(err)
	}
	e0 := out[0][0]
	if d := out[0][1] - (e0/2 + 5*485165195.4); d > 1e3 || d < -1e3 {
		t.Error(out)
	}
}

func TestHalfPrecisionIsRounded(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		h := ops.Cast(x, graph.BFloat16)
		return backend.Func{Outputs: graph.Nodes{ops.Cast(ops.Add(h, ops.Cast(x.Graph().Const(float32(1)/1024), graph.BFloat16)), graph.Float32)}}
	})
	out, err := outputs(e)
	if err != nil || !slices.Equal(out[0], []float32{1, 2, 3, 4, 5, 6}) {
		t.Error(out, err)
	}
}

func TestFaultsNameTheNode(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: graph.Nodes{ops.Take(x, ops.Cast(y, graph.Int32), 0)}}
	})
	if _, err := outputs(e); err == nil || !strings.Contains(err.Error(), "index 10") || !strings.Contains(err.Error(), "native_test.go:") {
		t.Error(err)
	}
}

func TestInt8(t *testing.T) {
	e := executableOf(t, func(x, y *graph.Node) backend.Func {
		a := ops.Cast(ops.Mul(x, 30), graph.Int8)
		b := ops.Add(a, a) // 60, 120, 180 - 256 ...
		return backend.Func{Outputs: graph.Nodes{ops.Cast(b, graph.Float32), ops.Cast(ops.Greater(b, ops.Neg(a)), graph.Float32)}}
	})
	out, err := outputs(e)
	if err != nil || !slices.Equal(out[0], []float32{60, 120, -76, -16, 44, 104}) || !slices.Equal(out[1], []float32{1, 1, 1, 1, 0, 1}) {
		t.Error(out, err)
	}
}
