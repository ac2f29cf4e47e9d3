package kernels

// factors is the m by n block c, rows ldc apart, of the product a·b, or what the product is added to.
type factors[T Number] struct {
	c          []T
	ldc        int
	a, b       operand[T]
	m, n, k    int
	accumulate bool
	end        *epilogue[T]
	// worker, row and col are what end is told of the first element.
	worker, row, col int
}

// Sizes that keep operands in caches: a panel of b and a block of rows of a in the first level; a strip of a, with what is done
// to c at once, in the second; the panels of a pass over a in the third.
const (
	stripBytes  = 216 << 10
	stripRows   = 240
	passCols    = 1024
	groupPanels = 8
)

// A panel of b is copied if so many rows of a use it and it does not stay in the first-level cache as it lies; for fewer rows than
// packRows, only if few of its rows would stay.
const (
	rightRows  = 12
	rightBytes = 32 << 10
	rightLine  = 64        // bytes of a line of that cache
	rightWay   = 4096      // from one address to the next that shares its set
	rightFew   = 384 << 10 // rows times the bytes that are apart the lines that they begin in, in a way of the cache
)

// balanced cuts n into parts of at most about limit, and returns the length of one, a multiple of unit.
func balanced(n, limit, unit int) int {
	parts := max(1, (n+limit-1)/limit)
	return ((n+parts-1)/parts + unit - 1) / unit * unit
}

// stepsOf returns the length of the parts of a sum of k products.
func (s *tileSet) stepsOf(k int) int { return balanced(k, s.steps*4/3, 8) }

// stripOf returns the rows of a strip of a with so many steps.
func (s *tileSet) stripOf(m, steps, vecs int) int {
	return balanced(m, max(48, min(stripRows, stripBytes/(steps*s.size))), s.most[vecs])
}

// cut appends the panels of n columns from j on.
func (s *tileSet) cut(to []panel, j, n, steps, width int) []panel {
	at := 0
	for end := j + n; j < end; {
		vecs, cols := s.panel(end-j, width)
		to = append(to, panel{j, vecs, cols, at})
		j += cols
		at += steps * vecs * s.lanes
	}
	return to
}

// multiply computes a block of a product and its end.
func (w *tiler[T]) multiply(s *tileSet, x *factors[T]) {
	switch {
	case x.m == 0 || x.n == 0:
		return
	case x.k == 0:
		if !x.accumulate {
			for i := range x.m {
				clear(x.c[i*x.ldc:][:x.n])
			}
		}
	case x.m == 1 && w.row(s, x):
	default:
		steps := s.stepsOf(x.k)
		for j := 0; j < x.n; j += passCols {
			w.panels = s.cut(w.panels[:0], j, min(passCols, x.n-j), steps, s.width(x.m))
			for p := 0; p < x.k; p += steps {
				w.pass(s, x, p, min(steps, x.k-p))
			}
		}
		return
	}
	x.end.apply(x.worker, x.c, x.ldc, x.row, x.col, x.m, x.n)
}

// prepare sets the argument for the steps from p on.
func (w *tiler[T]) prepare(s *tileSet, x *factors[T], p, steps int) (end *epilogue[T]) {
	t := &w.t
	plain(t, steps)
	t[tileLdc] = uintptr(x.ldc * s.size)
	t[tileAccumulate] = boolWord(x.accumulate || p > 0)
	if p+steps == x.k {
		end = x.end
	}
	t[tileBias], t[tileRelu] = 0, boolWord(end != nil && end.Relu)
	return end
}

// pass adds the steps from p on to the columns of w.panels.
func (w *tiler[T]) pass(s *tileSet, x *factors[T], p, steps int) {
	end := w.prepare(s, x, p, steps)
	vecs := w.panels[0].vecs
	high := s.stripOf(x.m, steps, vecs)
	b := w.right(s, x, p, steps, high)
	copied := copiesLeft(s, x.a, x.m, steps, len(w.panels))
	if copied {
		w.copy.layout(s, min(high, x.m), steps, vecs, x.a.trans)
		grow(&w.a, w.copy.size(high))
	}
	for i := 0; i < x.m; i += high {
		rows, a := min(high, x.m-i), x.a.from(i, p)
		if copied {
			copyLeft(s, &w.copy, w.a, a, rows, steps)
		}
		from := 0
		for q := range w.panels {
			f := &w.panels[q]
			b.panel(w, s, f, i == 0)
			if copied {
				w.readCopy(w.a, &w.copy, 0)
			} else {
				w.readPlace(s, a)
			}
			w.run(s, x, f, i, rows, end)
			if last := q + 1; last%groupPanels == 0 || last == len(w.panels) {
				j := w.panels[from].j
				end.done(x.worker, x.row+i, x.col+j, rows, f.j+f.cols-j)
				from = last
			}
		}
	}
}

// run computes some rows of a panel from row i on.
func (w *tiler[T]) run(s *tileSet, x *factors[T], f *panel, i, rows int, end *epilogue[T]) {
	t := &w.t
	t[tileC] = address(x.c[i*x.ldc+f.j:])
	if end != nil && end.Bias != nil {
		t[tileBias] = address(end.Bias[x.col+f.j:])
	}
	s.run(t, rows, f.vecs, f.cols)
}

// readPlace sets the argument to read a where it is.
func (w *tiler[T]) readPlace(s *tileSet, a operand[T]) {
	t := &w.t
	t[tileA], t[tileRows] = address(a.x), 0
	t[tileRsa], t[tileCsa] = a.strides(s.size)
}

// readCopy sets the argument to read the rows from i on of a copy.
func (w *tiler[T]) readCopy(a []T, l *leftCopy, i int) {
	t := &w.t
	t[tileA], t[tileRows], t[tileCsa] = address(a), address(l.rowAt[i:]), l.csa
}

// copiesLeft reports whether a pass over some panels is worth a copy of its m rows of a.
func copiesLeft[T Number](s *tileSet, a operand[T], m, steps, panels int) bool {
	switch {
	case m < s.most[s.main] || panels < 3 || steps < 64:
		return false
	case a.trans:
		return true
	}
	return panels >= 16 || a.ld*s.size%4096 == 0
}

// copiesRight reports whether m rows of a are worth copies of the panels of b.
func copiesRight[T Number](s *tileSet, b operand[T], m, steps int) bool {
	switch {
	case b.trans || m < rightRows:
		return b.trans
	case m >= packRows:
		return b.ld*steps*s.size > rightBytes
	}
	apart := rightLine
	for apart < rightWay && b.ld*s.size%(2*apart) == 0 {
		apart *= 2
	}
	return steps*apart > rightFew
}

// right is how panels of some steps of b are read: in place, or copied.
type right[T Number] struct {
	operand[T]
	steps  int
	packed bool
	again  bool // copied to the same place again, if one strip of a is all
}

// right decides whether to copy the panels of b.
func (w *tiler[T]) right(s *tileSet, x *factors[T], p, steps, strip int) right[T] {
	r := right[T]{operand: x.b.from(p, 0), steps: steps, again: strip >= x.m}
	r.packed = copiesRight(s, r.operand, x.m, steps)
	if r.packed {
		n := 0
		for _, f := range w.panels {
			size := steps * f.vecs * s.lanes
			if r.again {
				n = max(n, size)
			} else {
				n = max(n, f.at+size)
			}
		}
		grow(&w.b, n)
	}
	return r
}

// panel sets the argument's b, and copies it for the first strip.
func (r *right[T]) panel(w *tiler[T], s *tileSet, f *panel, first bool) {
	t := &w.t
	if !r.packed {
		t[tileB], t[tileLdb] = address(r.x[f.j:]), uintptr(r.ld*s.size)
		return
	}
	to, ld := w.b, f.vecs*s.lanes
	if !r.again {
		to = to[f.at:]
	}
	if first {
		packPanel(s, to, r.from(0, f.j), r.steps, f.cols, ld)
	}
	t[tileB], t[tileLdb] = address(to), uintptr(ld*s.size)
}
