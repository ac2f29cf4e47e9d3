package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// pairs is a matrix whose rows may be unknown beside one that broadcasts over it.
func pairs(lo, hi float64, d graph.Dtype) []Arg {
	return []Arg{{Shape: []int{3, 4}, Lo: lo, Hi: hi, Dtype: d, None: []int{0}}, {Shape: []int{4}, Lo: lo, Hi: hi, Dtype: d}}
}

// each1 registers functions of one argument.
func each1(lo, hi float64, d graph.Dtype, noGrad bool, fs map[string]func(*graph.Node) *graph.Node) {
	for _, name := range sorted(fs) {
		register(Sample{
			Name: name, NoGrad: noGrad, In: pairs(lo, hi, d)[:1],
			Build: func(in graph.Nodes) *graph.Node { return fs[name](in[0]) },
		})
	}
}

// each2 registers functions of two arguments.
func each2(lo, hi float64, d graph.Dtype, noGrad bool, fs map[string]func(a, b *graph.Node) *graph.Node) {
	for _, name := range sorted(fs) {
		register(Sample{
			Name: name, NoGrad: noGrad, In: pairs(lo, hi, d),
			Build: func(in graph.Nodes) *graph.Node { return fs[name](in[0], in[1]) },
		})
	}
}

type (
	unary  = map[string]func(*graph.Node) *graph.Node
	binary = map[string]func(a, b *graph.Node) *graph.Node
)

func init() {
	each1(-1, 1, "", false, unary{
		"neg": ops.Neg, "square": ops.Square, "exp": ops.Exp, "exp2": ops.Exp2, "expm1": ops.Expm1, "sin": ops.Sin, "cos": ops.Cos, "tan": ops.Tan,
		"asinh": ops.Arcsinh, "sinh": ops.Sinh, "cosh": ops.Cosh, "tanh": ops.Tanh, "erf": ops.Erf, "erfc": ops.Erfc, "atan": ops.Arctan,
		"sigmoid": ops.Sigmoid, "log_sigmoid": ops.LogSigmoid, "softplus": ops.Softplus, "deg2rad": ops.Deg2Rad, "rad2deg": ops.Rad2Deg,
	})
	each1(-0.8, 0.8, "", false, unary{
		"asin": ops.Arcsin, "acos": ops.Arccos, "atanh": ops.Arctanh, "erfinv": ops.Erfinv, "log1p": ops.Log1p,
	})
	each1(0.5, 2, "", false, unary{
		"sqrt": ops.Sqrt, "rsqrt": ops.Rsqrt, "reciprocal": ops.Reciprocal, "log": ops.Log, "log2": ops.Log2, "log10": ops.Log10,
		"abs": ops.Abs, "relu": ops.Relu, "cbrt": ops.Cbrt, "sinc": ops.Sinc,
		"pow_number":     func(x *graph.Node) *graph.Node { return ops.Pow(x, 2.5) },
		"number_pow":     func(x *graph.Node) *graph.Node { return ops.Pow(2.5, x) },
		"clip":           func(x *graph.Node) *graph.Node { return ops.Clip(x, -10, 10) },
		"number_minus":   func(x *graph.Node) *graph.Node { return ops.Sub(1, x) },
		"number_through": func(x *graph.Node) *graph.Node { return ops.Div(1, x) },
	})
	each1(1.5, 3, "", false, unary{"acosh": ops.Arccosh})
	each1(-2, -0.5, "", false, unary{"abs_negative": ops.Abs, "relu_negative": ops.Relu})
	register(Sample{Name: "lgamma", Order: 1, In: []Arg{{Shape: []int{5}, Lo: 0.5, Hi: 3}},
		Build: func(in graph.Nodes) *graph.Node { return ops.Lgamma(in[0]) }})
	each1(-3, 3, "", true, unary{
		"sign": ops.Sign, "floor": ops.Floor, "ceil": ops.Ceil, "trunc": ops.Trunc,
		"round":          func(x *graph.Node) *graph.Node { return ops.Round(x) },
		"round_decimals": func(x *graph.Node) *graph.Node { return ops.Round(x, 1) },
		"isnan":          ops.IsNaN, "isinf": ops.IsInf, "isfinite": ops.IsFinite, "isposinf": ops.IsPosInf, "isneginf": ops.IsNegInf,
		"logical_not": ops.LogicalNot,
		"cast_int":    func(x *graph.Node) *graph.Node { return ops.Cast(x, graph.Int32) },
	})
	each1(-1, 1, "", false, unary{
		"cast_float": func(x *graph.Node) *graph.Node { return ops.Mul(ops.Cast(ops.Cast(x, graph.Float64), x.Dtype()), x) },
		"stop_gradient": func(x *graph.Node) *graph.Node {
			return ops.Mul(x, ops.StopGradient(ops.Floor(x)))
		},
	})
	each1(-8, 8, graph.Int32, true, unary{
		"bitwise_not": ops.BitwiseNot, "neg_int": ops.Neg, "abs_int": ops.Abs, "sign_int": ops.Sign, "square_int": ops.Square,
		"cast_from_int": func(x *graph.Node) *graph.Node { return ops.Cast(x, graph.Float32) },
		"right_shift":   func(x *graph.Node) *graph.Node { return ops.RightShift(x, 2) },
		"left_shift":    func(x *graph.Node) *graph.Node { return ops.LeftShift(x, 2) },
	})
}

func init() {
	each2(0.5, 2, "", false, binary{
		"add": ops.Add[*graph.Node, *graph.Node], "sub": ops.Sub[*graph.Node, *graph.Node], "mul": ops.Mul[*graph.Node, *graph.Node],
		"div": ops.Div[*graph.Node, *graph.Node], "pow": ops.Pow[*graph.Node, *graph.Node], "atan2": ops.Arctan2[*graph.Node, *graph.Node],
		"logaddexp": ops.LogAddExp[*graph.Node, *graph.Node], "logaddexp2": ops.LogAddExp2[*graph.Node, *graph.Node],
		"divide_no_nan": ops.DivideNoNaN[*graph.Node, *graph.Node], "hypot": ops.Hypot[*graph.Node, *graph.Node],
	})
	// The operands lie in ranges of their own: no ties, no jumps.
	apart := []Arg{{Shape: []int{3, 4}, Lo: 5.1, Hi: 5.9, None: []int{0}}, {Shape: []int{4}, Lo: 2.1, Hi: 2.4}}
	for name, f := range map[string]func(a, b *graph.Node) *graph.Node{
		"mod": ops.Mod[*graph.Node, *graph.Node], "fmod": ops.Fmod[*graph.Node, *graph.Node],
		"maximum": ops.Maximum[*graph.Node, *graph.Node], "minimum": ops.Minimum[*graph.Node, *graph.Node],
		"fmax": ops.Fmax[*graph.Node, *graph.Node], "fmin": ops.Fmin[*graph.Node, *graph.Node],
	} {
		register(Sample{Name: name, In: apart, Build: func(in graph.Nodes) *graph.Node { return f(in[0], in[1]) }})
	}
	each2(-3, 3, "", true, binary{
		"equal": ops.Equal[*graph.Node, *graph.Node], "not_equal": ops.NotEqual[*graph.Node, *graph.Node], "less": ops.Less[*graph.Node, *graph.Node],
		"less_equal": ops.LessEqual[*graph.Node, *graph.Node], "greater": ops.Greater[*graph.Node, *graph.Node],
		"greater_equal": ops.GreaterEqual[*graph.Node, *graph.Node], "logical_and": ops.LogicalAnd[*graph.Node, *graph.Node],
		"logical_or": ops.LogicalOr[*graph.Node, *graph.Node], "logical_xor": ops.LogicalXor[*graph.Node, *graph.Node],
		"isclose":      func(a, b *graph.Node) *graph.Node { return ops.IsClose(a, b, 0.3, 0.1, false) },
		"floor_divide": ops.FloorDivide[*graph.Node, *graph.Node],
	})
	each2(1, 9, graph.Int32, true, binary{
		"bitwise_and": ops.BitwiseAnd[*graph.Node, *graph.Node], "bitwise_or": ops.BitwiseOr[*graph.Node, *graph.Node],
		"bitwise_xor": ops.BitwiseXor[*graph.Node, *graph.Node], "floor_divide_int": ops.FloorDivide[*graph.Node, *graph.Node],
		"mod_int": ops.Mod[*graph.Node, *graph.Node], "add_int": ops.Add[*graph.Node, *graph.Node], "equal_int": ops.Equal[*graph.Node, *graph.Node],
		"maximum_int": ops.Maximum[*graph.Node, *graph.Node], "div_int": ops.Div[*graph.Node, *graph.Node], "pow_int": ops.Pow[*graph.Node, *graph.Node],
	})
	register(Sample{
		Name: "where", In: []Arg{{Shape: []int{3, 1}, Dtype: graph.Bool, None: []int{0}}, {Shape: []int{3, 4}, None: []int{0}}, {Shape: []int{4}}},
		Build: func(in graph.Nodes) *graph.Node { return ops.Square(ops.Where(in[0], in[1], in[2])) },
	})
}
