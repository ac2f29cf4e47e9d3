package layers

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/ops"
)

// quantization is how the kernel of a layer is stored under a dtype policy such as "int8_from_float32" or
// "int4/128_from_float32": in 8 bits with one scale for each column; in 4 bits alike (block -1), or with a scale and a zero
// point for each block of rows.
type quantization struct {
	bits  int // 0: the kernel is stored as it is
	block int
}

// quantization reads the layer's policy.
func (c *Context) quantization() (q quantization, bad *graph.Node) {
	mode, _, quantized := strings.Cut(string(c.layer.base().Dtype), "_from_")
	if !quantized {
		return quantization{}, nil
	}
	name, block, grouped := strings.Cut(mode, "/")
	q.block = -1
	if grouped {
		n, err := strconv.Atoi(block)
		if err != nil || n == 0 || n < -1 {
			return q, c.Errorf("Dtype is %q: the size of a block is %q, want a number above 0, or -1", c.layer.base().Dtype, block)
		}
		q.block = n
	}
	switch name {
	case "int8":
		q.bits = 8
	case "int4":
		q.bits = 4
	default:
		return q, c.Errorf("Dtype is %q: the mode %q is not supported, want int8 or int4", c.layer.base().Dtype, name)
	}
	return q, nil
}

// table is a quantized matrix (rows, columns). Its groups of scales run along the rows, or along the columns.
type table struct {
	name          string
	rows, columns int
	alongColumns  bool // groups are of columns, and there is a scale for each row
	floatZero     bool // zero points are stored as floats
	packRows      bool // two rows, not columns, of 4 bits share their bytes
}

// quantized makes the weights of a quantized matrix, which loading fills, and returns the matrix as floats.
func (c *Context) quantized(t table, q quantization) *graph.Node {
	raw := c.packed(t, q)
	if q.bits == 8 || q.block == -1 {
		shape := graph.Shape{t.columns}
		if t.alongColumns {
			shape = graph.Shape{t.rows}
		}
		scale := c.Param(t.name+"_scale", Weight{Shape: shape, Initializer: "ones", NonTrainable: true})
		if t.alongColumns {
			scale = ops.ExpandDims(scale, -1)
		}
		return ops.Div(raw, scale)
	}
	axis, n := 0, t.rows
	if t.alongColumns {
		axis, n = 1, t.columns
	}
	shape := graph.Shape{t.rows, t.columns}.With(axis, (n+q.block-1)/q.block)
	zeroDtype := graph.Int8
	if t.floatZero {
		zeroDtype = c.variable
	}
	scale := c.Param(t.name+"_scale", Weight{Shape: shape, Initializer: "ones", NonTrainable: true})
	zero := c.Param(t.name+"_zero", Weight{Shape: shape, Initializer: "zeros", NonTrainable: true, Dtype: zeroDtype})
	group := ops.Cast(c.groups(n, q.block), graph.Int32)
	return ops.Mul(ops.Sub(raw, ops.Take(ops.Cast(zero, c.compute), group, axis)), ops.Take(scale, group, axis))
}

// groups is the weight that holds the block of each row.
func (c *Context) groups(n, block int) *graph.Node {
	index := make([]float64, n)
	for i := range index {
		index[i] = float64(i / block)
	}
	return c.Param("g_idx", Weight{Shape: graph.Shape{n}, NonTrainable: true, Dtype: graph.Float32, Initializer: fixed(index)})
}

// fixed are given first values.
func fixed(values []float64) initializers.Like {
	return initializers.Func(func(w []float64, _ graph.Shape, _ *rand.Rand) { copy(w, values) })
}

// packed is the stored matrix as floats. Two numbers of 4 bits share a byte, the first in the lower half.
func (c *Context) packed(t table, q quantization) *graph.Node {
	w := Weight{Shape: graph.Shape{t.rows, t.columns}, Dtype: graph.Int8, NonTrainable: true, Initializer: "zeros"}
	switch {
	case q.bits == 8:
		return ops.Cast(c.Param(t.name, w), c.compute)
	case t.packRows:
		w.Shape[0] = (t.rows + 1) / 2
		return ops.Cast(ops.Transpose(unpack(ops.Transpose(c.Param(t.name, w)), t.rows)), c.compute)
	}
	w.Shape[1] = (t.columns + 1) / 2
	return ops.Cast(unpack(c.Param(t.name, w), t.columns), c.compute)
}

// unpack cuts the bytes of a packed matrix (rows, n/2) into numbers from -8 to 7 (rows, n).
func unpack(bytes *graph.Node, n int) *graph.Node {
	x := ops.Cast(bytes, graph.Int32)
	signed := func(half *graph.Node) *graph.Node { return ops.Sub(ops.BitwiseXor(half, 8), 8) }
	low, high := signed(ops.BitwiseAnd(x, 15)), signed(ops.BitwiseAnd(ops.RightShift(x, 4), 15))
	both := ops.MergeAxes(ops.Stack(graph.Nodes{low, high}, 2), 1, 2)
	return ops.SliceAxis(both, 1, 0, n)
}

// rounded is x as 8-bit layers see it: rounded to 255 steps between the extremes along the axes. The gradient is that of x.
func rounded(x *graph.Node, axes ...int) *graph.Node {
	return ops.Add(x, ops.StopGradient(ops.Sub(stepped(x, axes...), x)))
}

// stepped is rounded with the gradient that rounding has: it flows through the size of a step alone.
func stepped(x *graph.Node, axes ...int) *graph.Node {
	scale := ops.Div(127, ops.Add(ops.MaxKeepDims(ops.Abs(x), axes...), 1e-7))
	steps := ops.Clip(ops.Round(ops.Mul(x, scale)), -127, 127)
	return ops.Div(ops.StopGradient(steps), scale)
}

// kernelOf is the kernel of a layer, quantized or not, and x as the layer sees it.
func (c *Context) kernelOf(x *graph.Node, w Weight, q quantization) (kernel, seen *graph.Node) {
	if q.bits == 0 {
		return c.Param("kernel", w), x
	}
	kernel = c.quantized(table{name: "kernel", rows: w.Shape[0], columns: w.Shape[1]}, q)
	if q.bits == 8 {
		x = rounded(x, -1)
	}
	return kernel, x
}

// sourceOf is the policy under which a quantized layer computes.
func sourceOf(d graph.Dtype) graph.Dtype {
	if _, source, ok := strings.Cut(string(d), "_from_"); ok {
		return graph.Dtype(source)
	}
	return d
}
