package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// Operations that move elements without changing them.
func init() {
	register("transpose", kernel{exact: true, types: moving(transpose[uint8], transpose[uint32], transpose[uint64], transpose[string])})
	register("broadcast_to", kernel{exact: true, types: moving(repeat[uint8], repeat[uint32], repeat[uint64], repeat[string])})
	register("slice", kernel{exact: true, types: moving(slice[uint8], slice[uint32], slice[uint64], slice[string])})
	register("place", kernel{exact: true, types: moving(place[uint8], place[uint32], place[uint64], nil)})
	register("flip", kernel{exact: true, types: moving(flip[uint8], flip[uint32], flip[uint64], flip[string])})
	register("pad", kernel{exact: true, types: moving(pad[uint8], pad[uint32], pad[uint64], pad[string])})
	register("concatenate", kernel{exact: true, types: moving(concat[uint8], concat[uint32], concat[uint64], concat[string])})
	register("zero", kernel{exact: true, types: moving(zero[uint8], zero[uint32], zero[uint64], nil)})
	register("iota", kernel{types: numbers(count[float32], count[float64], count[int32], count[int64], count[uint8])})
}

// rowMajor is the strides of a dense array.
func rowMajor(shape []int) []int {
	steps := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		steps[i] = n
		n *= shape[i]
	}
	return steps
}

func transpose[T any](c *call) ([]par.Loop, error) {
	from := rowMajor(c.in[0].Shape)
	perm := c.op.(ops.TransposeOp).Perm.Slice()
	steps := make([]int, len(perm))
	for i, p := range perm {
		steps[i] = from[p]
	}
	return kernels.Copy(out[T](c, 0), in[T](c, 0), c.out[0].Shape, steps, 0)
}

func repeat[T any](c *call) ([]par.Loop, error) {
	return kernels.Copy(out[T](c, 0), in[T](c, 0), c.out[0].Shape, broadcastStrides(c.in[0].Shape, c.out[0].Shape), 0)
}

func slice[T any](c *call) ([]par.Loop, error) {
	op := c.op.(ops.SliceOp)
	steps := rowMajor(c.in[0].Shape)
	offset := op.Start * steps[op.Axis]
	steps[op.Axis] *= op.Step
	return kernels.Copy(out[T](c, 0), in[T](c, 0), c.out[0].Shape, steps, offset)
}

func place[T any](c *call) ([]par.Loop, error) {
	op := c.op.(ops.PlaceOp)
	dst, steps := out[T](c, 0), rowMajor(c.out[0].Shape)
	offset := op.Start * steps[op.Axis]
	steps[op.Axis] *= op.Step
	var none T
	loops, err := kernels.Place(dst, in[T](c, 0), c.in[0].Shape, steps, offset)
	return append(kernels.Fill(dst, none), loops...), err
}

func flip[T any](c *call) ([]par.Loop, error) {
	shape := c.in[0].Shape
	steps, offset := rowMajor(shape), 0
	for _, a := range c.op.(ops.FlipOp).Axes.Slice() {
		offset += max(shape[a]-1, 0) * steps[a]
		steps[a] = -steps[a]
	}
	return kernels.Copy(out[T](c, 0), in[T](c, 0), shape, steps, offset)
}

func pad[T any](c *call) ([]par.Loop, error) {
	op := c.op.(ops.PadOp)
	dst, value, steps := out[T](c, 0), in[T](c, 1), rowMajor(c.out[0].Shape)
	offset := 0
	for i, lo := range op.Lo.Slice() {
		offset += lo * steps[i]
	}
	loops := over(len(dst), func(lo, hi int) {
		v := value[0]
		for i := range dst[lo:hi] {
			dst[lo+i] = v
		}
	})
	inner, err := kernels.Place(dst, in[T](c, 0), c.in[0].Shape, steps, offset)
	return append(loops, inner...), err
}

func concat[T any](c *call) ([]par.Loop, error) {
	axis := c.op.(ops.ConcatOp).Axis
	outer := 1
	for _, d := range c.out[0].Shape[:axis] {
		outer *= d
	}
	parts, widths := make([][]T, len(c.in)), make([]int, len(c.in))
	for i, s := range c.in {
		parts[i] = in[T](c, i)
		widths[i] = graph.Prod(s.Shape[axis:]...)
	}
	return kernels.Concat(out[T](c, 0), parts, outer, widths)
}

func zero[T any](c *call) ([]par.Loop, error) {
	var none T
	return kernels.Fill(out[T](c, 0), none), nil
}

func count[T kernels.Number](c *call) ([]par.Loop, error) {
	dst, n := out[T](c, 0), c.out[0].Shape[c.op.(ops.IotaOp).Axis]
	inner := graph.Prod(c.out[0].Shape[c.op.(ops.IotaOp).Axis+1:]...)
	return over(len(dst), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = T(i / inner % n)
		}
	}), nil
}
