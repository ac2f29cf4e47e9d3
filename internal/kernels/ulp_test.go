package kernels

import (
	"flag"
	"math"
	"runtime"
	"sync"
	"testing"
)

var everyFloat = flag.Bool("ulp.all", false, "TestUlps: try all 2^32 float32s, which takes some minutes, instead of some 100,000")

// accurate are the functions whose error is bounded, with an exact counterpart.
var accurate = map[string]func(float64) float64{
	"exp": math.Exp, "tanh": math.Tanh, "sigmoid": exactSigmoid, "log": math.Log, "erf": math.Erf, "sqrt": math.Sqrt,
	"expm1": math.Expm1, "log1p": math.Log1p, "rsqrt": func(x float64) float64 { return 1 / math.Sqrt(x) },
	"reciprocal": func(x float64) float64 { return 1 / x },
}

// exactSigmoid keeps the digits of small results.
func exactSigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// ulpLimit is the error that is allowed, in units in the last place of the correctly rounded result.
const ulpLimit = 4

// ulpsApart counts the float32s between two; 0 for two NaNs, very much for one.
func ulpsApart(a, b float32) int64 {
	if a != a || b != b {
		if a != a && b != b {
			return 0
		}
		return math.MaxInt64
	}
	place := func(v float32) int64 {
		bits := int64(math.Float32bits(v))
		if bits>>31 != 0 {
			return -(bits &^ (1 << 31))
		}
		return bits
	}
	return max(place(a)-place(b), place(b)-place(a))
}

// miss is the largest error of a function over some numbers.
type miss struct {
	ulps int64
	at   float32
}

// worst looks at every step-th float32 from the bits first on, up to the bits last.
func worst(name string, first, last, step uint64) (m miss) {
	const block = 4096
	var x, y [block]float32
	row, exact := table32.unary[name], accurate[name]
	for bits := first; bits < last; {
		n := 0
		for ; n < block && bits < last; n++ {
			x[n] = math.Float32frombits(uint32(bits))
			bits += step
		}
		row(y[:n], x[:n])
		for i, v := range x[:n] {
			if u := ulpsApart(y[i], float32(exact(float64(v)))); u > m.ulps {
				m = miss{u, v}
			}
		}
	}
	return m
}

// TestUlps takes bit patterns of all magnitudes: subnormals, infinities and NaNs of both signs are among them.
func TestUlps(t *testing.T) {
	step := uint64(32771)
	if *everyFloat {
		step = 1
	}
	for name := range accurate {
		parts := runtime.GOMAXPROCS(0)
		found := make([]miss, parts)
		var all sync.WaitGroup
		for p := range parts {
			all.Go(func() {
				const patterns = 1 << 32
				found[p] = worst(name, patterns*uint64(p)/uint64(parts), patterns*uint64(p+1)/uint64(parts), step)
			})
		}
		all.Wait()
		most := miss{}
		for _, m := range found {
			if m.ulps > most.ulps {
				most = m
			}
		}
		t.Logf("%s: at most %d units, at %v", name, most.ulps, most.at)
		if most.ulps > ulpLimit {
			t.Errorf("%s(%v) is %d units in the last place off, want at most %d", name, most.at, most.ulps, ulpLimit)
		}
	}
}

// TestExactEnds wants limits to be reached exactly, NaN to stay, and the sign of zero to be kept where the function keeps it.
func TestExactEnds(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	zero := float32(math.Copysign(0, -1))
	tiny := math.Float32frombits(1)
	for name, cases := range map[string][][2]float32{
		"exp":     {{-inf, 0}, {inf, inf}, {0, 1}, {zero, 1}, {nan, nan}, {tiny, 1}, {-200, 0}, {89, inf}, {-math.MaxFloat32, 0}, {math.MaxFloat32, inf}},
		"tanh":    {{-inf, -1}, {inf, 1}, {0, 0}, {zero, zero}, {nan, nan}, {tiny, tiny}, {-tiny, -tiny}, {20, 1}, {-math.MaxFloat32, -1}},
		"sigmoid": {{-inf, 0}, {inf, 1}, {0, 0.5}, {zero, 0.5}, {nan, nan}, {tiny, 0.5}, {-math.MaxFloat32, 0}, {math.MaxFloat32, 1}},
		"log":     {{0, -inf}, {zero, -inf}, {inf, inf}, {1, 0}, {-1, nan}, {-inf, nan}, {nan, nan}, {-tiny, nan}},
		"erf":     {{-inf, -1}, {inf, 1}, {0, 0}, {zero, zero}, {nan, nan}, {10, 1}, {-math.MaxFloat32, -1}},
	} {
		for n := 1; n <= 9; n += 8 { // alone, and in a whole vector
			x, y := make([]float32, n), make([]float32, n)
			for _, c := range cases {
				for i := range x {
					x[i] = c[0]
				}
				table32.unary[name](y, x)
				for i, got := range y {
					if math.Float32bits(got) != math.Float32bits(c[1]) && (got == got || c[1] == c[1]) {
						t.Errorf("%s(%v) is %v, want %v (element %d of %d)", name, c[0], got, c[1], i, n)
					}
				}
			}
		}
	}
}
