package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// scaleAndCenter are the weights gamma and beta of a normalization, nil for one that is not wanted. They stay in the dtype of
// weights: sixteen bits are too few for the statistics.
func (c *Context) scaleAndCenter(shape graph.Shape, scale, center bool, gamma, beta Weight) (g, b *graph.Node) {
	if scale {
		gamma.Shape, gamma.Dtype = shape, c.variable
		g = c.Param("gamma", gamma)
	}
	if center {
		beta.Shape, beta.Dtype = shape, c.variable
		b = c.Param("beta", beta)
	}
	return g, b
}

// widen casts 16-bit floats to float32, in which Keras, too, takes statistics.
func widen(x *graph.Node) *graph.Node {
	if x.Dtype() == graph.Float16 || x.Dtype() == graph.BFloat16 {
		return ops.Cast(x, graph.Float32)
	}
	return x
}

// normalize is (x - mean)/sqrt(variance + epsilon)·gamma + beta with vectors along one axis; gamma and beta may be nil.
func normalize(x, mean, variance, gamma, beta *graph.Node, axis int, epsilon float64) *graph.Node {
	along := func(v *graph.Node) *graph.Node { return ops.Cast(alongAxis(v, axis, x), x.Dtype()) }
	scale := ops.Rsqrt(ops.Add(variance, epsilon))
	if gamma != nil {
		scale = ops.Mul(scale, ops.Cast(gamma, scale.Dtype()))
	}
	return scaleAlong(ops.Mul(ops.Sub(x, along(mean)), along(scale)), nil, beta, axis)
}

// scaleAlong is x·gamma + beta with vectors along one axis, which may be nil.
func scaleAlong(x, gamma, beta *graph.Node, axis int) *graph.Node {
	if gamma != nil {
		x = ops.Mul(x, ops.Cast(alongAxis(gamma, axis, x), x.Dtype()))
	}
	if beta != nil {
		x = ops.Add(x, ops.Cast(alongAxis(beta, axis, x), x.Dtype()))
	}
	return x
}

// alongAxis gives a vector the rank of x, so that it runs along an axis.
func alongAxis(v *graph.Node, axis int, x *graph.Node) *graph.Node {
	if x.Poisoned() || axis == x.Shape().Rank()-1 {
		return v // broadcasting aligns last axes
	}
	shape := slices.Repeat([]int{1}, x.Shape().Rank())
	shape[axis] = -1
	return ops.Reshape(v, shape...)
}

// moments are mean and variance over axes. Places that the mask, of all axes but the last, leaves out do not count.
func moments(x *graph.Node, axes []int, mask *graph.Node) (mean, variance *graph.Node) {
	if mask == nil {
		return ops.Moments(x, axes, false)
	}
	kept := ops.BroadcastLike(ops.ExpandDims(ops.Cast(mask, graph.Bool), -1), x)
	n := ops.Add(ops.SumKeepDims(ops.Cast(kept, x.Dtype()), axes...), 1e-7)
	m := ops.Div(ops.SumKeepDims(ops.Where(kept, x, 0), axes...), n)
	v := ops.Div(ops.SumKeepDims(ops.Square(ops.Where(kept, ops.Sub(x, m), 0)), axes...), n)
	return ops.Squeeze(m, axes...), ops.Squeeze(v, axes...)
}

// axisOf counts a negative axis from the end.
func axisOf(axis int, x *graph.Node) (int, bool) {
	if axis < 0 {
		axis += x.Shape().Rank()
	}
	return axis, axis >= 0 && axis < x.Shape().Rank()
}

// allBut lists the axes but one.
func allBut(axis, rank int) []int {
	var out []int
	for i := range rank {
		if i != axis {
			out = append(out, i)
		}
	}
	return out
}

// axes reads a setting of one or several axes of x, sorted.
func (c *Context) axes(setting any, x *graph.Node) ([]int, *graph.Node) {
	axes, err := intList(setting, -1)
	if err != nil {
		return nil, c.Errorf("Axis: %v", err)
	}
	axes = slices.Clone(axes)
	for i, a := range axes {
		var ok bool
		if axes[i], ok = axisOf(a, x); !ok {
			return nil, c.Errorf("Axis is %d, the input has the shape %v", a, x.Shape())
		}
	}
	slices.Sort(axes)
	return axes, nil
}

// weightAlong is the shape of a weight that runs along axes of x, and that shape with axes of size 1 between for
// broadcasting.
func weightAlong(x *graph.Node, axes []int) (shape graph.Shape, spread []int) {
	spread = slices.Repeat([]int{1}, x.Shape().Rank())
	for _, a := range axes {
		shape = append(shape, x.Shape()[a])
		spread[a] = x.Shape()[a]
	}
	return shape, spread
}
