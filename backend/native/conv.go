package native

import (
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("conv", kernel{epilogue: true, types: floats(conv[float32], conv[float64])})
	register("conv_dx", kernel{types: floats(convInput[float32], convInput[float64])})
	register("conv_dw", kernel{types: floats(convKernel[float32], convKernel[float64])})
	register("max_pool", kernel{types: floats(maxPool[float32], maxPool[float64])})
	register("max_pool_dx", kernel{types: floats(maxPoolInput[float32], maxPoolInput[float64])})
	register("max_pool_at", kernel{types: floats(maxPoolAt[float32], maxPoolAt[float64])})
	register("avg_pool", kernel{types: floats(avgPool[float32], avgPool[float64])})
	register("avg_pool_dx", kernel{types: floats(avgPoolInput[float32], avgPoolInput[float64])})
}

// convOf describes a convolution of x and w to y, given their shapes. Sizes are bound, so the padding is explicit.
func convOf(op ops.ConvOp, x, w, y []int) kernels.Conv {
	last := len(x) - 1
	return kernels.Conv{
		N: x[0], C: x[last], Out: y[last], In: x[1:last], K: w[:last-1], OutSp: y[1:last],
		Stride: op.Strides.Slice(), PadLo: op.PadLo.Slice(), Dilation: op.Dilation.Slice(), Groups: op.Groups,
	}
}

func conv[T kernels.Float](c *call) ([]par.Loop, error) {
	s := convOf(c.op.(ops.ConvOp), c.in[0].Shape, c.in[1].Shape, c.out[0].Shape)
	return kernels.ConvForwardWith(s, out[T](c, 0), in[T](c, 0), in[T](c, 1), epilogueOf[T](c))
}

func convInput[T kernels.Float](c *call) ([]par.Loop, error) {
	s := convOf(c.op.(ops.ConvOp), c.out[0].Shape, c.in[1].Shape, c.in[0].Shape)
	return kernels.ConvInputGrad(s, out[T](c, 0), in[T](c, 0), in[T](c, 1))
}

func convKernel[T kernels.Float](c *call) ([]par.Loop, error) {
	s := convOf(c.op.(ops.ConvOp), c.in[0].Shape, c.out[0].Shape, c.in[1].Shape)
	return kernels.ConvKernelGrad(s, out[T](c, 0), in[T](c, 0), in[T](c, 1))
}

// poolingOf describes a pooling of x to y, given their shapes.
func poolingOf(c *call, x, y []int) kernels.Pool {
	op := c.op.(ops.PoolOp)
	last := len(x) - 1
	return kernels.Pool{
		N: x[0], C: x[last], In: x[1:last], K: op.Size.Slice(), OutSp: y[1:last],
		Stride: op.Strides.Slice(), PadLo: op.PadLo.Slice(), Dilation: op.Dilation.Slice(),
	}
}

func maxPool[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.MaxPool(poolingOf(c, c.in[0].Shape, c.out[0].Shape), out[T](c, 0), in[T](c, 0))
}

func maxPoolInput[T kernels.Float](c *call) ([]par.Loop, error) {
	s := poolingOf(c, c.in[1].Shape, c.in[0].Shape)
	return kernels.MaxPoolGrad(s, out[T](c, 0), in[T](c, 0), in[T](c, 1))
}

func maxPoolAt[T kernels.Float](c *call) ([]par.Loop, error) {
	s := poolingOf(c, c.in[1].Shape, c.out[0].Shape)
	return kernels.MaxPoolGather(s, out[T](c, 0), in[T](c, 0), in[T](c, 1))
}

func avgPool[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.AvgPool(poolingOf(c, c.in[0].Shape, c.out[0].Shape), out[T](c, 0), in[T](c, 0))
}

func avgPoolInput[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.AvgPoolGrad(poolingOf(c, c.out[0].Shape, c.in[0].Shape), out[T](c, 0), in[T](c, 0))
}
