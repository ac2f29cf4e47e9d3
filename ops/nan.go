package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

var (
	nan    = math.NaN()
	negInf = math.Inf(-1)
)

// replaceNaN puts v in the place of NaN.
func replaceNaN(x *graph.Node, v float64) *graph.Node {
	if ready(x) && !x.Dtype().IsFloat() {
		return x
	}
	return Where(IsNaN(x), v, x)
}

// NanToNum puts numbers in the place of NaN and of the infinities. Keras's defaults: nan 0, the infinities the largest and the
// smallest number of the dtype ([LargestOf]).
func NanToNum(x *graph.Node, nan, posInf, negInf float64) *graph.Node {
	if ready(x) && !x.Dtype().IsFloat() {
		return x
	}
	return Where(IsPosInf(x), posInf, Where(IsNegInf(x), negInf, replaceNaN(x, nan)))
}

// LargestOf is the largest finite number of a floating point dtype.
func LargestOf(d graph.Dtype) float64 {
	switch d {
	case graph.Float64:
		return 0x1.fffffffffffffp1023
	case graph.Float16:
		return 65504
	case graph.BFloat16:
		return 0x1.fep127
	}
	return 0x1.fffffep127
}

// NanSum is [Sum] that skips NaN.
func NanSum(x *graph.Node, axes ...int) *graph.Node { return Sum(replaceNaN(x, 0), axes...) }

// NanProd is [Prod] that skips NaN.
func NanProd(x *graph.Node, axes ...int) *graph.Node { return Prod(replaceNaN(x, 1), axes...) }

// NanMean is the average of the numbers of x along the axes that are not NaN; NaN where there are none.
func NanMean(x *graph.Node, axes ...int) *graph.Node { return nanMean(floated(x), false, axes) }

func nanMean(x *graph.Node, keep bool, axes []int) *graph.Node {
	if !ready(x) {
		return refuse("nanmean", x)
	}
	count := reduce("sum", Cast(LogicalNot(IsNaN(x)), x.Dtype()), keep, axes)
	return Div(reduce("sum", replaceNaN(x, 0), keep, axes), count)
}

// NanVar is the variance of the numbers of x along the axes that are not NaN.
func NanVar(x *graph.Node, axes ...int) *graph.Node {
	x = floated(x)
	// Distances are put to NaN only after the square, where no gradient turns into NaN on its way back.
	square := Square(Sub(replaceNaN(x, 0), nanMean(x, true, axes)))
	return nanMean(Where(IsNaN(x), nan, square), false, axes)
}

// NanStd is the square root of [NanVar].
func NanStd(x *graph.Node, axes ...int) *graph.Node { return Sqrt(NanVar(x, axes...)) }

// NanMax is the largest number of x along the axes, NaN where there are only NaN.
func NanMax(x *graph.Node, axes ...int) *graph.Node {
	return nanExtreme(x, negInf, axes, Max)
}

// NanMin is the smallest number of x along the axes, NaN where there are only NaN.
func NanMin(x *graph.Node, axes ...int) *graph.Node {
	return nanExtreme(x, -negInf, axes, Min)
}

func nanExtreme(x *graph.Node, instead float64, axes []int, f func(*graph.Node, ...int) *graph.Node) *graph.Node {
	if ready(x) && !x.Dtype().IsFloat() {
		return f(x, axes...)
	}
	return Where(All(IsNaN(x), axes...), nan, f(replaceNaN(x, instead), axes...))
}

// NanCumSum is [CumSum] that takes NaN as 0.
func NanCumSum(x *graph.Node, axis ...int) *graph.Node { return CumSum(replaceNaN(x, 0), axis...) }

// NanCumProd is [CumProd] that takes NaN as 1.
func NanCumProd(x *graph.Node, axis ...int) *graph.Node { return CumProd(replaceNaN(x, 1), axis...) }

// NanArgmax is [Argmax] that skips NaN; -1 where there are only NaN.
func NanArgmax(x *graph.Node, axis ...int) *graph.Node {
	return Where(All(IsNaN(x), axis...), -1, Argmax(replaceNaN(x, negInf), axis...))
}

// NanArgmin is [Argmin] that skips NaN; -1 where there are only NaN.
func NanArgmin(x *graph.Node, axis ...int) *graph.Node {
	return Where(All(IsNaN(x), axis...), -1, Argmin(replaceNaN(x, -negInf), axis...))
}
