package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

var pool1, pool3 = par.New(1), par.New(3)

// run runs loops on three threads.
func run(t testing.TB, loops []par.Loop, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for i := range loops {
		pool3.Run(&loops[i])
	}
}

// runBoth runs loops on one thread and on three, and fails if the bits of dst differ. before restores what the loops add to.
func runBoth[T Number](t testing.TB, dst []T, before func(), loops []par.Loop, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if before != nil {
		before()
	}
	for i := range loops {
		pool1.Run(&loops[i])
	}
	one := append([]T(nil), dst...)
	if before != nil {
		before()
	}
	for i := range loops {
		pool3.Run(&loops[i])
	}
	for i := range dst {
		if bitsOf(dst[i]) != bitsOf(one[i]) {
			t.Fatalf("element %d is %v on one thread and %v on three", i, one[i], dst[i])
		}
	}
}

func bitsOf[T Number](v T) uint64 {
	switch x := any(v).(type) {
	case float32:
		return uint64(math.Float32bits(x))
	case float64:
		return math.Float64bits(x)
	}
	return uint64(v)
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// values returns n numbers in about [-3, 3), integers for integer types.
func values[T Number](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		v := r.Float64()*6 - 3
		if any(T(0)) == any(uint8(0)) {
			v = math.Abs(v)
		}
		x[i] = T(v)
	}
	return x
}

// near fails unless the elements are equal, both NaN, or within tol times max(1, |want|).
func near[T Number](t testing.TB, what string, got, want []T, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if g == w || g != g && w != w {
			continue
		}
		if !(math.Abs(g-w) <= tol*max(1, math.Abs(w))) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, g, w)
		}
	}
}

// same fails unless the slices are equal.
func same[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: element %d is %v, want %v\n got %v\nwant %v", what, i, got[i], want[i], got, want)
		}
	}
}

// tolerance returns a relative error that sums of some hundred products stay within.
func tolerance[T Float]() float64 {
	if any(T(0)) == any(float32(0)) {
		return 2e-5
	}
	return 1e-12
}

// nextIndex steps a multi-index in row-major order and reports whether it wrapped around.
func nextIndex(idx, shape []int) bool {
	for a := len(shape) - 1; a >= 0; a-- {
		idx[a]++
		if idx[a] < shape[a] {
			return false
		}
		idx[a] = 0
	}
	return true
}

// offsets returns the offset of every element of shape, in row-major order, under strides.
func offsets(shape, strides []int) []int {
	n := size(shape)
	out := make([]int, 0, n)
	idx := make([]int, len(shape))
	for range n {
		o := 0
		for a := range idx {
			o += idx[a] * strides[a]
		}
		out = append(out, o)
		nextIndex(idx, shape)
	}
	return out
}

// runSerial runs loops on the calling goroutine.
func runSerial(loops []par.Loop) {
	for i := range loops {
		pool1.Run(&loops[i])
	}
}
