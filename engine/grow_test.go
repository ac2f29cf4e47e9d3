package engine_test

import (
	"context"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// A function runs while its graph, and the loops in it, go on growing.
func TestGrowsWhileRunning(t *testing.T) {
	g := graph.New("growing")
	x := g.Input("x", graph.Shape{graph.None, graph.None})
	ys, last := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
		sum := ops.Add(state[0], x)
		return ops.Exp(sum), graph.Nodes{sum}
	}, x, graph.Nodes{ops.ZerosFrom(x, graph.Float32, []int{graph.None}, nil)})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: last})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := range 20 {
			autodiff.Grad(ops.Sum(ops.Mul(ys, float64(i))), x)
			g.Input("", graph.Shape{graph.None})
		}
	}()
	for i := range 20 {
		in := make([][]float32, i+1)
		for j := range in {
			in[j] = []float32{1, 2, float32(j)}
		}
		out, err := f.Run(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if got := out[0].Float32s(); got[i] != float32(3+i) {
			t.Fatal(got)
		}
	}
	<-done
}
