package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// decayed is a scan with a carry, two uses of the sequence and a captured weight.
func decayed(reverse bool) func(in graph.Nodes) *graph.Node {
	return func(in graph.Nodes) *graph.Node {
		xs, w := ops.SwapAxes(in[0], 0, 1), in[1]
		zero := ops.ZerosFrom(in[0], in[0].Dtype(), []int{graph.None, 2}, nil)
		ys, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{zero}, Sequences: graph.Nodes{xs}, Reverse: reverse, Outputs: 1,
			Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
				h := ops.Tanh(ops.Add(x[0], ops.MatMul(c[0], w)))
				return graph.Nodes{ops.Mul(h, x[0])}, graph.Nodes{h}
			}})
		return ops.Add(ops.Sum(ys[0], 0), last[0])
	}
}

func init() {
	x := Arg{Shape: []int{3, 4, 2}, None: []int{0, 1}}
	w := Arg{Shape: []int{2, 2}}
	row := Arg{Shape: []int{3}, None: []int{0}}
	pred := Arg{Shape: []int{}, Dtype: graph.Bool}
	register(
		Sample{Name: "scan", In: []Arg{x, w}, Build: decayed(false)},
		Sample{Name: "scan_reverse", In: []Arg{x, w}, Build: decayed(true)},
		Sample{Name: "map", In: []Arg{row}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Map(func(x *graph.Node) *graph.Node { return ops.Mul(ops.Sin(x), ops.Sum(in[0])) }, in[0])
		}},
		Sample{Name: "fori", In: []Arg{row}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Fori(1, 4, func(i *graph.Node, s graph.Nodes) graph.Nodes {
				return graph.Nodes{ops.Mul(ops.Sin(s[0]), ops.Cast(i, s[0].Dtype()))}
			}, in)[0]
		}},
		Sample{Name: "cond", In: []Arg{pred, row}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Cond(in[0], func() *graph.Node { return ops.Square(in[1]) }, func() *graph.Node { return ops.Sin(in[1]) })
		}},
		Sample{Name: "while", In: []Arg{row}, NoGrad: true, Build: func(in graph.Nodes) *graph.Node {
			return ops.While(
				func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(ops.Abs(s[0])), 100) },
				func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Add(ops.Mul(s[0], 2), 1)} }, in)[0]
		}},
		Sample{Name: "barrier", In: []Arg{row}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.Barrier(in[0], ops.Exp(in[0])))
		}},
	)
}
