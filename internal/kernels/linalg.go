package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// The linear algebra below works on a batch of row-major matrices, one matrix to a task, in float64 for both float types:
// these decompositions are small and rarely run, and float32 loses half its digits in them.

// matrices returns the loop over a batch; a task of n rows costs about n³ operations and gets memory of words float64.
func matrices(batch, n, words int, body func(i int, work []float64)) []par.Loop {
	var memory scratch[float64]
	return []par.Loop{{N: batch, Chunk: chunkOf(n * n * n), Body: func(worker, lo, hi int) {
		work := memory.get(worker, words)
		for i := lo; i < hi; i++ {
			body(i, work)
		}
	}}}
}

// load copies matrix i of a batch to float64.
func load[T Float](to []float64, from []T, i int) {
	for j, v := range from[i*len(to) : (i+1)*len(to)] {
		to[j] = float64(v)
	}
}

// store copies float64 to matrix i of a batch.
func store[T Float](to []T, i int, from []float64) {
	row := to[i*len(from) : (i+1)*len(from)]
	for j, v := range from {
		row[j] = T(v)
	}
}

// Cholesky returns the loops of the lower factor L of a = L·Lᵀ; a and dst are (batch, n, n), only a's lower triangle is read. A
// matrix that is not positive definite is told to f and gives NaN.
func Cholesky[T Float](dst, a []T, batch, n int, f *Fault) ([]par.Loop, error) {
	if err := firstError(need("cholesky", "dst", len(dst), batch*n*n), need("cholesky", "a", len(a), batch*n*n)); err != nil {
		return nil, err
	}
	return matrices(batch, n, n*n, func(i int, l []float64) {
		load(l, a, i)
		if !cholesky(l, n) {
			f.report(i, "cholesky: matrix %d is not positive definite", i)
			for j := range l {
				l[j] = math.NaN()
			}
		}
		store(dst, i, l)
	}), nil
}

// cholesky replaces a by its factor, row by row (Cholesky and Banachiewicz).
func cholesky(a []float64, n int) bool {
	for i := range n {
		row := a[i*n : (i+1)*n]
		for j := range i {
			other := a[j*n : (j+1)*n]
			row[j] = (row[j] - dot(row[:j], other[:j])) / other[j]
		}
		d := row[i] - dot(row[:i], row[:i])
		if !(d > 0) {
			return false
		}
		row[i] = math.Sqrt(d)
		clear(row[i+1:])
	}
	return true
}

// TriangularSolve returns the loops of x with op(a)·x = b: a is (batch, n, n), of which the lower or upper triangle is read,
// op(a) its transpose if trans; b and x are (batch, n, m). x may be b.
func TriangularSolve[T Float](x, a, b []T, batch, n, m int, lower, trans bool) ([]par.Loop, error) {
	if err := firstError(need("triangular solve", "x", len(x), batch*n*m), need("triangular solve", "a", len(a), batch*n*n),
		need("triangular solve", "b", len(b), batch*n*m)); err != nil {
		return nil, err
	}
	return matrices(batch, n, n*n+n*m, func(i int, work []float64) {
		t, y := work[:n*n], work[n*n:n*n+n*m]
		load(t, a, i)
		load(y, b, i)
		if trans {
			transposeSquare(t, n)
		}
		triangularSolve(t, y, n, m, lower != trans, false)
		store(x, i, y)
	}), nil
}

func transposeSquare(a []float64, n int) {
	for i := range n {
		for j := range i {
			a[i*n+j], a[j*n+i] = a[j*n+i], a[i*n+j]
		}
	}
}

// triangularSolve replaces the n by m matrix y by t⁻¹·y; unit means a diagonal of ones.
func triangularSolve(t, y []float64, n, m int, lower, unit bool) {
	for s := range n {
		i, j0, j1 := s, 0, s
		if !lower {
			i, j0, j1 = n-1-s, n-s, n
		}
		row := y[i*m : (i+1)*m]
		for j := j0; j < j1; j++ {
			axpy(row, -t[i*n+j], y[j*m:(j+1)*m])
		}
		if !unit {
			divVS(row, row, t[i*n+i])
		}
	}
}

// LUFactor returns the loops of the factors of each matrix with rows exchanged: lu holds U and, below its diagonal, L without
// its ones; pivot[i] is the row that row i was exchanged with, in order (LAPACK's getrf, counted from 0).
func LUFactor[T Float](lu []T, pivot []int32, a []T, batch, n int) ([]par.Loop, error) {
	if err := firstError(need("lu", "lu", len(lu), batch*n*n), need("lu", "pivot", len(pivot), batch*n), need("lu", "a", len(a), batch*n*n)); err != nil {
		return nil, err
	}
	return matrices(batch, n, n*n, func(i int, work []float64) {
		load(work, a, i)
		luFactor(work, pivot[i*n:(i+1)*n], n)
		store(lu, i, work)
	}), nil
}

// luFactor replaces a by its factors and returns the sign of the permutation, 0 if a is singular.
func luFactor(a []float64, pivot []int32, n int) (sign float64) {
	sign = 1
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[p*n+k]) {
				p = i
			}
		}
		pivot[k] = int32(p)
		if a[p*n+k] == 0 {
			sign = 0
			continue
		}
		top := a[k*n : (k+1)*n]
		if p != k {
			sign = -sign
			swapRows(top, a[p*n:(p+1)*n])
		}
		for i := k + 1; i < n; i++ {
			row := a[i*n : (i+1)*n]
			row[k] /= top[k]
			axpy(row[k+1:], -row[k], top[k+1:])
		}
	}
	return sign
}

func swapRows(a, b []float64) {
	for i := range a {
		a[i], b[i] = b[i], a[i]
	}
}

// Solve returns the loops of x with a·x = b: a is (batch, n, n), b and x are (batch, n, m). x may be b. A singular matrix is told
// to f and gives NaN.
func Solve[T Float](x, a, b []T, batch, n, m int, f *Fault) ([]par.Loop, error) {
	if err := firstError(need("solve", "x", len(x), batch*n*m), need("solve", "a", len(a), batch*n*n), need("solve", "b", len(b), batch*n*m)); err != nil {
		return nil, err
	}
	return solve(x, a, n, m, batch, f, func(y []float64, i int) { load(y, b, i) }), nil
}

// Inverse returns the loops of the inverse of each matrix; dst may be a. Singular matrices as in Solve.
func Inverse[T Float](dst, a []T, batch, n int, f *Fault) ([]par.Loop, error) {
	if err := firstError(need("inverse", "dst", len(dst), batch*n*n), need("inverse", "a", len(a), batch*n*n)); err != nil {
		return nil, err
	}
	return solve(dst, a, n, n, batch, f, func(y []float64, _ int) {
		clear(y)
		for i := range n {
			y[i*n+i] = 1
		}
	}), nil
}

// solve solves for the right sides that rhs writes.
func solve[T Float](x, a []T, n, m, batch int, f *Fault, rhs func(y []float64, i int)) []par.Loop {
	var pivots scratch[int32]
	var memory scratch[float64]
	return []par.Loop{{N: batch, Chunk: chunkOf(n * n * n), Body: func(worker, lo, hi int) {
		pivot, work := pivots.get(worker, n), memory.get(worker, n*n+n*m)
		lu, y := work[:n*n], work[n*n:]
		for i := lo; i < hi; i++ {
			load(lu, a, i)
			rhs(y, i)
			if luFactor(lu, pivot, n) == 0 {
				f.report(i, "solve: matrix %d is singular", i)
				for j := range y {
					y[j] = math.NaN()
				}
			}
			for r, p := range pivot {
				if int(p) != r {
					swapRows(y[r*m:(r+1)*m], y[int(p)*m:(int(p)+1)*m])
				}
			}
			triangularSolve(lu, y, n, m, true, true)
			triangularSolve(lu, y, n, m, false, false)
			store(x, i, y)
		}
	}}}
}

// Determinant returns the loops of the sign and the logarithm of the magnitude of each determinant, sign 0 and -Inf for a
// singular matrix. The determinant is sign·exp(logAbs).
func Determinant[T Float](sign, logAbs, a []T, batch, n int) ([]par.Loop, error) {
	if err := firstError(need("determinant", "sign", len(sign), batch), need("determinant", "logAbs", len(logAbs), batch),
		need("determinant", "a", len(a), batch*n*n)); err != nil {
		return nil, err
	}
	var pivots scratch[int32]
	var memory scratch[float64]
	return []par.Loop{{N: batch, Chunk: chunkOf(n * n * n), Body: func(worker, lo, hi int) {
		pivot, lu := pivots.get(worker, n), memory.get(worker, n*n)
		for i := lo; i < hi; i++ {
			load(lu, a, i)
			s, log := luFactor(lu, pivot, n), 0.0
			for j := range n {
				d := lu[j*n+j]
				log += math.Log(math.Abs(d))
				if d < 0 {
					s = -s
				}
			}
			sign[i], logAbs[i] = T(s), T(log)
		}
	}}}, nil
}
