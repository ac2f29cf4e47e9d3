package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("gather", kernel{exact: true, types: moving(indexed1(gather[uint8, int32], gather[uint8, int64]), indexed1(gather[uint32, int32], gather[uint32, int64]),
		indexed1(gather[uint64, int32], gather[uint64, int64]), indexed1(gather[string, int32], gather[string, int64]))})
	register("take_along_axis", kernel{exact: true, types: moving(indexed1(takeAlong[uint8, int32], takeAlong[uint8, int64]),
		indexed1(takeAlong[uint32, int32], takeAlong[uint32, int64]), indexed1(takeAlong[uint64, int32], takeAlong[uint64, int64]),
		indexed1(takeAlong[string, int32], takeAlong[string, int64]))})
	register("scatter_add", kernel{types: numbers(
		indexed1(scatterAdd[float32, int32], scatterAdd[float32, int64]), indexed1(scatterAdd[float64, int32], scatterAdd[float64, int64]),
		indexed1(scatterAdd[int32, int32], scatterAdd[int32, int64]), indexed1(scatterAdd[int64, int32], scatterAdd[int64, int64]),
		indexed1(scatterAdd[uint8, int32], scatterAdd[uint8, int64]))})
	register("put_along_axis", kernel{types: numbers(
		indexed1(putAlong[float32, int32], putAlong[float32, int64]), indexed1(putAlong[float64, int32], putAlong[float64, int64]),
		indexed1(putAlong[int32, int32], putAlong[int32, int64]), indexed1(putAlong[int64, int32], putAlong[int64, int64]),
		indexed1(putAlong[uint8, int32], putAlong[uint8, int64]))})
	for _, kind := range []string{"set", "add", "mul", "maximum", "minimum"} {
		register("scatter_update_"+kind, kernel{inPlace: true, types: numbers(
			indexed1(scatterUpdate[float32, int32], scatterUpdate[float32, int64]), indexed1(scatterUpdate[float64, int32], scatterUpdate[float64, int64]),
			indexed1(scatterUpdate[int32, int32], scatterUpdate[int32, int64]), indexed1(scatterUpdate[int64, int32], scatterUpdate[int64, int64]),
			indexed1(scatterUpdate[uint8, int32], scatterUpdate[uint8, int64]))})
	}
	register("one_hot", kernel{exact: true, types: types{graph.Int32: oneHotOf[int32], graph.Int64: oneHotOf[int64]}})
	register("bincount", kernel{types: types{graph.Int32: bincountOf[int32], graph.Int64: bincountOf[int64]}})
}

// indexed1 picks the build for the dtype of the second input, the indices.
func indexed1(i32, i64 build) build {
	return func(c *call) ([]par.Loop, error) {
		if c.in[1].Dtype == graph.Int64 {
			return i64(c)
		}
		return i32(c)
	}
}

func gather[T any, I kernels.Index](c *call) ([]par.Loop, error) {
	return kernels.GatherRows(out[T](c, 0), in[T](c, 0), in[I](c, 1), c.axis(0, c.op.(ops.GatherOp).Axis), c.fault)
}

func takeAlong[T any, I kernels.Index](c *call) ([]par.Loop, error) {
	axis := c.op.(ops.TakeAlongOp).Axis
	return kernels.TakeAlong(out[T](c, 0), in[T](c, 0), in[I](c, 1), c.axis(0, axis), c.in[1].Shape[axis], c.fault)
}

func scatterAdd[T kernels.Number, I kernels.Index](c *call) ([]par.Loop, error) {
	a := kernels.AxisOf(c.out[0].Shape, c.op.(ops.ScatterAddOp).Axis)
	return kernels.ScatterRows("add", out[T](c, 0), in[T](c, 0), in[I](c, 1), a, false, c.fault)
}

func putAlong[T kernels.Number, I kernels.Index](c *call) ([]par.Loop, error) {
	axis := c.op.(ops.PutAlongOp).Axis
	a := kernels.AxisOf(c.out[0].Shape, axis)
	return kernels.PutAlong(out[T](c, 0), in[T](c, 0), in[I](c, 1), a, c.in[1].Shape[axis], false, c.fault)
}

// scatterUpdate joins the updates to a copy of x, or to x itself where the result may overwrite it.
func scatterUpdate[T kernels.Number, I kernels.Index](c *call) ([]par.Loop, error) {
	dst := out[T](c, 0)
	loops, err := kernels.ScatterRows(c.op.(ops.ScatterUpdateOp).Kind, dst, in[T](c, 2), in[I](c, 1), c.axis(0, 0), true, c.fault)
	if err != nil || c.inputs[0].Same(c.outputs[0]) {
		return loops, err
	}
	return append(copyAll(dst, in[T](c, 0)), loops...), nil
}

// copyAll is the loop that copies a whole slice.
func copyAll[T any](dst, src []T) []par.Loop {
	return []par.Loop{{N: len(dst), Chunk: 1 << 14, Body: func(_, lo, hi int) { copy(dst[lo:hi], src[lo:hi]) }}}
}

// oneHotOf picks the build for the dtype of the result.
func oneHotOf[I kernels.Index](c *call) ([]par.Loop, error) {
	switch c.out[0].Dtype {
	case graph.Float64:
		return oneHot[float64, I](c, 1)
	case graph.Int32:
		return oneHot[int32, I](c, 1)
	case graph.Int64:
		return oneHot[int64, I](c, 1)
	case graph.Bool:
		return oneHot[bool, I](c, true)
	case graph.Uint8, graph.Int8:
		return oneHot[uint8, I](c, 1)
	}
	return oneHot[float32, I](c, 1)
}

func oneHot[T any, I kernels.Index](c *call, on T) ([]par.Loop, error) {
	var off T
	index := in[I](c, 0)
	a := kernels.Axis{Outer: len(index), N: c.op.(ops.OneHotOp).N, Inner: 1}
	return kernels.OneHot(out[T](c, 0), index, a, on, off)
}

// bincountOf picks the build for the dtype of the result, which is that of the weights.
func bincountOf[I kernels.Index](c *call) ([]par.Loop, error) {
	switch c.out[0].Dtype {
	case graph.Float64:
		return bincount[float64, I](c)
	case graph.Int32:
		return bincount[int32, I](c)
	case graph.Int64:
		return bincount[int64, I](c)
	case graph.Uint8:
		return bincount[uint8, I](c)
	}
	return bincount[float32, I](c)
}

func bincount[T kernels.Number, I kernels.Index](c *call) ([]par.Loop, error) {
	var weights []T
	if len(c.in) == 2 {
		weights = in[T](c, 1)
	}
	rows, n := splitRows(c.in[0].Shape)
	return kernels.Bincount(out[T](c, 0), in[I](c, 0), weights, rows, n, c.op.(ops.BincountOp).N)
}

// splitRows is the number of rows along the last axis and their length.
func splitRows(shape []int) (rows, n int) {
	last := len(shape) - 1
	return graph.Prod(shape[:last]...), shape[last]
}
