package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// Copy returns the loops of dst = src read with strides: dst[i...] = src[offset + sum of i*strides]. It serves transpose
// (permuted strides), broadcast (stride 0), slices with steps, flips (negative strides) and tiling. dst may not overlap src.
func Copy[T any](dst, src []T, shape, strides []int, offset int) ([]par.Loop, error) {
	n, err := newNest("copy", shape, strides)
	if err != nil {
		return nil, err
	}
	if err := firstError(need("copy", "dst", len(dst), n.total), n.check("copy", 0, len(src), offset)); err != nil {
		return nil, err
	}
	if rows, cols, batch, ok := n.transpose(); ok {
		return transpose(dst, src, n, offset, batch, rows, cols), nil
	}
	step := n.inner(0)
	return each(n.total, 1, func(lo, hi int) {
		var c cursor
		for c.start(n, lo); ; c.next() {
			run := min(c.run, hi-lo)
			copyRow(dst[lo:lo+run], src, offset+c.off[0], step)
			lo += run
			if lo == hi {
				return
			}
		}
	}), nil
}

// Place returns the loops of the adjoint direction of Copy without accumulation: dst[offset + sum of i*strides] = src[i...],
// src contiguous. It serves concatenation, padding and writing a slice. No two positions may coincide.
func Place[T any](dst, src []T, shape, strides []int, offset int) ([]par.Loop, error) {
	n, err := newNest("place", shape, strides)
	if err != nil {
		return nil, err
	}
	if err := firstError(need("place", "src", len(src), n.total), n.check("place", 0, len(dst), offset)); err != nil {
		return nil, err
	}
	step := n.inner(0)
	return each(n.total, 1, func(lo, hi int) {
		var c cursor
		for c.start(n, lo); ; c.next() {
			run := min(c.run, hi-lo)
			at := offset + c.off[0]
			if step == 1 {
				copy(dst[at:at+run], src[lo:lo+run])
			} else {
				for i, v := range src[lo : lo+run] {
					dst[at+i*step] = v
				}
			}
			lo += run
			if lo == hi {
				return
			}
		}
	}), nil
}

// Fill returns the loops of dst[i] = v.
func Fill[T any](dst []T, v T) []par.Loop {
	return each(len(dst), 1, func(lo, hi int) { fillRow(dst[lo:hi], v) })
}

// fill32 fills elements of 4 bytes.
var fill32 = func(dst []uint32, v uint32) {
	for i := range dst {
		dst[i] = v
	}
}

func fillRow[T any](dst []T, v T) {
	if d, ok := any(dst).([]uint32); ok {
		fill32(d, any(v).(uint32))
		return
	}
	for i := range dst {
		dst[i] = v
	}
}

func copyRow[T any](dst, src []T, at, step int) {
	switch step {
	case 1:
		copy(dst, src[at:])
	case 0:
		fillRow(dst, src[at])
	default:
		for i := range dst {
			dst[i] = src[at]
			at += step
		}
	}
}

// transpose reports whether the nest's last two axes swap those of the source, which then has unit stride along the
// second to last one.
func (n *nest) transpose() (rows, cols, batch int, ok bool) {
	r := len(n.shape)
	if r < 2 || n.total == 0 || n.strides[0][r-2] != 1 || n.strides[0][r-1] <= 1 {
		return 0, 0, 0, false
	}
	rows, cols = n.shape[r-2], n.shape[r-1]
	return rows, cols, n.total / (rows * cols), true
}

// tile is the side of the squares that a transposition moves: 32 rows of a cache line each stay in L1.
const tile = 32

// transpose copies squares, so that neither side of the copy walks memory a line per element.
func transpose[T any](dst, src []T, n *nest, offset, batch, rows, cols int) []par.Loop {
	r := len(n.shape)
	lda := n.strides[0][r-1]
	outer := &nest{shape: n.shape[:r-2], total: batch, ops: 1}
	outer.strides[0] = n.strides[0][:r-2]
	if r == 2 {
		outer.shape, outer.strides[0] = []int{1}, []int{0}
	}
	strips := (rows + tile - 1) / tile
	return []par.Loop{{N: batch * strips, Chunk: chunkOf(tile * cols), Body: func(_, lo, hi int) {
		for s := lo; s < hi; s++ {
			var c cursor
			c.start(outer, s/strips)
			i0 := s % strips * tile
			i1 := min(i0+tile, rows)
			from := src[offset+c.off[0]:]
			to := dst[s/strips*rows*cols:]
			for j0 := 0; j0 < cols; j0 += tile {
				j1 := min(j0+tile, cols)
				for i := i0; i < i1; i++ {
					row := to[i*cols+j0 : i*cols+j1]
					at := j0*lda + i
					for j := range row {
						row[j] = from[at]
						at += lda
					}
				}
			}
		}
	}}}
}
