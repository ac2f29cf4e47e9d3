package regularizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// L1 is L1·Σ|w|. https://keras.io/api/layers/regularizers
type L1 struct {
	L1 float64 `default:"0.01"`
}

// Call: w of any shape to a scalar.
func (r L1) Call(w *graph.Node) *graph.Node {
	r = config.Resolve(r)
	return ops.Mul(ops.Sum(ops.Abs(w)), r.L1)
}

// L2 is L2·Σw². https://keras.io/api/layers/regularizers
type L2 struct {
	L2 float64 `default:"0.01"`
}

// Call: w of any shape to a scalar.
func (r L2) Call(w *graph.Node) *graph.Node {
	r = config.Resolve(r)
	return ops.Mul(ops.Sum(ops.Square(w)), r.L2)
}

// L1L2 is L1·Σ|w| + L2·Σw². Unlike those of L1 and L2 its factors are 0 unless given; under the name "l1_l2" both are 0.01.
// https://keras.io/api/layers/regularizers
type L1L2 struct {
	L1, L2 float64
}

// Call: w of any shape to a scalar.
func (r L1L2) Call(w *graph.Node) *graph.Node {
	penalty := ops.Mul(ops.Sum(ops.Abs(w)), r.L1)
	if r.L2 == 0 {
		return penalty
	}
	squares := ops.Mul(ops.Sum(ops.Square(w)), r.L2)
	if r.L1 == 0 {
		return squares
	}
	return ops.Add(penalty, squares)
}

// OrthogonalRegularizer pushes the rows, or columns, of a matrix towards being orthogonal: Factor times the mean of the
// absolute cosines between pairs of them. https://keras.io/api/layers/regularizers
type OrthogonalRegularizer struct {
	Factor float64 `default:"0.01"`
	Mode   string  `default:"rows"` // or "columns"
}

// Call: w (rows, columns) to a scalar.
func (r OrthogonalRegularizer) Call(w *graph.Node) *graph.Node {
	r = config.Resolve(r)
	if w == nil || w.Poisoned() {
		return ops.Sum(w)
	}
	if w.Shape().Rank() != 2 {
		return w.Graph().Errorf("OrthogonalRegularizer needs a matrix, got the shape %v", w.Shape())
	}
	axis := 1
	switch r.Mode {
	case "rows":
	case "columns":
		axis = 0
	default:
		return w.Graph().Errorf("OrthogonalRegularizer: unknown Mode %q: use rows or columns", r.Mode)
	}
	n := w.Shape().Dim(1 - axis)
	if n == graph.None || n < 2 {
		return w.Graph().Errorf("OrthogonalRegularizer needs at least two %s, got the shape %v", r.Mode, w.Shape())
	}
	// the floor keeps the gradient finite at 0, as in Keras's normalize
	unit := ops.Mul(w, ops.Rsqrt(ops.Maximum(ops.SumKeepDims(ops.Square(w), axis), 1e-12)))
	var cosines *graph.Node
	if axis == 1 {
		cosines = ops.MatMul(unit, ops.Transpose(unit))
	} else {
		cosines = ops.MatMul(ops.Transpose(unit), unit)
	}
	off := ops.Mul(cosines, ops.Sub(1, ops.Identity(w.Graph(), n, w.Dtype())))
	pairs := float64(n) * float64(n-1) / 2
	return ops.Mul(ops.Div(ops.Mul(ops.Sum(ops.Abs(off)), 0.5), pairs), r.Factor)
}

func init() {
	registry.Add("L1", L1{})
	registry.Add("L2", L2{})
	registry.Add("L1L2", L1L2{})
	registry.Add("l1_l2", L1L2{L1: 0.01, L2: 0.01})
	registry.Add("OrthogonalRegularizer", OrthogonalRegularizer{})
}
