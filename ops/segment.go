package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// SegmentSum adds up the rows of data: (rows, ...) that belong to each of n segments: (n, ...). ids: (rows,), integers, says to which
// segment a row belongs; rows of other numbers are left out. https://keras.io/api/ops/core/#segmentsum-function
func SegmentSum(data, ids *graph.Node, n int) *graph.Node {
	return segment("segment_sum", "add", data, ids, n, 0)
}

// SegmentMax is the maximum of the rows of data: (rows, ...) that belong to each of n segments: (n, ...), as in [SegmentSum]; -Inf, or
// the smallest integer, for a segment without rows. https://keras.io/api/ops/core/#segmentmax-function
func SegmentMax(data, ids *graph.Node, n int) *graph.Node {
	return segment("segment_max", "maximum", data, ids, n, -1)
}

// SegmentMin is the minimum of the rows of data: (rows, ...) that belong to each of n segments: (n, ...), as in [SegmentSum]; +Inf, or
// the largest integer, for a segment without rows.
func SegmentMin(data, ids *graph.Node, n int) *graph.Node {
	return segment("segment_min", "minimum", data, ids, n, 1)
}

// SegmentProd multiplies the rows of data: (rows, ...) that belong to each of n segments: (n, ...), as in [SegmentSum].
func SegmentProd(data, ids *graph.Node, n int) *graph.Node {
	return segment("segment_prod", "mul", data, ids, n, 0)
}

// segment joins rows to the empty ones: the smallest (side < 0) or largest value there is, else the neutral element of the kind. Rows of
// no segment go to one more that is cut off.
func segment(name, kind string, data, ids *graph.Node, n, side int) *graph.Node {
	if !ready(data, ids) || data.Shape().Rank() < 1 || ids.Shape().Rank() != 1 || n < 0 {
		return graph.FailCall(name, fmt.Errorf("data and ids of at least one and exactly one axis are wanted, and a number of segments, not %d", n), data, ids)
	}
	data, ids = counted(data), indexed(ids)
	empty := 0.0
	switch {
	case kind == "mul":
		empty = 1
	case side != 0:
		empty = extremeOf(data.Dtype(), side)
	}
	at := Where(LogicalAnd(GreaterEqual(ids, 0), Less(ids, n)), ids, n)
	if kind == "add" {
		return SliceAxis(graph.Apply(ScatterAddOp{Axis: 0, Size: n + 1}, data, at), 0, 0, n)
	}
	like := data.Shape().Clone()
	like[0] = n + 1
	base := Add(ZerosFrom(data, data.Dtype(), like, nil), data.Graph().Scalar(data.Dtype(), empty))
	return SliceAxis(graph.Apply(ScatterUpdateOp{kind}, base, at, data), 0, 0, n)
}

// extremeOf is the smallest or the largest value of a dtype.
func extremeOf(d graph.Dtype, side int) float64 {
	lo, hi := math.Inf(-1), math.Inf(1)
	if l, h, ok := limits(d); ok {
		lo, hi = l, h
	}
	if d == graph.Int64 { // the largest is not a float64: 2^63 - 1024 is the last one below
		hi = math.MaxInt64 - 1023
	}
	if side < 0 {
		return lo
	}
	return hi
}
