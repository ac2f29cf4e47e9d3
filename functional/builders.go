package functional

import (
	"fmt"
	"maps"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// builder makes the nodes of a recorded call.
type builder = func(c *opCall) graph.Nodes

type operand = *graph.Node

// builders make the operations that a Keras file may hold between layers, by their class names.
var builders = map[string]builder{}

// several count the outputs of the operations that have more than one.
var several = map[string]func(c *opCall) int{
	"Split": func(c *opCall) int {
		if l, ok := c.arg(-1, "indices_or_sections").([]any); ok {
			return len(l) + 1
		}
		return c.int(-1, "indices_or_sections", 1)
	},
	"Unstack": func(c *opCall) int {
		if n := c.int(-1, "num", 0); n > 0 {
			return n
		}
		x, _ := c.arg(0, "x").(*graph.Node)
		if x == nil || x.Poisoned() {
			return 1
		}
		return x.Shape().Dim(c.int(-1, "axis", 0))
	},
	"Moments": func(*opCall) int { return 2 },
	"TopK":    func(*opCall) int { return 2 },
}

func one(f func(c *opCall) *graph.Node) builder {
	return func(c *opCall) graph.Nodes { return graph.Nodes{f(c)} }
}

// on makes the builder of an operation on the first argument.
func on(f func(c *opCall, x *graph.Node) *graph.Node) builder {
	return one(func(c *opCall) *graph.Node { return f(c, c.node(0, "x")) })
}

func unary(f func(*graph.Node) *graph.Node) builder {
	return on(func(_ *opCall, x *graph.Node) *graph.Node { return f(x) })
}

func binary(f func(a, b *graph.Node) *graph.Node) builder {
	return one(func(c *opCall) *graph.Node { return f(c.node(0, "x1"), c.node(1, "x2")) })
}

// along makes the builder of an operation along one axis, or of all elements without one.
func along(f func(x *graph.Node, axis ...int) *graph.Node) builder {
	return on(func(c *opCall, x *graph.Node) *graph.Node { return f(x, c.ints(-1, "axis")...) })
}

// reduction makes the builder of an operation that drops axes, or keeps them with size 1.
func reduction(f, keep func(x *graph.Node, axes ...int) *graph.Node) builder {
	return on(func(c *opCall, x *graph.Node) *graph.Node {
		if c.bool(-1, "keepdims") {
			return keep(x, c.ints(-1, "axis")...)
		}
		return f(x, c.ints(-1, "axis")...)
	})
}

// sloped makes the builder of an activation with one number.
func sloped(f func(x *graph.Node, v float64) *graph.Node, name string, def float64) builder {
	return on(func(c *opCall, x *graph.Node) *graph.Node { return f(x, c.float(-1, name, def)) })
}

func init() {
	for _, table := range []map[string]builder{arithmetic(), functions(), reductions(), shaping(), networks()} {
		maps.Copy(builders, table)
	}
}

func arithmetic() map[string]builder {
	return map[string]builder{
		"Add": binary(ops.Add[operand, operand]), "Subtract": binary(ops.Sub[operand, operand]),
		"Multiply": binary(ops.Mul[operand, operand]), "TrueDivide": binary(ops.Div[operand, operand]),
		"Divide": binary(ops.Div[operand, operand]), "DivideNoNan": binary(ops.DivideNoNaN[operand, operand]),
		"FloorDivide": binary(ops.FloorDivide[operand, operand]), "Power": binary(ops.Pow[operand, operand]),
		"Mod": binary(ops.Mod[operand, operand]), "Arctan2": binary(ops.Arctan2[operand, operand]),
		"Maximum": binary(ops.Maximum[operand, operand]), "Minimum": binary(ops.Minimum[operand, operand]),
		"Logaddexp": binary(ops.LogAddExp[operand, operand]), "Hypot": binary(ops.Hypot[operand, operand]),
		"Equal": binary(ops.Equal[operand, operand]), "NotEqual": binary(ops.NotEqual[operand, operand]),
		"Less": binary(ops.Less[operand, operand]), "LessEqual": binary(ops.LessEqual[operand, operand]),
		"Greater": binary(ops.Greater[operand, operand]), "GreaterEqual": binary(ops.GreaterEqual[operand, operand]),
		"LogicalAnd": binary(ops.LogicalAnd[operand, operand]), "LogicalOr": binary(ops.LogicalOr[operand, operand]),
		"LogicalXor": binary(ops.LogicalXor[operand, operand]), "BitwiseAnd": binary(ops.BitwiseAnd[operand, operand]),
		"BitwiseOr": binary(ops.BitwiseOr[operand, operand]), "BitwiseXor": binary(ops.BitwiseXor[operand, operand]),
		"Matmul": binary(ops.MatMul), "Dot": binary(ops.Dot), "Inner": binary(ops.Inner), "Outer": binary(ops.Outer),
		"Vdot": binary(ops.Vdot), "Cross": binary(ops.Cross), "Kron": binary(ops.Kron),
		"Tensordot": one(tensordot), "Einsum": one(einsum), "Clip": on(clip), "Where": one(where),
	}
}

func functions() map[string]builder {
	return map[string]builder{
		"Negative": unary(ops.Neg), "Absolute": unary(ops.Abs), "Abs": unary(ops.Abs), "Square": unary(ops.Square),
		"Sqrt": unary(ops.Sqrt), "Rsqrt": unary(ops.Rsqrt), "Reciprocal": unary(ops.Reciprocal), "Cbrt": unary(ops.Cbrt),
		"Exp": unary(ops.Exp), "Exp2": unary(ops.Exp2), "Expm1": unary(ops.Expm1), "Log": unary(ops.Log), "Log1p": unary(ops.Log1p),
		"Log2": unary(ops.Log2), "Log10": unary(ops.Log10), "Sin": unary(ops.Sin), "Cos": unary(ops.Cos), "Tan": unary(ops.Tan),
		"Arcsin": unary(ops.Arcsin), "Arccos": unary(ops.Arccos), "Arctan": unary(ops.Arctan), "Sinh": unary(ops.Sinh),
		"Cosh": unary(ops.Cosh), "Tanh": unary(ops.Tanh), "Arcsinh": unary(ops.Arcsinh), "Arccosh": unary(ops.Arccosh),
		"Arctanh": unary(ops.Arctanh), "Erf": unary(ops.Erf), "Erfinv": unary(ops.Erfinv), "Sign": unary(ops.Sign),
		"Floor": unary(ops.Floor), "Ceil": unary(ops.Ceil), "Trunc": unary(ops.Trunc), "Isnan": unary(ops.IsNaN),
		"Isinf": unary(ops.IsInf), "Isfinite": unary(ops.IsFinite), "LogicalNot": unary(ops.LogicalNot),
		"BitwiseNot": unary(ops.BitwiseNot), "StopGradient": unary(ops.StopGradient), "Copy": unary(same), "Identity": unary(same),
		"ZerosLike": unary(func(x operand) operand { return ops.ZerosLike(x) }),
		"OnesLike":  unary(func(x operand) operand { return ops.OnesLike(x) }),
		"Sigmoid":   unary(ops.Sigmoid), "Relu": unary(ops.Relu), "Relu6": unary(ops.Relu6), "Softplus": unary(ops.Softplus),
		"Softsign": unary(ops.Softsign), "Silu": unary(ops.Silu), "LogSigmoid": unary(ops.LogSigmoid), "Selu": unary(ops.Selu),
		"HardSigmoid": unary(ops.HardSigmoid), "HardSilu": unary(ops.HardSilu), "HardTanh": unary(ops.HardTanh),
		"TanhShrink": unary(ops.TanhShrink), "SparsePlus": unary(ops.SparsePlus), "SparseSigmoid": unary(ops.SparseSigmoid),
		"LeakyRelu": sloped(ops.LeakyRelu, "negative_slope", 0.2), "Elu": sloped(ops.Elu, "alpha", 1),
		"Celu": sloped(ops.Celu, "alpha", 1), "HardShrink": sloped(ops.HardShrink, "threshold", 0.5),
		"SoftShrink": sloped(ops.SoftShrink, "threshold", 0.5), "Squareplus": sloped(ops.Squareplus, "b", 4),
		"Gelu": on(func(c *opCall, x operand) operand { return ops.Gelu(x, c.flag("approximate", true)) }),
		"Glu":  on(func(c *opCall, x operand) operand { return ops.Glu(x, c.int(-1, "axis", -1)) }),
		"Cast": on(func(c *opCall, x operand) operand { return ops.Cast(x, graph.Dtype(c.string(-1, "dtype"))) }),
		"Round": on(func(c *opCall, x operand) operand {
			return ops.Round(x, c.int(-1, "decimals", 0))
		}),
	}
}

func reductions() map[string]builder {
	return map[string]builder{
		"Sum": reduction(ops.Sum, ops.SumKeepDims), "Mean": reduction(ops.Mean, ops.MeanKeepDims),
		"Max": reduction(ops.Max, ops.MaxKeepDims), "Min": reduction(ops.Min, ops.MinKeepDims),
		"Amax": reduction(ops.Max, ops.MaxKeepDims), "Amin": reduction(ops.Min, ops.MinKeepDims),
		"Prod": reduction(ops.Prod, ops.ProdKeepDims), "Var": reduction(ops.Var, ops.VarKeepDims),
		"Std": reduction(ops.Std, ops.StdKeepDims), "Any": reduction(ops.Any, ops.AnyKeepDims), "All": reduction(ops.All, ops.AllKeepDims),
		"Argmax": reduction(ops.Argmax, ops.ArgmaxKeepDims), "Argmin": reduction(ops.Argmin, ops.ArgminKeepDims),
		"Logsumexp": reduction(ops.LogSumExp, ops.LogSumExpKeepDims), "Cumsum": along(ops.CumSum), "Cumprod": along(ops.CumProd),
		"Sort": along(ops.Sort), "Argsort": along(ops.Argsort), "CountNonzero": along(ops.CountNonzero),
		"Average": one(func(c *opCall) operand {
			if w, ok := c.arg(1, "weights").(*graph.Node); ok {
				return ops.Average(c.node(0, "x"), w, c.ints(-1, "axis")...)
			}
			return ops.Mean(c.node(0, "x"), c.ints(-1, "axis")...)
		}),
		"Moments": func(c *opCall) graph.Nodes {
			mean, variance := ops.Moments(c.node(0, "x"), c.ints(-1, "axes"), c.bool(-1, "keepdims"))
			return graph.Nodes{mean, variance}
		},
		"TopK": func(c *opCall) graph.Nodes {
			values, indices := ops.TopK(c.node(0, "x"), c.int(-1, "k", 1))
			return graph.Nodes{values, indices}
		},
	}
}

func shaping() map[string]builder {
	return map[string]builder{
		"Reshape":    on(func(c *opCall, x operand) operand { return ops.Reshape(x, c.ints(-1, "newshape")...) }),
		"Transpose":  on(func(c *opCall, x operand) operand { return ops.Transpose(x, c.ints(-1, "axes")...) }),
		"ExpandDims": on(expandDims),
		"Squeeze":    along(ops.Squeeze),
		"Ravel":      unary(ops.Ravel),
		"Flip":       along(ops.Flip),
		"Swapaxes": on(func(c *opCall, x operand) operand {
			return ops.SwapAxes(x, c.int(-1, "axis1", 0), c.int(-1, "axis2", 0))
		}),
		"Moveaxis": on(func(c *opCall, x operand) operand {
			return ops.MoveAxis(x, c.ints(-1, "source"), c.ints(-1, "destination"))
		}),
		"BroadcastTo": on(func(c *opCall, x operand) operand { return ops.BroadcastTo(x, c.ints(-1, "shape")...) }),
		"Repeat": on(func(c *opCall, x operand) operand {
			return ops.Repeat(x, c.int(-1, "repeats", 1), c.ints(-1, "axis")...)
		}),
		"Tile":    on(func(c *opCall, x operand) operand { return ops.Tile(x, c.ints(-1, "repeats")...) }),
		"Roll":    on(func(c *opCall, x operand) operand { return ops.Roll(x, c.int(-1, "shift", 0), c.ints(-1, "axis")...) }),
		"Tril":    on(func(c *opCall, x operand) operand { return ops.Tril(x, c.int(-1, "k", 0)) }),
		"Triu":    on(func(c *opCall, x operand) operand { return ops.Triu(x, c.int(-1, "k", 0)) }),
		"Pad":     on(pad),
		"GetItem": one(getItem),
		"Take":    one(func(c *opCall) operand { return ops.Take(c.node(0, "x"), c.node(1, "indices"), c.ints(-1, "axis")...) }),
		"TakeAlongAxis": one(func(c *opCall) operand {
			return ops.TakeAlongAxis(c.node(0, "x"), c.node(1, "indices"), c.ints(-1, "axis")...)
		}),
		"Concatenate": one(func(c *opCall) operand { return ops.Concatenate(c.nodes(0, "xs"), c.int(-1, "axis", 0)) }),
		"Stack":       one(func(c *opCall) operand { return ops.Stack(c.nodes(0, "x"), c.int(-1, "axis", 0)) }),
		"Hstack":      one(func(c *opCall) operand { return ops.HStack(c.nodes(0, "xs")) }),
		"Vstack":      one(func(c *opCall) operand { return ops.VStack(c.nodes(0, "xs")) }),
		"Split":       split,
		"Unstack":     func(c *opCall) graph.Nodes { return ops.Unstack(c.node(0, "x"), c.int(-1, "axis", 0)) },
	}
}

// networks are the operations of keras.ops.nn and keras.ops.image with settings of their own.
func networks() map[string]builder {
	return map[string]builder{
		"Softmax": axisOr(ops.Softmax), "LogSoftmax": axisOr(ops.LogSoftmax),
		"DepthToSpace": on(func(c *opCall, x operand) operand {
			return ops.DepthToSpace(x, c.int(-1, "block_size", 1), c.string(-1, "data_format"))
		}),
		"SpaceToDepth": on(func(c *opCall, x operand) operand {
			return ops.SpaceToDepth(x, c.int(-1, "block_size", 1), c.string(-1, "data_format"))
		}),
		"MaxPool":     on(func(c *opCall, x operand) operand { return ops.MaxPool(x, c.ints(-1, "pool_size"), c.pool()) }),
		"AveragePool": on(func(c *opCall, x operand) operand { return ops.AveragePool(x, c.ints(-1, "pool_size"), c.pool()) }),
		"OneHot": on(func(c *opCall, x operand) operand {
			axis := c.int(-1, "axis", -1)
			return ops.OneHot(x, c.int(-1, "num_classes", 1), ops.OneHotOptions{Axis: &axis, Dtype: graph.Dtype(c.string(-1, "dtype"))})
		}),
		"Normalize": on(func(c *opCall, x operand) operand {
			return ops.Normalize(x, c.int(-1, "axis", -1), ops.NormalizeOptions{Order: c.float(-1, "order", 2), Epsilon: c.float(-1, "epsilon", 0)})
		}),
		"Resize": on(func(c *opCall, x operand) operand {
			size := c.ints(-1, "size")
			if len(size) != 2 {
				c.err = fmt.Errorf("size is %v, want rows and columns", size)
				return x
			}
			return ops.Resize(x, size[0], size[1], ops.ResizeOptions{
				Interpolation: c.string(-1, "interpolation"), Antialias: c.bool(-1, "antialias"), FillValue: c.float(-1, "fill_value", 0),
				CropToAspectRatio: c.bool(-1, "crop_to_aspect_ratio"), PadToAspectRatio: c.bool(-1, "pad_to_aspect_ratio"), DataFormat: c.string(-1, "data_format"),
			})
		}),
	}
}

// axisOr is along with the last axis as default.
func axisOr(f func(x *graph.Node, axes ...int) *graph.Node) builder {
	return on(func(c *opCall, x operand) operand {
		axes := c.ints(-1, "axis")
		if axes == nil {
			axes = []int{-1}
		}
		return f(x, axes...)
	})
}

func same(x *graph.Node) *graph.Node { return x }

func (c *opCall) pool() ops.PoolOptions {
	return ops.PoolOptions{Strides: c.ints(-1, "strides"), Padding: c.string(-1, "padding"), DataFormat: c.string(-1, "data_format")}
}

func tensordot(c *opCall) *graph.Node {
	a, b := c.node(0, "x1"), c.node(1, "x2")
	if l, ok := c.arg(-1, "axes").([]any); ok && len(l) == 2 {
		pair := opCall{config: map[string]any{"a": l[0], "b": l[1]}}
		return ops.TensordotAxes(a, b, pair.ints(-1, "a"), pair.ints(-1, "b"))
	}
	return ops.Tensordot(a, b, c.int(-1, "axes", 2))
}

func einsum(c *opCall) *graph.Node {
	in := make([]*graph.Node, len(c.args))
	for i := range c.args {
		in[i] = c.node(i, "operands")
	}
	return ops.Einsum(c.string(-1, "subscripts"), in...)
}

func clip(c *opCall, x *graph.Node) *graph.Node {
	return ops.Clip(x, c.float(1, "x_min", 0), c.float(2, "x_max", 0))
}

func where(c *opCall) *graph.Node {
	return ops.Where(c.node(0, "condition"), c.node(1, "x1"), c.node(2, "x2"))
}

func expandDims(c *opCall, x *graph.Node) *graph.Node {
	for _, axis := range c.ints(-1, "axis") {
		x = ops.ExpandDims(x, axis)
	}
	return x
}

func pad(c *opCall, x *graph.Node) *graph.Node {
	var width [][2]int
	list, _ := c.arg(-1, "pad_width").([]any)
	for _, pair := range list {
		p := opCall{config: map[string]any{"pair": pair}}
		w := p.ints(-1, "pair")
		if len(w) == 1 {
			w = append(w, w[0])
		}
		width = append(width, [2]int{w[0], w[1]})
	}
	for len(width) == 1 && x.Shape().Rank() > 1 { // one pair holds for all axes
		for len(width) < x.Shape().Rank() {
			width = append(width, width[0])
		}
	}
	if mode := c.string(-1, "mode"); mode != "" && mode != "constant" {
		return ops.PadMirror(x, width, mode)
	}
	v, _ := config.Number(c.arg(1, "constant_values"))
	return ops.Pad(x, width, v)
}

func split(c *opCall) graph.Nodes {
	x, axis := c.node(0, "x"), c.int(-1, "axis", 0)
	if _, ok := c.arg(-1, "indices_or_sections").([]any); ok {
		return ops.SplitAt(x, c.ints(-1, "indices_or_sections"), axis)
	}
	return ops.Split(x, c.int(-1, "indices_or_sections", 1), axis)
}
