package kernels

import (
	"fmt"
	"math"
	"testing"
)

// times returns the product of an m by k and a k by n matrix.
func times[T Float](a, b []T, m, k, n int) []T {
	return naiveMatMul(nil, a, b, MatMulShape{M: m, N: n, K: k})
}

func transposed[T Float](a []T, m, n int) []T {
	t := make([]T, m*n)
	for i := range m {
		for j := range n {
			t[j*m+i] = a[i*n+j]
		}
	}
	return t
}

func identity[T Float](n int) []T {
	x := make([]T, n*n)
	for i := range n {
		x[i*n+i] = 1
	}
	return x
}

func TestLinearAlgebra(t *testing.T) {
	t.Run("float32", testLinearAlgebra[float32])
	t.Run("float64", testLinearAlgebra[float64])
}

func testLinearAlgebra[T Float](t *testing.T) {
	r := newRand()
	tol := tolerance[T]() * 10
	const batch, m = 3, 2
	for _, n := range []int{0, 1, 2, 5, 9} {
		a, b := values[T](r, batch*n*n), values[T](r, batch*n*m)
		spd, low, x, inv := make([]T, len(a)), make([]T, len(a)), make([]T, len(b)), make([]T, len(a))
		for i := range batch {
			ai := a[i*n*n : (i+1)*n*n]
			copy(spd[i*n*n:], times(ai, transposed(ai, n, n), n, n, n))
			for j := range n {
				ai[j*n+j] += 9 // well conditioned
				spd[i*n*n+j*n+j]++
			}
		}
		var f Fault
		loops, err := Cholesky(low, spd, batch, n, &f)
		runBoth(t, low, nil, loops, err)
		loops, err = Solve(x, a, b, batch, n, m, &f)
		runBoth(t, x, nil, loops, err)
		loops, err = Inverse(inv, a, batch, n, &f)
		runBoth(t, inv, nil, loops, err)
		if err := f.Take(); err != nil {
			t.Fatal(err)
		}
		for i := range batch {
			ai, li := a[i*n*n:(i+1)*n*n], low[i*n*n:(i+1)*n*n]
			near(t, fmt.Sprint("cholesky ", n), times(li, transposed(li, n, n), n, n, n), spd[i*n*n:(i+1)*n*n], tol)
			near(t, fmt.Sprint("solve ", n), times(ai, x[i*n*m:(i+1)*n*m], n, n, m), b[i*n*m:(i+1)*n*m], tol)
			near(t, fmt.Sprint("inverse ", n), times(ai, inv[i*n*n:(i+1)*n*n], n, n, n), identity[T](n), tol)
		}
		for flags := range 4 {
			testTriangular(t, low, b, batch, n, m, flags&1 != 0, flags&2 != 0, tol)
		}
	}
}

func testTriangular[T Float](t *testing.T, low, b []T, batch, n, m int, lower, trans bool, tol float64) {
	tri := append([]T(nil), low...)
	for i := range batch {
		if !lower {
			copy(tri[i*n*n:], transposed(low[i*n*n:(i+1)*n*n], n, n))
		}
	}
	noisy := append([]T(nil), tri...) // the other triangle must not be read
	for i := range noisy {
		if row, col := i/max(1, n)%max(1, n), i%max(1, n); col > row == lower && col != row {
			noisy[i] = 1e6
		}
	}
	x := append([]T(nil), b...)
	loops, err := TriangularSolve(x, noisy, x, batch, n, m, lower, trans)
	run(t, loops, err)
	for i := range batch {
		op := tri[i*n*n : (i+1)*n*n]
		if trans {
			op = transposed(op, n, n)
		}
		near(t, fmt.Sprint("triangular ", lower, trans), times(op, x[i*n*m:(i+1)*n*m], n, n, m), b[i*n*m:(i+1)*n*m], tol)
	}
}

func TestSingularMatrices(t *testing.T) {
	var f Fault
	x := make([]float64, 8)
	loops, err := Inverse(x, []float64{2, 0, 0, 4, 1, 2, 2, 4}, 2, 2, &f)
	run(t, loops, err)
	near(t, "inverse", x[:5], []float64{0.5, 0, 0, 0.25, math.NaN()}, 1e-15)
	if f.Take() == nil {
		t.Fatal("a singular matrix passed")
	}
	loops, err = Cholesky(x[:4], []float64{1, 2, 2, 1}, 1, 2, &f)
	run(t, loops, err)
	if f.Take() == nil || x[0] == x[0] {
		t.Fatalf("cholesky of an indefinite matrix gave %v", x[:4])
	}
}

func TestDeterminantAndLU(t *testing.T) {
	a := []float64{0, 2, 3, 4, 1, 2, 2, 4}
	sign, log := make([]float64, 2), make([]float64, 2)
	loops, err := Determinant(sign, log, a, 2, 2)
	run(t, loops, err)
	near(t, "sign", sign, []float64{-1, 0}, 0)
	near(t, "log", log, []float64{math.Log(6), math.Inf(-1)}, 1e-15)
	lu, pivot := make([]float64, 4), make([]int32, 2)
	loops, err = LUFactor(lu, pivot, []float64{1, 2, 4, 2}, 1, 2)
	run(t, loops, err)
	near(t, "lu", lu, []float64{4, 2, 0.25, 1.5}, 0)
	same(t, "pivot", pivot, []int32{1, 1})
}

func TestQR(t *testing.T) {
	r := newRand()
	for _, d := range [][2]int{{1, 1}, {4, 4}, {6, 3}, {3, 6}, {5, 1}} {
		m, n := d[0], d[1]
		a := values[float64](r, 2*m*n)
		for _, full := range []bool{false, true} {
			k := min(m, n)
			if full {
				k = m
			}
			q, up := make([]float64, 2*m*k), make([]float64, 2*k*n)
			loops, err := QR(q, up, a, 2, m, n, full)
			runBoth(t, q, nil, loops, err)
			for i := range 2 {
				qi, ri := q[i*m*k:(i+1)*m*k], up[i*k*n:(i+1)*k*n]
				near(t, fmt.Sprint("qr", d, full), times(qi, ri, m, k, n), a[i*m*n:(i+1)*m*n], 1e-13)
				near(t, fmt.Sprint("qᵀq", d, full), times(transposed(qi, m, k), qi, k, m, k), identity[float64](k), 1e-13)
				for j := range k * n {
					if j/n > j%n && ri[j] != 0 {
						t.Fatalf("r is %v below its diagonal", ri[j])
					}
				}
			}
		}
	}
}

func TestEigh(t *testing.T) {
	r := newRand()
	for _, n := range []int{1, 2, 5, 12, 70} {
		b := values[float64](r, n*n)
		a := make([]float64, n*n)
		for i := range n {
			for j := range n {
				a[i*n+j] = b[i*n+j] + b[j*n+i]
			}
		}
		w, v := make([]float64, n), make([]float64, n*n)
		loops, err := Eigh(w, v, a, 1, n)
		run(t, loops, err)
		scaled := append([]float64(nil), v...)
		for i := range scaled {
			scaled[i] *= w[i%n]
		}
		near(t, fmt.Sprint("a·v = v·w ", n), times(a, v, n, n, n), scaled, 1e-11)
		near(t, fmt.Sprint("vᵀv ", n), times(transposed(v, n, n), v, n, n, n), identity[float64](n), 1e-12)
		for i := 1; i < n; i++ {
			if w[i] < w[i-1] {
				t.Fatalf("eigenvalues %v are not ascending", w)
			}
		}
		if n == 70 && testing.AllocsPerRun(2, func() { pool1.Run(&loops[0]) }) != 0 {
			t.Fatal("eigh allocates")
		}
	}
}

func TestSVD(t *testing.T) {
	r := newRand()
	for _, d := range [][2]int{{1, 1}, {4, 4}, {6, 3}, {3, 6}, {5, 1}, {1, 4}} {
		m, n := d[0], d[1]
		k := min(m, n)
		for _, rank := range []int{k, 1, 0} {
			a := times(values[float64](r, m*rank), values[float64](r, rank*n), m, rank, n)
			for _, full := range []bool{false, true} {
				ku, kv := k, k
				if full {
					ku, kv = m, n
				}
				u, s, vt := make([]float64, m*ku), make([]float64, k), make([]float64, kv*n)
				loops, err := SVD(u, s, vt, a, 1, m, n, full)
				run(t, loops, err)
				diag := make([]float64, ku*kv)
				for i, v := range s {
					diag[i*kv+i] = v
					if v < 0 || i > 0 && v > s[i-1] {
						t.Fatalf("singular values %v", s)
					}
				}
				what := fmt.Sprint(d, " rank ", rank, " full ", full)
				near(t, what, times(times(u, diag, m, ku, kv), vt, m, kv, n), a, 1e-12)
				near(t, "uᵀu "+what, times(transposed(u, m, ku), u, ku, m, ku), identity[float64](ku), 1e-12)
				near(t, "v vᵀ "+what, times(vt, transposed(vt, kv, n), kv, n, kv), identity[float64](kv), 1e-12)
			}
		}
	}
}
