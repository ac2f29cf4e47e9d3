package engine

import (
	"errors"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"gorgonia.org/tensor"
)

func TestCacheIsBounded(t *testing.T) {
	g := graph.New("lru")
	x := g.Input("x", graph.Shape{graph.None})
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Sum(x)}, CacheSize: 2})
	for _, n := range []int{1, 2, 1, 3, 1, 2} { // 2 is dropped when 3 comes
		run(t, f, make([]float32, n))
	}
	if f.binds != 4 || len(f.bound) != 2 {
		t.Errorf("bound %d times and kept %d, want 4 and 2", f.binds, len(f.bound))
	}
}

func TestArguments(t *testing.T) {
	g := graph.New("arguments")
	x := g.Input("x", graph.Shape{graph.None, 2})
	like := g.Input("like", graph.Shape{graph.None, 5})
	zeros := ops.ZerosFrom(like, graph.Float32, []int{graph.None, 2}, nil)
	f := compile(t, Config{Inputs: graph.Nodes{x, like}, Outputs: graph.Nodes{ops.Add(x, zeros)}})
	want(t, run(t, f, [][]int{{1, 2}}, graph.Shape{1, 5})[0], 1, 2)
	want(t, run(t, f, [][]float64{{1, 2}}, graph.Shape{1, 5})[0], 1, 2)
	turned := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	want(t, run(t, f, turned, graph.Shape{3, 5})[0], 1, 4, 2, 5, 3, 6)
	whole := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	rows, err := whole.Slice(tensor.S(1, 3))
	if err != nil {
		t.Fatal(err)
	}
	want(t, run(t, f, rows, graph.Shape{2, 5})[0], 3, 4, 5, 6)
	for _, c := range []struct {
		want string
		in   []any
	}{
		{"takes 2 inputs (x float32 (None, 2), like float32 (None, 5)), 1 are given", []any{1.0}},
		{"input x has the shape (None, 2), what is fed has (2,): the batch axis is missing; one sample has the shape (1, 2)", []any{[]float32{1, 2}, graph.Shape{1, 5}}},
		{"batch is 1 in x axis 0 and 2 in like axis 0", []any{[][]float32{{1, 2}}, graph.Shape{2, 5}}},
		{"input x is fed the shape (1, 2), but its elements are read", []any{graph.Shape{1, 2}, graph.Shape{1, 5}}},
		{"input x: nil is not an array", []any{nil, graph.Shape{1, 5}}},
	} {
		if _, err := f.Run(ctx, c.in...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestLateErrors(t *testing.T) {
	g := graph.New("late")
	x, y := g.Input("x", graph.Shape{2, graph.None}), g.Input("y", graph.Shape{2, graph.None})
	f := compile(t, Config{Inputs: graph.Nodes{x, y}, Outputs: graph.Nodes{ops.Add(x, y)}})
	_, err := f.Run(ctx, [][]float32{{1, 2}, {3, 4}}, [][]float32{{1, 2, 3}, {3, 4, 5}})
	var e *graph.Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "late with x (2, 2), y (2, 3): ") || !strings.Contains(err.Error(), "bind_test.go:") {
		t.Error(err)
	}
	want(t, run(t, f, [][]float32{{1, 2}, {3, 4}}, [][]float32{{1}, {2}})[0], 2, 3, 5, 6)
}

func TestCompileErrors(t *testing.T) {
	g, h := graph.New("g"), graph.New("h")
	x, z := g.Input("x", graph.Shape{graph.None, 2}), h.Input("z", graph.Shape{2})
	p := param(t, "p", []float32{1, 2})
	wrong := graph.New("wrong")
	bad := ops.Add(wrong.Input("a", graph.Shape{2}), wrong.Input("b", graph.Shape{3}))
	up := graph.Update{Param: p, Value: g.Param(p)}
	for _, c := range []struct {
		want string
		c    Config
	}{
		{"nothing to compile", Config{}},
		{"output 0 is a nil node", Config{Outputs: graph.Nodes{nil}}},
		{`all nodes must be of one graph`, Config{Outputs: graph.Nodes{x, z}}},
		{"do not broadcast", Config{Outputs: graph.Nodes{bad}}},
		{"two updates of p", Config{Updates: []graph.Update{up, up}}},
		{"x is listed twice", Config{Inputs: graph.Nodes{x, x}, Outputs: graph.Nodes{x}}},
		{"needs it, but it is not fed", Config{Outputs: graph.Nodes{ops.Square(x)}}},
		{`did you mean "native"?`, Config{Outputs: graph.Nodes{x}, Backend: "natve"}},
	} {
		if _, err := Compile(c.c); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// Any node may be fed.
func TestFeedsANodeInBetween(t *testing.T) {
	g := graph.New("cut")
	x := g.Input("x", graph.Shape{graph.None, 2})
	h := ops.Square(x)
	y := ops.Add(h, 1)
	f := compile(t, Config{Inputs: graph.Nodes{h}, Outputs: graph.Nodes{y}})
	want(t, run(t, f, [][]float32{{3, 4}})[0], 4, 5)
}

// The number of threads changes no bit.
func TestThreadsChangeNothing(t *testing.T) {
	g := graph.New("threads")
	x := g.Input("x", graph.Shape{graph.None, 300})
	y := ops.Sum(ops.Softplus(ops.MatMul(x, ops.Sin(ops.Transpose(x)))), 0)
	in := make([][]float32, 200)
	for i := range in {
		in[i] = make([]float32, 300)
		for j := range in[i] {
			in[i][j] = float32((i*31+j*17)%101)/101 - 0.5
		}
	}
	var first []float64
	for _, threads := range []int{1, 2, 5} {
		f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}, Backend: native.Backend{Threads: threads}})
		got := run(t, f, in)[0]
		if first == nil {
			first = got
		}
		for i := range got {
			if got[i] != first[i] {
				t.Fatalf("element %d is %v with 1 thread and %v with %d", i, first[i], got[i], threads)
			}
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	g := graph.New("empty")
	x := g.Input("x", graph.Shape{graph.None, 2})
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Sum(ops.Exp(x))}})
	empty, err := f.lookup([]int{2, 0, 2})
	if err != nil {
		t.Fatal(err)
	}
	sum := []float32{-1}
	if err := empty.exe.Run(ctx, &backend.Run{In: []backend.Slice{{}}, Out: []backend.Slice{backend.SliceOf(graph.Float32, sum)}}); err != nil || sum[0] != 0 {
		t.Error(sum, err)
	}
}

func TestEstimate(t *testing.T) {
	g := graph.New("cost")
	x := g.Input("x", graph.Shape{graph.None, 100})
	w := param(t, "w", make([]float32, 100))
	y := ops.Relu(ops.MatMul(x, ops.Reshape(g.Param(w), 100, 1)))
	c, err := Estimate(Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}}, 32)
	if err != nil {
		t.Fatal(err)
	}
	if c.FLOPs != 2*32*100+32 || c.ParamBytes != 400 || c.PeakBytes < 400+4*32*100 || c.ActivationBytes <= 0 {
		t.Errorf("%+v", c)
	}
	z := g.Input("z", graph.Shape{graph.None, graph.None})
	if _, err := Estimate(Config{Inputs: graph.Nodes{z}, Outputs: graph.Nodes{ops.Sum(z)}}, 1); err == nil || !strings.Contains(err.Error(), "axis 1 of input z") {
		t.Error(err)
	}
}

func TestProfileNamesNodes(t *testing.T) {
	g := graph.New("profile")
	x := g.Input("x", graph.Shape{graph.None, 2})
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Exp(ops.Sum(x, 1))}})
	p, err := f.Profile(ctx, [][]float32{{1, 2}})
	if err != nil || len(p.Nodes) != 2 || p.Total <= 0 {
		t.Fatal(p, err)
	}
	if s := p.String(); !strings.Contains(s, "exp") || !strings.Contains(s, "total") {
		t.Error(s)
	}
}
