package ops

import (
	"errors"
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// Select takes each element from the first choice whose condition holds there, and the default where none does.
func Select(conditions, choices graph.Nodes, otherwise float64) *graph.Node {
	if len(conditions) == 0 || len(conditions) != len(choices) {
		return graph.New("").Fail("select", fmt.Errorf("there are %d conditions and %d choices, want as many of each and at least one", len(conditions), len(choices)))
	}
	choices = promoteAll(choices)
	last := len(choices) - 1
	y := Where(conditions[last], choices[last], otherwise)
	if whole := int(otherwise); float64(whole) == otherwise { // written as a Python int, it leaves integers what they are
		y = Where(conditions[last], choices[last], whole)
	}
	for i := last - 1; i >= 0; i-- {
		y = Where(conditions[i], choices[i], y)
	}
	return y
}

// Slice cuts the block of the given sizes out of x that begins at starts, one of each for every axis; -1 as size is up to the
// end.
func Slice(x *graph.Node, starts, sizes []int) *graph.Node {
	if !ready(x) {
		return refuse("slice", x)
	}
	if len(starts) != x.Shape().Rank() || len(sizes) != len(starts) {
		return x.Graph().Fail("slice", fmt.Errorf("there are %d starts and %d sizes for the %d axes of shape %v", len(starts), len(sizes), x.Shape().Rank(), x.Shape()), x)
	}
	for i, start := range starts {
		n, stop := x.Shape()[i], start+sizes[i]
		if sizes[i] == -1 || sizes[i] == graph.None {
			stop = End
		} else if start < 0 || sizes[i] < 0 || n != graph.None && stop > n {
			return x.Graph().Fail("slice", fmt.Errorf("%d elements from %d on lie outside axis %d of shape %v", sizes[i], start, i, x.Shape()), x)
		}
		x = SliceAxis(x, i, start, stop)
	}
	return x
}

// UnravelIndex turns places in a tensor laid out in one row into places along each of its axes. Negative ones count from the
// end.
func UnravelIndex(indices *graph.Node, shape ...int) graph.Nodes {
	out := make(graph.Nodes, len(shape))
	if !ready(indices) {
		return repeatNode(refuse("unravel_index", indices), len(shape))
	}
	if !graph.Shape(shape).Known() {
		return repeatNode(indices.Graph().Fail("unravel_index", errors.New("all sizes of the shape must be known"), indices), len(shape))
	}
	rest := Where(Less(indices, 0), Add(indices, graph.Prod(shape...)), indices)
	for i := len(shape) - 1; i >= 0; i-- {
		if out[i] = rest; i > 0 {
			out[i] = Mod(rest, shape[i])
		}
		rest = FloorDivide(rest, shape[i])
	}
	return out
}

// Heaviside is 0 below 0, 1 above and b at 0, in float64 for int64.
func Heaviside[A, B Operand](a A, b B) *graph.Node {
	x, y := pair("heaviside", a, b)
	x, y = floatedWide(x), floatedWide(y)
	return Where(Equal(x, 0), y, Where(Less(x, 0), 0, Where(IsNaN(x), x, 1)))
}

// SaturateCast casts x to an integer dtype with values outside of its range moved to the nearest end; other dtypes as [Cast].
func SaturateCast(x *graph.Node, d graph.Dtype) *graph.Node {
	lo, hi, ok := limits(d)
	if !ready(x) || !ok || x.Dtype() == d {
		return Cast(x, d)
	}
	if from, to, ok := limits(x.Dtype()); ok {
		lo, hi = max(lo, from), min(hi, to)
	}
	if hi == math.MaxInt64 && x.Dtype().IsFloat() {
		hi = math.Nextafter(hi, 0) // 2^63 itself would overflow
		if x.Dtype() != graph.Float64 {
			hi = float64(math.Nextafter32(math.MaxInt64, 0))
		}
	} else if hi == math.MaxInt32 && x.Dtype().IsFloat() && x.Dtype() != graph.Float64 {
		hi = float64(math.Nextafter32(math.MaxInt32, 0))
	}
	return Cast(Clip(x, lo, hi), d)
}

// limits is the range of an integer dtype.
func limits(d graph.Dtype) (lo, hi float64, ok bool) {
	switch d {
	case graph.Uint8:
		return 0, math.MaxUint8, true
	case graph.Int8:
		return math.MinInt8, math.MaxInt8, true
	case graph.Int16:
		return math.MinInt16, math.MaxInt16, true
	case graph.Uint16:
		return 0, math.MaxUint16, true
	case graph.Uint32:
		return 0, math.MaxUint32, true
	case graph.Int32:
		return math.MinInt32, math.MaxInt32, true
	case graph.Int64:
		return math.MinInt64, math.MaxInt64, true
	}
	return 0, 0, false
}

// Cdist is the Euclidean distance between each row of a: (..., n, features) and each of b: (..., m, features), shape (..., n, m).
func Cdist(a, b *graph.Node) *graph.Node {
	d := Sub(ExpandDims(a, -2), ExpandDims(b, -3))
	return Sqrt(Sum(Square(d), -1))
}

// SignBit is true where the sign of x is negative, -0 included.
func SignBit(x *graph.Node) *graph.Node {
	negative := Less(x, 0)
	if !ready(x) || !x.Dtype().IsFloat() {
		return negative
	}
	return LogicalOr(negative, LogicalAnd(Equal(x, 0), IsNegInf(Reciprocal(x))))
}

// Vander is the matrix of powers of the vector x, from n-1 down to 0, or up with increasing; 0 columns means as many as x has
// elements.
func Vander(x *graph.Node, n int, increasing bool) *graph.Node {
	if !ready(x) {
		return refuse("vander", x)
	}
	if n == 0 {
		size, _, bad := known("vander", x, 0)
		if bad != nil {
			return bad
		}
		n = size
	}
	powers := Arange(x.Graph(), 0, float64(n), 1, x.Dtype())
	if !increasing {
		powers = Flip(powers)
	}
	return Pow(ExpandDims(x, -1), powers)
}

// Ldexp is a times 2 to the power of b.
func Ldexp(a, b *graph.Node) *graph.Node {
	a = floated(a)
	if !ready(a, b) {
		return refuse("ldexp", a, b)
	}
	return Mul(a, Pow(2.0, Cast(b, a.Dtype())))
}
