package kernels

import (
	"fmt"
	"math"
	"testing"
)

func TestMeanAndVariance(t *testing.T) {
	t.Run("float32", testMeanAndVariance[float32])
	t.Run("float64", testMeanAndVariance[float64])
}

func testMeanAndVariance[T Float](t *testing.T) {
	r := newRand()
	for _, c := range []struct{ outer, n, cols int }{
		{1, 1, 1}, {1, 5, 1}, {3, 7, 1}, {1, 7, 3}, {1, 40, 8}, {2, 9, 24}, {1, 33, 29}, {1, 5000, 16}, {1, 1000, 700}, {40, 100, 5},
		{1, 100001, 1}, {0, 3, 2}, {2, 3, 0},
	} {
		for _, shift := range []float64{0, 1, 3000} {
			x := values[T](r, c.outer*c.n*c.cols)
			for i := range x {
				x[i] += T(shift)
			}
			want := naiveMoments(x, c.outer, c.n, c.cols)
			got := make([]T, len(want))
			half := len(got) / 2
			loops, err := Moments(got[:half], got[half:], x, c.outer, c.n, c.cols)
			runBoth(t, got, nil, loops, err)
			near(t, fmt.Sprint(c, shift), got, want, 1e-6)
		}
	}
}

// naiveMoments is the means and, behind them, the variances.
func naiveMoments[T Float](x []T, outer, n, cols int) []T {
	out := make([]T, 2*outer*cols)
	for i := range outer * cols {
		at := func(k int) float64 { return float64(x[(i/cols*n+k)*cols+i%cols]) }
		mean, square := 0.0, 0.0
		for k := range n {
			mean += at(k)
		}
		mean /= float64(n)
		for k := range n {
			square += (at(k) - mean) * (at(k) - mean)
		}
		out[i], out[outer*cols+i] = T(mean), T(square/float64(n))
	}
	return out
}

// Numbers with a mean a million times as large as their distances from it still have a variance, and what is no number stays so.
func TestVarianceFarFromZero(t *testing.T) {
	x := make([]float32, 4096)
	for i := range x {
		x[i] = float32(1<<20 + i%2)
	}
	got := make([]float32, 2)
	loops, err := Moments(got[:1], got[1:], x, 1, len(x), 1)
	runBoth(t, got, nil, loops, err)
	near(t, "alternating", got, []float32{1 << 20, 0.25}, 1e-6)
	x[77] = float32(math.Inf(1))
	runBoth(t, got, nil, loops, err)
	if !math.IsInf(float64(got[0]), 1) || !math.IsNaN(float64(got[1])) {
		t.Errorf("with an infinity: %v", got)
	}
	loops, err = Moments(got[:1], got[1:], x, 1, 0, 1)
	runBoth(t, got, nil, loops, err)
	if !math.IsNaN(float64(got[0])) || !math.IsNaN(float64(got[1])) {
		t.Errorf("of nothing: %v", got)
	}
}
