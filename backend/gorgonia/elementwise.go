package gorgonia

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	G "gorgonia.org/gorgonia"
)

// unaries are Gorgonia's own functions of one operand.
var unaries = map[string]func(*G.Node) (*G.Node, error){
	"neg": G.Neg, "square": G.Square, "exp": G.Exp, "expm1": G.Expm1, "log": G.Log, "log1p": G.Log1p, "sqrt": G.Sqrt, "abs": G.Abs,
	"tanh": G.Tanh, "sigmoid": G.Sigmoid, "softplus": G.Softplus, "relu": G.Rectify, "sin": G.Sin, "cos": G.Cos,
}

// binaries are Gorgonia's own functions of two operands of one shape.
var binaries = map[string]func(a, b *G.Node) (*G.Node, error){
	"add": G.Add, "sub": G.Sub, "mul": G.HadamardProd, "pow": G.Pow,
}

// loops1 are loops of one operand.
var loops1 = map[string]func(a float64) float64{
	"sign": sign, "floor": math.Floor, "ceil": math.Ceil, "trunc": math.Trunc, "round": math.RoundToEven,
	"reciprocal": func(a float64) float64 { return 1 / a }, "rsqrt": func(a float64) float64 { return 1 / math.Sqrt(a) },
	"logical_not": func(a float64) float64 { return truth(a == 0) }, "isnan": func(a float64) float64 { return truth(a != a) },
	"isinf":    func(a float64) float64 { return truth(math.IsInf(a, 0)) },
	"isfinite": func(a float64) float64 { return truth(!math.IsNaN(a) && !math.IsInf(a, 0)) },
	"tan":      math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan, "sinh": math.Sinh, "cosh": math.Cosh, "asinh": math.Asinh,
	"acosh": math.Acosh, "atanh": math.Atanh, "erf": math.Erf, "erfc": math.Erfc, "erfinv": math.Erfinv, "log2": math.Log2, "log10": math.Log10,
}

// loops2 are loops of two operands. Gorgonia divides by zero its own way: always to plus infinity.
var loops2 = map[string]func(a, b float64) float64{
	"div": func(a, b float64) float64 { return a / b }, "maximum": larger, "minimum": func(a, b float64) float64 { return -larger(-a, -b) },
	"atan2": math.Atan2, "logaddexp": func(a, b float64) float64 { return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b))) },
	"floor_divide":  func(a, b float64) float64 { return math.Floor(a / b) },
	"mod":           func(a, b float64) float64 { return a - b*math.Floor(a/b) },
	"equal":         func(a, b float64) float64 { return truth(a == b) },
	"not_equal":     func(a, b float64) float64 { return truth(a != b) },
	"less":          func(a, b float64) float64 { return truth(a < b) },
	"less_equal":    func(a, b float64) float64 { return truth(a <= b) },
	"greater":       func(a, b float64) float64 { return truth(a > b) },
	"greater_equal": func(a, b float64) float64 { return truth(a >= b) },
	"logical_and":   func(a, b float64) float64 { return truth(a != 0 && b != 0) },
	"logical_or":    func(a, b float64) float64 { return truth(a != 0 || b != 0) },
	"logical_xor":   func(a, b float64) float64 { return truth((a != 0) != (b != 0)) },
}

func init() {
	for name, f := range unaries {
		register(name, func(_ *graph.Node, in []*G.Node) (*G.Node, error) { return f(in[0]) })
	}
	for name, f := range binaries {
		register(name, func(_ *graph.Node, in []*G.Node) (*G.Node, error) { return f(in[0], in[1]) })
	}
	for name, f := range loops1 {
		registerLoop(name, func(*graph.Node) body { return each1(f) })
	}
	for name, f := range loops2 {
		registerLoop(name, func(*graph.Node) body { return each2(f) })
	}
	registerLoop("select", func(*graph.Node) body { return choose })
	registerLoop("cast", func(n *graph.Node) body { return each1(converted(n.In(0).Dtype(), n.Op().(ops.CastOp).To)) })
	register("log_sigmoid", func(_ *graph.Node, in []*G.Node) (*G.Node, error) { // -softplus(-x)
		x, err := G.Neg(in[0])
		if err == nil {
			x, err = G.Softplus(x)
		}
		if err != nil {
			return nil, err
		}
		return G.Neg(x)
	})
	register("barrier", func(_ *graph.Node, in []*G.Node) (*G.Node, error) { return in[0], nil })
}

func each1(f func(a float64) float64) body {
	return func(in [][]float64, out []float64) error {
		for i, a := range in[0] {
			out[i] = f(a)
		}
		return nil
	}
}

func each2(f func(a, b float64) float64) body {
	return func(in [][]float64, out []float64) error {
		for i, a := range in[0] {
			out[i] = f(a, in[1][i])
		}
		return nil
	}
}

// choose takes its second operand where the first is true, else the third.
func choose(in [][]float64, out []float64) error {
	for i, c := range in[0] {
		if c != 0 {
			out[i] = in[1][i]
		} else {
			out[i] = in[2][i]
		}
	}
	return nil
}

// larger is NaN if an operand is.
func larger(a, b float64) float64 {
	switch {
	case a != a:
		return a
	case a > b:
		return a
	}
	return b
}

func sign(a float64) float64 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	}
	return a // 0 or NaN
}

// converted is the value of an element of a dtype in another one.
func converted(from, to graph.Dtype) func(a float64) float64 {
	switch {
	case to == graph.Bool:
		return func(a float64) float64 { return truth(a != 0) }
	case to == graph.Int8:
		return func(a float64) float64 { return float64(int8(int64(a))) }
	case to == graph.Uint8:
		return func(a float64) float64 { return float64(uint8(int64(a))) }
	case to == graph.Int32:
		return func(a float64) float64 { return float64(int32(int64(a))) }
	case to == graph.Int64:
		return func(a float64) float64 { return float64(int64(a)) }
	}
	return func(a float64) float64 { return a } // the carrier rounds to float32
}
