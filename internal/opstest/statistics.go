package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	shaped([]int{3, 4}, []int{0}, unary{
		"moments_both": func(x *graph.Node) *graph.Node {
			mean, variance := ops.Moments(x, []int{0}, false)
			return ops.Add(ops.Mul(mean, variance), variance)
		},
		"moments_mean": func(x *graph.Node) *graph.Node {
			mean, _ := ops.Moments(x, []int{1}, true)
			return ops.Square(mean)
		},
		"moments_rows": func(x *graph.Node) *graph.Node {
			_, variance := ops.Moments(x, []int{1}, true)
			return ops.Mul(x, variance)
		},
		"nansum":      func(x *graph.Node) *graph.Node { return ops.NanSum(x, 0) },
		"nanmean":     func(x *graph.Node) *graph.Node { return ops.NanMean(x, 1) },
		"nanvar":      func(x *graph.Node) *graph.Node { return ops.NanVar(x, 0) },
		"nanmax":      func(x *graph.Node) *graph.Node { return ops.NanMax(x, 1) },
		"nanmin":      func(x *graph.Node) *graph.Node { return ops.NanMin(x, 0) },
		"nan_to_num":  func(x *graph.Node) *graph.Node { return ops.NanToNum(x, 0, 1, -1) },
		"ptp":         func(x *graph.Node) *graph.Node { return ops.Ptp(x, 1) },
		"diff":        func(x *graph.Node) *graph.Node { return ops.Diff(x, 2, -1) },
		"trapezoid":   func(x *graph.Node) *graph.Node { return ops.Trapezoid(x, nil, 0.5, -1) },
		"corrcoef":    ops.Corrcoef,
		"vander":      func(x *graph.Node) *graph.Node { return ops.Vander(ops.Add(x, 2), 3, false) },
		"rearrange":   func(x *graph.Node) *graph.Node { return ops.Rearrange(x, "b (h w) -> (w b) h", map[string]int{"w": 2}) },
		"slice_block": func(x *graph.Node) *graph.Node { return ops.Slice(x, []int{1, 1}, []int{2, 2}) },
		"extract_sequences": func(x *graph.Node) *graph.Node {
			return ops.ExtractSequences(x, 2, 1)
		},
	})
	two(Arg{Shape: []int{3, 4}, None: []int{0}}, Arg{Shape: []int{4}, Lo: 0.5, Hi: 2}, binary{
		"average":      func(x, w *graph.Node) *graph.Node { return ops.Average(x, w, 1) },
		"trapezoid_at": func(y, x *graph.Node) *graph.Node { return ops.Trapezoid(y, x, 1, -1) },
	})
	two(Arg{Shape: []int{6}}, Arg{Shape: []int{3}}, binary{
		"correlate": func(a, b *graph.Node) *graph.Node { return ops.Correlate(a, b, "same") },
	})
	two(Arg{Shape: []int{3, 4}, None: []int{0}}, Arg{Shape: []int{2, 4}}, binary{"cdist": ops.Cdist})
	each1(-1, 1, "", true, unary{
		"histogram":     func(x *graph.Node) *graph.Node { n, _ := ops.Histogram(x, 4, 0, 0); return n },
		"count_nonzero": func(x *graph.Node) *graph.Node { return ops.CountNonzero(ops.Floor(x), 0) },
		"signbit":       ops.SignBit,
		"saturate_cast": func(x *graph.Node) *graph.Node { return ops.SaturateCast(ops.Mul(x, 300), graph.Int8) },
		"nanargmax":     func(x *graph.Node) *graph.Node { return ops.NanArgmax(x, 1) },
	})
	each2(-1, 1, "", true, binary{
		"heaviside": ops.Heaviside[*graph.Node, *graph.Node],
		"isin":      ops.IsIn,
	})
	register(Sample{Name: "unravel_index", NoGrad: true, In: []Arg{{Shape: []int{5}, Dtype: graph.Int32, Lo: 0, Hi: 12}},
		Build: func(in graph.Nodes) *graph.Node { return ops.Stack(ops.UnravelIndex(in[0], 3, 4), 0) }})
	register(Sample{Name: "choose", In: []Arg{{Shape: []int{3, 4}, None: []int{0}}},
		Build: func(in graph.Nodes) *graph.Node {
			x := in[0]
			return ops.Select(graph.Nodes{ops.Greater(x, 0.5), ops.Greater(x, 0)}, graph.Nodes{ops.Sin(x), ops.Square(x)}, 1)
		}})
}

func init() {
	shaped([]int{3, 4, 2}, []int{0}, unary{
		"median":      func(x *graph.Node) *graph.Node { return ops.Median(x, 1) },
		"quantile":    func(x *graph.Node) *graph.Node { return ops.Quantile(x, 0.3, "linear", 0, 2) },
		"percentile":  func(x *graph.Node) *graph.Node { return ops.Percentile(x, 40, "nearest", -1) },
		"nanquantile": func(x *graph.Node) *graph.Node { return ops.NanQuantile(x, 0.7, "midpoint", 1) },
	})
}
