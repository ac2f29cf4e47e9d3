package native

import (
	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
)

// narrowed does an operation on int8 by means of its kernel for int32: its operands are widened, and the low bits of the
// results are kept, so that sums and products wrap around as NumPy's.
func narrowed(wide build) build {
	return func(c *call) ([]par.Loop, error) {
		var before, after []par.Loop
		w := *c
		w.inputs, w.outputs = nil, nil
		for _, s := range c.inputs {
			if s.Dtype == graph.Int8 {
				t := make([]int32, s.Len())
				before = append(before, widen(t, backend.Elements[int8](s))...)
				s = backend.SliceOf(graph.Int32, t)
			}
			w.inputs = append(w.inputs, s)
		}
		for _, s := range c.outputs {
			if s.Dtype == graph.Int8 {
				t, dst := make([]int32, s.Len()), backend.Elements[int8](s)
				after = append(after, over(len(dst), func(lo, hi int) {
					for i, v := range t[lo:hi] {
						dst[lo+i] = int8(v)
					}
				})...)
				s = backend.SliceOf(graph.Int32, t)
			}
			w.outputs = append(w.outputs, s)
		}
		loops, err := wide(&w)
		return append(append(before, loops...), after...), err
	}
}
