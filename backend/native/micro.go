package native

import (
	"unsafe"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
)

// micro is one operation of a fused step, over the first n elements of registers. A register is the address of a tile: in
// the memory of an operand or a result, or in the step's scratch memory.
type micro func(regs []unsafe.Pointer, n int)

// wiring is which registers an operation uses; scalar tells which operands are one number.
type wiring struct {
	dst    int
	src    [3]int
	scalar [3]bool
}

// view is the elements of a register.
func view[T any](regs []unsafe.Pointer, i, n int) []T { return unsafe.Slice((*T)(regs[i]), n) }

// microOf returns the maker of a node's operation, nil if it cannot be fused.
func microOf(n *graph.Node) func(w wiring) micro {
	if len(n.Inputs()) == 0 {
		return nil
	}
	name, d := n.Op().Name(), n.In(0).Dtype()
	if name == "select" {
		d = n.In(1).Dtype()
	}
	switch d {
	case graph.Float32:
		return microFor[float32](name, len(n.Inputs()))
	case graph.Float64:
		return microFor[float64](name, len(n.Inputs()))
	}
	return nil
}

func microFor[T kernels.Float](name string, inputs int) func(w wiring) micro {
	switch inputs {
	case 1:
		if row := kernels.UnaryRow[T](name); row != nil {
			return func(w wiring) micro { return unaryMicro(row, w) }
		}
	case 2:
		if rows, ok := kernels.BinaryRows[T](name); ok {
			return func(w wiring) micro { return binaryMicro(rows, w) }
		}
		if rows, ok := kernels.CompareRows[T](name); ok {
			return func(w wiring) micro { return binaryMicro(rows, w) }
		}
	case 3:
		if name == "select" {
			return selectMicro[T]
		}
	}
	return nil
}

func unaryMicro[T any](row func(dst, src []T), w wiring) micro {
	return func(r []unsafe.Pointer, n int) { row(view[T](r, w.dst, n), view[T](r, w.src[0], n)) }
}

func binaryMicro[T, R any](rows kernels.Rows[T, R], w wiring) micro {
	d, a, b := w.dst, w.src[0], w.src[1]
	switch {
	case w.scalar[0]:
		return func(r []unsafe.Pointer, n int) { rows.SV(view[R](r, d, n), *(*T)(r[a]), view[T](r, b, n)) }
	case w.scalar[1]:
		return func(r []unsafe.Pointer, n int) { rows.VS(view[R](r, d, n), view[T](r, a, n), *(*T)(r[b])) }
	}
	return func(r []unsafe.Pointer, n int) { rows.VV(view[R](r, d, n), view[T](r, a, n), view[T](r, b, n)) }
}

// selectMicro reads a number at a step of 0.
func selectMicro[T any](w wiring) micro {
	size, step := [3]int{}, [3]int{}
	for i := range w.scalar {
		size[i], step[i] = 0, 1
		if w.scalar[i] {
			size[i], step[i] = 1, 0
		}
	}
	width := func(i, n int) int { return max(size[i], n*step[i]) }
	return func(r []unsafe.Pointer, n int) {
		dst, cond := view[T](r, w.dst, n), view[bool](r, w.src[0], width(0, n))
		a, b := view[T](r, w.src[1], width(1, n)), view[T](r, w.src[2], width(2, n))
		for i := range dst {
			if cond[i*step[0]] {
				dst[i] = a[i*step[1]]
			} else {
				dst[i] = b[i*step[2]]
			}
		}
	}
}

// moveMicro copies a register.
func moveMicro(dst, src, size int) micro {
	return func(r []unsafe.Pointer, n int) { copy(view[byte](r, dst, n*size), view[byte](r, src, n*size)) }
}

// filler writes elements [lo, lo+n) of an operand that is read with strides to a tile.
type filler func(dst, src unsafe.Pointer, lo, n int)

// newFiller reads an operand of elements of the given size repeated to shape.
func newFiller(size int, shape graph.Shape, strides []int) filler {
	switch size {
	case 8:
		return fillOf[uint64](shape, strides)
	case 4:
		return fillOf[uint32](shape, strides)
	}
	return fillOf[uint8](shape, strides)
}

func fillOf[T any](shape graph.Shape, strides []int) filler {
	last := len(shape) - 1
	return func(dst, src unsafe.Pointer, lo, n int) {
		to := unsafe.Slice((*T)(dst), n)
		for len(to) > 0 {
			at, rest := 0, lo
			for i := last; i >= 0; i-- {
				at += rest % shape[i] * strides[i]
				rest /= shape[i]
			}
			run := min(shape[last]-lo%shape[last], len(to))
			from := unsafe.Add(src, at*int(unsafe.Sizeof(to[0])))
			if strides[last] == 0 {
				v := *(*T)(from)
				for i := range to[:run] {
					to[i] = v
				}
			} else {
				row := unsafe.Slice((*T)(from), (run-1)*strides[last]+1)
				for i := range to[:run] {
					to[i] = row[i*strides[last]]
				}
			}
			to, lo = to[run:], lo+run
		}
	}
}
