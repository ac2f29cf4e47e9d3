package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Unary returns the loops of dst[i] = f(src[i]); dst may be src. Names are those of keras.ops: neg abs sign square relu, the
// roundings, powers, exponentials, logarithms, (inverse) trigonometric and hyperbolic functions, erf erfc erfinv lgamma
// digamma, sigmoid log_sigmoid softplus for floats; bitwise_not for integers.
func Unary[T Number](name string, dst, src []T) ([]par.Loop, error) {
	f, ok := tableOf[T]().unary[name]
	if !ok {
		return nil, unknown("unary", name, T(0))
	}
	if err := need(name, "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	return each(len(dst), unaryCost(name), func(lo, hi int) { f(dst[lo:hi], src[lo:hi]) }), nil
}

// unaryCost is the cost of one element in additions, roughly: it only sets the chunk size.
func unaryCost(name string) int {
	switch name {
	case "neg", "abs", "sign", "square", "relu", "reciprocal", "bitwise_not":
		return 1
	}
	return 8
}

// Predicate returns the loops of dst[i] = p(src[i]) for p of isnan, isinf, isfinite, logical_not (src[i] == 0).
func Predicate[T Number](name string, dst []bool, src []T) ([]par.Loop, error) {
	var p func(v T) bool
	switch name {
	case "isnan":
		p = func(v T) bool { return v != v }
	case "isinf":
		p = func(v T) bool { return v == v && v-v != v-v }
	case "isfinite":
		p = func(v T) bool { return v-v == v-v }
	case "logical_not":
		p = func(v T) bool { return v == 0 }
	default:
		return nil, unknown("predicate", name, T(0))
	}
	if err := need(name, "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	return each(len(dst), 2, func(lo, hi int) {
		for i, v := range src[lo:hi] {
			dst[lo+i] = p(v)
		}
	}), nil
}

// Not returns the loops of dst[i] = !src[i].
func Not(dst, src []bool) ([]par.Loop, error) {
	if err := need("logical_not", "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	return each(len(dst), 1, func(lo, hi int) {
		for i, v := range src[lo:hi] {
			dst[lo+i] = !v
		}
	}), nil
}

// mapped makes a row function of a function of one element.
func mapped[T Number](f func(T) T) func(dst, src []T) {
	return func(dst, src []T) {
		src = src[:len(dst)]
		for i := range dst {
			dst[i] = f(src[i])
		}
	}
}

func numberUnary[T Number]() map[string]func(dst, src []T) {
	one := T(1) // -1 as a constant would not compile for uint8
	return map[string]func(dst, src []T){
		"neg":    negRow[T],
		"square": squareRow[T],
		"relu":   reluRow[T],
		"sign": mapped(func(v T) T {
			switch {
			case v > 0:
				return 1
			case v < 0:
				return -one
			}
			return v // 0, -0 and NaN
		}),
	}
}

func negRow[T Number](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = -src[i]
	}
}

func squareRow[T Number](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = src[i] * src[i]
	}
}

// reluRow keeps NaN, as max does, and has no branch to mispredict.
func reluRow[T Number](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = max(src[i], 0)
	}
}

func addIntUnary[T Integer](t *vecTable[T]) {
	same := mapped(func(v T) T { return v })
	for _, name := range []string{"floor", "ceil", "round", "trunc"} {
		t.unary[name] = same
	}
	t.unary["bitwise_not"] = mapped(func(v T) T { return ^v })
	t.unary["abs"] = mapped(func(v T) T {
		if v < 0 {
			return -v
		}
		return v
	})
}

// via64 holds the functions that are computed in float64 for both float types.
var via64 = map[string]func(float64) float64{
	"expm1": math.Expm1, "log1p": math.Log1p, "log2": math.Log2, "log10": math.Log10,
	"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
	"sinh": math.Sinh, "cosh": math.Cosh, "asinh": math.Asinh, "acosh": math.Acosh, "atanh": math.Atanh,
	"erf": math.Erf, "erfc": math.Erfc, "erfinv": math.Erfinv, "digamma": digamma,
	"lgamma": func(x float64) float64 { y, _ := math.Lgamma(x); return y },
	"floor":  math.Floor, "ceil": math.Ceil, "round": math.RoundToEven, "trunc": math.Trunc,
}

var (
	own32 = map[string]func(float32) float32{
		"log": log32, "softplus": softplus32,
		"log_sigmoid": func(x float32) float32 { return -softplus32(-x) },
	}
	own64 = map[string]func(float64) float64{
		"exp": math.Exp, "log": math.Log, "tanh": math.Tanh, "sigmoid": sigmoid64, "softplus": softplus64,
		"log_sigmoid": func(x float64) float64 { return -softplus64(-x) },
	}
)

func addFloatUnary[T Float](t *vecTable[T]) {
	for name, f := range via64 {
		t.unary[name] = mapped(func(v T) T { return T(f(float64(v))) })
	}
	switch t := any(t).(type) {
	case *vecTable[float32]:
		for name, f := range own32 {
			t.unary[name] = mapped(f)
		}
		t.unary["exp"], t.unary["tanh"], t.unary["sigmoid"] = exp32Row, tanh32Row, sigmoid32Row
		t.expSum = expSum32
	case *vecTable[float64]:
		for name, f := range own64 {
			t.unary[name] = mapped(f)
		}
		t.expSum = expSum64
	}
	t.unary["abs"], t.unary["sqrt"] = absRow[T], sqrtRow[T]
	t.unary["reciprocal"], t.unary["rsqrt"] = reciprocalRow[T], rsqrtRow[T]
}

// The functions below are single instructions, unless called through a pointer.

func absRow[T Float](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Abs(float64(src[i])))
	}
}

func sqrtRow[T Float](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Sqrt(float64(src[i])))
	}
}

func rsqrtRow[T Float](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = T(1 / math.Sqrt(float64(src[i])))
	}
}

func reciprocalRow[T Float](dst, src []T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = 1 / src[i]
	}
}
