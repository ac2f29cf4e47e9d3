package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// AttentionGrad returns the loops of the gradients dq, dk and dv of an attention whose result has the gradient dy. Without weights, which
// [Attention] may have kept, they are computed once more, block by block.
func AttentionGrad[T Float](dq, dk, dv, dy, weights, q, k, v []T, mask []bool, s AttentionShape) ([]par.Loop, error) {
	a, err := newAttention(q, k, v, mask, weights, s)
	if err != nil {
		return nil, err
	}
	if err := firstError(need("attention gradient", "dq", len(dq), s.Batch*s.Targets*s.Heads*s.Size),
		need("attention gradient", "dk", len(dk), s.Batch*s.Sources*s.Heads*s.Size),
		need("attention gradient", "dv", len(dv), s.Batch*s.Sources*s.Heads*s.Width),
		need("attention gradient", "dy", len(dy), s.Batch*s.Targets*s.Heads*s.Width)); err != nil {
		return nil, err
	}
	return []par.Loop{{N: s.Batch * s.Heads, Chunk: 1, Body: func(worker, lo, hi int) {
		w := a.worker(worker)
		for pair := lo; pair < hi; pair++ {
			a.backward(w, dq, dk, dv, dy, pair)
		}
	}}}, nil
}

// backward computes the gradients of a head: with weights p, dv = pᵀ dy, and with ds = p (dp - sum p dp) for dp = Scale dy vᵀ, dq = ds k and
// dk = dsᵀ q.
func (a *attention[T]) backward(w *attendant[T], dq, dk, dv, dy []T, pair int) {
	outQ, outK, outV := a.head(dq, pair, a.Targets, a.Size), a.head(dk, pair, a.Sources, a.Size), a.head(dv, pair, a.Sources, a.Width)
	if a.Sources == 0 || a.Targets == 0 {
		clearRows(outQ, 0, a.Targets, a.Size)
		clearRows(outK, 0, a.Sources, a.Size)
		clearRows(outV, 0, a.Sources, a.Width)
		return
	}
	if a.kept == nil {
		a.packKeys(w, pair)
	}
	w.pack(&w.keysBack, a.head(a.k, pair, a.Sources, a.Size), a.Sources, a.Size)
	v := a.head(a.v, pair, a.Sources, a.Width)
	v.trans = true
	w.pack(&w.valuesBack, v, a.Width, a.Sources)
	a.table.vs("mul")(w.valuesBack.memory, w.valuesBack.memory, T(a.Scale))
	w.slopes = grow(&w.slopes, a.most*a.ld)
	q, d := a.head(a.q, pair, a.Targets, a.Size), a.head(dy, pair, a.Targets, a.Width)
	for i := 0; i < a.Targets; i += a.most {
		m := min(a.most, a.Targets-i)
		weights := a.again(w, pair, i, m)
		w.multiply(w.slopes, a.ld, d.from(i, 0), &w.valuesBack, m, false)
		a.rows.pull(w.slopes, weights, m, a.Sources, a.ld)
		if a.Mask != nil { // where all is hidden the weights are not 0
			a.hide(w.slopes, pair, i, m, 0)
		}
		w.cut(&w.values, d.from(i, 0), m, a.Width)
		w.multiply(outV.x, outV.ld, operand[T]{weights, a.ld, true}, &w.values, a.Sources, i > 0)
		w.multiply(outQ.x[i*outQ.ld:], outQ.ld, operand[T]{x: w.slopes, ld: a.ld}, &w.keysBack, m, false)
		w.cut(&w.query, q.from(i, 0), m, a.Size)
		w.multiply(outK.x, outK.ld, operand[T]{w.slopes, a.ld, true}, &w.query, a.Sources, i > 0)
	}
}

// again returns the weights of m targets: those that were kept, or new ones.
func (a *attention[T]) again(w *attendant[T], pair, first, m int) []T {
	weights := a.block(w, pair, first)
	switch {
	case a.kept == nil:
		a.weigh(w, weights, pair, first, m)
	case a.ld != a.Sources:
		a.rowsOf(weights, pair, first, m, func(kept, row []T) { copy(row, kept) })
	}
	return weights
}
