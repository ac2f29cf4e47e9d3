package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Pool describes a pooling window over one to three spatial axes, channels last: x is (N, In..., C), y is (N, OutSp..., C).
// Positions are those of Conv. Padding takes no part: it is never the maximum and does not count in an average.
type Pool struct {
	N, C                                  int
	In, K, OutSp, Stride, PadLo, Dilation []int
}

// window checks the sizes against slices of the input's and the output's shape.
func (s Pool) window(kernel string, x, y int) (*window, error) {
	w, err := newWindow(kernel, s.N, s.In, s.K, s.OutSp, s.Stride, s.PadLo, s.Dilation)
	if err != nil {
		return nil, err
	}
	return w, firstError(need(kernel, "x", x, w.inPix*s.C), need(kernel, "y", y, w.outPix*s.C))
}

// pool is a Pool made ready: its windows' taps are in elements.
type pool[T Float] struct {
	*windowRows
	channels int
	do       *poolRows[T]
}

func newPool[T Float](kernel string, s Pool, x, y int) (*pool[T], error) {
	w, err := s.window(kernel, x, y)
	if err != nil {
		return nil, err
	}
	return &pool[T]{windowRows: newWindowRows(w, s.C), channels: s.C, do: poolRowsOf[T]()}, nil
}

// poolWork is about how many elements one call of a poolRows function reads.
const poolWork = 1 << 16

// row calls do for the runs of a row of the output, channels [c, c+n): with the index of the first element that it touches in
// arrays of the input's size and in those of the output's.
func (p *pool[T]) row(row, c, n int, do func(r poolRun[T], big, small int)) {
	runs, origin := p.windowRows.row(row)
	for _, r := range runs {
		run := poolRun[T]{taps: r.taps, step: p.stride[2] * p.channels, ld: p.channels, channels: n}
		most := max(1, poolWork/(n*max(1, len(r.taps))))
		for i := 0; i < r.pixels; i += most {
			run.pixels = min(most, r.pixels-i)
			big := 0
			if len(r.taps) > 0 {
				big = (origin + r.first + i*p.stride[2]) * p.channels
			}
			do(run, big+c, (row*p.out[2]+r.x+i)*p.channels+c)
		}
	}
}

// forward returns the loop over all rows of the output.
func (p *pool[T]) forward(do func(r poolRun[T], big, small int)) par.Loop {
	work := p.out[2] * len(p.taps) * p.channels
	if work == 0 {
		return par.Loop{}
	}
	return par.Loop{N: p.batch * p.out[0] * p.out[1], Chunk: chunkOf(work), Body: func(_, lo, hi int) {
		for row := lo; row < hi; row++ {
			p.row(row, 0, p.channels, do)
		}
	}}
}

// backward returns the loop that sets dx: windows side by side set their inputs, windows that overlap add to what was cleared.
func (p *pool[T]) backward(dx []T, do func(r poolRun[T], big, small int, add bool)) par.Loop {
	if p.disjoint() {
		loop := p.forward(func(r poolRun[T], big, small int) { do(r, big, small, false) })
		rows := loop.Body
		loop.Body = func(worker, lo, hi int) {
			rows(worker, lo, hi)
			for row := lo; row < hi; row++ {
				p.clearBehind(dx, row)
			}
		}
		return loop
	}
	return p.backwardAdding(dx, func(r poolRun[T], big, small int) { do(r, big, small, true) })
}

// poolChannels is how many channels one task of backwardAdding does.
const poolChannels = 32

// backwardAdding is backward for any windows: a task owns one batch entry and some channels.
func (p *pool[T]) backwardAdding(dx []T, add func(r poolRun[T], big, small int)) par.Loop {
	blocks := (p.channels + poolChannels - 1) / poolChannels
	inside, rows := p.in[0]*p.in[1]*p.in[2], p.out[0]*p.out[1]
	work := 2 * (inside + rows*p.out[2]*len(p.taps)) * min(p.channels, poolChannels)
	return par.Loop{N: p.batch * blocks, Chunk: chunkOf(work), Body: func(_, lo, hi int) {
		for task := lo; task < hi; task++ {
			n, c := task/blocks, task%blocks*poolChannels
			width := min(poolChannels, p.channels-c)
			for i := n * inside; i < (n+1)*inside; i++ {
				clear(dx[i*p.channels+c:][:width])
			}
			for row := n * rows; row < (n+1)*rows; row++ {
				p.row(row, c, width, add)
			}
		}
	}}
}

// clearBehind clears the inputs that no window reads: those behind a row of disjoint windows, and behind its image if it is
// the last.
func (p *pool[T]) clearBehind(dx []T, row int) {
	y, z, n := row%p.out[1], row/p.out[1]%p.out[0], row/p.out[1]/p.out[0]
	end := func(a, i int) int {
		if i == p.out[a]-1 {
			return p.in[a]
		}
		return (i + 1) * p.stride[a]
	}
	for iz := z * p.stride[0]; iz < end(0, z); iz++ {
		for iy := y * p.stride[1]; iy < end(1, y); iy++ {
			x := p.out[2] * p.stride[2]
			if iz >= p.out[0]*p.stride[0] || iy >= p.out[1]*p.stride[1] {
				x = 0
			}
			at := ((n*p.in[0]+iz)*p.in[1] + iy) * p.in[2]
			clear(dx[(at+x)*p.channels : (at+p.in[2])*p.channels])
		}
	}
}

// MaxPool returns the loops of the maximum of each window (NaN if it holds one, -Inf if it is all padding).
func MaxPool[T Float](s Pool, y, x []T) ([]par.Loop, error) {
	p, err := newPool[T]("max pool", s, len(x), len(y))
	if err != nil {
		return nil, err
	}
	return []par.Loop{p.forward(func(r poolRun[T], big, small int) {
		if len(r.taps) == 0 {
			fillRow(y[small:][:r.channels], lowest[T]())
			return
		}
		p.do.max(y[small:], x[big:], r)
	})}, nil
}

// MaxPoolGrad returns the loops of dx for dy: each window's gradient goes to its first maximum in x.
func MaxPoolGrad[T Float](s Pool, dx, dy, x []T) ([]par.Loop, error) {
	p, err := newPool[T]("max pool gradient", s, min(len(x), len(dx)), len(dy))
	if err != nil {
		return nil, err
	}
	return []par.Loop{p.backward(dx, func(r poolRun[T], big, small int, add bool) {
		if len(r.taps) > 0 {
			p.do.maxGrad(dy[small:], dx[big:], x[big:], r, add)
		}
	})}, nil
}

// AvgPool returns the loops of the mean of each window (NaN if it is all padding).
func AvgPool[T Float](s Pool, y, x []T) ([]par.Loop, error) {
	p, err := newPool[T]("average pool", s, len(x), len(y))
	if err != nil {
		return nil, err
	}
	return []par.Loop{p.forward(func(r poolRun[T], big, small int) {
		if len(r.taps) == 0 {
			fillRow(y[small:][:r.channels], T(math.NaN()))
			return
		}
		p.do.mean(y[small:], x[big:], r, T(len(r.taps)))
	})}, nil
}

// AvgPoolGrad returns the loops of dx for dy: each input gets dy over the number of inputs from each window that holds it.
func AvgPoolGrad[T Float](s Pool, dx, dy []T) ([]par.Loop, error) {
	p, err := newPool[T]("average pool gradient", s, len(dx), len(dy))
	if err != nil {
		return nil, err
	}
	return []par.Loop{p.backward(dx, func(r poolRun[T], big, small int, add bool) {
		if len(r.taps) > 0 {
			p.do.meanGrad(dy[small:], dx[big:], r, T(len(r.taps)), add)
		}
	})}, nil
}
