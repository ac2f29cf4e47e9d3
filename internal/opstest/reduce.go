package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	shaped([]int{2, 3, 4}, []int{0, 1}, unary{
		"sum":       func(x *graph.Node) *graph.Node { return ops.Sum(x, 1) },
		"sum_all":   func(x *graph.Node) *graph.Node { return ops.Sum(x) },
		"sum_two":   func(x *graph.Node) *graph.Node { return ops.Sum(x, 0, -1) },
		"sum_keep":  func(x *graph.Node) *graph.Node { return ops.SumKeepDims(x, 1) },
		"mean":      func(x *graph.Node) *graph.Node { return ops.Mean(x, 0, 2) },
		"mean_keep": func(x *graph.Node) *graph.Node { return ops.MeanKeepDims(x, 0) },
		"max":       func(x *graph.Node) *graph.Node { return ops.Max(x, 1) },
		"max_keep":  func(x *graph.Node) *graph.Node { return ops.MaxKeepDims(x, 1, 2) },
		"min":       func(x *graph.Node) *graph.Node { return ops.Min(x, -1) },
		"prod":      func(x *graph.Node) *graph.Node { return ops.Prod(x, 1) },
		"prod_two":  func(x *graph.Node) *graph.Node { return ops.Prod(x, 1, 2) },
		"var":       func(x *graph.Node) *graph.Node { return ops.Var(x, 0, 1) },
		"std":       func(x *graph.Node) *graph.Node { return ops.Std(x, 1, 2) },
		"cumsum":    func(x *graph.Node) *graph.Node { return ops.CumSum(x, 1) },
		"cumprod":   func(x *graph.Node) *graph.Node { return ops.CumProd(x, -1) },
	})
	each1(-1, 1, "", true, unary{
		"argmax":      func(x *graph.Node) *graph.Node { return ops.Argmax(x, 1) },
		"argmax_all":  func(x *graph.Node) *graph.Node { return ops.Argmax(x) },
		"argmin":      func(x *graph.Node) *graph.Node { return ops.Argmin(x, 0) },
		"argmin_keep": func(x *graph.Node) *graph.Node { return ops.ArgminKeepDims(x, 1) },
		"any":         func(x *graph.Node) *graph.Node { return ops.Any(ops.Greater(x, 0.5), 1) },
		"all":         func(x *graph.Node) *graph.Node { return ops.AllKeepDims(ops.Greater(x, -0.5), 0) },
	})
	each1(-5, 5, graph.Int32, true, unary{
		"sum_int":    func(x *graph.Node) *graph.Node { return ops.Sum(x, 0) },
		"max_int":    func(x *graph.Node) *graph.Node { return ops.Max(x, 1) },
		"cumsum_int": func(x *graph.Node) *graph.Node { return ops.CumSum(x, 0) },
		"mean_int":   func(x *graph.Node) *graph.Node { return ops.Mean(x, 0) },
	})
	each1(0, 2, graph.Bool, true, unary{
		"sum_bool": func(x *graph.Node) *graph.Node { return ops.Sum(x, 0) },
		"max_bool": func(x *graph.Node) *graph.Node { return ops.Max(x, 1) },
	})
}
