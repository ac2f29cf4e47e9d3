package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("layer_norm", kernel{inPlace: true, types: floats(layerNorm[float32], layerNorm[float64])})
	register("layer_norm_dx", kernel{types: floats(layerNormGrad[float32], layerNormGrad[float64])})
}

func layerNorm[T kernels.Float](c *call) ([]par.Loop, error) {
	op := c.op.(ops.LayerNormOp)
	var gamma, beta []T
	if op.Scaled {
		gamma = in[T](c, 1)
	}
	if op.Offset {
		beta = in[T](c, len(c.in)-1)
	}
	return kernels.LayerNorm(out[T](c, 0), in[T](c, 0), gamma, beta, layerNormShape(op, c.in[0].Shape))
}

func layerNormGrad[T kernels.Float](c *call) ([]par.Loop, error) {
	op := c.op.(ops.LayerNormGradOp)
	var gamma, dgamma, dbeta []T
	if op.Scaled {
		gamma, dgamma = in[T](c, 2), out[T](c, 1)
	}
	if op.Offset {
		dbeta = out[T](c, len(c.out)-1)
	}
	return kernels.LayerNormGrad(out[T](c, 0), dgamma, dbeta, in[T](c, 0), in[T](c, 1), gamma, layerNormShape(ops.LayerNormOp(op), c.in[1].Shape))
}

// layerNormShape is the rows and columns that x is seen as.
func layerNormShape(o ops.LayerNormOp, x graph.Shape) kernels.LayerNormShape {
	first := len(x) - o.Axes
	return kernels.LayerNormShape{Rows: x[:first].Size(), Width: x[first:].Size(), Epsilon: o.Epsilon, Centred: o.Centred}
}
