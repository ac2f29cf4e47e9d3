package layers

import (
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// LayerNormalization normalizes each sample over Axis, the last one by default (Ba et al., 2016). x: any shape to the same
// shape. Weights: gamma, beta of the sizes of the axes.
// https://keras.io/api/layers/normalization_layers/layer_normalization
type LayerNormalization struct {
	Axis             any               `default:"-1"` // an int or []int
	Epsilon          float64           `default:"0.001"`
	NoCenter         bool              `keras:"center,not"`
	NoScale          bool              `keras:"scale,not"`
	RMSScaling       bool              `keras:"rms_scaling,omitempty"`
	BetaInitializer  initializers.Like `default:"zeros"`
	GammaInitializer initializers.Like `default:"ones"`
	BetaRegularizer  regularizers.Like
	GammaRegularizer regularizers.Like
	BetaConstraint   constraints.Like
	GammaConstraint  constraints.Like
	Name             string
	Base
}

// Call: x to a tensor of its shape.
func (l *LayerNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	axes, bad := c.axes(l.Axis, x)
	if bad != nil {
		return bad
	}
	c.PassMask()
	shape, spread := weightAlong(x, axes)
	gamma, beta := c.scaleAndCenter(shape, !l.NoScale || l.RMSScaling, !l.NoCenter && !l.RMSScaling,
		weights(l.GammaInitializer, l.GammaRegularizer, l.GammaConstraint), weights(l.BetaInitializer, l.BetaRegularizer, l.BetaConstraint))
	if !l.RMSScaling {
		return ops.Cast(ops.LayerNormalization(x, gamma, beta, l.Epsilon, axes...), c.Dtype())
	}
	// Keras divides by the deviation all the same.
	wide := widen(x)
	y := ops.Mul(wide, ops.Rsqrt(ops.Add(ops.VarKeepDims(wide, axes...), l.Epsilon)))
	return ops.Cast(ops.Mul(y, ops.Cast(ops.Reshape(gamma, spread...), y.Dtype())), c.Dtype())
}

// RMSNormalization divides by the root of the mean square along Axis (Zhang & Sennrich, 2019). x: any shape to the same
// shape. Weights: scale, of the size of the axis.
// https://keras.io/api/layers/normalization_layers/rms_normalization
type RMSNormalization struct {
	Axis    any     `default:"-1"` // an int or []int
	Epsilon float64 `default:"1e-6"`
	Name    string
	Base
}

// Call: x to a tensor of its shape.
func (l *RMSNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	axes, bad := c.axes(l.Axis, x)
	if bad != nil {
		return bad
	}
	c.PassMask()
	shape, _ := weightAlong(x, axes)
	scale := c.Param("scale", Weight{Shape: shape, Initializer: "ones"})
	return ops.RMSNormalization(x, scale, l.Epsilon, axes...)
}

// UnitNormalization divides by the Euclidean norm along Axis. x: any shape to the same shape.
// https://keras.io/api/layers/normalization_layers/unit_normalization
type UnitNormalization struct {
	Axis any `default:"-1"` // an int or []int
	Name string
	Base
}

// Call: x to a tensor of its shape.
func (l *UnitNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	axes, bad := c.axes(l.Axis, x)
	if bad != nil {
		return bad
	}
	c.PassMask()
	return ops.Mul(x, ops.Rsqrt(ops.Maximum(ops.SumKeepDims(ops.Square(x), axes...), 1e-12)))
}

func init() { register(&LayerNormalization{}, &RMSNormalization{}, &UnitNormalization{}) }
