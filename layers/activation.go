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

// Activation applies an activation function. x: any shape to the same shape.
// https://keras.io/api/layers/core_layers/activation
type Activation struct {
	Activation activations.Like
	Name       string
	Base
}

// Call: x to a tensor of its shape.
func (l *Activation) Call(c *Context, in ...*graph.Node) *graph.Node {
	act, bad := c.activation("Activation", l.Activation)
	if bad != nil || !c.want(in, 1) {
		return bad
	}
	c.PassMask()
	return act(in[0])
}

// ReLU is max(x, 0), with a slope below the threshold and a largest value. x: any shape to the same shape.
// https://keras.io/api/layers/activation_layers/relu
type ReLU struct {
	MaxValue      float64 `default:"none"` // 0: no limit
	NegativeSlope float64
	Threshold     float64
	Name          string
	Base
}

// Call: x to a tensor of its shape.
func (l *ReLU) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if l.MaxValue < 0 || l.NegativeSlope < 0 || l.Threshold < 0 {
		return c.Errorf("MaxValue %g, NegativeSlope %g and Threshold %g must not be negative", l.MaxValue, l.NegativeSlope, l.Threshold)
	}
	c.PassMask()
	return activations.Rectifier{NegativeSlope: l.NegativeSlope, MaxValue: l.MaxValue, Threshold: l.Threshold}.Activate(in[0])
}

// LeakyReLU is x for x > 0 and NegativeSlope·x below. x: any shape to the same shape.
// https://keras.io/api/layers/activation_layers/leaky_relu
type LeakyReLU struct {
	NegativeSlope float64 `default:"0.3"`
	Name          string
	Base
}

// Call: x to a tensor of its shape.
func (l *LeakyReLU) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	c.PassMask()
	return ops.LeakyRelu(in[0], l.NegativeSlope)
}

// ELU is x for x > 0 and Alpha·(eˣ - 1) below (Clevert et al., 2015). x: any shape to the same shape.
// https://keras.io/api/layers/activation_layers/elu
type ELU struct {
	Alpha float64 `default:"1"`
	Name  string
	Base
}

// Call: x to a tensor of its shape.
func (l *ELU) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	c.PassMask()
	return ops.Elu(in[0], l.Alpha)
}

// PReLU is x for x > 0 and alpha·x below with learned slopes (He et al., 2015). x: (batch, ...) to the same shape.
// Weights: alpha, of the input's shape without batch, 1 along SharedAxes.
// https://keras.io/api/layers/activation_layers/prelu
type PReLU struct {
	AlphaInitializer initializers.Like `default:"zeros"`
	AlphaRegularizer regularizers.Like
	AlphaConstraint  constraints.Like
	SharedAxes       []int // counted from 1, the first axis after batch
	Name             string
	Base
}

// Call: x to a tensor of its shape.
func (l *PReLU) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	shape := append(graph.Shape{}, x.Shape()[min(1, x.Shape().Rank()):]...)
	for _, axis := range l.SharedAxes {
		if axis < 1 || axis > len(shape) {
			return c.Errorf("SharedAxes has the axis %d, want 1 to %d", axis, len(shape))
		}
		shape[axis-1] = 1
	}
	c.PassMask()
	alpha := c.Param("alpha", Weight{Shape: shape, Initializer: l.AlphaInitializer, Regularizer: l.AlphaRegularizer, Constraint: l.AlphaConstraint})
	return ops.Sub(ops.Relu(x), ops.Mul(alpha, ops.Relu(ops.Neg(x))))
}

// Softmax makes positive numbers that sum to 1 along an axis. A mask (true = keep), given as second input or travelling with
// x, takes elements out. x: any shape to the same shape.
// https://keras.io/api/layers/activation_layers/softmax
type Softmax struct {
	Axis any `default:"-1"` // an int, or []int for several axes
	Name string
	Base
}

// Call: x, and optionally a mask of its shape, to a tensor of x's shape.
func (l *Softmax) Call(c *Context, in ...*graph.Node) *graph.Node {
	if len(in) == 0 || len(in) > 2 {
		return c.Errorf("got %d inputs, want x and perhaps a mask", len(in))
	}
	axes, err := intList(l.Axis, -1)
	if err != nil {
		return c.Errorf("Axis: %v", err)
	}
	x, mask := in[0], c.Mask(0)
	if len(in) == 2 {
		mask = in[1]
	}
	if mask != nil && mask.Dtype() != graph.Bool {
		mask = ops.Greater(mask, 0.5)
	}
	c.SetMask(0, mask)
	if mask != nil {
		x = ops.Where(mask, x, maskedScore(x.Dtype()))
	}
	y := ops.Softmax(x, axes...)
	if mask != nil {
		y = ops.Where(mask, y, 0) // also where everything is masked
	}
	return y
}

// maskedScore is what scores that are masked are set to: large, and finite in the dtype.
func maskedScore(d graph.Dtype) float64 {
	if d == graph.Float16 {
		return -3e4
	}
	return -1e9
}

func init() { register(&Activation{}, &ReLU{}, &LeakyReLU{}, &ELU{}, &PReLU{}, &Softmax{}) }
