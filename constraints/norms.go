package constraints

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// epsilon keeps the division by a norm finite.
const epsilon = 1e-7

// MaxNorm scales vectors along Axis down to the norm MaxValue if theirs is larger (Srivastava et al., 2014).
// https://keras.io/api/layers/constraints
type MaxNorm struct {
	MaxValue float64 `default:"2"`
	Axis     any     `default:"0"` // an int, or []int for vectors that lie along several axes: []int{0, 1, 2} for a Conv2D kernel
}

// Call: w to a tensor of its shape.
func (c MaxNorm) Call(w *graph.Node) *graph.Node {
	c = config.Resolve(c)
	norms, bad := norm(w, "MaxNorm", c.Axis)
	if bad != nil {
		return bad
	}
	return ops.Mul(w, ops.Div(ops.Clip(norms, 0, c.MaxValue), ops.Add(norms, epsilon)))
}

// NonNeg replaces negative values by 0. https://keras.io/api/layers/constraints
type NonNeg struct{}

// Call: w to a tensor of its shape.
func (NonNeg) Call(w *graph.Node) *graph.Node { return ops.Relu(w) }

// UnitNorm scales vectors along Axis to norm 1. https://keras.io/api/layers/constraints
type UnitNorm struct {
	Axis any `default:"0"` // an int, or []int
}

// Call: w to a tensor of its shape.
func (c UnitNorm) Call(w *graph.Node) *graph.Node {
	norms, bad := norm(w, "UnitNorm", config.Resolve(c).Axis)
	if bad != nil {
		return bad
	}
	return ops.Div(w, ops.Add(norms, epsilon))
}

// MinMaxNorm moves the norm of vectors along Axis into [MinValue, MaxValue]: all the way with Rate 1, and by that fraction
// of the way with a smaller one. https://keras.io/api/layers/constraints
type MinMaxNorm struct {
	MinValue float64
	MaxValue float64 `default:"1"`
	Rate     float64 `default:"1"`
	Axis     any     `default:"0"` // an int, or []int
}

// Call: w to a tensor of its shape.
func (c MinMaxNorm) Call(w *graph.Node) *graph.Node {
	c = config.Resolve(c)
	norms, bad := norm(w, "MinMaxNorm", c.Axis)
	if bad != nil {
		return bad
	}
	want := ops.Add(ops.Mul(ops.Clip(norms, c.MinValue, c.MaxValue), c.Rate), ops.Mul(norms, 1-c.Rate))
	return ops.Mul(w, ops.Div(want, ops.Add(norms, epsilon)))
}

// norm is the Euclidean norm of the vectors along the axes, which stay with size 1.
func norm(w *graph.Node, owner string, axis any) (norms, bad *graph.Node) {
	if w == nil || w.Poisoned() {
		return nil, ops.Relu(w)
	}
	axes, err := axesOf(axis)
	if err != nil {
		return nil, w.Graph().Errorf("%s.Axis: %v", owner, err)
	}
	norms = ops.Sqrt(ops.SumKeepDims(ops.Square(w), axes...))
	if norms.Poisoned() {
		return nil, norms
	}
	return norms, nil
}

func init() {
	registry.Add("MaxNorm", MaxNorm{})
	registry.Add("NonNeg", NonNeg{})
	registry.Add("UnitNorm", UnitNorm{})
	registry.Add("MinMaxNorm", MinMaxNorm{})
}
