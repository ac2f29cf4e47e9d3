package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// RecurrentShape is the sizes of a recurrent layer: sequences are (Batch, Steps, n·Units), states (Batch, Units), all contiguous. With
// Reverse the last step comes first.
type RecurrentShape struct {
	Batch, Steps, Units int
	Reverse             bool
}

// chunkRows is how many rows of the batch go through all steps together: enough to use what is read of the recurrent kernel often,
// few enough that several threads find work.
const chunkRows = 16

// rows is the rows of a chunk at most.
func (s *RecurrentShape) rows() int { return min(s.Batch, chunkRows) }

// at is the place of a step among all rows of all steps; step counts in the order in which they run.
func (s *RecurrentShape) at(row, step int) int {
	if s.Reverse {
		step = s.Steps - 1 - step
	}
	return row*s.Steps + step
}

// ahead is the elements from a step to the one that runs after it, for each value of a unit.
func (s *RecurrentShape) ahead() int {
	if s.Reverse {
		return -s.Units
	}
	return s.Units
}

// fits checks the lengths of states.
func (s *RecurrentShape) fits(kernel string, states ...int) error {
	for _, have := range states {
		if err := need(kernel, "a state", have, s.Batch*s.Units); err != nil {
			return err
		}
	}
	return nil
}

// row returns row i of width elements of x, or other if x is nil.
func row[T any](x []T, i, width int, other []T) []T {
	if x == nil {
		return other
	}
	return x[i*width:][:width:width]
}

// steady is a matrix that many products have on their right, packed once for all of them.
type steady[T Number] struct {
	b      operand[T]
	k, n   int
	tiles  *tileSet
	gemm   func(c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T)
	packed []T
	panels []panel
	work   scratch[tiler[T]]
	loose  scratch[T] // of gemm
}

// steadyRows is from how many rows of all products together on a copy of the matrix pays.
const steadyRows = 16

// newSteady takes a matrix of k rows and n columns for some products with m rows at most.
func newSteady[T Number](b operand[T], k, n, m, times int) *steady[T] {
	p := &steady[T]{b: b, k: k, n: n, tiles: tilesOf[T](), gemm: tableOf[T]().gemm}
	if p.tiles == nil || k == 0 {
		p.tiles = nil
		return p
	}
	width, size := p.tiles.width(m), 0
	for j := 0; j < n; {
		vecs, cols := p.tiles.panel(n-j, width)
		p.panels = append(p.panels, panel{j, vecs, cols, size})
		size += k * vecs * p.tiles.lanes
		j += cols
	}
	if b.trans || m*times >= steadyRows {
		p.packed = make([]T, size)
	}
	return p
}

// pack returns the loops that read the matrix.
func (p *steady[T]) pack() []par.Loop {
	if p.packed == nil {
		return nil
	}
	return []par.Loop{{N: len(p.panels), Chunk: chunkOf(p.k * p.panels[0].cols), Body: func(_, lo, hi int) {
		for _, q := range p.panels[lo:hi] {
			packPanel(p.tiles, p.packed[q.at:], p.b.from(0, q.j), p.k, q.cols, q.vecs*p.tiles.lanes)
		}
	}}}
}

// times computes m rows c = a·b; rows are n and k elements apart.
func (p *steady[T]) times(worker int, c, a []T, m int) {
	if p.tiles == nil {
		p.gemm(c, p.n, operand[T]{x: a, ld: p.k}, p.b, m, p.n, p.k, false, p.loose.get(worker, gemmWork))
		return
	}
	w, s := &p.work.get(worker, 1)[0], p.tiles
	t := &w.t
	t[tileRsa], t[tileCsa], t[tileLdc] = uintptr(p.k*s.size), uintptr(s.size), uintptr(p.n*s.size)
	for k := 0; k < p.k; k += s.steps {
		plain(t, min(s.steps, p.k-k))
		t[tileAccumulate] = boolWord(k > 0)
		for i := range p.panels {
			q := &p.panels[i]
			width := q.vecs * s.lanes
			if p.packed != nil {
				t[tileB], t[tileLdb] = address(p.packed[q.at+k*width:]), uintptr(width*s.size)
			} else {
				t[tileB], t[tileLdb] = address(p.b.x[k*p.b.ld+q.j:]), uintptr(p.b.ld*s.size)
			}
			t[tileC], t[tileA] = address(c[q.j:]), address(a[k:])
			s.run(t, m, q.vecs, q.cols)
		}
	}
}
