package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// elementwise are the functions that work on every element alone.
var elementwise = map[string]opFunc{
	"abs": unary(ops.Abs), "absolute": unary(ops.Absolute), "fabs": unary(ops.Fabs), "angle": unary(ops.Angle), "arccos": unary(ops.Arccos),
	"arccosh": unary(ops.Arccosh), "arcsin": unary(ops.Arcsin), "arcsinh": unary(ops.Arcsinh), "arctan": unary(ops.Arctan),
	"arctanh": unary(ops.Arctanh), "bitwise_invert": unary(ops.BitwiseNot), "bitwise_not": unary(ops.BitwiseNot), "cbrt": unary(ops.Cbrt),
	"ceil": unary(ops.Ceil), "cos": unary(ops.Cos), "cosh": unary(ops.Cosh), "deg2rad": unary(ops.Deg2Rad), "erf": unary(ops.Erf),
	"erfc": unary(ops.Erfc), "erfinv": unary(ops.Erfinv), "exp": unary(ops.Exp), "exp2": unary(ops.Exp2), "expm1": unary(ops.Expm1),
	"floor": unary(ops.Floor), "i0": unary(ops.I0), "isfinite": unary(ops.IsFinite), "isinf": unary(ops.IsInf), "isnan": unary(ops.IsNaN),
	"isneginf": unary(ops.IsNegInf), "isposinf": unary(ops.IsPosInf), "log": unary(ops.Log), "log10": unary(ops.Log10),
	"log1p": unary(ops.Log1p), "log2": unary(ops.Log2), "logical_not": unary(ops.LogicalNot), "negative": unary(ops.Neg),
	"rad2deg": unary(ops.Rad2Deg), "reciprocal": unary(ops.Reciprocal), "rsqrt": unary(ops.Rsqrt), "sign": unary(ops.Sign),
	"signbit": unary(ops.SignBit), "sin": unary(ops.Sin), "sinc": unary(ops.Sinc), "sinh": unary(ops.Sinh), "sqrt": unary(ops.Sqrt),
	"square": unary(ops.Square), "tan": unary(ops.Tan), "tanh": unary(ops.Tanh), "trunc": unary(ops.Trunc),
	"round": one(func(c *call) *graph.Node { return ops.Round(c.node("x"), c.Int("decimals", 0)) }),

	"add": binary(ops.Add), "arctan2": binary(ops.Arctan2), "divide": binary(ops.Div), "true_divide": binary(ops.Div),
	"divide_no_nan": binary(ops.DivideNoNaN), "floor_divide": binary(ops.FloorDivide), "fmax": binary(ops.Fmax), "fmin": binary(ops.Fmin),
	"fmod": binary(ops.Fmod), "gcd": binary(ops.Gcd), "heaviside": binary(ops.Heaviside), "hypot": binary(ops.Hypot),
	"lcm": binary(ops.Lcm), "ldexp": binary(ops.Ldexp), "logaddexp": binary(ops.LogAddExp), "logaddexp2": binary(ops.LogAddExp2),
	"maximum": binary(ops.Maximum), "minimum": binary(ops.Minimum), "mod": binary(ops.Mod), "multiply": binary(ops.Mul),
	"nextafter": binary(ops.NextAfter), "power": binary(ops.Pow), "subtract": binary(ops.Sub),

	"bitwise_and": bits(ops.BitwiseAnd), "bitwise_or": bits(ops.BitwiseOr), "bitwise_xor": bits(ops.BitwiseXor),
	"bitwise_left_shift": bits(ops.LeftShift), "bitwise_right_shift": bits(ops.RightShift), "left_shift": bits(ops.LeftShift),
	"right_shift": bits(ops.RightShift),

	"cast": one(func(c *call) *graph.Node { return c.cast(c.node("x")) }),
	"saturate_cast": one(func(c *call) *graph.Node {
		return ops.SaturateCast(c.node("x"), graph.Dtype(c.Str("dtype", "float32")))
	}),
	"clip": one(func(c *call) *graph.Node { return c.clip() }),
	"nan_to_num": one(func(c *call) *graph.Node {
		x := c.node("x")
		largest := ops.LargestOf(x.Dtype())
		return ops.NanToNum(x, c.Float("nan", 0), c.Float("posinf", largest), c.Float("neginf", -largest))
	}),
	"copy": unary(func(x *graph.Node) *graph.Node { return x.Named("copy") }),
}

// relations are the functions with bool results.
var relations = map[string]opFunc{
	"equal": binary(ops.Equal), "not_equal": binary(ops.NotEqual), "greater": binary(ops.Greater), "greater_equal": binary(ops.GreaterEqual),
	"less": binary(ops.Less), "less_equal": binary(ops.LessEqual), "logical_and": binary(ops.LogicalAnd), "logical_or": binary(ops.LogicalOr),
	"logical_xor": binary(ops.LogicalXor), "isreal": unary(ops.IsReal),
	"isclose":  one(func(c *call) *graph.Node { return closeness(c, ops.IsClose) }),
	"allclose": one(func(c *call) *graph.Node { return closeness(c, ops.AllClose) }),
	"isin": one(func(c *call) *graph.Node {
		c.Bool("assume_unique", false) // a promise that may be used for speed
		y := ops.IsIn(c.pair("x1", "x2"))
		if c.Bool("invert", false) {
			return ops.LogicalNot(y)
		}
		return y
	}),
	"where": one(func(c *call) *graph.Node {
		if !c.Has("x1") {
			return c.unsupported("where without x1 and x2")
		}
		a, b := c.pair("x1", "x2")
		return ops.Where(c.node("condition"), a, b)
	}),
	"select": one(func(c *call) *graph.Node {
		return ops.Select(c.nodes("condlist"), c.nodes("choicelist"), c.Float("default", 0))
	}),
}

func closeness(c *call, f func(a, b *graph.Node, rtol, atol float64, equalNaN bool) *graph.Node) *graph.Node {
	a, b := c.pair("x1", "x2")
	return f(a, b, c.Float("rtol", 1e-5), c.Float("atol", 1e-8), c.Bool("equal_nan", false))
}

// clip limits x by numbers, or by tensors.
func (c *call) clip() *graph.Node {
	x := c.node("x")
	if scalar(c.Get("x_min")) && scalar(c.Get("x_max")) {
		return ops.Clip(x, c.Float("x_min", 0), c.Float("x_max", 0))
	}
	x, lo := c.pair("x", "x_min")
	hi := c.node("x_max")
	if scalar(c.Get("x_max")) {
		hi = c.beside(x, c.Get("x_max"))
	}
	return ops.Minimum(ops.Maximum(x, lo), hi)
}
