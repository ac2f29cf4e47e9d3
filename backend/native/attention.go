package native

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("attention", kernel{optional: true, types: floats(attention[float32], attention[float64])})
	register("attention_dx", kernel{types: floats(attentionGrad[float32], attentionGrad[float64])})
}

func attention[T kernels.Float](c *call) ([]par.Loop, error) {
	s := attentionShape(c.op.(ops.AttentionOp), c.in)
	var mask []bool
	if s.Mask != nil {
		mask = in[bool](c, 3)
	}
	return kernels.Attention(out[T](c, 0), out[T](c, 1), in[T](c, 0), in[T](c, 1), in[T](c, 2), mask, s)
}

func attentionGrad[T kernels.Float](c *call) ([]par.Loop, error) {
	op, operands := c.op.(ops.AttentionGradOp), c.in[1:]
	var weights []T
	if op.Kept {
		weights, operands = in[T](c, len(c.in)-1), operands[:len(operands)-1]
	}
	s := attentionShape(op.Of, operands)
	var mask []bool
	if s.Mask != nil {
		mask = in[bool](c, 4)
	}
	return kernels.AttentionGrad(out[T](c, 0), out[T](c, 1), out[T](c, 2), in[T](c, 0), weights, in[T](c, 1), in[T](c, 2), in[T](c, 3), mask, s)
}

// attentionShape describes an attention of the operands.
func attentionShape(o ops.AttentionOp, in []graph.Spec) kernels.AttentionShape {
	q, k, v := in[0].Shape, in[1].Shape, in[2].Shape
	s := kernels.AttentionShape{
		Batch: q[0], Heads: q[2], Targets: q[1], Sources: k[1], Size: q[3], Width: v[3], Scale: o.Scale, Causal: o.Causal,
	}
	if s.Scale == 0 {
		s.Scale = 1 / math.Sqrt(float64(s.Size))
	}
	if len(in) > 3 {
		s.Mask = broadcastStrides(in[3].Shape, graph.Shape{s.Batch, s.Heads, s.Targets, s.Sources})
	}
	return s
}
