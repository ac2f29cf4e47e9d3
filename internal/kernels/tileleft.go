package kernels

// leftCopy is how a copy of rows of a lies in memory: the rows of a micro-kernel's block side by side, step after step; or one row
// after the other where there is no fast way to get there.
type leftCopy struct {
	side bool
	most int // rows of a block
	ld   int // elements from block to block, or from row to row
	csa  uintptr
	// rowAt is the offset of each row in bytes.
	rowAt []uintptr
}

// layout sets l to the copy of m rows or, if trans, columns of steps elements.
func (l *leftCopy) layout(s *tileSet, m, steps, vecs int, trans bool) {
	l.side, l.most = trans || s.columns != nil, s.most[vecs]
	l.ld, l.csa = (steps+15)&^15+16, uintptr(s.size)
	if l.side {
		l.ld, l.csa = (steps+7)&^7*l.most+sideSlack, uintptr(l.most*s.size)
	}
	grow(&l.rowAt, m)
	for i := range l.rowAt[:m] {
		at := i * l.ld
		if l.side {
			at = i/l.most*l.ld + i%l.most
		}
		l.rowAt[i] = uintptr(at * s.size)
	}
}

// sideSlack is what copies of side by side rows, which are written as whole vectors, may overrun.
const sideSlack = 16

// size is the elements of the copy of m rows.
func (l *leftCopy) size(m int) int {
	if l.side {
		return (m + l.most - 1) / l.most * l.ld
	}
	return m * l.ld
}

// copyLeft copies m rows of a, steps elements each.
func copyLeft[T Number](s *tileSet, l *leftCopy, to []T, a operand[T], m, steps int) {
	if !l.side {
		dense(s, to, a.x, l.ld, a.ld, m, steps)
		return
	}
	for i := 0; i < m; i += l.most {
		rows, block := min(l.most, m-i), to[i/l.most*l.ld:]
		if a.trans {
			dense(s, block, a.x[i:], l.most, a.ld, steps, rows)
		} else {
			s.columns(bytesAt(block), bytesAt(a.x[i*a.ld:]), l.most*s.size, a.ld*s.size, rows, steps)
		}
	}
}
