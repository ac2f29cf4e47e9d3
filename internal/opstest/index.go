package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// labels is an argument of integers in [0, n).
func labels(d graph.Dtype, n float64, shape ...int) Arg { return Arg{Shape: shape, Dtype: d, Hi: n} }

func open(a Arg, axes ...int) Arg { a.None = axes; return a }

func init() {
	rows, cols := Arg{Shape: []int{5, 3}, None: []int{0}}, Arg{Shape: []int{3, 4}, None: []int{0, 1}}
	two(rows, open(labels(graph.Int32, 5, 2, 4), 0, 1), binary{
		"take":          func(x, i *graph.Node) *graph.Node { return ops.Take(x, i, 0) },
		"take_negative": func(x, i *graph.Node) *graph.Node { return ops.Take(x, ops.Sub(i, 5), 0) },
	})
	two(cols, open(labels(graph.Int64, 3, 6), 0), binary{
		"take_middle":    func(x, i *graph.Node) *graph.Node { return ops.Take(ops.ExpandDims(x, 0), i, 1) },
		"take_flat":      func(x, i *graph.Node) *graph.Node { return ops.Take(x, i) },
		"take_from_back": func(x, i *graph.Node) *graph.Node { return ops.Take(x, i, -1) },
	})
	two(cols, open(labels(graph.Int32, 3, 2, 4), 0), binary{
		"take_along_axis": func(x, i *graph.Node) *graph.Node { return ops.TakeAlongAxis(x, i, 0) },
	})
	two(Arg{Shape: []int{3, 1, 4}}, labels(graph.Int64, 4, 2, 2), binary{
		"take_along_broadcast": func(x, i *graph.Node) *graph.Node { return ops.TakeAlongAxis(x, ops.ExpandDims(i, 0), 2) },
	})
	for _, kind := range []string{"", "add", "mul", "max", "min"} {
		register(Sample{
			Name: "scatter_update_" + kind, In: []Arg{{Shape: []int{3, 2, 4}, Lo: 0.5, Hi: 2, None: []int{0}}, {Shape: []int{2, 4}, Lo: 0.5, Hi: 2}},
			Build: func(in graph.Nodes) *graph.Node {
				at := in[0].Graph().Const([][]int32{{1, 0}, {2, 1}})
				return ops.Square(ops.ScatterUpdate(in[0], at, in[1], kind))
			},
		})
	}
	register(
		Sample{Name: "scatter", In: []Arg{labels(graph.Int32, 3, 4, 1), {Shape: []int{4, 2}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.Scatter(in[0], in[1], 3, 2))
		}},
		Sample{Name: "slice_update", In: []Arg{{Shape: []int{4, 5}, None: []int{0}}, {Shape: []int{2, 3}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.SliceUpdate(in[0], []int{1, 2}, in[1]))
		}},
		Sample{Name: "dynamic_slice", In: []Arg{{Shape: []int{4, 5}, None: []int{0}}, labels(graph.Int32, 2, 2)}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.DynamicSlice(in[0], in[1], []int{2, 3}))
		}},
		Sample{Name: "dynamic_slice_update", In: []Arg{{Shape: []int{4, 5}, None: []int{0}}, labels(graph.Int64, 3, 2), {Shape: []int{2, 3}}},
			Build: func(in graph.Nodes) *graph.Node { return ops.Square(ops.DynamicSliceUpdate(in[0], in[1], in[2])) }},
		Sample{Name: "one_hot", NoGrad: true, In: []Arg{open(labels(graph.Int32, 6, 2, 3), 0)}, Build: func(in graph.Nodes) *graph.Node {
			axis := 1
			return ops.OneHot(ops.Sub(in[0], 1), 4, ops.OneHotOptions{Axis: &axis})
		}},
		Sample{Name: "one_hot_bool", NoGrad: true, In: []Arg{labels(graph.Int64, 4, 5)}, Build: func(in graph.Nodes) *graph.Node {
			return ops.OneHot(in[0], 4, ops.OneHotOptions{Dtype: graph.Bool})
		}},
		Sample{Name: "multi_hot", NoGrad: true, In: []Arg{open(labels(graph.Int32, 4, 2, 3), 0)}, Build: func(in graph.Nodes) *graph.Node {
			return ops.MultiHot(in[0], 4)
		}},
	)
	segments := Arg{Shape: []int{6, 2}, None: []int{0}}
	two(segments, open(labels(graph.Int32, 4, 6), 0), binary{
		"segment_sum": func(x, ids *graph.Node) *graph.Node { return ops.SegmentSum(x, ops.Sub(ids, 1), 3) },
	})
	register(Sample{Name: "segment_max", In: []Arg{segments}, Build: func(in graph.Nodes) *graph.Node {
		return ops.Square(ops.SegmentMax(in[0], in[0].Graph().Const([]int32{2, 0, 1, 1, 3, 0}), 3))
	}})
	register(Sample{Name: "segment_min", In: []Arg{segments}, Build: func(in graph.Nodes) *graph.Node {
		return ops.Square(ops.SegmentMin(in[0], in[0].Graph().Const([]int64{2, 0, 1, 1, 3, 0}), 3))
	}})
	two(Arg{Shape: []int{6, 2}, Lo: 0.5, Hi: 2, None: []int{0}}, labels(graph.Int64, 3, 6), binary{
		"segment_prod": func(x, ids *graph.Node) *graph.Node { return ops.SegmentProd(x, ids, 3) },
	})
}

func init() {
	shaped([]int{3, 5}, []int{0}, unary{
		"sort":   func(x *graph.Node) *graph.Node { return ops.Sort(x) },
		"sort_0": func(x *graph.Node) *graph.Node { return ops.Sort(x, 0) },
		"top_k": func(x *graph.Node) *graph.Node {
			values, _ := ops.TopK(x, 3)
			return values
		},
	})
	each1(-1, 1, "", true, unary{
		"argsort":      func(x *graph.Node) *graph.Node { return ops.Argsort(x, 0) },
		"argpartition": func(x *graph.Node) *graph.Node { return ops.Argpartition(x, 1) },
		"top_k_indices": func(x *graph.Node) *graph.Node {
			_, at := ops.TopK(x, 2)
			return at
		},
		"searchsorted": func(x *graph.Node) *graph.Node { return ops.SearchSorted(x.Graph().Const([]float32{-0.5, 0, 0.25}), x) },
		"digitize":     func(x *graph.Node) *graph.Node { return ops.Digitize(x, x.Graph().Const([]float32{-0.5, 0, 0.25})) },
	})
	register(
		Sample{Name: "sort_int", NoGrad: true, In: []Arg{labels(graph.Int32, 9, 2, 6)}, Build: func(in graph.Nodes) *graph.Node { return ops.Sort(in[0]) }},
		Sample{Name: "bincount", NoGrad: true, In: []Arg{open(labels(graph.Int32, 6, 9), 0)}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Bincount(in[0], nil, 4)
		}},
		Sample{Name: "bincount_weights", NoGrad: true, In: []Arg{open(labels(graph.Int64, 4, 2, 5), 0), {Shape: []int{2, 5}, None: []int{0}}},
			Build: func(in graph.Nodes) *graph.Node { return ops.Bincount(in[0], in[1], 4) }},
	)
}
