package native

import (
	"fmt"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// small are the integers for which there is no arithmetic.
type small interface{ int8 | int16 | uint16 | uint32 }

// wider are the dtypes whose kernels compute for those of small.
var wider = map[graph.Dtype]graph.Dtype{
	graph.Int8: graph.Int32, graph.Int16: graph.Int32, graph.Uint16: graph.Int32, graph.Uint32: graph.Int64,
}

// narrowed does an operation on small integers by means of its kernel for wider ones: its operands are widened, and the low
// bits of the results are kept, so that sums and products wrap around as NumPy's.
func narrowed(wide build, to graph.Dtype) build {
	return func(c *call) ([]par.Loop, error) {
		var before, after []par.Loop
		w := *c
		w.inputs, w.outputs = nil, nil
		for _, s := range c.inputs {
			if wider[s.Dtype] == to {
				t := widened(s.Dtype, s.Len())
				before = append(before, copied(t, s)...)
				s = t
			}
			w.inputs = append(w.inputs, s)
		}
		for _, s := range c.outputs {
			if wider[s.Dtype] == to {
				t := widened(s.Dtype, s.Len())
				after = append(after, copied(s, t)...)
				s = t
			}
			w.outputs = append(w.outputs, s)
		}
		loops, err := wide(&w)
		return append(append(before, loops...), after...), err
	}
}

// widened is room for n elements of dtype d as wider ones.
func widened(d graph.Dtype, n int) backend.Slice {
	if wider[d] == graph.Int64 {
		return backend.SliceOf(graph.Int64, make([]int64, n))
	}
	return backend.SliceOf(graph.Int32, make([]int32, n))
}

// copied converts between small integers and wider ones.
func copied(dst, src backend.Slice) []par.Loop {
	switch d := backend.Elements[int32](dst); {
	case src.Dtype == graph.Int8:
		return convert(d, backend.Elements[int8](src))
	case src.Dtype == graph.Int16:
		return convert(d, backend.Elements[int16](src))
	case src.Dtype == graph.Uint16:
		return convert(d, backend.Elements[uint16](src))
	case src.Dtype == graph.Uint32:
		return convert(backend.Elements[int64](dst), backend.Elements[uint32](src))
	}
	switch dst.Dtype {
	case graph.Int8:
		return convert(backend.Elements[int8](dst), backend.Elements[int32](src))
	case graph.Int16:
		return convert(backend.Elements[int16](dst), backend.Elements[int32](src))
	case graph.Uint16:
		return convert(backend.Elements[uint16](dst), backend.Elements[int32](src))
	}
	return convert(backend.Elements[uint32](dst), backend.Elements[int64](src))
}

func convert[D, S small | kernels.Number](dst []D, src []S) []par.Loop {
	return over(len(dst), func(lo, hi int) {
		for i, v := range src[lo:hi] {
			dst[lo+i] = D(v)
		}
	})
}

// castSmall converts small integers to the dtype of the result.
func castSmall[S small](c *call) ([]par.Loop, error) {
	src := in[S](c, 0)
	switch to := c.op.(ops.CastOp).To; to {
	case graph.Float32, graph.Float16, graph.BFloat16:
		return convert(out[float32](c, 0), src), nil
	case graph.Float64:
		return convert(out[float64](c, 0), src), nil
	case graph.Int32:
		return convert(out[int32](c, 0), src), nil
	case graph.Int64:
		return convert(out[int64](c, 0), src), nil
	case graph.Uint8:
		return convert(out[uint8](c, 0), src), nil
	case graph.Bool:
		dst := out[bool](c, 0)
		return over(len(dst), func(lo, hi int) {
			for i, v := range src[lo:hi] {
				dst[lo+i] = v != 0
			}
		}), nil
	default:
		return castToSmall(c, to, src)
	}
}

// castToSmall converts numbers to small integers by way of int64, so that what does not fit wraps around.
func castToSmall[S small | kernels.Number](c *call, to graph.Dtype, src []S) ([]par.Loop, error) {
	switch to {
	case graph.Int8:
		return wrapped(out[int8](c, 0), src), nil
	case graph.Int16:
		return wrapped(out[int16](c, 0), src), nil
	case graph.Uint16:
		return wrapped(out[uint16](c, 0), src), nil
	case graph.Uint32:
		return wrapped(out[uint32](c, 0), src), nil
	}
	return nil, fmt.Errorf("no cast to %s", to)
}

func wrapped[D small, S small | kernels.Number](dst []D, src []S) []par.Loop {
	return over(len(dst), func(lo, hi int) {
		for i, v := range src[lo:hi] {
			dst[lo+i] = D(int64(v))
		}
	})
}

// boolsTo gives 1 and 0.
func boolsTo[D small](dst []D, src []bool) []par.Loop {
	return over(len(dst), func(lo, hi int) {
		for i, v := range src[lo:hi] {
			if dst[lo+i] = 0; v {
				dst[lo+i] = 1
			}
		}
	})
}
