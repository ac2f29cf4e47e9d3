package targets

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

type reducer = func(x *graph.Node, axes ...int) *graph.Node

// reductions are the functions that have the arguments axis and keepdims, and the running sums.
var reductions = map[string]opFunc{
	"all": reduction(ops.All), "any": reduction(ops.Any), "amax": reduction(ops.Max), "amin": reduction(ops.Min),
	"count_nonzero": reduction(ops.CountNonzero), "mean": reduction(ops.Mean), "median": reduction(ops.Median), "nanmax": reduction(ops.NanMax),
	"nanmean": reduction(ops.NanMean), "nanmedian": reduction(ops.NanMedian), "nanmin": reduction(ops.NanMin), "nanprod": reduction(ops.NanProd),
	"nanstd": reduction(ops.NanStd), "nansum": reduction(ops.NanSum), "nanvar": reduction(ops.NanVar), "ptp": reduction(ops.Ptp),
	"std": reduction(ops.Std), "sum": reduction(ops.Sum), "var": reduction(ops.Var), "logsumexp": reduction(ops.LogSumExp),
	"prod": one(func(c *call) *graph.Node { return c.reduced(ops.Prod, c.cast(c.node("x"))) }),
	"max":  one(func(c *call) *graph.Node { return c.initial(ops.Max) }),
	"min":  one(func(c *call) *graph.Node { return c.initial(ops.Min) }),

	"quantile": quantile(ops.Quantile), "percentile": quantile(ops.Percentile),
	"nanquantile": quantile(ops.NanQuantile), "nanpercentile": quantile(ops.NanPercentile),

	"argmax": reduction(ops.Argmax), "argmin": reduction(ops.Argmin), "nanargmax": reduction(ops.NanArgmax), "nanargmin": reduction(ops.NanArgmin),
	"cumsum": running(ops.CumSum), "cumprod": running(ops.CumProd), "nancumsum": running(ops.NanCumSum), "nancumprod": running(ops.NanCumProd),

	"average": one(func(c *call) *graph.Node { return c.average() }),
	"moments": func(c *call) graph.Nodes {
		c.Bool("synchronized", false) // over the replicas, of which there is one
		m, v := ops.Moments(c.node("x"), c.Ints("axes"), c.Bool("keepdims", false))
		return graph.Nodes{m, v}
	},
	"segment_sum": one(func(c *call) *graph.Node { return segments(c, ops.SegmentSum) }),
	"segment_max": one(func(c *call) *graph.Node { return segments(c, ops.SegmentMax) }),
	"bincount": one(func(c *call) *graph.Node {
		c.alone("sparse", isFalse)
		n := max(c.Int("minlength", 0), c.largest("x")+1)
		return ops.Bincount(c.node("x"), c.node("weights"), n)
	}),
	"histogram": func(c *call) graph.Nodes {
		lo, hi := 0.0, 0.0
		if c.Has("range") {
			if ends, err := c.Get("range").Floats(); err == nil && len(ends) == 2 {
				lo, hi = ends[0], ends[1]
			}
		}
		counts, edges := ops.Histogram(c.node("x"), c.Int("bins", 10), lo, hi)
		return graph.Nodes{counts, edges}
	},
}

func reduction(f reducer) opFunc {
	return one(func(c *call) *graph.Node { return c.reduced(f, c.node("x")) })
}

// reduced reduces x along the argument axis. axis=() reduces nothing: a new axis of size 1.
func (c *call) reduced(f reducer, x *graph.Node) *graph.Node {
	keep := c.Bool("keepdims", false)
	v := c.Get("axis")
	if v.IsSequence() && len(v.Items()) == 0 {
		return f(ops.ExpandDims(x, -1), -1)
	}
	axes := c.Ints("axis")
	y := f(x, axes...)
	if keep {
		y = kept(y, x.Shape().Rank(), axes)
	}
	return y
}

// kept gives y, reduced along axes from a tensor of that rank, its axes back with size 1.
func kept(y *graph.Node, rank int, axes []int) *graph.Node {
	var places []int
	for i := range rank {
		if len(axes) == 0 || slices.Contains(axes, i) || slices.Contains(axes, i-rank) {
			places = append(places, i)
		}
	}
	for _, axis := range places {
		y = ops.ExpandDims(y, axis)
	}
	return y
}

// initial is a maximum or minimum that starts from a number: one more element along each axis.
func (c *call) initial(f reducer) *graph.Node {
	x := c.node("x")
	if v := c.Get("initial"); !v.IsNull() {
		d := x.Dtype()
		x = ops.Pad(ops.Cast(x, c.beside(x, v).Dtype()), [][2]int{{0, 1}}, c.Float("initial", 0))
		return ops.Cast(c.reduced(f, x), d)
	}
	return c.reduced(f, x)
}

func running(f reducer) opFunc {
	return one(func(c *call) *graph.Node {
		return f(c.cast(c.node("x")), c.Ints("axis")...)
	})
}

func quantile(f func(x *graph.Node, q float64, method string, axes ...int) *graph.Node) opFunc {
	return one(func(c *call) *graph.Node {
		method := c.Str("method", "linear")
		at := func(q float64) *graph.Node {
			return c.reduced(func(x *graph.Node, axes ...int) *graph.Node { return f(x, q, method, axes...) }, c.node("x"))
		}
		v := c.Get("q")
		switch v.Kind() {
		case cases.DtypeOf:
			return at(0.5)
		case cases.Spec: // only its shape matters
			shape, _, err := v.Spec()
			if err != nil || len(shape) > 1 || len(shape) == 1 && shape[0] < 0 {
				return c.unsupported("argument q=%v of %s", v, c.name)
			}
			if len(shape) == 0 {
				return at(0.5)
			}
			return ops.Stack(slices.Repeat(graph.Nodes{at(0.5)}, shape[0]), 0)
		}
		if scalar(v) {
			return at(c.Float("q", 0))
		}
		a, err := v.Tensor()
		if err != nil {
			return c.fail(err)
		}
		qs, ok := a.Data.([]float32)
		if !ok || len(a.Shape) > 1 {
			return c.unsupported("argument q=%v of %s", v, c.name)
		}
		var ys graph.Nodes
		for _, q := range qs {
			ys = append(ys, at(float64(q)))
		}
		if len(a.Shape) == 0 {
			return ys[0]
		}
		return ops.Stack(ys, 0)
	})
}

func (c *call) average() *graph.Node {
	return ops.Average(c.node("x"), c.node("weights"), c.Ints("axis")...)
}

func segments(c *call, f func(data, ids *graph.Node, n int) *graph.Node) *graph.Node {
	c.Bool("sorted", false) // a promise that may be used for speed
	n := c.Int("num_segments", 0)
	if !c.Has("num_segments") {
		n = c.largest("segment_ids") + 1
	}
	return f(c.node("data"), c.node("segment_ids"), n)
}

// largest is the largest element of an integer argument; -1 for one without elements or values.
func (c *call) largest(name string) int {
	if k := c.Get(name).Kind(); k == cases.Spec || k == cases.DtypeOf {
		return -1
	}
	return slices.Max(append(c.numbers(name), -1))
}
