package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// shared is a large product, whose operands are copied once for all workers, part by part.
type shared[T Number] struct {
	s       *tileSet
	x       factors[T]
	steps   int
	high    int // rows of a strip
	strips  int
	blocks  int // of columns, where strips alone are too few
	copy    leftCopy
	all     bool // a is copied for all workers, not by the worker of a strip
	a, b    []T
	workers scratch[tiler[T]]
}

// A product of less work is not worth the loops of a shared one; strips of sharedStrips are enough to occupy threads.
const (
	sharedWork   = 4_000_000
	sharedStrips = 8
	sharedRows   = 16
	// leftRows is about the rows that one task copies.
	leftRows = 48
)

// share returns the loops of a large product, or nil if it is none.
func share[T Number](s *tileSet, x factors[T]) []par.Loop {
	width := s.width(x.m)
	if x.m < sharedRows || x.n < groupPanels*width*s.lanes || x.m*x.n*x.k < sharedWork {
		return nil
	}
	p := &shared[T]{s: s, x: x, steps: s.stepsOf(x.k)}
	p.high = s.stripOf(x.m, p.steps, width)
	p.strips = (x.m + p.high - 1) / p.high
	p.blocks = (sharedStrips + p.strips - 1) / p.strips
	p.all = p.blocks > 1
	rows := p.high
	if p.all {
		rows = x.m
	}
	p.copy.layout(s, rows, p.steps, width, x.a.trans)
	if p.all {
		p.a = make([]T, p.copy.size(rows))
	}
	var loops []par.Loop
	for k := 0; k < x.k; k += p.steps {
		for j := 0; j < x.n; j += passCols {
			panels := s.cut(nil, j, min(passCols, x.n-j), min(p.steps, x.k-k), width)
			if last := panels[len(panels)-1]; p.strips > 1 {
				grow(&p.b, last.at+p.steps*last.vecs*s.lanes)
			}
			loops = append(loops, p.copies(panels, k, j == 0), p.products(panels, k))
		}
	}
	return loops
}

// copies returns the loop that copies what the products of the steps from k on share.
func (p *shared[T]) copies(panels []panel, k int, first bool) par.Loop {
	s, steps := p.s, min(p.steps, p.x.k-k)
	unit := (leftRows + p.copy.most - 1) / p.copy.most * p.copy.most
	left, groups := 0, 0
	if p.all && first {
		left = (p.x.m + unit - 1) / unit
	}
	if p.strips > 1 {
		groups = (len(panels) + groupPanels - 1) / groupPanels
	}
	return par.Loop{N: left + groups, Chunk: 1, Body: func(_, lo, hi int) {
		for t := lo; t < hi; t++ {
			if t < left {
				i := t * unit
				copyLeft(s, &p.copy, p.a[int(p.copy.rowAt[i])/s.size:], p.x.a.from(i, k), min(unit, p.x.m-i), steps)
				continue
			}
			from := (t - left) * groupPanels
			group := panels[from:min(from+groupPanels, len(panels))]
			packPanels(s, p.b[group[0].at:], p.x.b.from(k, 0), group, steps)
		}
	}}
}

// products returns the loop that multiplies the steps from k on.
func (p *shared[T]) products(panels []panel, k int) par.Loop {
	per := (len(panels) + p.blocks - 1) / p.blocks
	blocks := (len(panels) + per - 1) / per
	return par.Loop{N: p.strips * blocks, Chunk: 1, Body: func(worker, lo, hi int) {
		w := &p.workers.get(worker, 1)[0]
		for t := lo; t < hi; t++ {
			from := t % blocks * per
			p.strip(w, worker, t/blocks*p.high, panels[from:min(from+per, len(panels))], k)
		}
	}}
}

// strip multiplies the rows from i on by some panels.
func (p *shared[T]) strip(w *tiler[T], worker, i int, panels []panel, k int) {
	s, x := p.s, &p.x
	steps, rows := min(p.steps, x.k-k), min(p.high, x.m-i)
	end := w.prepare(s, x, k, steps)
	a, at := p.a, i
	if !p.all {
		a, at = grow(&w.a, p.copy.size(p.high)), 0
		copyLeft(s, &p.copy, a, x.a.from(i, k), rows, steps)
	}
	b := x.b.from(k, 0)
	for len(panels) > 0 {
		group := panels[:min(groupPanels, len(panels))]
		var packed []T
		if p.strips > 1 {
			packed = p.b[group[0].at:]
		} else {
			group = panels[:min(fewPanels, len(panels))]
			packed = w.few(s, group, b, steps)
		}
		for q := range group {
			f := &group[q]
			w.t[tileB], w.t[tileLdb] = address(packed[f.at-group[0].at:]), uintptr(f.vecs*s.lanes*s.size)
			w.readCopy(a, &p.copy, at)
			w.run(s, x, f, i, rows, end)
		}
		panels = panels[len(group):]
		last := &group[len(group)-1]
		end.done(worker, i, group[0].j, rows, last.j+last.cols-group[0].j)
	}
}

// fewPanels is the panels that are copied at once where one strip of a uses them: enough to read whole lines, and few enough to
// stay in the second-level cache.
const fewPanels = 4

// few copies a group of panels into the worker's memory.
func (w *tiler[T]) few(s *tileSet, group []panel, b operand[T], steps int) []T {
	last := &group[len(group)-1]
	to := grow(&w.b, last.at-group[0].at+steps*last.vecs*s.lanes)
	packPanels(s, to, b, group, steps)
	return to
}
