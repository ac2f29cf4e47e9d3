package layers

import (
	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Dense is the densely connected layer: activation(x·kernel + bias) along the last axis.
// x: (batch, ..., features) to (batch, ..., Units). Weights: kernel (features, Units), bias (Units), with LoraRank also
// lora_kernel_a (features, LoraRank) and lora_kernel_b (LoraRank, Units).
// https://keras.io/api/layers/core_layers/dense
type Dense struct {
	Units             int
	Activation        activations.Like  `default:"linear"`
	NoBias            bool              `keras:"use_bias,not"`
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	LoraRank          int `keras:"lora_rank,omitempty"`  // above 0: the kernel is frozen and an update of this rank is learned
	LoraAlpha         int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name              string
	Base
}

// Call: x (batch, ..., features) to (batch, ..., Units).
func (l *Dense) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	if l.Units <= 0 {
		return c.Errorf("Units is %d, want at least 1", l.Units)
	}
	if x.Shape().Rank() < 2 {
		return c.Errorf("the input has the shape %v, want (batch, ..., features)", x.Shape())
	}
	act, bad := c.activation("Activation", l.Activation)
	if bad != nil {
		return bad
	}
	c.PassMask()
	w := weights(l.KernelInitializer, l.KernelRegularizer, l.KernelConstraint)
	w.Shape = graph.Shape{x.Shape().Dim(-1), l.Units}
	q, bad := c.quantization()
	if bad != nil {
		return bad
	}
	if w.Shape[0] == graph.None && q.bits > 0 {
		return c.Errorf("the input has the shape %v: the last axis must be known", x.Shape())
	}
	kernel, seen := c.kernelOf(x, w, q)
	var bias *graph.Node
	if !l.NoBias {
		b := weights(l.BiasInitializer, l.BiasRegularizer, l.BiasConstraint)
		b.Shape = graph.Shape{l.Units}
		bias = c.Param("bias", b)
	}
	y := ops.MatMul(seen, kernel)
	if l.LoraRank > 0 {
		a, b := c.loraPair("kernel", kernel, l.LoraRank, w)
		y = ops.Add(y, ops.Mul(ops.MatMul(ops.MatMul(x, a), b), loraScale(l.LoraRank, l.LoraAlpha)))
	}
	if bias != nil {
		y = ops.Add(y, bias)
	}
	return act(y)
}

func init() { register(&Dense{}) }
