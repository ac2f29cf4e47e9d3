package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// AttentionShape describes attention, softmax(q kᵀ * Scale) v in each head, of q: (Batch, Targets, Heads, Size), k: (Batch, Sources,
// Heads, Size) and v: (Batch, Sources, Heads, Width); the result is (Batch, Targets, Heads, Width).
type AttentionShape struct {
	Batch, Heads, Targets, Sources, Size, Width int
	Scale                                       float64
	// Causal lets no target look at later sources.
	Causal bool
	// Mask holds the elements between masks along batch, heads, targets and sources, 0 where one is repeated; nil: there is no mask.
	Mask []int
}

// MaskedScore is what takes the place of the scores that a mask hides: finite, so that a row without any source stays so.
const MaskedScore = -0.7 * math.MaxFloat32

// attention is the operands of an attention, or of its gradient, with what the loops need.
type attention[T Float] struct {
	AttentionShape
	q, k, v []T
	mask    []bool
	kept    []T // the weights of all heads, if they are written or read
	tiles   *tileSet
	table   *vecTable[T]
	rows    attentionRows[T]
	ld      int // elements from row to row of the weights of a block
	most    int // targets of a block
	workers scratch[attendant[T]]
}

// attendant is the memory of a worker: operands in panels, and the weights of a block with their gradient.
type attendant[T Float] struct {
	multiplier[T]
	keys, values, query, keysBack, valuesBack panelled[T]
	weights, slopes                           []T
}

// Elements of the weights of a block: it stays in the second-level cache, with the operands of a head.
const attentionBlock = 16 << 10

func newAttention[T Float](q, k, v []T, mask []bool, kept []T, s AttentionShape) (*attention[T], error) {
	keys, weights := s.Batch*s.Sources*s.Heads, s.Batch*s.Heads*s.Targets*s.Sources
	if kept == nil {
		weights = 0
	}
	if err := firstError(need("attention", "the query", len(q), s.Batch*s.Targets*s.Heads*s.Size), need("attention", "the key", len(k), keys*s.Size),
		need("attention", "the value", len(v), keys*s.Width), need("attention", "the weights", len(kept), weights)); err != nil {
		return nil, err
	}
	if s.Mask != nil {
		n, err := newNest("attention", []int{s.Batch, s.Heads, s.Targets, s.Sources}, s.Mask)
		if err != nil {
			return nil, err
		}
		if err := n.fits("attention", 0, len(mask), 1); err != nil && n.total > 0 {
			return nil, err
		}
	}
	a := &attention[T]{
		AttentionShape: s, q: q, k: k, v: v, mask: mask, kept: kept, tiles: tilesOf[T](), table: tableOf[T](), rows: attentionRowsOf[T](),
	}
	a.ld = (s.Sources + 7) &^ 7
	a.most = max(12, min((s.Targets+11)/12, attentionBlock/max(1, a.ld)/12)*12)
	return a, nil
}

// Attention returns the loops of an attention. The weights of a block of targets are all that is ever in memory, unless they are kept in
// weights: (Batch, Heads, Targets, Sources). y or weights may be nil.
func Attention[T Float](y, weights, q, k, v []T, mask []bool, s AttentionShape) ([]par.Loop, error) {
	a, err := newAttention(q, k, v, mask, weights, s)
	if err != nil {
		return nil, err
	}
	if err := need("attention", "the result", len(y), s.Batch*s.Targets*s.Heads*s.Width); err != nil && y != nil {
		return nil, err
	}
	pairs := s.Batch * s.Heads
	parts := max(1, min((s.Targets+a.most-1)/a.most, (attentionTasks+pairs-1)/max(1, pairs))) // each packs keys and values anew
	rows := (s.Targets + parts - 1) / parts
	return []par.Loop{{N: pairs * parts, Chunk: 1, Body: func(worker, lo, hi int) {
		w := a.worker(worker)
		for t := lo; t < hi; t++ {
			first := t % parts * rows
			a.forward(w, y, t/parts, first, min(first+rows, s.Targets))
		}
	}}}, nil
}

// attentionTasks is how many tasks an attention is cut into at least, where it has as many blocks.
const attentionTasks = 4

// worker returns the memory of a worker.
func (a *attention[T]) worker(i int) *attendant[T] {
	w := &a.workers.get(i, 1)[0]
	w.use(a.tiles, a.table.gemm)
	return w
}

// head returns the rows of a head in x: (Batch, length, Heads, width).
func (a *attention[T]) head(x []T, pair, length, width int) operand[T] {
	b, h := pair/a.Heads, pair%a.Heads
	return operand[T]{x: x[min((b*length*a.Heads+h)*width, len(x)):], ld: a.Heads * width}
}

// forward computes targets from lo to hi of a head.
func (a *attention[T]) forward(w *attendant[T], y []T, pair, lo, hi int) {
	out := a.head(y, pair, a.Targets, a.Width)
	if lo >= hi || a.Sources == 0 {
		if y != nil {
			clearRows(out, lo, hi, a.Width)
		}
		return
	}
	if y != nil {
		w.pack(&w.values, a.head(a.v, pair, a.Sources, a.Width), a.Sources, a.Width)
	}
	a.packKeys(w, pair)
	for i := lo; i < hi; i += a.most {
		m := min(a.most, hi-i)
		weights := a.block(w, pair, i)
		a.weigh(w, weights, pair, i, m)
		if y != nil {
			w.multiply(out.x[i*out.ld:], out.ld, operand[T]{x: weights, ld: a.ld}, &w.values, m, false)
		}
		if a.kept != nil && a.ld != a.Sources {
			a.rowsOf(weights, pair, i, m, func(kept, row []T) { copy(kept, row) })
		}
	}
}

// clearRows sets rows from lo to hi to 0.
func clearRows[T Float](x operand[T], lo, hi, width int) {
	for i := lo; i < hi; i++ {
		clear(x.x[i*x.ld:][:width])
	}
}

// packKeys packs the keys of a head, times Scale.
func (a *attention[T]) packKeys(w *attendant[T], pair int) {
	k := a.head(a.k, pair, a.Sources, a.Size)
	k.trans = true
	w.pack(&w.keys, k, a.Size, a.Sources)
	a.table.vs("mul")(w.keys.memory, w.keys.memory, T(a.Scale))
}

// block returns the memory of the weights of the targets from first on: where they are kept, if their rows are whole vectors.
func (a *attention[T]) block(w *attendant[T], pair, first int) []T {
	if a.kept != nil && a.ld == a.Sources {
		return a.kept[(pair*a.Targets+first)*a.Sources:]
	}
	w.weights = grow(&w.weights, a.most*a.ld)
	return w.weights
}

// rowsOf calls f with m rows of the weights that are kept and those of a block.
func (a *attention[T]) rowsOf(block []T, pair, first, m int, f func(kept, row []T)) {
	for r := range m {
		f(a.kept[(pair*a.Targets+first+r)*a.Sources:][:a.Sources], block[r*a.ld:][:a.Sources])
	}
}

// weigh computes the weights of m targets.
func (a *attention[T]) weigh(w *attendant[T], weights []T, pair, first, m int) {
	q := a.head(a.q, pair, a.Targets, a.Size)
	w.multiply(weights, a.ld, q.from(first, 0), &w.keys, m, false)
	a.hide(weights, pair, first, m, MaskedScore)
	a.rows.softmax(weights, m, a.Sources, a.ld)
}

// hide puts v where the mask, or the order, hides a source.
func (a *attention[T]) hide(x []T, pair, first, m int, v T) {
	if !a.Causal && a.Mask == nil {
		return
	}
	for r := range m {
		row := x[r*a.ld:][:a.Sources]
		if a.Causal {
			for j := first + r + 1; j < a.Sources; j++ {
				row[j] = v
			}
		}
		if a.Mask == nil {
			continue
		}
		at, step := pair/a.Heads*a.Mask[0]+pair%a.Heads*a.Mask[1]+(first+r)*a.Mask[2], a.Mask[3]
		switch {
		case step == 1:
			a.rows.choose(row, a.mask[at:][:len(row)], row, v)
		case !a.mask[at]: // one for all sources
			fillRow(row, v)
		}
	}
}
