package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMatMul(t *testing.T) {
	t.Run("float32", testMatMul[float32])
	t.Run("float64", testMatMul[float64])
}

func testMatMul[T Float](t *testing.T) {
	r := newRand()
	for _, d := range [][3]int{{1, 1, 1}, {0, 3, 2}, {3, 0, 2}, {3, 2, 0}, {1, 5, 7}, {5, 1, 7}, {2, 3, 4}, {7, 6, 9}, {65, 131, 17}, {3, 5, 300}, {3, 5, 5000}} {
		m, n, k := d[0], d[1], d[2]
		for flags := range 8 {
			checkMatMul[T](t, r, m, n, k, flags)
		}
	}
}

// checkMatMul compares a product with the definition. Bits of flags transpose a, transpose b and accumulate.
func checkMatMul[T Float](t *testing.T, r *rand.Rand, m, n, k, flags int) {
	t.Helper()
	s := MatMulShape{M: m, N: n, K: k, TransA: flags&1 != 0, TransB: flags&2 != 0, Accumulate: flags&4 != 0}
	a, b, c := values[T](r, m*k), values[T](r, k*n), values[T](r, m*n)
	want := naiveMatMul(c, a, b, s)
	got := make([]T, m*n)
	loops, err := MatMul(got, a, b, s)
	runBoth(t, got, func() { copy(got, c) }, loops, err)
	near(t, fmt.Sprintf("%+v", s), got, want, tolerance[T]()*math.Sqrt(float64(k+1)))
}

func naiveMatMul[T Float](c, a, b []T, s MatMulShape) []T {
	want := make([]T, s.M*s.N)
	for i := range s.M {
		for j := range s.N {
			sum := 0.0
			for p := range s.K {
				ai, bi := i*s.K+p, p*s.N+j
				if s.TransA {
					ai = p*s.M + i
				}
				if s.TransB {
					bi = j*s.K + p
				}
				sum += float64(a[ai]) * float64(b[bi])
			}
			if s.Accumulate {
				sum += float64(c[i*s.N+j])
			}
			want[i*s.N+j] = T(sum)
		}
	}
	return want
}

// TestMatMulBatch multiplies (2, 1, m, k) by (3, k, n), and (2, 3, m, k) by one (k, n), which is folded.
func TestMatMulBatch(t *testing.T) {
	const m, n, k = 3, 4, 5
	r := newRand()
	b := values[float64](r, 3*k*n)
	for _, s := range []MatMulShape{
		{M: m, N: n, K: k, Batch: []int{2, 3}, StrideA: []int{m * k, 0}, StrideB: []int{0, k * n}},
		{M: m, N: n, K: k, Batch: []int{2, 3}, StrideA: []int{3 * m * k, m * k}, StrideB: []int{0, 0}},
	} {
		a := values[float64](r, 6*m*k)
		got := make([]float64, 6*m*n)
		loops, err := MatMul(got, a, b, s)
		runBoth(t, got, nil, loops, err)
		oa, ob := offsets(s.Batch, s.StrideA), offsets(s.Batch, s.StrideB)
		for i := range 6 {
			want := naiveMatMul(nil, a[oa[i]:], b[ob[i]:], MatMulShape{M: m, N: n, K: k})
			near(t, fmt.Sprint("matrix ", i), got[i*m*n:(i+1)*m*n], want, 1e-12)
		}
	}
}

func TestMatMulOfIntegers(t *testing.T) {
	got := make([]int32, 4)
	loops, err := MatMul(got, []int32{1, 2, 3, 4}, []int32{5, 6, 7, 8}, MatMulShape{M: 2, N: 2, K: 2})
	run(t, loops, err)
	same(t, "product", got, []int32{19, 22, 43, 50})
}

func TestMatMulKeepsNaN(t *testing.T) {
	a := []float32{0, 0}
	b := []float32{float32(math.NaN()), 1}
	got := make([]float32, 1)
	loops, err := MatMul(got, a, b, MatMulShape{M: 1, N: 1, K: 2})
	run(t, loops, err)
	if got[0] == got[0] {
		t.Fatalf("0·NaN gave %v", got[0])
	}
}

func TestMatMulRefusesShortSlices(t *testing.T) {
	if _, err := MatMul(make([]float32, 4), make([]float32, 3), make([]float32, 4), MatMulShape{M: 2, N: 2, K: 2}); err == nil {
		t.Fatal("a of 3 elements passed for a 2 by 2 matrix")
	}
}

func TestMatMulRunsWithoutAllocating(t *testing.T) {
	a, b, c := make([]float32, 128*128), make([]float32, 128*128), make([]float32, 128*128)
	loops, err := MatMul(c, a, b, MatMulShape{M: 128, N: 128, K: 128})
	run(t, loops, err)
	if n := testing.AllocsPerRun(10, func() { pool1.Run(&loops[0]) }); n != 0 {
		t.Fatalf("%v allocations a run", n)
	}
}

func BenchmarkMatMul(b *testing.B) {
	const n = 256
	x, y, z := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	loops, err := MatMul(z, x, y, MatMulShape{M: n, N: n, K: n})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		pool1.Run(&loops[0])
	}
	b.ReportMetric(2*n*n*n*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
