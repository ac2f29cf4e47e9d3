package kernels

import (
	"math"
	"testing"
)

// references are the functions in float64 whose float32 versions are written by hand.
var references = map[string]func(float64) float64{
	"exp": math.Exp, "log": math.Log, "tanh": math.Tanh, "sigmoid": sigmoid64, "softplus": softplus64,
	"log_sigmoid": func(x float64) float64 { return -softplus64(-x) },
}

// TestFloat32Functions holds the portable ones within 1 unit in the last place of the rounded float64 result, on all magnitudes.
func TestFloat32Functions(t *testing.T) {
	r := newRand()
	x := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
		math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 88.72, 88.73, 89, -87.4, -103.9, -104, 1, 0.2, -0.2, 9.5, 40, 17}
	for range 100000 {
		x = append(x, float32(r.NormFloat64()*math.Exp(r.Float64()*16-10)), math.Float32frombits(r.Uint32()))
	}
	y := make([]float32, len(x))
	for name, f := range references {
		floatTable[float32]().unary[name](y, x)
		for i, v := range x {
			want := float32(f(float64(v)))
			got := y[i]
			if got == want || got != got && want != want {
				continue
			}
			if got != math.Nextafter32(want, got) {
				t.Fatalf("%s(%v) = %v, want %v", name, v, got, want)
			}
		}
	}
}

func TestUnary(t *testing.T) {
	t.Run("float32", testUnary[float32])
	t.Run("float64", testUnary[float64])
}

func testUnary[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name    string
		x, want []float64
	}{
		{"neg", []float64{1, -2, nan}, []float64{-1, 2, nan}},
		{"abs", []float64{1, -2, -inf, nan}, []float64{1, 2, inf, nan}},
		{"sign", []float64{3, -2, 0, -inf, nan}, []float64{1, -1, 0, -1, nan}},
		{"square", []float64{3, -2}, []float64{9, 4}},
		{"sqrt", []float64{4, -1, 0}, []float64{2, nan, 0}},
		{"rsqrt", []float64{4, 0}, []float64{0.5, inf}},
		{"reciprocal", []float64{4, 0}, []float64{0.25, inf}},
		{"expm1", []float64{0, 1e-6, 1}, []float64{0, 1.0000005e-6, math.E - 1}},
		{"log1p", []float64{0, -1, math.E - 1}, []float64{0, -inf, 1}},
		{"log2", []float64{8}, []float64{3}},
		{"log10", []float64{1000}, []float64{3}},
		{"sin", []float64{math.Pi / 6}, []float64{0.5}},
		{"cos", []float64{math.Pi / 3}, []float64{0.5}},
		{"tan", []float64{math.Pi / 4}, []float64{1}},
		{"asin", []float64{1, 2}, []float64{math.Pi / 2, nan}},
		{"acos", []float64{0}, []float64{math.Pi / 2}},
		{"atan", []float64{inf}, []float64{math.Pi / 2}},
		{"sinh", []float64{1}, []float64{1.1752011936438014}},
		{"cosh", []float64{1}, []float64{1.5430806348152437}},
		{"asinh", []float64{1.1752011936438014}, []float64{1}},
		{"acosh", []float64{1.5430806348152437, 0}, []float64{1, nan}},
		{"atanh", []float64{0.5, 1}, []float64{0.5493061443340549, inf}},
		{"erf", []float64{0.5, inf}, []float64{0.5204998778130465, 1}},
		{"erfc", []float64{0.5}, []float64{0.4795001221869535}},
		{"erfinv", []float64{0.5204998778130465, 1}, []float64{0.5, inf}},
		{"lgamma", []float64{5, 0}, []float64{math.Log(24), inf}},
		{"digamma", []float64{1, 0.5, 10, -0.5, -1}, []float64{-0.5772156649015329, -1.9635100260214235, 2.251752589066721, 0.03648997397857652, nan}},
		{"floor", []float64{1.5, -1.5}, []float64{1, -2}},
		{"ceil", []float64{1.5, -1.5}, []float64{2, -1}},
		{"round", []float64{0.5, 1.5, 2.5, -0.5}, []float64{0, 2, 2, 0}},
		{"trunc", []float64{1.9, -1.9}, []float64{1, -1}},
		{"relu", []float64{-1, 0, 2, nan, inf, -inf}, []float64{0, 0, 2, nan, inf, 0}},
		{"exp", []float64{1, 0}, []float64{math.E, 1}},
		{"log", []float64{math.E, 0, -1}, []float64{1, -inf, nan}},
		{"tanh", []float64{0.5}, []float64{0.46211715726000973}},
		{"sigmoid", []float64{0, -inf, inf}, []float64{0.5, 0, 1}},
		{"softplus", []float64{0, 100}, []float64{math.Ln2, 100}},
		{"log_sigmoid", []float64{0, -100}, []float64{-math.Ln2, -100}},
	} {
		x, want := make([]T, len(c.x)), make([]T, len(c.x))
		for i := range x {
			x[i], want[i] = T(c.x[i]), T(c.want[i])
		}
		loops, err := Unary(c.name, x, x) // in place
		run(t, loops, err)
		tol := 1e-14
		if any(T(0)) == any(float32(0)) {
			tol = 2e-6
		}
		near(t, c.name, x, want, tol)
	}
	if _, err := Unary("frobnicate", []T{1}, []T{1}); err == nil {
		t.Fatal("an unknown name passed")
	}
}

func TestUnaryIntegers(t *testing.T) {
	got := make([]int32, 3)
	for name, want := range map[string][]int32{"neg": {3, 0, -4}, "abs": {3, 0, 4}, "sign": {-1, 0, 1}, "square": {9, 0, 16}, "relu": {0, 0, 4},
		"bitwise_not": {2, -1, -5}, "round": {-3, 0, 4}} {
		loops, err := Unary(name, got, []int32{-3, 0, 4})
		run(t, loops, err)
		same(t, name, got, want)
	}
}

func TestPredicates(t *testing.T) {
	x := []float32{0, 1, float32(math.NaN()), float32(math.Inf(-1))}
	got := make([]bool, 4)
	for name, want := range map[string][]bool{"isnan": {false, false, true, false}, "isinf": {false, false, false, true},
		"isfinite": {true, true, false, false}, "logical_not": {true, false, false, false}} {
		loops, err := Predicate(name, got, x)
		run(t, loops, err)
		same(t, name, got, want)
	}
	loops, err := Not(got, []bool{true, false, true, true})
	run(t, loops, err)
	same(t, "not", got, []bool{false, true, false, false})
}

func TestCast(t *testing.T) {
	x := []float32{1.9, -1.9, float32(math.NaN()), 3e9}
	i32 := make([]int32, 4)
	loops, err := Cast(i32, x)
	run(t, loops, err)
	same(t, "int32", i32, []int32{1, -1, math.MinInt32, math.MinInt32})
	u8 := make([]uint8, 4)
	loops, err = Cast(u8, []int64{3, 255, 256, -1})
	run(t, loops, err)
	same(t, "uint8", u8, []uint8{3, 255, 0, 255})
	f64 := make([]float64, 4)
	loops, err = Cast(f64, x)
	run(t, loops, err)
	near(t, "float64", f64, []float64{float64(x[0]), float64(x[1]), math.NaN(), 3e9}, 0)
	b := make([]bool, 4)
	loops, err = CastToBool(b, []float32{0, 0.5, float32(math.NaN()), -1})
	run(t, loops, err)
	same(t, "bool", b, []bool{false, true, true, true})
	loops, err = CastFromBool(i32, b)
	run(t, loops, err)
	same(t, "from bool", i32, []int32{0, 1, 1, 1})
}

func TestRounding(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	x := []float32{1, 1.00390625, 1.01171875, 3.3895314e38, nan, -inf, 0.1}
	run(t, RoundBF16(x), nil)
	near(t, "bfloat16", x, []float32{1, 1, 1.015625, 3.3895314e38, nan, -inf, 0.10009765625}, 0)
	x = []float32{65504, 65519, 65520, -70000, 1.0004883, 5.9604645e-08, 2.9e-8, 0.1, nan}
	run(t, RoundF16(x), nil)
	near(t, "float16", x, []float32{65504, 65504, inf, -inf, 1, 5.9604645e-08, 0, 0.0999755859375, nan}, 0)
}
