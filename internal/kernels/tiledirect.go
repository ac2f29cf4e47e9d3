package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// direct is products whose operands are read in place, one part of the sum and all columns at a time: all that depends on the shape
// is known beforehand, so that small products do not wait for it.
type direct[T Number] struct {
	*tiled[T]
	x      factors[T]
	panels []panel
	work   scratch[tiler[T]]
}

// direct returns the loop of products that need no copies, or nil.
func (p *tiled[T]) direct() *par.Loop {
	s := p.tiles
	if p.column || p.K == 0 || p.M*p.N == 0 || p.nt > 1 || p.N > passCols || s.stepsOf(p.K) < p.K || p.TransB {
		return nil
	}
	rows := min(p.rows, p.M)
	d := &direct[T]{tiled: p, panels: s.cut(nil, 0, p.N, p.K, s.width(rows))}
	d.x = factors[T]{ldc: p.N, k: p.K, accumulate: p.Accumulate, end: p.end}
	a, b := p.operands(0)
	if rows == 1 && s.axpys != nil && p.K*p.N*s.size >= axpyBytes || copiesRight(s, b, rows, p.K) || copiesLeft(s, a, rows, p.K, len(d.panels)) {
		return nil
	}
	work := rows * p.N * p.K
	return &par.Loop{N: len(p.offA) * p.mt, Chunk: max(1, taskWork/2/max(1, work)), Body: d.run}
}

// run computes some tasks.
func (d *direct[T]) run(worker, lo, hi int) {
	w, s := &d.work.get(worker, 1)[0], d.tiles
	t := &w.t
	end := w.prepare(s, &d.x, 0, d.K)
	for task := lo; task < hi; task++ {
		matrix, i := task, 0
		if d.mt > 1 {
			matrix, i = task/d.mt, task%d.mt*d.rows
		}
		rows := min(d.rows, d.M-i)
		a, b := d.operands(matrix)
		a = a.from(i, 0)
		d.readPlace(w, a, b)
		row := matrix*d.M + i
		c := d.dst[row*d.N:]
		at := t[tileA]
		for q := range d.panels {
			f := &d.panels[q]
			t[tileC], t[tileA], t[tileB] = address(c[f.j:]), at, address(b.x[f.j:])
			if end != nil && end.Bias != nil {
				t[tileBias] = address(end.Bias[f.j:])
			}
			s.run(t, rows, f.vecs, f.cols)
		}
		end.done(worker, row, 0, rows, d.N)
	}
}

// readPlace sets what the argument knows of operands that are read in place.
func (d *direct[T]) readPlace(w *tiler[T], a, b operand[T]) {
	w.readPlace(d.tiles, a)
	w.t[tileLdb] = uintptr(b.ld * d.tiles.size)
}
