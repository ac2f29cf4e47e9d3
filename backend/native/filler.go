package native

import (
	"unsafe"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
)

// filler writes elements [lo, lo+n) of an operand that is read with strides to a tile.
type filler func(dst, src unsafe.Pointer, lo, n int)

// newFiller reads an operand of elements of the given size repeated to shape.
func newFiller(size int, shape graph.Shape, strides []int) filler {
	shape, strides = merged(shape, strides)
	switch size {
	case 8:
		return fillOf[uint64](shape, strides)
	case 4:
		return fillOf[uint32](shape, strides)
	}
	return fillOf[uint8](shape, strides)
}

// merged makes one axis of neighbours that are walked like one, and drops those of size 1. There is always an axis.
func merged(shape graph.Shape, strides []int) (graph.Shape, []int) {
	var sizes graph.Shape
	var steps []int
	for i, n := range shape {
		last := len(sizes) - 1
		switch {
		case n == 1:
		case last >= 0 && steps[last] == n*strides[i]:
			sizes[last], steps[last] = sizes[last]*n, strides[i]
		default:
			sizes, steps = append(sizes, n), append(steps, strides[i])
		}
	}
	if len(sizes) == 0 {
		return graph.Shape{1}, []int{0}
	}
	return sizes, steps
}

func fillOf[T any](shape graph.Shape, strides []int) filler {
	if len(shape) == 2 && strides[0] == 0 && strides[1] == 1 {
		return func(dst, src unsafe.Pointer, lo, n int) {
			repeatRow(unsafe.Slice((*T)(dst), n), unsafe.Slice((*T)(src), shape[1]), lo%shape[1])
		}
	}
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
			fillRun(to[:run], (*T)(unsafe.Add(src, at*int(unsafe.Sizeof(to[0])))), strides[last])
			to, lo = to[run:], lo+run
		}
	}
}

// fillRun reads elements at a step.
func fillRun[T any](to []T, from *T, step int) {
	switch step {
	case 0:
		kernels.FillRow(to, *from)
	case 1:
		copy(to, unsafe.Slice(from, len(to)))
	default:
		row := unsafe.Slice(from, (len(to)-1)*step+1)
		for i := range to {
			to[i] = row[i*step]
		}
	}
}

// repeatRow writes a row again and again, beginning in its middle: once it is there, by copies that double what is done.
func repeatRow[T any](to, row []T, at int) {
	done := copy(to, row[at:])
	done += copy(to[done:], row[:at])
	for done < len(to) {
		done += copy(to[done:], to[:done])
	}
}
