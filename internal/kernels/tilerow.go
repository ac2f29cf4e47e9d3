package kernels

// row computes one row of a product, if there are kernels for it.
func (w *tiler[T]) row(s *tileSet, x *factors[T]) bool {
	if x.b.trans {
		return !x.a.trans && w.dots(s, x.c[:x.n], x.a.x[:x.k], x.b, x.accumulate)
	}
	return w.axpys(s, x)
}

// axpyBytes is the bytes of b from which a row is computed by axpys: smaller ones stay in the first-level cache.
const axpyBytes = 32 << 10

// axpys computes a row as the sum of rows of b times elements of a, which reads b from end to end.
func (w *tiler[T]) axpys(s *tileSet, x *factors[T]) bool {
	c, ok := any(x.c).([]float32)
	if !ok || s.axpys == nil || x.k < 8 || x.k*x.n*s.size < axpyBytes {
		return false
	}
	c = c[:x.n]
	if !x.accumulate {
		clear(c)
	}
	a, b := any(x.a.x).([]float32), any(x.b.x).([]float32)
	step := 1
	if x.a.trans {
		step = x.a.ld
	}
	const most = 64 // rows of a call: the collector can stop a goroutine between two
	p := 0
	for ; p+8 <= x.k; p += most {
		eights := min(most, x.k-p) / 8
		s.axpys(&c[0], &a[p*step], &b[p*x.b.ld], step*s.size, x.b.ld*s.size, eights, x.n/8, x.n%8*s.size)
	}
	for p = x.k &^ 7; p < x.k; p++ {
		axpy(c, a[p*step], b[p*x.b.ld:][:x.n])
	}
	return true
}

// dots computes one row of products with rows of b, if there is a kernel for it and rows are long enough.
func (w *tiler[T]) dots(s *tileSet, c, a []T, b operand[T], accumulate bool) bool {
	sums, ok := any(c).([]float32)
	if !ok || s.dots == nil || len(a) < 8 {
		return false
	}
	x, y := any(a).([]float32), any(b.x).([]float32)
	whole := len(a) &^ 7
	if fours := len(c) / 4; fours > 0 {
		s.dots(&sums[0], &x[0], &y[0], b.ld*s.size, fours, whole/8, int(boolWord(accumulate)))
	}
	for j := range sums {
		row := y[j*b.ld:][:len(a)]
		switch {
		case j < len(sums)&^3:
			sums[j] += dot(x[whole:], row[whole:])
		case accumulate:
			sums[j] += dot(x, row)
		default:
			sums[j] = dot(x, row)
		}
	}
	return true
}
