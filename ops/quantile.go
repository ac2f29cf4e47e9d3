package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// Quantile is the value below which the share q, in [0, 1], of the elements of x along the axes lies, of all without axes.
// Between two elements the method decides: "linear" (Keras's default), "lower", "higher", "midpoint" or "nearest".
// Integers are taken as float32.
func Quantile(x *graph.Node, q float64, method string, axes ...int) *graph.Node {
	return quantile("quantile", x, q, method, axes, false)
}

// Percentile is [Quantile] with q in [0, 100].
func Percentile(x *graph.Node, q float64, method string, axes ...int) *graph.Node {
	return quantile("percentile", x, q/100, method, axes, false)
}

// Median is the middle element of x along the axes, of all without axes; the mean of the middle two of an even number.
func Median(x *graph.Node, axes ...int) *graph.Node {
	return quantile("median", x, 0.5, "linear", axes, false)
}

// NanQuantile is [Quantile] that skips NaN; NaN where there is nothing else.
func NanQuantile(x *graph.Node, q float64, method string, axes ...int) *graph.Node {
	return quantile("nanquantile", x, q, method, axes, true)
}

// NanPercentile is [Percentile] that skips NaN.
func NanPercentile(x *graph.Node, q float64, method string, axes ...int) *graph.Node {
	return quantile("nanpercentile", x, q/100, method, axes, true)
}

// NanMedian is [Median] that skips NaN.
func NanMedian(x *graph.Node, axes ...int) *graph.Node {
	return quantile("nanmedian", x, 0.5, "linear", axes, true)
}

func quantile(op string, x *graph.Node, q float64, method string, axes []int, skipNaN bool) *graph.Node {
	x = floated(x)
	list, bad := axesOf(op, x, axes)
	if bad != nil {
		return bad
	}
	switch {
	case !(q >= 0 && q <= 1):
		return x.Graph().Fail(op, fmt.Errorf("the share %v is outside of [0, 1]", q), x)
	case !slices.Contains([]string{"linear", "lower", "higher", "midpoint", "nearest"}, method):
		return x.Graph().Fail(op, fmt.Errorf("there is no method %q: use linear, lower, higher, midpoint or nearest", method), x)
	case len(list) == 0:
		return x
	}
	rank := x.Shape().Rank()
	last := make([]int, len(list))
	for i := range last {
		last[i] = rank - len(list) + i
	}
	x = MergeAxes(MoveAxis(x, list, last), -len(list), len(list))
	if !skipNaN {
		return quantileOfRows(x, SizeOf(x, graph.Float64, -1), q, method)
	}
	count := SumKeepDims(Cast(LogicalNot(IsNaN(x)), graph.Float64), -1)
	y := quantileOfRows(replaceNaN(x, -negInf), Maximum(count, 1), q, method)
	return Where(Equal(Squeeze(count, -1), 0), nan, y)
}

// quantileOfRows is the quantile of the first n elements in order of each row; n is one number or one for each row. Places are
// computed in float64: in float32 q*(n-1) would miss whole numbers.
func quantileOfRows(x, n *graph.Node, q float64, method string) *graph.Node {
	x = Sort(x, -1)
	place := Mul(q, Sub(n, 1))
	if method == "nearest" {
		place = Round(place)
	}
	low, high := Floor(place), Ceil(place)
	at := func(place *graph.Node) *graph.Node {
		index := Cast(place, graph.Int32)
		if !ready(index) || index.Shape().Rank() == 0 {
			return Take(x, index, -1)
		}
		return Squeeze(TakeAlongAxis(x, index, -1), -1)
	}
	switch method {
	case "lower", "nearest":
		return at(low)
	case "higher":
		return at(high)
	case "midpoint":
		return Div(Add(at(low), at(high)), 2)
	}
	part := Sub(place, low)
	if ready(part) && part.Shape().Rank() > 0 {
		part = Squeeze(part, -1)
	}
	part = Cast(part, x.Dtype())
	// Where nothing lies between, an infinity must not be multiplied by 0.
	return Where(Equal(part, 0), at(low), Add(Mul(at(low), Sub(1, part)), Mul(at(high), part)))
}
