package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// tiled is a matrix product on micro-kernels, cut into tasks of rows by cols. Each element of dst is summed in the same order
// however it is cut.
type tiled[T Number] struct {
	MatMulShape
	tiles      *tileSet
	end        *epilogue[T]
	column     bool // the product was a column
	dst, a, b  []T
	offA, offB []int // of each matrix of the batch
	rows, cols int
	mt, nt     int
	workers    scratch[tiler[T]]
}

func newTiled[T Number](tiles *tileSet, dst, a, b []T, s MatMulShape, batch *nest, end *epilogue[T]) *tiled[T] {
	p := &tiled[T]{MatMulShape: s, tiles: tiles, end: end, dst: dst, a: a, b: b}
	var c cursor
	for i := range batch.total {
		c.start(batch, i)
		p.offA, p.offB = append(p.offA, c.off[0]), append(p.offB, c.off[1])
	}
	if s.N == 1 { // a column is a row that wide panels serve
		p.column, p.M, p.N, p.TransA, p.TransB = true, 1, s.M, false, !s.TransA
		p.a, p.b, p.offA, p.offB = b, a, p.offB, p.offA
	}
	p.cut()
	return p
}

// A task has about taskWork multiply-adds (5 us) at least; a product is cut into tiledTasks where their work allows, and into more,
// up to mostTasks, if they are longer than longWork. A task of fewer rows than longRows copies b for too little.
const (
	taskWork   = 200_000
	longWork   = 40_000_000
	longRows   = 128
	tiledTasks = 8
	mostTasks  = 32
)

// cut chooses the rows and columns of a task.
func (p *tiled[T]) cut() {
	m, n, batch := max(1, p.M), max(1, p.N), max(1, len(p.offA))
	work := m * n * max(1, p.K) * batch
	wanted := max(1, min(tiledTasks, work/taskWork), min(mostTasks, work/longWork))
	each := (wanted + batch - 1) / batch
	unit := p.tiles.width(m) * p.tiles.lanes
	panels := (n + unit - 1) / unit
	p.mt = max(1, min(each, m/longRows))
	p.nt = min(panels, (each+p.mt-1)/p.mt)
	p.cols = (panels + p.nt - 1) / p.nt * unit
	p.nt = (n + p.cols - 1) / p.cols
	p.mt = max(p.mt, min(each/p.nt, m/24))
	p.rows = ((m+p.mt-1)/p.mt + 11) / 12 * 12
	p.mt = (m + p.rows - 1) / p.rows
}

func (p *tiled[T]) loops() []par.Loop {
	tasks := len(p.offA) * p.mt * p.nt
	parts := min((p.K+splitK-1)/splitK, 8)
	if tasks > 0 && tasks < 4 && parts > 1 {
		return p.split(tasks, parts)
	}
	if len(p.offA) == 1 && !p.column && p.K > 0 {
		x := factors[T]{c: p.dst, ldc: p.N, m: p.M, n: p.N, k: p.K, accumulate: p.Accumulate, end: p.end}
		x.a, x.b = p.operands(0)
		if loops := share(p.tiles, x); loops != nil {
			return loops
		}
	}
	if q := p.direct(); q != nil {
		return []par.Loop{*q}
	}
	work := min(p.M, p.rows) * min(p.N, p.cols) * max(1, p.K)
	return []par.Loop{{N: tasks, Chunk: max(1, taskWork/2/max(1, work)), Body: func(worker, lo, hi int) {
		for t := lo; t < hi; t++ {
			p.task(worker, t, 0, p.K, p.dst, p.Accumulate, p.end)
		}
	}}}
}

// width is the columns of dst.
func (p *tiled[T]) width() int {
	if p.column {
		return 1
	}
	return p.N
}

// split sums parts of K into memory of their own and adds the parts up in order.
func (p *tiled[T]) split(tasks, parts int) []par.Loop {
	return splitSum(p.dst[:len(p.offA)*p.M*p.N], p.K, p.width(), tasks, parts, p.Accumulate, p.end, p.task)
}

// task computes one tile of dst for the part [k0, k0+k) of the sum, and its end.
func (p *tiled[T]) task(worker, t, k0, k int, dst []T, accumulate bool, end *epilogue[T]) {
	i, j := 0, 0
	if p.nt > 1 || p.mt > 1 {
		j = t % p.nt * p.cols
		t /= p.nt
		i = t % p.mt * p.rows
		t /= p.mt
	}
	a, b := p.operands(t)
	if k > 0 {
		a, b = a.from(i, k0), b.from(k0, j)
	}
	m, n := min(p.rows, p.M-i), min(p.cols, p.N-j)
	x := factors[T]{c: dst[(t*p.M+i)*p.N+j:], ldc: p.N, a: a, b: b, m: m, n: n, k: k, accumulate: accumulate}
	w := &p.workers.get(worker, 1)[0]
	if !p.column {
		x.end, x.worker, x.row, x.col = end, worker, t*p.M+i, j
	}
	w.multiply(p.tiles, &x)
	if p.column {
		end.apply(worker, x.c, 1, t*p.N+j, 0, n, 1)
	}
}

// operands returns the matrices of a product of the batch.
func (p *tiled[T]) operands(t int) (a, b operand[T]) {
	a = operand[T]{p.a[p.offA[t]:], p.K, p.TransA}
	if p.TransA {
		a.ld = p.M
	}
	b = operand[T]{p.b[p.offB[t]:], p.N, p.TransB}
	if p.TransB {
		b.ld = p.K
	}
	return a, b
}
