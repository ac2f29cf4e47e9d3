package opstest

import (
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// shaped registers functions of one argument of the given shape, whose result is squared so that the second order is not zero.
func shaped(shape, none []int, fs unary) {
	for _, name := range sorted(fs) {
		register(Sample{Name: name, In: []Arg{{Shape: shape, None: none}},
			Build: func(in graph.Nodes) *graph.Node { return ops.Square(fs[name](in[0])) }})
	}
}

// two registers functions of two arguments, squared as in shaped.
func two(a, b Arg, fs binary) {
	for _, name := range sorted(fs) {
		register(Sample{Name: name, In: []Arg{a, b},
			Build: func(in graph.Nodes) *graph.Node { return ops.Square(fs[name](in[0], in[1])) }})
	}
}

func init() {
	shaped([]int{2, 6}, []int{0}, unary{
		"reshape":       func(x *graph.Node) *graph.Node { return ops.Reshape(x, -1, 3) },
		"reshape_kept":  func(x *graph.Node) *graph.Node { return ops.Reshape(x, x.Shape()[0], -1, 2) },
		"transpose":     func(x *graph.Node) *graph.Node { return ops.Transpose(x) },
		"expand_dims":   func(x *graph.Node) *graph.Node { return ops.ExpandDims(x, 1) },
		"squeeze":       func(x *graph.Node) *graph.Node { return ops.Squeeze(ops.ExpandDims(x, -1), -1) },
		"flip":          func(x *graph.Node) *graph.Node { return ops.Flip(x, 1) },
		"roll":          func(x *graph.Node) *graph.Node { return ops.Roll(x, 1, 0) },
		"roll_all":      func(x *graph.Node) *graph.Node { return ops.Roll(x, -2) },
		"slice":         func(x *graph.Node) *graph.Node { return ops.SliceAxis(x, 1, 1, -1) },
		"slice_unknown": func(x *graph.Node) *graph.Node { return ops.SliceAxis(x, 0, -1, ops.End) },
		"index":         func(x *graph.Node) *graph.Node { return ops.Index(x, 0, -1) },
		"slice_step":    func(x *graph.Node) *graph.Node { return ops.SliceStep(x, 1, 1, ops.End, 2) },
		"pad":           func(x *graph.Node) *graph.Node { return ops.Pad(x, [][2]int{{1, 0}, {2, 3}}, 0.5) },
		"pad_reflect":   func(x *graph.Node) *graph.Node { return ops.PadMirror(x, [][2]int{{1, 1}, {2, 3}}, "reflect") },
		"pad_symmetric": func(x *graph.Node) *graph.Node { return ops.PadMirror(x, [][2]int{{0, 1}, {2, 3}}, "symmetric") },
		"tile":          func(x *graph.Node) *graph.Node { return ops.Tile(x, 2, 1, 3) },
		"repeat":        func(x *graph.Node) *graph.Node { return ops.Repeat(x, 2, 0) },
		"split":         func(x *graph.Node) *graph.Node { return ops.Mul(ops.Split(x, 3, 1)[1], ops.Split(x, 3, 1)[2]) },
		"unstack":       func(x *graph.Node) *graph.Node { return ops.Mul(ops.Unstack(x, 1)[0], ops.Unstack(x, 1)[5]) },
		"tril":          func(x *graph.Node) *graph.Node { return ops.Tril(x, 1) },
		"triu":          func(x *graph.Node) *graph.Node { return ops.Triu(x, -1) },
		"zeros_like":    func(x *graph.Node) *graph.Node { return ops.Add(x, ops.ZerosLike(x)) },
		"ones_like":     func(x *graph.Node) *graph.Node { return ops.Add(x, ops.OnesLike(x)) },
		"iota":          func(x *graph.Node) *graph.Node { return ops.Mul(x, ops.IotaLike(x, 0, x.Dtype())) },
		"size_of":       func(x *graph.Node) *graph.Node { return ops.Mul(x, ops.SizeOf(x, x.Dtype())) },
		"in_training":   func(x *graph.Node) *graph.Node { return ops.InTraining(ops.Sin(x), ops.Cos(x)) },
	})
	shaped([]int{2, 3, 4}, []int{0, 1}, unary{
		"merge_axes": func(x *graph.Node) *graph.Node { return ops.MergeAxes(x, 0, 2) },
		"split_axis": func(x *graph.Node) *graph.Node {
			return ops.Mul(ops.SplitAxis(ops.MergeAxes(x, 1, 2), x, 1, 1, 2), x)
		},
		"moveaxis":      func(x *graph.Node) *graph.Node { return ops.MoveAxis(x, []int{0}, []int{-1}) },
		"swapaxes":      func(x *graph.Node) *graph.Node { return ops.SwapAxes(x, 0, 2) },
		"reshape_heads": func(x *graph.Node) *graph.Node { return ops.Reshape(x, x.Shape()[0], x.Shape()[1], 2, 2) },
	})
	shaped([]int{3, 4}, nil, unary{
		"diagonal": func(x *graph.Node) *graph.Node { return ops.Diagonal(x, 1, 0, 1) },
		"trace":    func(x *graph.Node) *graph.Node { return ops.Trace(x, -1, 0, 1) },
		"rot90":    func(x *graph.Node) *graph.Node { return ops.Rot90(x, 1, 0, 1) },
		"broadcast_to": func(x *graph.Node) *graph.Node {
			return ops.BroadcastTo(ops.ExpandDims(x, 1), 2, 3, 5, 4)
		},
		"place": func(x *graph.Node) *graph.Node { return ops.Diag(ops.Ravel(x), 1) },
	})
	two(Arg{Shape: []int{3, 1}, None: []int{0}}, Arg{Shape: []int{2, 3, 4}, None: []int{0, 1}}, binary{
		"broadcast_like": func(a, b *graph.Node) *graph.Node { return ops.Mul(ops.BroadcastLike(a, b), b) },
		"sum_like":       func(a, b *graph.Node) *graph.Node { return ops.Mul(ops.SumLike(b, a), a) },
	})
	two(Arg{Shape: []int{2, 6}, None: []int{0}}, Arg{Shape: []int{3, 4}, None: []int{0, 1}}, binary{
		"reshape_like": func(a, b *graph.Node) *graph.Node { return ops.Mul(ops.ReshapeLike(a, b), b) },
	})
	two(Arg{Shape: []int{2, 3}, None: []int{0, 1}}, Arg{Shape: []int{4, 3}, None: []int{0, 1}}, binary{
		"concatenate": func(a, b *graph.Node) *graph.Node { return ops.Concatenate(graph.Nodes{a, b}, 0) },
	})
	two(Arg{Shape: []int{2, 3}, None: []int{0}}, Arg{Shape: []int{2, 3}, None: []int{0}}, binary{
		"stack":  func(a, b *graph.Node) *graph.Node { return ops.Stack(graph.Nodes{a, b}, 1) },
		"vstack": func(a, b *graph.Node) *graph.Node { return ops.VStack(graph.Nodes{a, b}) },
		"hstack": func(a, b *graph.Node) *graph.Node { return ops.HStack(graph.Nodes{a, b}) },
		"dstack": func(a, b *graph.Node) *graph.Node { return ops.DStack(graph.Nodes{a, b}) },
	})
	two(Arg{Shape: []int{2, 3}}, Arg{Shape: []int{}}, binary{
		"pad_value": func(a, b *graph.Node) *graph.Node {
			return graph.Apply(ops.PadOp{Lo: graph.MakeInts(1, 0), Hi: graph.MakeInts(0, 2)}, a, b)
		},
	})
	two(Arg{Shape: []int{3}, None: []int{0}}, Arg{Shape: []int{4}}, binary{
		"meshgrid": func(a, b *graph.Node) *graph.Node {
			m := ops.Meshgrid(graph.Nodes{a, b}, "xy")
			return ops.Mul(m[0], m[1])
		},
	})
}
