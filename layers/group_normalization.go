package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// GroupNormalization normalizes groups of channels of each sample (Wu & He, 2018). x: (batch, ..., channels), or channels at
// Axis, to the same shape. Weights: gamma, beta (channels).
// https://keras.io/api/layers/normalization_layers/group_normalization
type GroupNormalization struct {
	Groups           int               `default:"32"` // -1: one group for each channel
	Axis             int               `default:"-1"`
	Epsilon          float64           `default:"0.001"`
	NoCenter         bool              `keras:"center,not"`
	NoScale          bool              `keras:"scale,not"`
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
func (l *GroupNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	axis, ok := axisOf(l.Axis, x)
	if !ok || axis == 0 {
		return c.Errorf("Axis is %d, the input has the shape %v", l.Axis, x.Shape())
	}
	channels, groups := x.Shape()[axis], l.Groups
	if groups == -1 {
		groups = channels
	}
	if channels == graph.None || groups < 1 || channels%groups != 0 {
		return c.Errorf("the %d channels of shape %v do not divide into %d groups", channels, x.Shape(), groups)
	}
	c.PassMask()
	// (batch, a, channels, b) with the channels cut into (groups, channels/groups): normalize over all but batch and groups.
	r := x.Shape().Rank()
	var split []int
	for i, d := range x.Shape() {
		if i == axis {
			split = append(split, groups, channels/groups)
		} else {
			split = append(split, d)
		}
	}
	wide := widen(x)
	y := ops.Reshape(wide, split...)
	over := slices.DeleteFunc(allBut(axis, r+1), func(i int) bool { return i == 0 })
	y = ops.Mul(ops.Sub(y, ops.MeanKeepDims(y, over...)), ops.Rsqrt(ops.Add(ops.VarKeepDims(y, over...), l.Epsilon)))
	gamma, beta := c.scaleAndCenter(graph.Shape{channels}, !l.NoScale, !l.NoCenter,
		weights(l.GammaInitializer, l.GammaRegularizer, l.GammaConstraint), weights(l.BetaInitializer, l.BetaRegularizer, l.BetaConstraint))
	return ops.Cast(scaleAlong(ops.MergeAxes(y, axis, 2), gamma, beta, axis), c.Dtype())
}

func init() { register(&GroupNormalization{}) }
