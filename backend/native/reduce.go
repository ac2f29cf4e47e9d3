package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	for _, name := range []string{"sum", "prod", "max", "min"} {
		register(name, kernel{types: numbers(reduce[float32], reduce[float64], reduce[int32], reduce[int64], reduce[uint8])})
	}
	for _, name := range []string{"any", "all"} {
		register(name, kernel{types: types{graph.Bool: reduceBool}})
	}
	register("sum_to", kernel{types: numbers(sumTo[float32], sumTo[float64], sumTo[int32], sumTo[int64], sumTo[uint8])})
	for _, name := range []string{"argmax", "argmin"} {
		register(name, kernel{types: numbers(arg[float32], arg[float64], arg[int32], arg[int64], arg[uint8])})
	}
	for _, name := range []string{"cumsum", "cumprod"} {
		register(name, kernel{types: numbers(cumulate[float32], cumulate[float64], cumulate[int32], cumulate[int64], cumulate[uint8])})
	}
}

func reduce[T kernels.Number](c *call) ([]par.Loop, error) {
	op := c.op.(ops.ReduceOp)
	return kernels.Reduce(op.Kind, out[T](c, 0), in[T](c, 0), c.in[0].Shape, op.Axes.Slice())
}

func reduceBool(c *call) ([]par.Loop, error) {
	op := c.op.(ops.ReduceOp)
	return kernels.ReduceBool(op.Kind, out[bool](c, 0), in[bool](c, 0), c.in[0].Shape, op.Axes.Slice())
}

// sumTo sums over the axes that the result lacks or has with size 1.
func sumTo[T kernels.Number](c *call) ([]par.Loop, error) {
	from := c.in[0].Shape
	axes, _ := summed(c.op, from, c.out[0].Shape)
	return kernels.Reduce("sum", out[T](c, 0), in[T](c, 0), from, axes)
}

func arg[T kernels.Number](c *call) ([]par.Loop, error) {
	op := c.op.(ops.ArgOp)
	return kernels.ArgExtreme(op.Kind, out[int32](c, 0), in[T](c, 0), c.axis(0, op.Axis))
}

func cumulate[T kernels.Number](c *call) ([]par.Loop, error) {
	op := c.op.(ops.CumOp)
	name := op.Kind[len("cum"):]
	return kernels.Cumulate(name, out[T](c, 0), in[T](c, 0), c.axis(0, op.Axis), op.Reverse)
}
