package native

import (
	"testing"
	"unsafe"

	"github.com/gorgonin/gorgonin/graph"
)

// TestFiller reads operands repeated along some axes, from every element on.
func TestFiller(t *testing.T) {
	src := make([]uint32, 100)
	for i := range src {
		src[i] = uint32(i + 1)
	}
	for _, c := range []struct {
		shape   graph.Shape
		strides []int
	}{
		{graph.Shape{4, 5}, []int{0, 1}}, {graph.Shape{4, 5}, []int{1, 0}}, {graph.Shape{2, 3, 4}, []int{3, 1, 0}}, {graph.Shape{2, 3, 4}, []int{4, 0, 1}},
		{graph.Shape{2, 3, 4}, []int{0, 4, 1}}, {graph.Shape{2, 1, 4, 1}, []int{0, 9, 2, 7}}, {graph.Shape{1, 1}, []int{0, 0}}, {graph.Shape{3, 4}, []int{0, 0}},
	} {
		want := make([]uint32, c.shape.Size())
		for i := range want {
			at, rest := 0, i
			for a := len(c.shape) - 1; a >= 0; a-- {
				at += rest % c.shape[a] * c.strides[a]
				rest /= c.shape[a]
			}
			want[i] = src[at]
		}
		fill := newFiller(4, c.shape, c.strides)
		for lo := range want {
			for n := 1; n <= len(want)-lo; n++ {
				got := make([]uint32, n)
				fill(unsafe.Pointer(&got[0]), unsafe.Pointer(&src[0]), lo, n)
				for i := range got {
					if got[i] != want[lo+i] {
						t.Fatalf("shape %v, strides %v: element %d of %d from %d is %d, want %d", c.shape, c.strides, i, n, lo, got[i], want[lo+i])
					}
				}
			}
		}
	}
}
