package kernels

import (
	"fmt"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Concat returns the loops that join parts along an axis: part p is (outer, widths[p]), where a width is the size along the axis
// times what follows it; dst is (outer, sum of widths).
func Concat[T any](dst []T, parts [][]T, outer int, widths []int) ([]par.Loop, error) {
	if len(parts) != len(widths) {
		return nil, fmt.Errorf("kernels: concat: %d parts, %d widths", len(parts), len(widths))
	}
	total := 0
	for _, w := range widths {
		total += w
	}
	var loops []par.Loop
	at := 0
	for i, part := range parts {
		l, err := Place(dst, part, []int{outer, widths[i]}, []int{total, 1}, at)
		if err != nil {
			return nil, fmt.Errorf("%w (part %d of concat)", err, i)
		}
		loops = append(loops, l...)
		at += widths[i]
	}
	return loops, nil
}

// Pad returns the loops that put src, of the given shape, into dst with lo elements before and hi after it along each axis.
// Modes are NumPy's: "constant" (value), "edge", "reflect" (the edge is not repeated) and "symmetric" (it is).
func Pad[T any](mode string, dst, src []T, shape, lo, hi []int, value T) ([]par.Loop, error) {
	p, err := newPadding(mode, shape, lo, hi, len(dst), len(src))
	if err != nil {
		return nil, err
	}
	last := p.maps[len(p.maps)-1]
	return []par.Loop{{N: p.rows, Chunk: chunkOf(2 * len(last)), Body: func(_, from, to int) {
		for r := from; r < to; r++ {
			row := dst[r*len(last):][:len(last)]
			base := p.base(r)
			for i, m := range last {
				if base < 0 || m < 0 {
					row[i] = value
				} else {
					row[i] = src[base+m]
				}
			}
		}
	}}}, nil
}

// PadGrad returns the loops of the adjoint of Pad: dx, of the given shape, sums dy over the positions that each element went to.
func PadGrad[T Number](mode string, dx, dy []T, shape, lo, hi []int) ([]par.Loop, error) {
	p, err := newPadding(mode, shape, lo, hi, len(dy), len(dx))
	if err != nil {
		return nil, err
	}
	// Leading axes that are not padded keep their slabs apart; within a slab elements are added in order.
	slabs := 1
	for i := 0; i < len(shape)-1 && lo[i] == 0 && hi[i] == 0; i++ {
		slabs *= shape[i]
	}
	last := p.maps[len(p.maps)-1]
	rows, slab := p.rows/max(1, slabs), size(shape)/max(1, slabs)
	return []par.Loop{{N: slabs, Chunk: chunkOf(2 * rows * len(last)), Body: func(_, from, to int) {
		clear(dx[from*slab : to*slab])
		for r := from * rows; r < to*rows; r++ {
			base := p.base(r)
			if base < 0 {
				continue
			}
			for i, v := range dy[r*len(last):][:len(last)] {
				if m := last[i]; m >= 0 {
					dx[base+m] += v
				}
			}
		}
	}}}, nil
}

// padding tells where each padded position reads: maps[axis][i] is an offset into the source, -1 for the constant.
type padding struct {
	maps [][]int
	rows int // of the padded array
}

func newPadding(mode string, shape, lo, hi []int, padded, inner int) (*padding, error) {
	if len(lo) != len(shape) || len(hi) != len(shape) || len(shape) == 0 {
		return nil, fmt.Errorf("kernels: pad: shape %v, padding before %v and after %v: want one of each per axis", shape, lo, hi)
	}
	p := &padding{}
	strides := rowMajor(shape)
	total := 1
	for axis, n := range shape {
		if lo[axis] < 0 || hi[axis] < 0 {
			return nil, fmt.Errorf("kernels: pad: negative padding %v, %v", lo, hi)
		}
		m := make([]int, lo[axis]+n+hi[axis])
		for i := range m {
			at, err := padIndex(mode, i-lo[axis], n)
			if err != nil {
				return nil, err
			}
			if m[i] = at * strides[axis]; at < 0 {
				m[i] = -1
			}
		}
		p.rows = total
		total *= len(m)
		p.maps = append(p.maps, m)
	}
	return p, firstError(need("pad", "the padded array", padded, total), need("pad", "the inner array", inner, size(shape)))
}

// padIndex returns the source position of padded position i, counted from the start of the source of size n.
func padIndex(mode string, i, n int) (int, error) {
	if i >= 0 && i < n {
		return i, nil
	}
	if mode == "constant" {
		return -1, nil
	}
	if n == 0 {
		return 0, fmt.Errorf("kernels: pad: mode %q of an empty axis", mode)
	}
	switch mode {
	case "edge":
		return min(max(i, 0), n-1), nil
	case "symmetric":
		return fold2(i, 2*n, 2*n-1), nil
	case "reflect":
		if n == 1 {
			return 0, nil
		}
		return fold2(i, 2*n-2, 2*n-2), nil
	}
	return 0, fmt.Errorf("kernels: pad: no mode %q; there are constant, edge, reflect and symmetric", mode)
}

// fold2 reduces i modulo the period and mirrors its second half at mirror/2.
func fold2(i, period, mirror int) int {
	if i %= period; i < 0 {
		i += period
	}
	return min(i, mirror-i)
}

// base returns the source offset of a padded row, -1 if it is all constant.
func (p *padding) base(row int) int {
	at := 0
	for axis := len(p.maps) - 2; axis >= 0; axis-- {
		m := p.maps[axis]
		o := m[row%len(m)]
		if o < 0 {
			return -1
		}
		at += o
		row /= len(m)
	}
	return at
}
