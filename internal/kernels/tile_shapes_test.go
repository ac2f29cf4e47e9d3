package kernels

import (
	"testing"
	"unsafe"
)

// The tests below run what uses micro-kernels with kernels in Go that have the shapes of other processors: what is right for one
// number of lanes and vectors may be wrong for another.

// shape is the kernels of an instruction set: the bytes of a vector, the most rows by vectors, and the fields of tileSet.
type shape struct {
	bytes   int
	maxRows map[int]int
	main    int
}

var shapes = map[string]shape{
	"avx2":   {32, map[int]int{1: 8, 2: 6, 4: 2, 8: 1}, 2},
	"avx512": {64, map[int]int{1: 8, 2: 8, 3: 8, 4: 4, 8: 2}, 3},
	"neon":   {16, map[int]int{1: 8, 2: 8, 3: 8, 4: 6, 8: 3}, 4},
}

// modelOf returns a set of kernels in Go.
func modelOf[T Float](s shape, steps int) *tileSet {
	size := int(unsafe.Sizeof(T(0)))
	set := &tileSet{lanes: s.bytes / size, size: size, main: s.main, steps: steps}
	for vecs, most := range s.maxRows {
		for rows := 1; rows <= most; rows++ {
			for partial := range 2 {
				set.kernels[vecs][rows][partial] = model[T]{rows, vecs, set.lanes, partial == 1, false}.run
			}
		}
	}
	for rows := 1; rows <= 8; rows++ {
		for partial := range 2 {
			set.depthwise[rows][partial] = model[T]{rows, 1, set.lanes, partial == 1, true}.run
		}
	}
	fill := min(32, s.bytes)
	set.copyRows = func(dst, src *byte, ldDst, ldSrc, rows, vecs, tail int) {
		n := 32*vecs + tail
		for i := range rows {
			to := bytesOf(unsafe.Add(unsafe.Pointer(dst), i*ldDst), (n+fill-1)/fill*fill)
			clear(to[copy(to, bytesOf(unsafe.Add(unsafe.Pointer(src), i*ldSrc), n)):])
		}
	}
	set.copyPanels = func(dst, src *byte, ldSrc, rows, panels, pairs int) {
		n := 64 * pairs
		for i := range rows {
			for j := range panels {
				copy(bytesOf(unsafe.Add(unsafe.Pointer(dst), (j*rows+i)*n), n), bytesOf(unsafe.Add(unsafe.Pointer(src), i*ldSrc+j*n), n))
			}
		}
	}
	set.count()
	return set
}

func bytesOf(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

// model is a micro-kernel in Go.
type model[T Float] struct {
	rows, vecs, lanes    int
	partial, elementwise bool
}

func (m model[T]) run(t *block) {
	for ; t[tileBlocks] > 0; t[tileBlocks]-- {
		m.block(t)
	}
}

// elementsAt is n elements at an address.
func elementsAt[T Float](at uintptr, n int) []T {
	return unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(nil), at)), n)
}

func (m model[T]) block(t *block) {
	cols := m.vecs * m.lanes
	if m.partial {
		cols -= m.lanes - int(t[tileTail])
	}
	sums := make([][]T, m.rows)
	at := make([]uintptr, m.rows)
	for i := range sums {
		sums[i], at[i] = make([]T, cols), t[tileA]
		if t[tileRows] == 0 {
			t[tileA] += t[tileRsa]
			continue
		}
		at[i] += *(*uintptr)(unsafe.Add(unsafe.Pointer(nil), t[tileRows]))
		t[tileRows] += 8
	}
	b, ldb := t[tileB], t[tileLdb]
	for s := t[tileOffs]; s != t[tileOffsEnd]; s += 8 {
		index := *(*uintptr)(unsafe.Add(unsafe.Pointer(nil), s))
		for range t[tileK] {
			y := elementsAt[T](b, cols)
			for i, sum := range sums {
				x := elementsAt[T](at[i]+index, 1)
				if m.elementwise {
					x = elementsAt[T](at[i]+index, cols)
				}
				for j := range sum {
					sum[j] += x[j%len(x)] * y[j]
				}
			}
			b, index = b+ldb, index+t[tileCsa]
		}
	}
	for _, sum := range sums {
		m.finish(t, elementsAt[T](t[tileC], cols), sum)
		t[tileC] += t[tileLdc]
	}
}

// finish writes a row of c.
func (m model[T]) finish(t *block, c, sum []T) {
	for j, v := range sum {
		if t[tileAccumulate] != 0 {
			v += c[j]
		}
		if t[tileBias] != 0 {
			v += elementsAt[T](t[tileBias], len(c))[j]
		}
		if t[tileRelu] != 0 {
			v = max(v, 0)
		}
		c[j] = v
	}
}

func TestTileShapes(t *testing.T) {
	defer func(a, b *tileSet) { tiles32, tiles64 = a, b }(tiles32, tiles64)
	for name, s := range shapes {
		tiles32, tiles64 = modelOf[float32](s, 37), modelOf[float64](s, 21)
		t.Run(name, func(t *testing.T) {
			r := newRand()
			for i, d := range [][3]int{{1, 70, 40}, {5, 1, 90}, {13, 37, 50}, {2, 44, 39}, {70, 113, 83}, {33, 270, 24}} {
				for flags := i % 3; flags < 32; flags += 3 {
					checkMatMul[float32](t, r, d[0], d[1], d[2], flags%8)
					checkEpilogue[float32](t, r, d[0], d[1], d[2], flags)
					checkEpilogue[float64](t, r, d[0], d[1], d[2], flags)
				}
			}
			for range 30 {
				checkConv[float32](t, r, drawConv(r))
				checkConv[float64](t, r, drawConv(r))
			}
			t.Run("attention", TestAttention)
			t.Run("recurrent", TestRecurrent)
		})
	}
}
