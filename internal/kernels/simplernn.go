package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// SimpleRNNForward is the operands of [SimpleRNN]. X is (Batch, Steps, Units), the recurrent Kernel (Units, Units) and H0 the first state.
// Results that are nil are not stored: Ys and Hs are sequences (Batch, Steps, Units) of the h after and before each step, H is the
// last one. Activation is a name of [Unary].
type SimpleRNNForward[T Float] struct {
	RecurrentShape
	Activation    string
	X, Kernel, H0 []T
	Ys, H, Hs     []T
	activate      func(dst, src []T)
	add           func(dst, a, b []T)
	product       *steady[T]
	memory        scratch[T]
}

// SimpleRNN returns the loops of h = Activation(x + h·kernel).
func SimpleRNN[T Float](r *SimpleRNNForward[T]) ([]par.Loop, error) {
	u, table := r.Units, tableOf[T]()
	r.activate, r.add = table.unary[r.Activation], table.vv("add")
	if r.activate == nil {
		return nil, unknown("simple_rnn", r.Activation, T(0))
	}
	if err := firstError(r.fits("simple_rnn", len(r.H0)), need("simple_rnn", "x", len(r.X), r.Batch*r.Steps*u),
		need("simple_rnn", "the kernel", len(r.Kernel), u*u)); err != nil {
		return nil, err
	}
	r.product = newSteady(operand[T]{x: r.Kernel, ld: u}, u, u, r.rows(), r.Steps)
	return append(r.product.pack(), par.Loop{N: r.Batch, Chunk: chunkRows, Body: r.run}), nil
}

// run takes rows through all steps.
func (r *SimpleRNNForward[T]) run(worker, lo, hi int) {
	u, m := r.Units, hi-lo
	memory := r.memory.get(worker, 2*u*r.rows())
	h, s := memory[:m*u], memory[m*u:][:m*u]
	copy(h, r.H0[lo*u:])
	for t := range r.Steps {
		r.product.times(worker, s, h, m)
		for i := range m {
			at, hi := r.at(lo+i, t), row(h, i, u, nil)
			copy(row(r.Hs, at, u, nil), hi)
			r.add(hi, row(s, i, u, nil), row(r.X, at, u, nil))
			r.activate(hi, hi)
			copy(row(r.Ys, at, u, nil), hi)
		}
	}
	if r.H != nil {
		copy(r.H[lo*u:hi*u], h)
	}
}

// SimpleRNNBackward is the operands of [SimpleRNNGrad]: Activation, Kernel and Ys of [SimpleRNNForward], the cotangents DH of the last h and
// DYs of all h (nil for none). Results: DX and DH0.
type SimpleRNNBackward[T Float] struct {
	RecurrentShape
	Activation          string
	Kernel, Ys, DH, DYs []T
	DX, DH0             []T
	add                 func(dst, a, b []T)
	product             *steady[T]
	memory              scratch[T]
}

// SimpleRNNGrad returns the loops of the gradient of [SimpleRNN] with the activation tanh or relu.
func SimpleRNNGrad[T Float](r *SimpleRNNBackward[T]) ([]par.Loop, error) {
	u := r.Units
	if err := firstError(r.fits("simple_rnn_dx", len(r.DH)), need("simple_rnn_dx", "h", len(r.Ys), r.Batch*r.Steps*u),
		need("simple_rnn_dx", "the kernel", len(r.Kernel), u*u)); err != nil {
		return nil, err
	}
	r.add = tableOf[T]().vv("add")
	r.product = newSteady(operand[T]{r.Kernel, u, true}, u, u, r.rows(), r.Steps)
	return append(r.product.pack(), par.Loop{N: r.Batch, Chunk: chunkRows, Body: r.run}), nil
}

// run takes rows through all steps, the last one first.
func (r *SimpleRNNBackward[T]) run(worker, lo, hi int) {
	u, m := r.Units, hi-lo
	memory := r.memory.get(worker, 2*u*r.rows())
	dh, dx := memory[:m*u], memory[m*u:][:m*u]
	copy(dh, r.DH[lo*u:])
	for t := r.Steps - 1; t >= 0; t-- {
		for i := range m {
			at, hi, dxi := r.at(lo+i, t), row(dh, i, u, nil), row(dx, i, u, nil)
			if r.DYs != nil {
				r.add(hi, hi, row(r.DYs, at, u, nil))
			}
			activationSlope(r.Activation, dxi, row(r.Ys, at, u, nil), hi)
			copy(row(r.DX, at, u, nil), dxi)
		}
		r.product.times(worker, dh, dx, m)
	}
	if r.DH0 != nil {
		copy(r.DH0[lo*u:hi*u], dh)
	}
}

// activationSlope is dx = dy times the derivative of relu or tanh where it is y.
func activationSlope[T Float](name string, dx, y, dy []T) {
	y, dy = y[:len(dx)], dy[:len(dx)]
	if name == "relu" {
		for j, v := range y {
			dx[j] = 0
			if v > 0 {
				dx[j] = dy[j]
			}
		}
		return
	}
	for j, v := range y {
		dx[j] = dy[j] * (1 - v*v)
	}
}
