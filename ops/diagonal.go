package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Diagonal takes the elements x[..., i, i+offset] of the planes in axis1 and axis2, whose sizes must be known; they become the
// last axis. Keras's defaults: offset 0, axes 0 and 1.
func Diagonal(x *graph.Node, offset, axis1, axis2 int) *graph.Node {
	if _, bad := axesOf("diagonal", x, []int{axis1, axis2}); bad != nil {
		return bad
	}
	rows, a1, bad := known("diagonal", x, axis1)
	if bad != nil {
		return bad
	}
	columns, a2, bad := known("diagonal", x, axis2)
	if bad != nil {
		return bad
	}
	x = MergeAxes(MoveAxis(x, []int{a1, a2}, []int{-2, -1}), -2, 2)
	start := max(offset, -offset*columns)
	n := max(min(rows+min(offset, 0), columns-max(offset, 0)), 0)
	if n == 0 {
		return SliceAxis(x, -1, 0, 0)
	}
	return SliceStep(x, -1, start, start+(n-1)*(columns+1)+1, columns+1)
}

// Diag makes a matrix with the vector x on diagonal k and zeros elsewhere, or takes diagonal k of a matrix. Keras's default
// for k is 0.
func Diag(x *graph.Node, k int) *graph.Node {
	if !ready(x) {
		return refuse("diag", x)
	}
	switch x.Shape().Rank() {
	case 2:
		return Diagonal(x, k, 0, 1)
	case 1:
	default:
		return x.Graph().Fail("diag", fmt.Errorf("shape %v is neither a vector nor a matrix", x.Shape()), x)
	}
	n, _, bad := known("diag", x, 0)
	if bad != nil {
		return bad
	}
	side := n + max(k, -k)
	if n == 0 {
		return Zeros(x.Graph(), graph.Shape{side, side}, x.Dtype())
	}
	start := max(k, -k*side)
	o := PlaceOp{Axis: 0, Start: start, Stop: start + (n-1)*(side+1) + 1, Step: side + 1, Size: side * side}
	return Reshape(graph.Apply(o, x), side, side)
}

// Diagflat is [Diag] of x laid out in one row.
func Diagflat(x *graph.Node, k int) *graph.Node { return Diag(Ravel(x), k) }

// Trace adds up the elements x[..., i, i+offset] of the planes in axis1 and axis2. Keras's defaults: offset 0, axes 0 and 1.
func Trace(x *graph.Node, offset, axis1, axis2 int) *graph.Node {
	return Sum(Diagonal(x, offset, axis1, axis2), -1)
}

// Eye is a matrix of rows × columns with ones on diagonal k and zeros elsewhere; 0 columns means as many as rows. The
// default dtype is float32.
func Eye(g *graph.Graph, rows, columns, k int, d ...graph.Dtype) *graph.Node {
	if columns == 0 {
		columns = rows
	}
	return Cast(Equal(band(Zeros(g, graph.Shape{rows, columns})), k), dtypeOr(graph.Float32, d))
}

// Identity is the n × n matrix with ones on its diagonal.
func Identity(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node { return Eye(g, n, n, 0, d...) }

// Tri is a matrix of rows × columns with ones at and below diagonal k; 0 columns means as many as rows.
func Tri(g *graph.Graph, rows, columns, k int, d ...graph.Dtype) *graph.Node {
	if columns == 0 {
		columns = rows
	}
	return Cast(LessEqual(band(Zeros(g, graph.Shape{rows, columns})), k), dtypeOr(graph.Float32, d))
}

// band is column minus row of each place in the last two axes of x: the number of the diagonal it is on.
func band(x *graph.Node) *graph.Node {
	if !ready(x) {
		return x
	}
	rank := x.Shape().Rank()
	if rank < 2 {
		return x.Graph().Fail("band", fmt.Errorf("shape %v has no rows and columns", x.Shape()), x)
	}
	last := func(axis int) *graph.Node {
		return IotaFrom(x, axis, graph.Int32, []int{graph.None, graph.None}, []int{rank - 2, rank - 1})
	}
	return Sub(last(1), last(0))
}

// Tril keeps the elements at and below diagonal k of the matrices in the last two axes of x, zeros elsewhere.
func Tril(x *graph.Node, k int) *graph.Node { return Where(LessEqual(band(x), k), x, zeroOf(x)) }

// Triu keeps the elements at and above diagonal k of the matrices in the last two axes of x, zeros elsewhere.
func Triu(x *graph.Node, k int) *graph.Node { return Where(GreaterEqual(band(x), k), x, zeroOf(x)) }

// zeroOf is the scalar 0 in the dtype of x, also for bools.
func zeroOf(x *graph.Node) *graph.Node {
	if !ready(x) {
		return x
	}
	return x.Graph().Scalar(x.Dtype(), 0)
}
