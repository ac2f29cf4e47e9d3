package native

import (
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("softmax", kernel{inPlace: true, types: floats(softmax[float32], softmax[float64])})
	register("log_softmax", kernel{inPlace: true, types: floats(logSoftmax[float32], logSoftmax[float64])})
	register("softmax_dx", kernel{types: floats(softmaxInput[float32], softmaxInput[float64])})
	register("log_softmax_dx", kernel{types: floats(logSoftmaxInput[float32], logSoftmaxInput[float64])})
}

func softmax[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.Softmax(out[T](c, 0), in[T](c, 0), c.axis(0, c.op.(ops.SoftmaxOp).Axis))
}

func logSoftmax[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.LogSoftmax(out[T](c, 0), in[T](c, 0), c.axis(0, c.op.(ops.LogSoftmaxOp).Axis))
}

func softmaxInput[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.SoftmaxGrad(out[T](c, 0), in[T](c, 0), in[T](c, 1), c.axis(0, c.op.(ops.SoftmaxGradOp).Axis))
}

func logSoftmaxInput[T kernels.Float](c *call) ([]par.Loop, error) {
	return kernels.LogSoftmaxGrad(out[T](c, 0), in[T](c, 0), in[T](c, 1), c.axis(0, c.op.(ops.LogSoftmaxGradOp).Axis))
}
