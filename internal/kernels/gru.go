package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// GRUForward is the operands of [GRU]. X is (Batch, Steps, 3·Units), the recurrent Kernel (Units, 3·Units), Bias (3·Units) and H0 the first
// state. Results that are nil are not stored: Ys and Hs are sequences (Batch, Steps, Units) of the h after and before each step, H
// is the last one, Gates (Batch, Steps, 4·Units) holds z, r, n and the recurrent part of n.
type GRUForward[T Float] struct {
	RecurrentShape
	X, Kernel, Bias, H0 []T
	Ys, H, Gates, Hs    []T
	cells               *cells[T]
	product             *steady[T]
	memory              scratch[T]
}

// GRU returns the loops of gated recurrent units: with s = h·kernel + bias, z and r are σ(x+s), n = tanh(x + r·s), h = z·h + (1-z)·n.
func GRU[T Float](g *GRUForward[T]) ([]par.Loop, error) {
	u := g.Units
	if err := firstError(g.fits("gru", len(g.H0)), need("gru", "x", len(g.X), 3*g.Batch*g.Steps*u), need("gru", "the bias", len(g.Bias), 3*u),
		need("gru", "the kernel", len(g.Kernel), 3*u*u)); err != nil {
		return nil, err
	}
	g.cells = cellsOf[T]()
	g.product = newSteady(operand[T]{x: g.Kernel, ld: 3 * u}, u, 3*u, g.rows(), g.Steps)
	return append(g.product.pack(), par.Loop{N: g.Batch, Chunk: chunkRows, Body: g.run}), nil
}

// run takes rows through all steps.
func (g *GRUForward[T]) run(worker, lo, hi int) {
	u, m := g.Units, hi-lo
	memory := g.memory.get(worker, (4*g.rows()+5)*u)
	h, s, loose, nobody := memory[:m*u], memory[m*u:][:3*m*u], memory[4*m*u:][:4*u], memory[4*(m+1)*u:][:u]
	copy(h, g.H0[lo*u:])
	for t := range g.Steps {
		g.product.times(worker, s, h, m)
		for i := range m {
			at := g.at(lo+i, t)
			g.cells.gru(row(g.Gates, at, 4*u, loose), row(s, i, 3*u, nil), row(g.X, at, 3*u, nil), g.Bias, row(h, i, u, nil),
				row(g.Ys, at, u, nobody), row(g.Hs, at, u, nobody), g.ahead())
		}
	}
	if g.H != nil {
		copy(g.H[lo*u:hi*u], h)
	}
}

// GRUBackward is the operands of [GRUGrad]: Kernel, Gates and Hs of [GRUForward], the cotangents DH of the last h and DYs of all h (nil for
// none). Results: DX, the cotangent DS of what the recurrent kernel gave, and DH0.
type GRUBackward[T Float] struct {
	RecurrentShape
	Kernel, Gates, Hs, DH, DYs []T
	DX, DS, DH0                []T
	cells                      *cells[T]
	add                        func(dst, a, b []T)
	product                    *steady[T]
	memory                     scratch[T]
}

// GRUGrad returns the loops of the gradient of [GRU].
func GRUGrad[T Float](g *GRUBackward[T]) ([]par.Loop, error) {
	u := g.Units
	if err := firstError(g.fits("gru_dx", len(g.DH)), need("gru_dx", "gates", len(g.Gates), 4*g.Batch*g.Steps*u),
		need("gru_dx", "h", len(g.Hs), g.Batch*g.Steps*u), need("gru_dx", "the kernel", len(g.Kernel), 3*u*u)); err != nil {
		return nil, err
	}
	g.cells, g.add = cellsOf[T](), tableOf[T]().vv("add")
	g.product = newSteady(operand[T]{g.Kernel, 3 * u, true}, 3*u, u, g.rows(), g.Steps)
	return append(g.product.pack(), par.Loop{N: g.Batch, Chunk: chunkRows, Body: g.run}), nil
}

// run takes rows through all steps, the last one first.
func (g *GRUBackward[T]) run(worker, lo, hi int) {
	u, m := g.Units, hi-lo
	memory := g.memory.get(worker, (5*g.rows()+4)*u)
	dh, back, ds, none, nobody := memory[:m*u], memory[m*u:][:m*u], memory[2*m*u:][:3*m*u], memory[5*m*u:][:u], memory[(5*m+1)*u:][:3*u]
	copy(dh, g.DH[lo*u:])
	clear(none)
	for t := g.Steps - 1; t >= 0; t-- {
		for i := range m {
			at := g.at(lo+i, t)
			g.cells.gruGrad(row(g.DX, at, 3*u, nobody), row(ds, i, 3*u, nil), row(g.DS, at, 3*u, nobody), row(g.Gates, at, 4*u, nil),
				row(g.Hs, at, u, nil), row(g.DYs, at, u, none), row(dh, i, u, nil), -g.ahead())
		}
		g.product.times(worker, back, ds, m)
		g.add(dh, dh, back)
	}
	if g.DH0 != nil {
		copy(g.DH0[lo*u:hi*u], dh)
	}
}
