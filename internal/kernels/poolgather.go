package kernels

import "github.com/gorgonin/gorgonin/internal/par"

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
