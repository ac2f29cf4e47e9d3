package autodiff

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"gorgonia.org/tensor"
)

// blocks are pieces of networks whose values and gradients are fused in all ways: x is (rows, 6, width), w (width, width), v and u are
// (width).
var blocks = map[string]func(x, w, v, u *graph.Node) *graph.Node{
	"dense": func(x, w, v, u *graph.Node) *graph.Node { return ops.Relu(ops.Add(ops.MatMul(x, w), v)) },
	"gelu": func(x, w, v, u *graph.Node) *graph.Node {
		return ops.Add(x, ops.Mul(u, ops.Gelu(ops.Add(ops.MatMul(x, w), v), true)))
	},
	"bias read twice": func(x, w, v, u *graph.Node) *graph.Node {
		y := ops.Add(ops.MatMul(x, w), v)
		return ops.Mul(ops.Relu(y), ops.Tanh(y))
	},
	"square": func(x, w, v, u *graph.Node) *graph.Node { return ops.Mul(ops.Add(w, ops.MatMul(w, w)), ops.Mean(x)) },
	"norm": func(x, w, v, u *graph.Node) *graph.Node {
		y := ops.Add(ops.MatMul(x, w), v)
		mean, variance := ops.Moments(y, []int{0, 1}, false)
		n := ops.Add(ops.Mul(ops.Sub(y, mean), ops.Mul(ops.Rsqrt(ops.Add(variance, 1e-3)), u)), v)
		return ops.Relu(ops.Add(n, x))
	},
	"rows": func(x, w, v, u *graph.Node) *graph.Node {
		y := ops.Sub(x, ops.MeanKeepDims(x, -1))
		return ops.Mul(ops.Div(y, ops.Sqrt(ops.Add(ops.MeanKeepDims(ops.Square(y), -1), 1e-3))), u)
	},
	"middle": func(x, w, v, u *graph.Node) *graph.Node {
		return ops.Mul(ops.SumKeepDims(ops.Tanh(ops.Mul(x, v)), 1), x)
	},
	"conv": func(x, w, v, u *graph.Node) *graph.Node {
		k := ops.Stack(graph.Nodes{w, ops.Mul(w, v), ops.Add(w, u)}, 0)
		return ops.Sub(ops.Relu(ops.Add(ops.Conv(x, k, ops.ConvOptions{Padding: "same"}), v)), x)
	},
	"infer": func(x, w, v, u *graph.Node) *graph.Node {
		return ops.Relu(ops.Mul(ops.Sub(ops.MatMul(x, w), v), u))
	},
}

// values runs a block and its gradients.
func values(t *testing.T, name string, rows, width int, b native.Backend) [][]float32 {
	t.Helper()
	g := graph.New(name)
	r := rand.New(rand.NewPCG(1, 2))
	var in graph.Nodes
	var feed []any
	for _, shape := range []graph.Shape{{rows, 6, width}, {width, width}, {width}, {width}} {
		in = append(in, g.Input("", shape))
		v := make([]float32, shape.Size())
		for i := range v {
			v[i] = r.Float32() - 0.3
		}
		feed = append(feed, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v)))
	}
	y := blocks[name](in[0], in[1], in[2], in[3])
	loss := ops.Mean(ops.Square(ops.Sub(y, 0.5)))
	f, err := engine.Compile(engine.Config{Inputs: in, Outputs: append(graph.Nodes{y, loss}, Grad(loss, in...)...), Backend: b})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out, err := f.Run(context.Background(), feed...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all := make([][]float32, len(out))
	for i, d := range out {
		if v, ok := d.Data().([]float32); ok {
			all[i] = v
		} else {
			all[i] = []float32{d.Data().(float32)}
		}
	}
	return all
}

// Whatever is fused, values and gradients are those of step by step computation, with the same bits for any number of threads.
func TestFusedGradients(t *testing.T) {
	for name := range blocks {
		for _, size := range [][2]int{{1, 1}, {3, 5}, {40, 16}, {37, 70}, {2, 1300}} {
			if size[1] == 1300 && testing.Short() {
				continue
			}
			rows, width := size[0], size[1]
			where := fmt.Sprint(name, size)
			want := values(t, name, rows, width, native.Backend{Threads: 1, Without: "all"})
			got := values(t, name, rows, width, native.Backend{Threads: 1})
			for i := range want {
				scale := 1e-6
				for _, v := range want[i] {
					scale = max(scale, math.Abs(float64(v)))
				}
				for k := range want[i] {
					if d := math.Abs(float64(got[i][k] - want[i][k])); !(d <= 2e-4*scale) {
						t.Fatalf("%s: element %d of result %d is %v fused, %v step by step", where, k, i, got[i][k], want[i][k])
					}
				}
			}
			three := values(t, name, rows, width, native.Backend{Threads: 3})
			for i := range got {
				if !slices.Equal(got[i], three[i]) {
					t.Fatalf("%s: result %d depends on the number of threads", where, i)
				}
			}
		}
	}
}
