package ops_test

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// convert is what a cast to d makes of v.
func convert(d graph.Dtype, v float64) float64 {
	switch {
	case d == graph.Bool:
		return truth(v != 0)
	case d.IsInteger():
		return math.Trunc(v)
	}
	return v
}

// unaries are the elementwise functions of one argument by the name of their op.
var unaries = map[string]func(float64) float64{
	"neg": func(x float64) float64 { return -x }, "abs": math.Abs, "square": func(x float64) float64 { return x * x },
	"sign": func(x float64) float64 { return truth(x > 0) - truth(x < 0) },
	"sqrt": math.Sqrt, "rsqrt": func(x float64) float64 { return 1 / math.Sqrt(x) }, "reciprocal": func(x float64) float64 { return 1 / x },
	"exp": math.Exp, "expm1": math.Expm1, "log": math.Log, "log1p": math.Log1p, "log2": math.Log2, "log10": math.Log10,
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
	"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "asinh": math.Asinh, "acosh": math.Acosh, "atanh": math.Atanh,
	"erf": math.Erf, "erfc": math.Erfc, "erfinv": math.Erfinv, "lgamma": func(x float64) float64 { v, _ := math.Lgamma(x); return v },
	"digamma": digamma, "floor": math.Floor, "ceil": math.Ceil, "round": math.RoundToEven, "trunc": math.Trunc,
	"relu": func(x float64) float64 { return max(x, 0) }, "sigmoid": func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	"log_sigmoid": func(x float64) float64 { return -math.Log1p(math.Exp(-x)) },
	"softplus":    func(x float64) float64 { return math.Log1p(math.Exp(x)) },
	"logical_not": func(x float64) float64 { return truth(x == 0) }, "isnan": func(x float64) float64 { return truth(math.IsNaN(x)) },
	"isinf":       func(x float64) float64 { return truth(math.IsInf(x, 0)) },
	"isfinite":    func(x float64) float64 { return truth(!math.IsInf(x, 0) && !math.IsNaN(x)) },
	"bitwise_not": func(x float64) float64 { return float64(^int64(x)) }, "stop_gradient": func(x float64) float64 { return x },
}

// digamma moves x up to where the asymptotic series is exact enough.
func digamma(x float64) float64 {
	s := 0.0
	for ; x < 10; x++ {
		s -= 1 / x
	}
	q := 1 / (x * x)
	return s + math.Log(x) - 0.5/x - q*(1.0/12-q*(1.0/120-q*(1.0/252-q*(1.0/240-q/132))))
}

// binaries are the elementwise functions of two arguments by the name of their op.
var binaries = map[string]func(a, b float64) float64{
	"add": func(a, b float64) float64 { return a + b }, "sub": func(a, b float64) float64 { return a - b },
	"mul": func(a, b float64) float64 { return a * b }, "div": func(a, b float64) float64 { return a / b },
	"floor_divide": func(a, b float64) float64 { return math.Floor(a / b) },
	"mod":          func(a, b float64) float64 { return a - b*math.Floor(a/b) },
	"pow":          math.Pow, "maximum": math.Max, "minimum": math.Min, "atan2": math.Atan2,
	"logaddexp": func(a, b float64) float64 { return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b))) },
	"equal":     func(a, b float64) float64 { return truth(a == b) }, "not_equal": func(a, b float64) float64 { return truth(a != b) },
	"less": func(a, b float64) float64 { return truth(a < b) }, "less_equal": func(a, b float64) float64 { return truth(a <= b) },
	"greater": func(a, b float64) float64 { return truth(a > b) }, "greater_equal": func(a, b float64) float64 { return truth(a >= b) },
	"logical_and": func(a, b float64) float64 { return truth(a != 0 && b != 0) },
	"logical_or":  func(a, b float64) float64 { return truth(a != 0 || b != 0) },
	"logical_xor": func(a, b float64) float64 { return truth((a != 0) != (b != 0)) },
	"bitwise_and": func(a, b float64) float64 { return float64(int64(a) & int64(b)) },
	"bitwise_or":  func(a, b float64) float64 { return float64(int64(a) | int64(b)) },
	"bitwise_xor": func(a, b float64) float64 { return float64(int64(a) ^ int64(b)) },
	"left_shift":  func(a, b float64) float64 { return float64(int64(a) << int64(b)) },
	"right_shift": func(a, b float64) float64 { return float64(int64(a) >> int64(b)) },
}
