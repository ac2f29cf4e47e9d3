package kernels

// panelled is the right operand of many products: where there are micro-kernels, a copy in panels that follow one another, so that
// neither its strides nor a transposition cost anything more than once.
type panelled[T Number] struct {
	b      operand[T] // what was packed
	k, n   int
	memory []T
	panels []panel
}

// multiplier runs products of a worker.
type multiplier[T Number] struct {
	tiles *tileSet
	gemm  func(c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T)
	t     block
	work  []T // of the portable gemm
}

// use sets the kernels of the machine, or portable ones where tiles is nil.
func (w *multiplier[T]) use(tiles *tileSet, gemm func(c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T)) {
	if w.gemm == nil {
		w.tiles, w.gemm = tiles, gemm
		if tiles == nil {
			w.work = make([]T, gemmWork)
		}
	}
}

// cut finds the panels of the k by n operand b, which lie where b is.
func (w *multiplier[T]) cut(p *panelled[T], b operand[T], k, n int) {
	p.b, p.k, p.n, p.panels, p.memory = b, k, n, p.panels[:0], p.memory[:0]
	if w.tiles == nil {
		return
	}
	for j := 0; j < n; {
		vecs, cols := w.tiles.panel(n-j, w.tiles.main)
		p.panels = append(p.panels, panel{j, vecs, cols, k * j})
		j += cols
	}
}

// pack copies the k by n operand b.
func (w *multiplier[T]) pack(p *panelled[T], b operand[T], k, n int) {
	w.cut(p, b, k, n)
	if k == 0 || n == 0 {
		return
	}
	if w.tiles == nil {
		p.memory = grow(&p.memory, k*n)
		for i := range k {
			for j := range n {
				p.memory[i*n+j] = b.from(i, j).x[0]
			}
		}
		p.b = operand[T]{x: p.memory, ld: n}
		return
	}
	lanes := w.tiles.lanes
	p.memory = grow(&p.memory, k*((n+lanes-1)/lanes*lanes))
	rest := p.panels
	if first := p.panels[0]; !b.trans && first.vecs*lanes*w.tiles.size == 64 { // one line of the cache: all in one go
		whole := 0
		for whole < len(rest) && rest[whole].vecs == first.vecs && rest[whole].cols == first.vecs*lanes {
			whole++
		}
		if whole > 0 {
			w.tiles.copyPanels(bytesAt(p.memory), bytesAt(b.x), b.ld*w.tiles.size, k, whole, 1)
		}
		rest = rest[whole:]
	}
	for _, q := range rest {
		packPanel(w.tiles, p.memory[q.at:], b.from(0, q.j), k, q.cols, q.vecs*lanes)
	}
}

// multiply computes the m rows c, ldc apart, of a·p, or adds to them.
func (w *multiplier[T]) multiply(c []T, ldc int, a operand[T], p *panelled[T], m int, accumulate bool) {
	s, t := w.tiles, &w.t
	switch {
	case m == 0 || p.n == 0:
		return
	case p.k == 0:
		for i := range m {
			if !accumulate {
				clear(c[i*ldc:][:p.n])
			}
		}
		return
	case s == nil:
		w.gemm(c, ldc, a, p.b, m, p.n, p.k, accumulate, w.work)
		return
	}
	plain(t, p.k)
	t[tileLdc], t[tileAccumulate] = uintptr(ldc*s.size), boolWord(accumulate)
	t[tileRsa], t[tileCsa] = a.strides(s.size)
	for i := range p.panels {
		q := &p.panels[i]
		t[tileC], t[tileA] = address(c[q.j:]), address(a.x)
		if len(p.memory) > 0 {
			t[tileB], t[tileLdb] = address(p.memory[q.at:]), uintptr(q.vecs*s.lanes*s.size)
		} else {
			t[tileB], t[tileLdb] = address(p.b.x[q.j:]), uintptr(p.b.ld*s.size)
		}
		s.run(t, m, q.vecs, q.cols)
	}
}
