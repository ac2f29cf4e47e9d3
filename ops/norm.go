package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// NormOptions are the settings of [Norm].
type NormOptions struct {
	// Order is the p of the norm: for vectors any number, with math.Inf(±1) for the largest and smallest magnitude and graph.Zero for the
	// number of elements that are not 0; for matrices 1, -1, 2, -2 and ±Inf. The default, 0, is the square root of the sum of squares.
	Order float64
	// Kind is "fro" (the root of the sum of squares) or "nuc" (the sum of singular values) of a matrix, instead of Order.
	Kind string
	// Axes are one axis of vectors or two of matrices; all elements in a row by default, or with an order for the one or two axes of x.
	Axes []int
	// KeepDims keeps the axes with size 1.
	KeepDims bool
}

// Norm is the norm of vectors along one axis of x or of matrices in two. https://keras.io/api/ops/linalg/#norm-function
func Norm(x *graph.Node, opts ...NormOptions) *graph.Node {
	x = floated(x)
	if !ready(x) || len(opts) > 1 {
		return graph.FailCall("norm", fmt.Errorf("the input is nil, or there are several options"), x)
	}
	o := append(opts, NormOptions{})[0]
	plain := o.Order == 0 && o.Kind == ""
	if len(o.Axes) > 2 || !plain && len(o.Axes) == 0 && x.Shape().Rank() > 2 {
		return x.Graph().Fail("norm", fmt.Errorf("axes %v of shape %v: a norm is that of vectors in one axis or of matrices in two", o.Axes, x.Shape()), x)
	}
	axes := make([]int, 0, 2) // in the order given: it tells rows from columns
	for _, a := range o.Axes {
		k, bad := oneAxis("norm", x, a)
		if bad != nil {
			return bad
		}
		axes = append(axes, k)
	}
	if len(axes) == 0 {
		axes = seq(x.Shape().Rank())
	}
	var y *graph.Node
	switch {
	case plain:
		y = Sqrt(SumKeepDims(Square(x), axes...))
	case len(axes) == 2:
		y = matrixNorm(x, o, axes[0], axes[1])
	case o.Kind != "":
		return x.Graph().Fail("norm", fmt.Errorf("the kind %q is for matrices, not for vectors", o.Kind), x)
	default:
		y = vectorNorm(x, o.Order, axes)
	}
	if o.KeepDims || len(axes) == 0 {
		return y
	}
	return Squeeze(y, axes...)
}

func vectorNorm(x *graph.Node, p float64, axes []int) *graph.Node {
	switch {
	case p == graph.Zero:
		return SumKeepDims(Cast(NotEqual(x, 0), x.Dtype()), axes...)
	case math.IsInf(p, 1):
		return MaxKeepDims(Abs(x), axes...)
	case math.IsInf(p, -1):
		return MinKeepDims(Abs(x), axes...)
	case p == 1:
		return SumKeepDims(Abs(x), axes...)
	case p == 2:
		return Sqrt(SumKeepDims(Square(x), axes...))
	}
	return Pow(SumKeepDims(Pow(Abs(x), p), axes...), 1/p)
}

// matrixNorm is the norm of matrices whose rows and columns are counted along the given axes.
func matrixNorm(x *graph.Node, o NormOptions, row, col int) *graph.Node {
	switch {
	case o.Kind == "fro":
		return Sqrt(SumKeepDims(Square(x), row, col))
	case o.Kind == "nuc", math.Abs(o.Order) == 2:
		return singularNorm(x, o, row, col)
	case o.Kind != "":
		return x.Graph().Fail("norm", fmt.Errorf("there is no kind %q: use fro or nuc", o.Kind), x)
	}
	sums, over := SumKeepDims(Abs(x), row), col
	if math.IsInf(o.Order, 0) {
		sums, over = SumKeepDims(Abs(x), col), row
	}
	switch o.Order {
	case 1, math.Inf(1):
		return MaxKeepDims(sums, over)
	case -1, math.Inf(-1):
		return MinKeepDims(sums, over)
	}
	return x.Graph().Fail("norm", fmt.Errorf("a matrix has no norm of order %v: use 1, -1, 2, -2, Inf or -Inf", o.Order), x)
}

// singularNorm is the sum, the largest or the smallest of the singular values.
func singularNorm(x *graph.Node, o NormOptions, row, col int) *graph.Node {
	rank := x.Shape().Rank()
	s := SingularValues(MoveAxis(x, []int{row, col}, []int{rank - 2, rank - 1}))
	var y *graph.Node
	switch {
	case o.Kind == "nuc":
		y = Sum(s, -1)
	case o.Order > 0:
		y = Max(s, -1)
	default:
		y = Min(s, -1)
	}
	lo, hi := min(row, col), max(row, col)
	return ExpandDims(ExpandDims(y, lo), hi)
}
