package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// SVD returns the loops of a = u·diag(s)·vt with s descending, by one-sided Jacobi rotations (Hestenes). a is (batch, m, n). With
// k = min(m, n), u is (batch, m, k), s (batch, k) and vt (batch, k, n); full makes u (m, m) and vt (n, n).
func SVD[T Float](u, s, vt, a []T, batch, m, n int, full bool) ([]par.Loop, error) {
	k := min(m, n)
	ku, kv := k, k
	if full {
		ku, kv = m, n
	}
	if err := firstError(need("svd", "u", len(u), batch*m*ku), need("svd", "s", len(s), batch*k), need("svd", "vt", len(vt), batch*kv*n),
		need("svd", "a", len(a), batch*m*n)); err != nil {
		return nil, err
	}
	big := max(m, n)
	return matrices(batch, 2*big, 3*big*big+2*big, func(i int, work []float64) {
		d := svd{rows: big, cols: k, x: work[:big*k], v: work[big*big : big*big+k*k], spare: work[2*big*big:]}
		for r := range m {
			for c := range n {
				at := r*k + c
				if m < n { // work on the transpose, which is tall
					at = c*k + r
				}
				d.x[at] = float64(a[(i*m+r)*n+c])
			}
		}
		d.run()
		for j := range k {
			s[i*k+j] = T(d.values[j])
		}
		left, right := basis{d.x, big, k}, basis{d.v, k, k}
		if m < n {
			left, right = right, left
		}
		storeColumns(u[i*m*ku:(i+1)*m*ku], left, ku, d.spare, false)
		storeColumns(vt[i*kv*n:(i+1)*kv*n], right, kv, d.spare, true)
	}), nil
}

// svd holds a tall matrix x (rows by cols): it becomes the left vectors, v the right ones, both in columns.
type svd struct {
	rows, cols  int
	x, v, spare []float64
	values      []float64
}

// run turns pairs of columns of x until all are orthogonal; their lengths are then the singular values.
func (d *svd) run() {
	n := d.cols
	clear(d.v)
	for i := range n {
		d.v[i*n+i] = 1
	}
	for turned, sweep := true, 0; turned && sweep < sweeps; sweep++ {
		turned = false
		for p := range n {
			for q := p + 1; q < n; q++ {
				a, b, c := 0.0, 0.0, 0.0
				for i := range d.rows {
					x, y := d.x[i*n+p], d.x[i*n+q]
					a, b, c = a+x*x, b+y*y, c+x*y
				}
				if !(math.Abs(c) > 1e-15*math.Sqrt(a*b)) {
					continue
				}
				turned = true
				cos, sin := rotation(a, b, c)
				rotate(d.x[p:], d.x[q:], n, d.rows, cos, sin)
				rotate(d.v[p:], d.v[q:], n, n, cos, sin)
			}
		}
	}
	d.values, d.spare = d.spare[:n], d.spare[n:]
	d.normalize()
}

// normalize divides the columns of x by their lengths and orders everything.
func (d *svd) normalize() {
	n := d.cols
	for j := range n {
		length := 0.0
		for i := range d.rows {
			length = math.Hypot(length, d.x[i*n+j])
		}
		d.values[j] = length
	}
	sortColumns(d.values, true, d.x, d.v)
	for j, length := range d.values {
		scale := 0.0
		if length > 1e-14*d.values[0] { // shorter ones are rounding errors without a direction
			scale = 1 / length
		}
		for i := range d.rows {
			d.x[i*n+j] *= scale
		}
	}
	complete(basis{d.x, d.rows, n}, n, n)
}

// basis holds vectors in the columns of a rows by ld matrix.
type basis struct {
	x        []float64
	rows, ld int
}

// complete makes the columns from the first that is zero, or the have-th, up to want orthonormal to those before: unit vectors
// less their projections, taken twice because once leaves rounding errors.
func complete(b basis, have, want int) {
	for j := range want {
		if j < have && b.norm(j) > 0.5 {
			continue
		}
		for e := range b.rows {
			for i := range b.rows {
				b.x[i*b.ld+j] = 0
			}
			b.x[e*b.ld+j] = 1
			for range 2 {
				for o := range j {
					b.project(j, o)
				}
			}
			if length := b.norm(j); length > 1/math.Sqrt(2*float64(b.rows)) { // one unit vector always leaves that much
				for i := range b.rows {
					b.x[i*b.ld+j] /= length
				}
				break
			}
		}
	}
}

func (b basis) norm(j int) float64 {
	s := 0.0
	for i := range b.rows {
		s = math.Hypot(s, b.x[i*b.ld+j])
	}
	return s
}

// project takes the part along column o from column j.
func (b basis) project(j, o int) {
	s := 0.0
	for i := range b.rows {
		s += b.x[i*b.ld+j] * b.x[i*b.ld+o]
	}
	for i := range b.rows {
		b.x[i*b.ld+j] -= s * b.x[i*b.ld+o]
	}
}

// storeColumns writes want columns of b, completed if it has fewer, transposed if asked.
func storeColumns[T Float](to []T, b basis, want int, spare []float64, transposed bool) {
	full := basis{spare[:b.rows*want], b.rows, want}
	have := min(b.ld, want)
	for i := range b.rows {
		copy(full.x[i*want:i*want+have], b.x[i*b.ld:])
	}
	complete(full, have, want)
	for i := range b.rows {
		for j := range want {
			if transposed {
				to[j*b.rows+i] = T(full.x[i*want+j])
			} else {
				to[i*want+j] = T(full.x[i*want+j])
			}
		}
	}
}
