package kernels

// tiler is what a worker needs to run micro-kernels: their argument and memory for copies of operands.
type tiler[T Number] struct {
	t      block
	a, b   []T
	ldc    int // elements from row to row of c
	panels [groupPanels]panel
}

// panel is some columns of b: from j on, packed at an offset.
type panel struct{ j, vecs, cols, at int }

// grow returns n elements of a worker's memory.
func grow[T any](x *[]T, n int) []T {
	if cap(*x) < n {
		*x = make([]T, n)
	}
	return (*x)[:n]
}

// dense copies rows of src, each of the given width, to dst.
func dense[T Number](s *tileSet, dst, src []T, ldDst, ldSrc, rows, width int) {
	bytes := width * s.size
	s.copyRows(bytesAt(dst), bytesAt(src), ldDst*s.size, ldSrc*s.size, rows, bytes/32, bytes%32)
}

// packPanel writes k rows of cols columns of b to dst, ld apart.
func packPanel[T Number](s *tileSet, dst []T, b operand[T], k, cols, ld int) {
	if !b.trans {
		dense(s, dst, b.x, ld, b.ld, k, cols)
		return
	}
	j := 0
	if s.transpose != nil && k >= 8 {
		for ; j+8 <= cols; j += 8 {
			s.transpose(bytesAt(dst[j:]), bytesAt(b.x[j*b.ld:]), ld*s.size, b.ld*s.size, k/8)
			for jj := j; jj < j+8; jj++ {
				for p := k &^ 7; p < k; p++ {
					dst[p*ld+jj] = b.x[jj*b.ld+p]
				}
			}
		}
	}
	for ; j < cols; j++ {
		for p, v := range b.x[j*b.ld:][:k] {
			dst[p*ld+j] = v
		}
	}
}

// strides returns the bytes between rows and columns of an operand.
func (o operand[T]) strides(size int) (row, col uintptr) {
	row, col = uintptr(o.ld*size), uintptr(size)
	if o.trans {
		return col, row
	}
	return row, col
}

// product computes the m by n block c (rows ldc apart) of a·b, or adds to it.
func (w *tiler[T]) product(s *tileSet, c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool) {
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		if !accumulate {
			for i := range m {
				clear(c[i*ldc:][:n])
			}
		}
		return
	}
	if m == 1 && b.trans && !a.trans && w.dots(s, c[:n], a.x[:k], b, accumulate) {
		return
	}
	width := s.width(m)
	w.ldc = ldc
	for p := 0; p < k; p += s.steps {
		steps := min(s.steps, k-p)
		w.t[tileLdc] = uintptr(ldc * s.size)
		w.t[tileAccumulate] = boolWord(accumulate || p > 0)
		plain(&w.t, steps)
		w.part(s, c, a.from(0, p), b.from(p, 0), m, n, steps, width)
	}
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

// part computes one part of the sum: for a group of panels, which share the second-level cache with a block of a.
func (w *tiler[T]) part(s *tileSet, c []T, a, b operand[T], m, n, steps, width int) {
	pack := b.trans || m >= packRows && n > width*s.lanes && b.ld*steps*s.size > packBytes
	for j := 0; j < n; {
		group := w.group(s, j, n, steps, width)
		last := &group[len(group)-1]
		j = last.j + last.cols
		if pack {
			w.pack(s, group, b, steps)
		}
		for i := 0; i < m; {
			rows := m - i
			if rows > 2*groupRows {
				rows = groupRows
			} else if rows > groupRows {
				rows = (rows + 23) / 24 * 12
			}
			rows = min(rows, m-i)
			block := w.left(s, a.from(i, 0), rows, steps, len(group) > 2)
			w.rows(s, c[i*w.ldc:], block, b, group, rows, pack)
			i += rows
		}
	}
}

// rows computes some rows of a group of panels.
func (w *tiler[T]) rows(s *tileSet, c []T, a, b operand[T], group []panel, m int, packed bool) {
	t := &w.t
	t[tileRsa], t[tileCsa] = a.strides(s.size)
	for i := range group {
		p := &group[i]
		t[tileC], t[tileA] = address(c[p.j:]), address(a.x)
		if packed {
			t[tileB], t[tileLdb] = address(w.b[p.at:]), uintptr(p.vecs*s.lanes*s.size)
		} else {
			t[tileB], t[tileLdb] = address(b.x[p.j:]), uintptr(b.ld*s.size)
		}
		s.run(t, m, p.vecs, p.cols)
	}
}

// group cuts the next panels from column j on.
func (w *tiler[T]) group(s *tileSet, j, n, steps, width int) []panel {
	at, count := 0, 0
	for count < groupPanels && j < n {
		vecs, cols := s.panel(n-j, width)
		w.panels[count] = panel{j, vecs, cols, at}
		count++
		j += cols
		at += steps * vecs * s.lanes
	}
	return w.panels[:count]
}

// pack copies a group of panels into w.b. Whole panels of equal width are copied together, so that rows of b are read at once.
func (w *tiler[T]) pack(s *tileSet, group []panel, b operand[T], steps int) {
	last, first := &group[len(group)-1], &group[0]
	w.b = grow(&w.b, last.at+steps*last.vecs*s.lanes)
	whole := 0
	for !b.trans && whole < len(group) && group[whole].vecs == first.vecs && group[whole].cols == first.vecs*s.lanes {
		whole++
	}
	bytes := first.vecs * s.lanes * s.size
	if whole > 0 && bytes%64 == 0 {
		s.copyPanels(bytesAt(w.b), bytesAt(b.from(0, first.j).x), b.ld*s.size, steps, whole, bytes/64)
		group = group[whole:]
	}
	for _, p := range group {
		packPanel(s, w.b[p.at:], b.from(0, p.j), steps, p.cols, p.vecs*s.lanes)
	}
}

// left returns a, or a dense copy if its rows would fall into the same set of the first-level cache.
func (w *tiler[T]) left(s *tileSet, a operand[T], m, steps int, shared bool) operand[T] {
	if !shared || m < 4 || a.ld*s.size%4096 != 0 && (!a.trans || a.ld*s.size%1024 != 0) {
		return a
	}
	rows, width := m, steps
	if a.trans {
		rows, width = steps, m
	}
	ld := (width+15)&^15 + 16
	to := grow(&w.a, rows*ld)
	dense(s, to, a.x, ld, a.ld, rows, width)
	return operand[T]{to, ld, a.trans}
}

// A group of panels and a block of rows of a fit the second-level cache together.
const (
	groupPanels = 8
	groupRows   = 120
)

// A panel of b is copied if as many rows of a use it and the rows of b that it is cut from span as many bytes.
const (
	packRows  = 64
	packBytes = 32 << 10
)
