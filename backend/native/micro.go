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
		switch n.Dtype() {
		case graph.Float32:
			return selectMicro[uint32]
		case graph.Float64:
			return selectMicro[uint64]
		}
		return nil
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

func selectMicro[T any](w wiring) micro {
	rows := kernels.ChoiceRows[T]()
	d, c, a, b := w.dst, w.src[0], w.src[1], w.src[2]
	switch {
	case w.scalar[0]: // all of a or all of b
		return func(r []unsafe.Pointer, n int) {
			from, one := b, w.scalar[2]
			if *(*bool)(r[c]) {
				from, one = a, w.scalar[1]
			}
			if !one {
				copy(view[T](r, d, n), view[T](r, from, n))
				return
			}
			v, to := *(*T)(r[from]), view[T](r, d, n)
			for i := range to {
				to[i] = v
			}
		}
	case w.scalar[1] && w.scalar[2]:
		return func(r []unsafe.Pointer, n int) {
			rows.SS(view[T](r, d, n), view[bool](r, c, n), *(*T)(r[a]), *(*T)(r[b]))
		}
	case w.scalar[1]:
		return func(r []unsafe.Pointer, n int) {
			rows.SV(view[T](r, d, n), view[bool](r, c, n), *(*T)(r[a]), view[T](r, b, n))
		}
	case w.scalar[2]:
		return func(r []unsafe.Pointer, n int) {
			rows.VS(view[T](r, d, n), view[bool](r, c, n), view[T](r, a, n), *(*T)(r[b]))
		}
	}
	return func(r []unsafe.Pointer, n int) {
		rows.VV(view[T](r, d, n), view[bool](r, c, n), view[T](r, a, n), view[T](r, b, n))
	}
}

// moveMicro copies a register.
func moveMicro(dst, src, size int) micro {
	return func(r []unsafe.Pointer, n int) { copy(view[byte](r, dst, n*size), view[byte](r, src, n*size)) }
}
