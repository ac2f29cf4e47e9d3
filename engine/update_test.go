package engine

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// average is a layer call that mixes x into a moving average in training and returns x plus the average before.
func average(g *graph.Graph, p *graph.Param, name string, x *graph.Node) *graph.Node {
	c := g.BeginCall(p, name, graph.Nodes{x}, nil)
	old := g.ReadState(p)
	g.Update(p, ops.InTraining(ops.Add(ops.Mul(old, 0.5), ops.Mul(ops.Sum(x), 0.5)), old))
	return g.EndCall(c, name, graph.Nodes{ops.Add(x, old)}, nil)[0]
}

func value(p *graph.Param) float64 { return float64(p.Value().ScalarValue().(float32)) }

func TestUpdatesCompose(t *testing.T) {
	g := graph.New("shared")
	x := g.Input("x", graph.Shape{graph.None})
	p := param(t, "mean", float32(8))
	a := average(g, p, "first", x)
	b := average(g, p, "second", ops.Mul(x, 3))
	train := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{a, b}, Training: true})
	got := run(t, train, []float32{4})
	want(t, got[0], 12)             // 4 + 8
	want(t, got[1], 18)             // 12 + (8+4)/2
	want(t, []float64{value(p)}, 9) // ((8+4)/2 + 12) / 2
	infer := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{a, b}})
	want(t, run(t, infer, []float32{4})[1], 21)
	want(t, []float64{value(p)}, 9)
	if len(infer.t.updates) != 0 {
		t.Error("inference keeps an update that changes nothing")
	}
	second := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{b}, Training: true})
	run(t, second, []float32{1})
	want(t, []float64{value(p)}, 6) // (9+3)/2: the first call is no part of the function
	_, err := Compile(Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{a}, Updates: []graph.Update{{Param: p, Value: g.Scalar(graph.Float32, 1)}}})
	if err == nil || !strings.Contains(err.Error(), "leave one out") {
		t.Error(err)
	}
}

func TestUpdatesSeeOldValues(t *testing.T) {
	g := graph.New("swap")
	p, q := param(t, "p", []float32{1, 2}), param(t, "q", []float32{3, 4})
	f := compile(t, Config{Outputs: graph.Nodes{g.Param(p)}, Updates: []graph.Update{
		{Param: p, Value: g.Param(q)}, {Param: q, Value: g.Param(p)}}})
	want(t, run(t, f)[0], 1, 2)
	want(t, run(t, f)[0], 3, 4)
	want(t, run(t, f)[0], 1, 2)
}

// counting makes a function that adds 1 to both parameters and one that returns their difference.
func counting(t *testing.T) (step, read *Function, p, q *graph.Param) {
	g := graph.New("count")
	n := 20000
	p, q = param(t, "p", make([]float32, n)), param(t, "q", make([]float32, n))
	step = compile(t, Config{Updates: []graph.Update{
		{Param: p, Value: ops.Add(g.Param(p), 1)}, {Param: q, Value: ops.Add(g.Param(q), 1)}}})
	read = compile(t, Config{Outputs: graph.Nodes{ops.Max(ops.Abs(ops.Sub(g.Param(p), g.Param(q))))}})
	return step, read, p, q
}

func TestTrainersLoseNoUpdate(t *testing.T) {
	step, read, p, _ := counting(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 50 {
				if _, err := step.Run(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 100 {
			out, err := read.Run(ctx)
			if err != nil {
				t.Error(err)
			} else if d := out[0].ScalarValue().(float32); d != 0 {
				t.Errorf("a reader saw half a step: the parameters differ by %v", d)
			}
		}
	})
	wg.Wait()
	if v := p.Value().Float32s()[0]; v != 150 {
		t.Errorf("150 steps counted to %v", v)
	}
}

func TestFailedStepsChangeNothing(t *testing.T) {
	g := graph.New("fails")
	x := g.Input("x", graph.Shape{graph.None})
	p := param(t, "p", []float32{1})
	y := ops.Log(ops.Mul(x, g.Param(p)))
	c := Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}, DebugNaN: true,
		Updates: []graph.Update{{Param: p, Value: ops.Add(g.Param(p), 1)}}}
	f := compile(t, c)
	_, err := f.Run(ctx, []float32{1, -1, 2})
	var e *graph.Error
	if !errors.As(err, &e) || !strings.Contains(e.Op, "log") || !strings.HasPrefix(e.Pos, "update_test.go:") || !strings.Contains(err.Error(), "element 1") {
		t.Errorf("%v", err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := f.Run(stopped, []float32{1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if v := p.Value().Float32s()[0]; v != 1 {
		t.Errorf("a failed step left %v", v)
	}
	want(t, run(t, f, []float32{1})[0], 0)
	if v := p.Value().Float32s()[0]; v != 2 {
		t.Errorf("a good step left %v", v)
	}
}

// Fused updates that read each other's parameters, and values that several updates share, give what they give without
// fusion, bit for bit.
func TestFusedUpdates(t *testing.T) {
	steps := func(check bool) [][]float32 {
		g := graph.New("fused")
		x := g.Input("x", graph.Shape{graph.None, 1500})
		start := make([]float32, 1500)
		for i := range start {
			start[i] = float32(i%17) / 17
		}
		var ps []*graph.Param
		var w graph.Nodes
		for _, name := range []string{"p", "q", "m", "v", "s"} {
			ps = append(ps, param(t, name, start))
			w = append(w, g.Param(ps[len(ps)-1]))
		}
		d := ops.Sub(ops.Mean(x, 0), w[0])
		m := ops.Add(w[2], ops.Mul(ops.Sub(d, w[2]), 0.1))
		v := ops.Add(w[3], ops.Mul(ops.Sub(ops.Square(d), w[3]), 0.01))
		values := graph.Nodes{
			ops.Sub(w[0], ops.Div(m, ops.Add(ops.Sqrt(v), 1))),
			ops.Mul(ops.Add(w[1], ops.Flip(w[0], 0)), 0.5), // reads p in another order
			m, v,
			ops.Tanh(ops.Add(ops.Sum(w[4]), w[4])), // reads all of s
		}
		var updates []graph.Update
		for i, p := range ps {
			updates = append(updates, graph.Update{Param: p, Value: values[i]})
		}
		f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Sum(d)}, Updates: updates, DebugNaN: check})
		in := make([][]float32, 3)
		for i := range in {
			in[i] = make([]float32, 1500)
			for j := range in[i] {
				in[i][j] = float32((i*j)%11) / 11
			}
		}
		for range 5 {
			run(t, f, in)
		}
		var out [][]float32
		for _, p := range ps {
			out = append(out, p.Value().Float32s())
		}
		return out
	}
	fused, plain := steps(false), steps(true)
	for i := range plain {
		for j := range plain[i] {
			if fused[i][j] != plain[i][j] {
				t.Fatalf("parameter %d, element %d is %v fused and %v else", i, j, fused[i][j], plain[i][j])
			}
		}
	}
}

// What an update reads may be set while the function runs, such as a learning rate.
func TestReadsWhileSet(t *testing.T) {
	g := graph.New("rate")
	p, rate := param(t, "p", make([]float32, 5000)), param(t, "rate", float32(1))
	f := compile(t, Config{Updates: []graph.Update{{Param: p, Value: ops.Sub(g.Param(p), ops.Mul(ops.Sub(g.Param(p), 2), g.Param(rate)))}}})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 200 {
			if err := rate.SetValue(float32(i%3) / 2); err != nil {
				t.Error(err)
			}
		}
	})
	for range 200 {
		run(t, f)
	}
	wg.Wait()
	if err := rate.SetValue(float32(1)); err != nil {
		t.Fatal(err)
	}
	run(t, f)
	if v := p.Value().Float32s()[4999]; v != 2 {
		t.Error(v)
	}
}
