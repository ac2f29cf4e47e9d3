package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// tiled is a matrix product on micro-kernels, cut into tasks of rows by cols. Each element of dst is summed in the same order
// however it is cut.
type tiled[T Number] struct {
	MatMulShape
	tiles      *tileSet
	dst, a, b  []T
	offA, offB []int // of each matrix of the batch
	rows, cols int
	mt, nt     int
	workers    scratch[tiler[T]]
}

func newTiled[T Number](tiles *tileSet, dst, a, b []T, s MatMulShape, batch *nest) *tiled[T] {
	p := &tiled[T]{MatMulShape: s, tiles: tiles, dst: dst, a: a, b: b}
	var c cursor
	for i := range batch.total {
		c.start(batch, i)
		p.offA, p.offB = append(p.offA, c.off[0]), append(p.offB, c.off[1])
	}
	if s.N == 1 { // a column is a row that wide panels serve
		p.M, p.N, p.TransA, p.TransB = 1, s.M, false, !s.TransA
		p.a, p.b, p.offA, p.offB = b, a, p.offB, p.offA
	}
	p.cut()
	return p
}

// Multiply-adds of a task (about 5 us), and of one that is long enough even for a large product.
const (
	taskWork = 200_000
	longWork = 20_000_000
	// tiledTasks is how many tasks a product is cut into where their work allows.
	tiledTasks = 8
)

// cut chooses the rows and columns of a task. Rows share packed panels, so columns are cut first, into groups of panels.
func (p *tiled[T]) cut() {
	m, n, batch := max(1, p.M), max(1, p.N), max(1, len(p.offA))
	work := m * n * max(1, p.K) * batch
	wanted := max(min(tiledTasks, work/taskWork), work/longWork, 1)
	unit := p.tiles.width(m) * p.tiles.lanes
	group := unit * groupPanels
	panels := (n + unit - 1) / unit
	p.nt = (n + group - 1) / group
	if m <= groupRows { // few rows to cut
		p.nt = max(p.nt, min(panels, wanted/batch))
	}
	p.cols = (panels + p.nt - 1) / p.nt * unit
	p.nt = (n + p.cols - 1) / p.cols
	p.mt = max(1, min(wanted/(p.nt*batch), (m+23)/24))
	p.rows = ((m+p.mt-1)/p.mt + 11) / 12 * 12
	p.mt = (m + p.rows - 1) / p.rows
}

func (p *tiled[T]) loops() []par.Loop {
	tasks := len(p.offA) * p.mt * p.nt
	parts := min((p.K+splitK-1)/splitK, 8)
	if tasks > 0 && tasks < 4 && parts > 1 {
		return p.split(tasks, parts)
	}
	work := min(p.M, p.rows) * min(p.N, p.cols) * max(1, p.K)
	return []par.Loop{{N: tasks, Chunk: max(1, taskWork/2/max(1, work)), Body: func(worker, lo, hi int) {
		w := &p.workers.get(worker, 1)[0]
		for t := lo; t < hi; t++ {
			p.task(w, t, 0, p.K, p.dst, p.Accumulate)
		}
	}}}
}

// split sums parts of K into memory of their own and adds the parts up in order.
func (p *tiled[T]) split(tasks, parts int) []par.Loop {
	n := len(p.offA) * p.M * p.N
	sums := make([]T, parts*n)
	length := (p.K + parts - 1) / parts
	return []par.Loop{
		{N: tasks * parts, Chunk: 1, Body: func(worker, lo, hi int) {
			w := &p.workers.get(worker, 1)[0]
			for t := lo; t < hi; t++ {
				part := t % parts
				k0 := min(part*length, p.K)
				p.task(w, t/parts, k0, min(length, p.K-k0), sums[part*n:(part+1)*n], false)
			}
		}},
		addParts(p.dst[:n], sums, parts, p.Accumulate),
	}
}

// task computes one tile of dst for the part [k0, k0+k) of the sum.
func (p *tiled[T]) task(w *tiler[T], t, k0, k int, dst []T, accumulate bool) {
	i, j := 0, 0
	if p.nt > 1 || p.mt > 1 {
		j = t % p.nt * p.cols
		t /= p.nt
		i = t % p.mt * p.rows
		t /= p.mt
	}
	a := operand[T]{p.a[p.offA[t]:], p.K, p.TransA}
	if p.TransA {
		a.ld = p.M
	}
	b := operand[T]{p.b[p.offB[t]:], p.N, p.TransB}
	if p.TransB {
		b.ld = p.K
	}
	if k > 0 {
		a, b = a.from(i, k0), b.from(k0, j)
	}
	w.product(p.tiles, dst[(t*p.M+i)*p.N+j:], p.N, a, b, min(p.rows, p.M-i), min(p.cols, p.N-j), k, accumulate)
}
