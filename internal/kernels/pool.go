package kernels

import "github.com/gorgonin/gorgonin/internal/par"

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

// MaxPool returns the loops of the maximum of each window (NaN if it holds one, -Inf if it is all padding).
func MaxPool[T Float](s Pool, y, x []T) ([]par.Loop, error) {
	w, err := s.window("max pool", len(x), len(y))
	if err != nil {
		return nil, err
	}
	maximum := tableOf[T]().vv("maximum")
	return []par.Loop{{N: w.outPix, Chunk: chunkOf(2 * len(w.taps) * s.C), Body: func(_, lo, hi int) {
		p := pixelAt(w.out, lo)
		for r := lo; r < hi; r++ {
			row := y[r*s.C:][:s.C]
			first := true
			for t := range w.taps {
				i := w.input(p, t)
				switch {
				case i < 0:
				case first:
					copy(row, x[i*s.C:])
					first = false
				default:
					maximum(row, row, x[i*s.C:][:s.C])
				}
			}
			if first {
				for c := range row {
					row[c] = lowest[T]()
				}
			}
			p.next(w.out)
		}
	}}}, nil
}

// winners sets at[c] to the input pixel that holds the maximum of channel c in the window of output pixel p: the first of
// equals, NaN before numbers, -1 if all is padding. best is memory for as many numbers.
func winners[T Float](t *vecTable[T], w *window, x []T, channels int, p pixel, at []int32, best []T) {
	first := true
	for k := range w.taps {
		i := w.input(p, k)
		switch {
		case i < 0:
		case first:
			copy(best, x[i*channels:][:len(at)])
			fillRow(at, int32(i))
			first = false
		default:
			t.wins(at, best, x[i*channels:][:len(at)], int32(i))
		}
	}
	if first {
		fillRow(at, -1)
	}
}

func wins[T Number](at []int32, best, x []T, pixel int32) {
	best, x = best[:len(at)], x[:len(at)]
	for c, v := range x {
		if v > best[c] || v != v && best[c] == best[c] {
			at[c], best[c] = pixel, v
		}
	}
}

// poolChannels is how many channels one task of MaxPoolGrad does.
const poolChannels = 32

// MaxPoolGrad returns the loops of dx for dy: each window's gradient goes to its first maximum in x. Windows may overlap, so
// a task owns one batch entry and some channels.
func MaxPoolGrad[T Float](s Pool, dx, dy, x []T) ([]par.Loop, error) {
	w, err := s.window("max pool gradient", min(len(x), len(dx)), len(dy))
	if err != nil {
		return nil, err
	}
	blocks := (s.C + poolChannels - 1) / poolChannels
	inside, outside := w.inPix/max(1, s.N), w.outPix/max(1, s.N)
	var memory scratch[int32]
	var numbers scratch[T]
	table := tableOf[T]()
	work := 4 * outside * len(w.taps) * min(s.C, poolChannels)
	return []par.Loop{{N: s.N * blocks, Chunk: chunkOf(work), Body: func(worker, lo, hi int) {
		for task := lo; task < hi; task++ {
			n, c0 := task/blocks, task%blocks*poolChannels
			at := memory.get(worker, poolChannels)[:min(poolChannels, s.C-c0)]
			best := numbers.get(worker, len(at))
			for i := n * inside; i < (n+1)*inside; i++ {
				clear(dx[i*s.C+c0:][:len(at)])
			}
			p := pixelAt(w.out, n*outside)
			for r := n * outside; r < (n+1)*outside; r++ {
				winners(table, w, x[c0:], s.C, p, at, best)
				for c, i := range at {
					if i >= 0 {
						dx[int(i)*s.C+c0+c] += dy[r*s.C+c0+c]
					}
				}
				p.next(w.out)
			}
		}
	}}}, nil
}

// MaxPoolGather returns the loops of dst = src at the position of each window's first maximum in x (0 if all is padding):
// the adjoint of MaxPoolGrad. src has the shape of x, dst that of y.
func MaxPoolGather[T Float](s Pool, dst, src, x []T) ([]par.Loop, error) {
	w, err := s.window("max pool gather", min(len(x), len(src)), len(dst))
	if err != nil {
		return nil, err
	}
	var memory scratch[int32]
	var numbers scratch[T]
	table := tableOf[T]()
	return []par.Loop{{N: w.outPix, Chunk: chunkOf(4 * len(w.taps) * s.C), Body: func(worker, lo, hi int) {
		at, best := memory.get(worker, s.C), numbers.get(worker, s.C)
		p := pixelAt(w.out, lo)
		for r := lo; r < hi; r++ {
			winners(table, w, x, s.C, p, at, best)
			for c, i := range at {
				v := T(0)
				if i >= 0 {
					v = src[int(i)*s.C+c]
				}
				dst[r*s.C+c] = v
			}
			p.next(w.out)
		}
	}}}, nil
}

// AvgPool returns the loops of the mean of each window (NaN if it is all padding).
func AvgPool[T Float](s Pool, y, x []T) ([]par.Loop, error) {
	w, err := s.window("average pool", len(x), len(y))
	if err != nil {
		return nil, err
	}
	add, div := tableOf[T]().vv("add"), tableOf[T]().vs("div")
	return []par.Loop{{N: w.outPix, Chunk: chunkOf(len(w.taps) * s.C), Body: func(_, lo, hi int) {
		p := pixelAt(w.out, lo)
		for r := lo; r < hi; r++ {
			row := y[r*s.C:][:s.C]
			clear(row)
			n := 0
			for t := range w.taps {
				if i := w.input(p, t); i >= 0 {
					add(row, row, x[i*s.C:][:s.C])
					n++
				}
			}
			div(row, row, T(n))
			p.next(w.out)
		}
	}}}, nil
}

// AvgPoolGrad returns the loops of dx for dy: each input pixel gathers dy / count from the windows that hold it.
func AvgPoolGrad[T Float](s Pool, dx, dy []T) ([]par.Loop, error) {
	w, err := s.window("average pool gradient", len(dx), len(dy))
	if err != nil {
		return nil, err
	}
	axpy := tableOf[T]().axpy
	share := make([]T, w.outPix/max(1, s.N)) // 1/count of each output position
	for o := range share {
		share[o] = 1 / T(max(1, w.inside(pixelAt(w.out, o))))
	}
	return []par.Loop{{N: w.inPix, Chunk: chunkOf(len(w.taps) * s.C), Body: func(_, lo, hi int) {
		p := pixelAt(w.in, lo)
		for r := lo; r < hi; r++ {
			row := dx[r*s.C:][:s.C]
			clear(row)
			for t := range w.taps {
				if o := w.output(p, t); o >= 0 {
					axpy(row, share[o%len(share)], dy[o*s.C:][:s.C])
				}
			}
			p.next(w.in)
		}
	}}}, nil
}
