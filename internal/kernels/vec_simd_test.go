//go:build (amd64 || arm64) && unix

package kernels

import (
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"unsafe"
)

// guarded returns n elements that end where memory that must not be touched begins, or, if first, that begin behind such memory.
func guarded[T any](t *testing.T, n int, first bool) []T {
	page := syscall.Getpagesize()
	size := n * int(unsafe.Sizeof(*new(T)))
	inside := max(1, (size+page-1)/page) * page
	m, err := syscall.Mmap(-1, 0, inside+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range [][]byte{m[:page], m[page+inside:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { syscall.Munmap(m) })
	at := page
	if !first {
		at += inside - size
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&m[at])), n)
}

// odd fills x with numbers of all kinds.
func odd(r *rand.Rand, x []float32) {
	special := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 1e-40, -1e-40,
		math.MaxFloat32, 1, -1}
	for i := range x {
		switch r.IntN(4) {
		case 0:
			x[i] = special[r.IntN(len(special))]
		default:
			x[i] = float32(r.NormFloat64())
		}
	}
}

// lengths are around the numbers of elements that the loops take at once.
var lengths = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 39, 63, 64, 65, 100, 1000, 1027}

func sameFloat(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// forLengths runs f with memory guarded at either end and with a number.
func forLengths(t *testing.T, f func(t *testing.T, dst, a, b []float32, s float32)) {
	debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(false)
	r := newRand()
	for _, n := range lengths {
		for _, first := range []bool{false, true} {
			dst, a, b := guarded[float32](t, n, first), guarded[float32](t, n, first), guarded[float32](t, n, first)
			odd(r, a)
			odd(r, b)
			s := [1]float32{}
			odd(r, s[:])
			f(t, dst, a, b, s[0])
		}
	}
}

func equalRows(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if !sameFloat(got[i], want[i]) {
			t.Fatalf("%s of %d: element %d is %v, want %v", what, len(want), i, got[i], want[i])
		}
	}
}

// TestArithmeticSIMD wants the portable loops' bits, at every length, in place too.
func TestArithmeticSIMD(t *testing.T) {
	portable, fast := assembly(t)
	forLengths(t, func(t *testing.T, dst, a, b []float32, s float32) {
		want := make([]float32, len(a))
		for _, name := range []string{"add", "sub", "mul", "div", "maximum", "minimum"} {
			p, f := portable.binary[name], fast.binary[name]
			p.vv(want, a, b)
			f.vv(dst, a, b)
			equalRows(t, name, dst, want)
			copy(dst, a)
			f.vv(dst, dst, b)
			equalRows(t, name+" in place", dst, want)
			copy(dst, b)
			f.vv(dst, a, dst)
			equalRows(t, name+" in place of the second", dst, want)
			p.vs(want, a, s)
			f.vs(dst, a, s)
			equalRows(t, name+" of a number", dst, want)
			p.sv(want, s, b)
			f.sv(dst, s, b)
			equalRows(t, name+" of a number on the left", dst, want)
		}
		for _, name := range []string{"neg", "abs", "square", "sqrt", "reciprocal", "relu"} {
			portable.unary[name](want, a)
			fast.unary[name](dst, a)
			equalRows(t, name, dst, want)
		}
	})
}

// TestFunctionsInPlaceSIMD wants the same of an element wherever it is, and of the row in place.
func TestFunctionsInPlaceSIMD(t *testing.T) {
	_, fast := assembly(t)
	forLengths(t, func(t *testing.T, dst, a, _ []float32, _ float32) {
		want := make([]float32, len(a))
		for _, name := range []string{"exp", "tanh", "sigmoid", "log", "erf", "rsqrt"} {
			for i := range a {
				fast.unary[name](want[i:i+1], a[i:i+1])
			}
			fast.unary[name](dst, a)
			equalRows(t, name, dst, want)
			copy(dst, a)
			fast.unary[name](dst, dst)
			equalRows(t, name+" in place", dst, want)
		}
	})
}

// ulps is the distance of two numbers in units in the last place; infinite if only one is NaN.
func ulps(a, b float32) int64 {
	if a != a || b != b {
		if a != a && b != b {
			return 0
		}
		return math.MaxInt64
	}
	order := func(v float32) int64 {
		if bits := math.Float32bits(v); bits>>31 != 0 {
			return -int64(bits &^ (1 << 31))
		}
		return int64(math.Float32bits(v))
	}
	return max(order(a)-order(b), order(b)-order(a))
}

// TestFunctionsSIMD bounds the error over numbers of all magnitudes, subnormal arguments and results included.
func TestFunctionsSIMD(t *testing.T) {
	_, fast := assembly(t)
	var x []float32
	for bits := uint64(0); bits < 1<<32; bits += 8209 {
		x = append(x, math.Float32frombits(uint32(bits)))
	}
	for v := float32(-106); v < 106; v += 0.0013 {
		x = append(x, v)
	}
	x = append(x, 0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32)
	y := make([]float32, len(x))
	for name, c := range map[string]struct {
		f     func(float64) float64
		limit int64
	}{
		"exp": {math.Exp, 1}, "tanh": {math.Tanh, 2}, "sigmoid": {sigmoid64, 3}, "log": {math.Log, 2}, "erf": {math.Erf, 2},
		"rsqrt": {func(v float64) float64 { return 1 / math.Sqrt(v) }, 1},
	} {
		fast.unary[name](y, x)
		worst, at := int64(0), float32(0)
		for i, v := range x {
			want := float32(c.f(float64(v)))
			if u := ulps(y[i], want); u > worst || want == 0 && v == 0 && math.Signbit(float64(want)) != math.Signbit(float64(y[i])) {
				worst, at = u, v
			}
		}
		if worst > c.limit {
			t.Errorf("%s is off by %d units in the last place at %v, want at most %d", name, worst, at, c.limit)
		}
	}
}

func TestComparisonsSIMD(t *testing.T) {
	portable, fast := assembly(t)
	r := newRand()
	forLengths(t, func(t *testing.T, dst, a, b []float32, s float32) {
		got, want := guarded[bool](t, len(a), false), make([]bool, len(a))
		check := func(name string) {
			t.Helper()
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%s of %d: element %d of %v, %v, %v is %v", name, len(want), i, a[i], b[i], s, got[i])
				}
			}
		}
		for i := range b {
			if r.IntN(3) == 0 {
				b[i] = a[i]
			}
		}
		for name, p := range portable.compare {
			f := fast.compare[name]
			p.vv(want, a, b)
			f.vv(got, a, b)
			check(name)
			p.vs(want, a, s)
			f.vs(got, a, s)
			check(name + " with a number")
			p.sv(want, s, a)
			f.sv(got, s, a)
			check(name + " with a number on the left")
		}
		portable.nonZero(want, a)
		fast.nonZero(got, a)
		check("not zero")

		expect := make([]float32, len(a))
		portable.fromBool(expect, got)
		fast.fromBool(dst, got)
		equalRows(t, "cast of bool", dst, expect)
		ints := guarded[int32](t, len(a), false)
		for i := range ints {
			ints[i] = int32(r.Uint32())
		}
		portable.fromInt32(expect, ints)
		fast.fromInt32(dst, ints)
		equalRows(t, "cast of int32", dst, expect)
	})
}

func TestSelectSIMD(t *testing.T) {
	assembly(t)
	r := newRand()
	portable := choiceOf[uint32]()
	fast := choiceSIMD
	for _, n := range lengths {
		dst, a, b := guarded[uint32](t, n, false), guarded[uint32](t, n, false), guarded[uint32](t, n, false)
		cond, want := guarded[bool](t, n, false), make([]uint32, n)
		for i := range n {
			a[i], b[i], cond[i] = r.Uint32(), r.Uint32(), r.IntN(2) == 0
		}
		for k, c := range []struct{ p, f func(dst, a, b []uint32) }{
			{func(d, a, b []uint32) { portable.VV(d, cond, a, b) }, func(d, a, b []uint32) { fast.VV(d, cond, a, b) }},
			{func(d, a, _ []uint32) { portable.VS(d, cond, a, 7) }, func(d, a, _ []uint32) { fast.VS(d, cond, a, 7) }},
			{func(d, _, b []uint32) { portable.SV(d, cond, 7, b) }, func(d, _, b []uint32) { fast.SV(d, cond, 7, b) }},
			{func(d, _, _ []uint32) { portable.SS(d, cond, 7, 8) }, func(d, _, _ []uint32) { fast.SS(d, cond, 7, 8) }},
		} {
			c.p(want, a, b)
			c.f(dst, a, b)
			for i := range want {
				if dst[i] != want[i] {
					t.Fatalf("form %d of %d: element %d is %d, want %d", k, n, i, dst[i], want[i])
				}
			}
		}
	}
}

func TestFoldsSIMD(t *testing.T) {
	portable, fast := assembly(t)
	forLengths(t, func(t *testing.T, dst, a, b []float32, s float32) {
		equalRows(t, "maximum", []float32{fast.maxRow(a)}, []float32{portable.maxRow(a)})
		equalRows(t, "minimum", []float32{fast.minRow(a)}, []float32{portable.minRow(a)})
		near := func(what string, got, want float64) {
			t.Helper()
			if !(math.Abs(got-want) <= 1e-6*(1+math.Abs(want))) && got != want && (got == got || want == want) {
				t.Fatalf("%s of %d is %v, want %v", what, len(a), got, want)
			}
		}
		near("sum", fast.sumRow(a), portable.sumRow(a))
		near("inner product", fast.inner(a, b), portable.inner(a, b))
		acc, want := make([]float64, len(a)), make([]float64, len(a))
		portable.addCols(want, a)
		fast.addCols(acc, a)
		for i := range acc {
			near("column", acc[i], want[i])
		}
		at, first := make([]int32, len(a)), make([]int32, len(a))
		bestA, bestB := slices.Clone(a), slices.Clone(a)
		portable.wins(first, bestB, b, 7)
		fast.wins(at, bestA, b, 7)
		equalRows(t, "winners", bestA, bestB)
		if !slices.Equal(at, first) {
			t.Fatalf("winners are at %v, want %v", at, first)
		}
		if n := len(a); n > 1 { // two rows, one element apart
			clear(acc)
			clear(want)
			addRows32(acc[:n-1], a, 2, 1)
			portable.addCols(want[:n-1], a[:n-1])
			portable.addCols(want[:n-1], a[1:])
			for i := range acc {
				near("column of two rows", acc[i], want[i])
			}
		}
		e := make([]float32, len(a))
		near("sum of exp", float64(float32(fast.expSum(dst, a, 1.5))), float64(float32(portable.expSum(e, a, 1.5)))) // +Inf is one of float32
		for i := range e {
			if ulps(dst[i], e[i]) > 2 {
				t.Fatalf("exp(%v-1.5) is %v, want %v", a[i], dst[i], e[i])
			}
		}
		for i, v := range a {
			e[i], dst[i] = 2, 2
			if d := float64(v)*float64(s) + 2; math.Abs(d) < 1e30 {
				e[i] = float32(d)
				fast.axpy(dst[i:i+1], s, a[i:i+1])
			}
		}
		equalRows(t, "axpy", dst, e)
	})
}

// TestRandomSIMD wants the words and numbers of the portable loops, at the last block of 32 bits too.
func TestRandomSIMD(t *testing.T) {
	assembly(t)
	r := newRand()
	s := &Seed{Key: [2]uint32{r.Uint32(), r.Uint32()}, Counter: r.Uint64()}
	for _, n := range []int{0, 32, 64, 2048} {
		for _, first := range []uint64{0, 5, math.MaxUint32 - 8, math.MaxUint32 - 3, 1 << 40} {
			got, want := guarded[uint32](t, n, false), make([]uint32, n)
			portableWords(want, s, first)
			wordsSIMD(got, s, first)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("word %d of %d from block %d is %x, want %x", i, n, first, got[i], want[i])
				}
			}
		}
	}
	for _, n := range lengths {
		words, got := guarded[uint32](t, n, false), guarded[float32](t, n, false)
		for i := range words {
			words[i] = r.Uint32()
		}
		uniformSIMD(got, words, -2, 5, 2.99)
		for i, w := range words {
			if want := min(float32(-2+5*unit(w)), 2.99); got[i] != want {
				t.Fatalf("element %d of %d is %v, want %v", i, n, got[i], want)
			}
		}
	}
}
