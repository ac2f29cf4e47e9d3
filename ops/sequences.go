package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// windows takes the pieces of n elements of the last axis of x that begin at every stride-th place: (..., pieces, n). The size of
// the axis must be known.
func windows(op string, x *graph.Node, n, stride int) *graph.Node {
	size, _, bad := known(op, x, -1)
	if bad != nil {
		return bad
	}
	if n < 1 || stride < 1 || n > size {
		return x.Graph().Fail(op, fmt.Errorf("pieces of %d elements every %d do not fit into %d", n, stride, size), x)
	}
	like := Zeros(x.Graph(), graph.Shape{(size-n)/stride + 1, n})
	places := Add(Mul(IotaLike(like, 0, graph.Int32), stride), IotaLike(like, 1, graph.Int32))
	return Take(x, places, -1)
}

// ExtractSequences cuts the last axis of x into pieces of length elements, each stride after the one before: (..., pieces,
// length). What is left at the end is dropped. The size of the axis must be known.
func ExtractSequences(x *graph.Node, length, stride int) *graph.Node {
	return windows("extract_sequences", x, length, stride)
}

// Correlate is the cross-correlation of two vectors of known sizes m and n, in float32 for integers (float64 for int64). Mode
// "valid" (Keras's default) gives the |m-n|+1 places of full overlap, "same" max(m, n), "full" all m+n-1.
func Correlate(a, b *graph.Node, mode string) *graph.Node {
	a, b = promote(a, b)
	a, b = floatedWide(a), floatedWide(b)
	m, _, bad := known("correlate", a, 0)
	if bad != nil {
		return bad
	}
	n, _, bad := known("correlate", b, 0)
	if bad != nil {
		return bad
	}
	if m < n {
		return Flip(Correlate(b, a, mode))
	}
	var lo, hi int
	switch mode {
	case "valid":
	case "same":
		lo, hi = n/2, n-n/2-1
	case "full":
		lo, hi = n-1, n-1
	default:
		return a.Graph().Fail("correlate", fmt.Errorf("there is no mode %q: use valid, same or full", mode), a, b)
	}
	return MatMul(windows("correlate", Pad(a, [][2]int{{lo, hi}}), n, 1), b)
}

// InTopK reports for each row whether the prediction at its target is among the k largest; equal ones count all, a prediction
// that is not finite never. targets: (batch), integers; predictions: (batch, classes).
func InTopK(targets, predictions *graph.Node, k int) *graph.Node {
	if !ready(targets, predictions) {
		return refuse("in_top_k", targets, predictions)
	}
	mine := TakeAlongAxis(predictions, ExpandDims(targets, -1), -1)
	better := CountNonzero(Greater(predictions, mine), -1)
	return LogicalAnd(Less(better, k), IsFinite(Squeeze(mine, -1)))
}

// IsIn reports for each element of a whether it is among those of b.
func IsIn(a, b *graph.Node) *graph.Node {
	return Any(Equal(ExpandDims(a, -1), Ravel(b)), -1)
}

// Histogram counts the elements of x in bins of equal width from lo to hi, the last of which holds hi too; with lo == hi from
// the smallest to the largest element. Results: the counts, int32 (bins), and the edges, float32 (bins+1). Keras's default
// for bins is 10.
func Histogram(x *graph.Node, bins int, lo, hi float64) (counts, edges *graph.Node) {
	x = Ravel(floated(x))
	if !ready(x) {
		return x, x
	}
	if bins < 1 || lo > hi {
		bad := x.Graph().Fail("histogram", fmt.Errorf("%d bins from %v to %v cannot be: at least 1, from the smaller to the larger", bins, lo, hi), x)
		return bad, bad
	}
	from, to := x.Graph().Scalar(x.Dtype(), lo), x.Graph().Scalar(x.Dtype(), hi)
	if lo == hi {
		from, to = Min(x), Max(x)
		// All elements equal: a bin of width 1 around them, as NumPy has it.
		point := Cast(Equal(from, to), x.Dtype())
		from, to = Sub(from, Mul(point, 0.5)), Add(to, Mul(point, 0.5))
	}
	steps := Linspace(x.Graph(), 0, 1, bins+1, true, x.Dtype())
	edges = Add(from, Mul(steps, Sub(to, from)))
	x = ExpandDims(x, -1)
	below := Less(x, SliceAxis(edges, 0, 1, End))
	last := Equal(IotaLike(steps, 0, graph.Int32), bins)
	below = LogicalOr(below, LogicalAnd(SliceAxis(last, 0, 1, End), Equal(x, to)))
	in := LogicalAnd(GreaterEqual(x, SliceAxis(edges, 0, 0, -1)), below)
	return CountNonzero(in, 0), edges
}
