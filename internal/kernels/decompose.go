package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// QR returns the loops of a = q·r with orthonormal columns in q, by Householder reflections with LAPACK's signs. a is (batch, m,
// n). With k = min(m, n), q is (batch, m, k) and r (batch, k, n); complete makes k = m.
func QR[T Float](q, r, a []T, batch, m, n int, complete bool) ([]par.Loop, error) {
	k := min(m, n)
	if complete {
		k = m
	}
	if err := firstError(need("qr", "q", len(q), batch*m*k), need("qr", "r", len(r), batch*k*n), need("qr", "a", len(a), batch*m*n)); err != nil {
		return nil, err
	}
	return matrices(batch, max(m, n), m*n+m*k+m, func(i int, work []float64) {
		x, basis, tau := work[:m*n], work[m*n:m*n+m*k], work[m*n+m*k:]
		load(x, a, i)
		householder(x, tau, m, n)
		unfold(basis, x, tau, m, n, k)
		store(q, i, basis)
		for row := range k {
			clear(x[row*n : row*n+min(row, n)]) // the reflections' vectors
		}
		store(r, i, x[:k*n])
	}), nil
}

// householder replaces x by r and, below its diagonal, the vectors v of the reflections 1 - tau v vᵀ (v's first element is 1).
func householder(x, tau []float64, m, n int) {
	for c := range min(m, n) {
		tail := 0.0
		for i := c + 1; i < m; i++ {
			tail = math.Hypot(tail, x[i*n+c])
		}
		tau[c] = 0
		if tail == 0 {
			continue
		}
		alpha := x[c*n+c]
		beta := -math.Copysign(math.Hypot(alpha, tail), alpha)
		tau[c] = (beta - alpha) / beta
		for i := c + 1; i < m; i++ {
			x[i*n+c] /= alpha - beta
		}
		x[c*n+c] = beta
		for j := c + 1; j < n; j++ {
			reflect(x, n, x[j:], n, tau[c], c, m)
		}
	}
}

// reflect applies reflection c, stored in column c of x, to the column that y starts with (rows ldy apart).
func reflect(x []float64, ldx int, y []float64, ldy int, tau float64, c, m int) {
	s := y[c*ldy]
	for i := c + 1; i < m; i++ {
		s += x[i*ldx+c] * y[i*ldy]
	}
	s *= tau
	y[c*ldy] -= s
	for i := c + 1; i < m; i++ {
		y[i*ldy] -= s * x[i*ldx+c]
	}
}

// unfold writes the first k columns of the product of the reflections.
func unfold(q, x, tau []float64, m, n, k int) {
	clear(q)
	for j := range k {
		q[j*k+j] = 1
		for c := min(m, n) - 1; c >= 0; c-- {
			reflect(x, n, q[j:], k, tau[c], c, m)
		}
	}
}

// sweeps bounds the Jacobi iterations, which converge quadratically: ten are plenty in practice.
const sweeps = 60

// Eigh returns the loops of the eigenvalues w (batch, n), ascending, and eigenvectors v (batch, n, n), in columns, of symmetric
// matrices a (batch, n, n), by Jacobi rotations. Only a's lower triangle is read. Input that is not finite gives NaN.
func Eigh[T Float](w, v, a []T, batch, n int) ([]par.Loop, error) {
	if err := firstError(need("eigh", "w", len(w), batch*n), need("eigh", "v", len(v), batch*n*n), need("eigh", "a", len(a), batch*n*n)); err != nil {
		return nil, err
	}
	return matrices(batch, 2*n, 2*n*n+n, func(i int, work []float64) {
		x, vectors, values := work[:n*n], work[n*n:2*n*n], work[2*n*n:]
		load(x, a, i)
		for r := range n {
			for c := range r {
				x[c*n+r] = x[r*n+c]
			}
		}
		jacobi(x, vectors, n)
		for j := range n {
			values[j] = x[j*n+j]
		}
		sortColumns(values, false, vectors)
		store(w, i, values)
		store(v, i, vectors)
	}), nil
}

// jacobi makes the symmetric x diagonal by cyclic rotations and collects those in v's columns.
func jacobi(x, v []float64, n int) {
	clear(v)
	for i := range n {
		v[i*n+i] = 1
	}
	for range sweeps {
		off, diag := 0.0, 0.0
		for i := range n {
			diag += x[i*n+i] * x[i*n+i]
			for j := range i {
				off += x[i*n+j] * x[i*n+j]
			}
		}
		if !(off > 1e-32*diag) {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				if x[p*n+q] == 0 {
					continue
				}
				c, s := rotation(x[p*n+p], x[q*n+q], x[p*n+q])
				rotate(x[p:], x[q:], n, n, c, s)
				rotate(x[p*n:], x[q*n:], 1, n, c, s)
				x[p*n+q], x[q*n+p] = 0, 0 // but for rounding they are
				rotate(v[p:], v[q:], n, n, c, s)
			}
		}
	}
}

// rotation returns the cosine and sine that make the off-diagonal element of [[a, b], [b, d]] zero (Golub and Van Loan 8.5.2).
func rotation(a, d, b float64) (c, s float64) {
	tau := (d - a) / (2 * b)
	t := 1 / (math.Abs(tau) + math.Hypot(1, tau))
	if tau < 0 {
		t = -t
	}
	c = 1 / math.Hypot(1, t)
	return c, t * c
}

// rotate turns two vectors of n elements, step apart.
func rotate(a, b []float64, step, n int, c, s float64) {
	for i := 0; i < n*step; i += step {
		a[i], b[i] = c*a[i]-s*b[i], s*a[i]+c*b[i]
	}
}

// sortColumns orders values ascending, or descending if asked, and the columns of the matrices with them.
func sortColumns(values []float64, descending bool, matrices ...[]float64) {
	n := len(values)
	for j := range n {
		best := j
		for i := j + 1; i < n; i++ {
			if values[i] < values[best] != descending && values[i] != values[best] {
				best = i
			}
		}
		if best == j {
			continue
		}
		values[j], values[best] = values[best], values[j]
		for _, m := range matrices {
			for r := 0; r < len(m); r += n {
				m[r+j], m[r+best] = m[r+best], m[r+j]
			}
		}
	}
}
