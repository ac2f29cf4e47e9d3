package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// LSTMForward is the operands of [LSTM]. Z is (Batch, Steps, 4·Units), the recurrent Kernel (Units, 4·Units), H0 and C0 are the first
// states. Results that are nil are not stored: Ys, Hs and Cs are sequences (Batch, Steps, Units) of the h after and of the h and c
// before each step, H and C the last states, Gates is (Batch, Steps, 4·Units).
type LSTMForward[T Float] struct {
	RecurrentShape
	Z, Kernel, H0, C0       []T
	Ys, H, C, Gates, Hs, Cs []T
	cells                   *cells[T]
	product                 *steady[T]
	memory                  scratch[T]
}

// LSTM returns the loops of long short-term memory: gates σ, σ, tanh, σ of z + h·kernel, c = f·c + i·g, h = o·tanh(c).
func LSTM[T Float](l *LSTMForward[T]) ([]par.Loop, error) {
	u := l.Units
	if err := firstError(l.fits("lstm", len(l.H0), len(l.C0)), need("lstm", "z", len(l.Z), 4*l.Batch*l.Steps*u),
		need("lstm", "the kernel", len(l.Kernel), 4*u*u)); err != nil {
		return nil, err
	}
	l.cells = cellsOf[T]()
	l.product = newSteady(operand[T]{x: l.Kernel, ld: 4 * u}, u, 4*u, l.rows(), l.Steps)
	return append(l.product.pack(), par.Loop{N: l.Batch, Chunk: chunkRows, Body: l.run}), nil
}

// run takes rows through all steps.
func (l *LSTMForward[T]) run(worker, lo, hi int) {
	u, m := l.Units, hi-lo
	memory := l.memory.get(worker, (6*l.rows()+1)*u)
	h, c, s, nobody := memory[:m*u], memory[m*u:][:m*u], memory[2*m*u:][:4*m*u], memory[6*m*u:][:u]
	copy(h, l.H0[lo*u:])
	copy(c, l.C0[lo*u:])
	for t := range l.Steps {
		l.product.times(worker, s, h, m)
		for i := range m {
			at, si := l.at(lo+i, t), row(s, i, 4*u, nil)
			l.cells.lstm(row(l.Gates, at, 4*u, si), si, row(l.Z, at, 4*u, nil), row(c, i, u, nil), row(h, i, u, nil),
				row(l.Ys, at, u, nobody), row(l.Hs, at, u, nobody), row(l.Cs, at, u, nobody), l.ahead())
		}
	}
	if l.H != nil {
		copy(l.H[lo*u:hi*u], h)
	}
	if l.C != nil {
		copy(l.C[lo*u:hi*u], c)
	}
}

// LSTMBackward is the operands of [LSTMGrad]: Kernel, Gates and Cs of [LSTMForward], the cotangents DH and DC of the last states and DYs of
// all h (nil for none). Results: DZ, and the cotangents DH0 and DC0 of the first states.
type LSTMBackward[T Float] struct {
	RecurrentShape
	Kernel, Gates, Cs, DH, DC, DYs []T
	DZ, DH0, DC0                   []T
	cells                          *cells[T]
	product                        *steady[T]
	memory                         scratch[T]
}

// LSTMGrad returns the loops of the gradient of [LSTM].
func LSTMGrad[T Float](l *LSTMBackward[T]) ([]par.Loop, error) {
	u := l.Units
	if err := firstError(l.fits("lstm_dx", len(l.DH), len(l.DC)), need("lstm_dx", "gates", len(l.Gates), 4*l.Batch*l.Steps*u),
		need("lstm_dx", "c", len(l.Cs), l.Batch*l.Steps*u), need("lstm_dx", "the kernel", len(l.Kernel), 4*u*u)); err != nil {
		return nil, err
	}
	l.cells = cellsOf[T]()
	l.product = newSteady(operand[T]{l.Kernel, 4 * u, true}, 4*u, u, l.rows(), l.Steps)
	return append(l.product.pack(), par.Loop{N: l.Batch, Chunk: chunkRows, Body: l.run}), nil
}

// run takes rows through all steps, the last one first.
func (l *LSTMBackward[T]) run(worker, lo, hi int) {
	u, m := l.Units, hi-lo
	memory := l.memory.get(worker, (6*l.rows()+5)*u)
	dh, dc, dz, none, nobody := memory[:m*u], memory[m*u:][:m*u], memory[2*m*u:][:4*m*u], memory[6*m*u:][:u], memory[(6*m+1)*u:][:4*u]
	copy(dh, l.DH[lo*u:])
	copy(dc, l.DC[lo*u:])
	clear(none)
	for t := l.Steps - 1; t >= 0; t-- {
		for i := range m {
			at := l.at(lo+i, t)
			l.cells.lstmGrad(row(dz, i, 4*u, nil), row(l.DZ, at, 4*u, nobody), row(l.Gates, at, 4*u, nil), row(l.Cs, at, u, nil),
				row(l.DYs, at, u, none), row(dh, i, u, nil), row(dc, i, u, nil), -l.ahead())
		}
		l.product.times(worker, dh, dz, m)
	}
	if l.DH0 != nil {
		copy(l.DH0[lo*u:hi*u], dh)
	}
	if l.DC0 != nil {
		copy(l.DC0[lo*u:hi*u], dc)
	}
}
