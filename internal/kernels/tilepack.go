package kernels

// tiler is what a worker needs to run micro-kernels: their argument and memory for copies of operands.
type tiler[T Number] struct {
	t      block
	a, b   []T
	panels []panel
	copy   leftCopy
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
	j, whole := 0, k&^7
	if s.columns != nil && whole > 0 {
		for ; j < cols && j+8 <= ld; j += 8 {
			s.columns(bytesAt(dst[j:]), bytesAt(b.x[j*b.ld:]), ld*s.size, b.ld*s.size, min(8, cols-j), whole)
			copyColumns(dst[j:], b.from(0, j), whole, k, min(8, cols-j), ld)
		}
	} else if s.transpose != nil && whole > 0 {
		for ; j+8 <= cols; j += 8 {
			s.transpose(bytesAt(dst[j:]), bytesAt(b.x[j*b.ld:]), ld*s.size, b.ld*s.size, k/8)
			copyColumns(dst[j:], b.from(0, j), whole, k, 8, ld)
		}
	}
	if j < cols {
		copyColumns(dst[j:], b.from(0, j), 0, k, cols-j, ld)
	}
}

// copyColumns copies the rows [p, k) of a transposed operand.
func copyColumns[T Number](dst []T, b operand[T], p, k, cols, ld int) {
	for j := range cols {
		for i, v := range b.x[j*b.ld:][p:k] {
			dst[(p+i)*ld+j] = v
		}
	}
}

// packPanels copies panels of b that follow one another to the start of to. Whole ones of equal width are copied together, so that rows of b
// are read at once.
func packPanels[T Number](s *tileSet, to []T, b operand[T], panels []panel, steps int) {
	first, whole := &panels[0], 0
	bytes := first.vecs * s.lanes * s.size
	for !b.trans && bytes%64 == 0 && whole < len(panels) && panels[whole].cols*s.size == bytes {
		whole++
	}
	if whole > 0 {
		s.copyPanels(bytesAt(to), bytesAt(b.from(0, first.j).x), b.ld*s.size, steps, whole, bytes/64)
	}
	for _, f := range panels[whole:] {
		packPanel(s, to[f.at-first.at:], b.from(0, f.j), steps, f.cols, f.vecs*s.lanes)
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

// packRows is the rows of a that are worth a copy of the panel of b they share.
const packRows = 64
