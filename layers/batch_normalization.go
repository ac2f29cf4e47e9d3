package layers

import (
	"math"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// BatchNormalization normalizes each feature by the mean and variance of the batch in training, and by their moving averages
// otherwise (Ioffe & Szegedy, 2015). A frozen layer infers also while the model trains. A mask of all axes but the last
// leaves places out of the statistics. With Renorm, training is corrected towards the moving averages (Ioffe, 2017).
// x: (batch, ..., features), or features at Axis. Weights: gamma, beta, moving_mean, moving_variance, with Renorm also
// moving_stddev, renorm_mean and renorm_stddev, each (features).
// https://keras.io/api/layers/normalization_layers/batch_normalization
type BatchNormalization struct {
	Axis                      int               `default:"-1"`
	Momentum                  float64           `default:"0.99"`
	Epsilon                   float64           `default:"0.001"`
	NoCenter                  bool              `keras:"center,not"`
	NoScale                   bool              `keras:"scale,not"`
	BetaInitializer           initializers.Like `default:"zeros"`
	GammaInitializer          initializers.Like `default:"ones"`
	MovingMeanInitializer     initializers.Like `default:"zeros"`
	MovingVarianceInitializer initializers.Like `default:"ones"`
	BetaRegularizer           regularizers.Like
	GammaRegularizer          regularizers.Like
	BetaConstraint            constraints.Like
	GammaConstraint           constraints.Like
	Synchronized              bool // the statistics are those of all replicas' batches: not supported
	Renorm                    bool
	RenormClipping            map[string]float64 // limits "rmin", "rmax" and "dmax" of Renorm's corrections
	RenormMomentum            float64            `default:"0.99"`
	Name                      string
	Base
}

// Call: x to a tensor of its shape.
func (l *BatchNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x, mask := in[0], c.Mask(0)
	axis, ok := axisOf(l.Axis, x)
	switch {
	case !ok:
		return c.Errorf("Axis is %d, the input has the shape %v", l.Axis, x.Shape())
	case l.Synchronized:
		return c.Errorf("Synchronized is not supported: leave it false, each replica normalizes its own part of the batch")
	case mask != nil && mask.Shape().Rank() != x.Shape().Rank()-1:
		return c.Errorf("the mask has the shape %v, the input %v: want one axis less", mask.Shape(), x.Shape())
	}
	c.PassMask()
	shape := graph.Shape{x.Shape()[axis]}
	gamma, beta := c.scaleAndCenter(shape, !l.NoScale, !l.NoCenter,
		weights(l.GammaInitializer, l.GammaRegularizer, l.GammaConstraint), weights(l.BetaInitializer, l.BetaRegularizer, l.BetaConstraint))
	movingMean := c.Param("moving_mean", Weight{Shape: shape, Initializer: l.MovingMeanInitializer, NonTrainable: true})
	movingVar := c.Param("moving_variance", Weight{Shape: shape, Initializer: l.MovingVarianceInitializer, NonTrainable: true})

	wide := widen(x)
	mean, variance := moments(wide, allBut(axis, x.Shape().Rank()), mask)
	var train *graph.Node
	if l.Renorm {
		r, d := l.renorm(c, shape, mean, variance, movingMean, movingVar)
		train = normalize(wide, mean, variance, nil, nil, axis, l.Epsilon)
		train = scaleAlong(ops.Add(ops.Mul(train, alongAxis(r, axis, x)), alongAxis(d, axis, x)), gamma, beta, axis)
	} else {
		c.Update(movingMean, c.mix(movingMean, mean, l.Momentum))
		c.Update(movingVar, c.mix(movingVar, variance, l.Momentum))
		train = normalize(wide, mean, variance, gamma, beta, axis, l.Epsilon)
	}
	infer := normalize(wide, movingMean, movingVar, gamma, beta, axis, l.Epsilon)
	return ops.Cast(c.InTraining(train, infer), c.Dtype())
}

// mix is the moving average with a new value in training.
func (c *Context) mix(old, batch *graph.Node, momentum float64) *graph.Node {
	return c.InTraining(ops.Add(ops.Mul(old, momentum), ops.Mul(ops.StopGradient(batch), 1-momentum)), old)
}

// renorm keeps the averages of batch renormalization and returns its corrections.
func (l *BatchNormalization) renorm(c *Context, shape graph.Shape, mean, variance, movingMean, movingVar *graph.Node) (r, d *graph.Node) {
	root := initializers.Func(func(w []float64, s graph.Shape, rng *rand.Rand) {
		if init, err := initializers.Get(l.MovingVarianceInitializer); err == nil && init != nil {
			init.Init(w, s, rng)
		}
		for i := range w {
			w[i] = math.Sqrt(w[i])
		}
	})
	movingDev := c.Param("moving_stddev", Weight{Shape: shape, Initializer: root, NonTrainable: true})
	renormMean := c.Param("renorm_mean", Weight{Shape: shape, Initializer: l.MovingMeanInitializer, NonTrainable: true})
	renormDev := c.Param("renorm_stddev", Weight{Shape: shape, Initializer: root, NonTrainable: true})

	dev := ops.Sqrt(ops.Add(variance, l.Epsilon))
	known := ops.Maximum(renormDev, math.Sqrt(l.Epsilon))
	r, d = ops.Div(dev, known), ops.Div(ops.Sub(mean, renormMean), known)
	if lo, ok := l.RenormClipping["rmin"]; ok {
		r = ops.Maximum(r, lo)
	}
	if hi, ok := l.RenormClipping["rmax"]; ok {
		r = ops.Minimum(r, hi)
	}
	if most, ok := l.RenormClipping["dmax"]; ok {
		d = ops.Clip(d, -most, most)
	}
	c.Update(renormMean, c.mix(renormMean, mean, l.RenormMomentum))
	c.Update(renormDev, c.mix(renormDev, dev, l.RenormMomentum))
	c.Update(movingMean, c.mix(movingMean, mean, l.Momentum))
	newDev := c.mix(movingDev, dev, l.Momentum)
	c.Update(movingDev, newDev)
	c.Update(movingVar, c.InTraining(ops.Relu(ops.Sub(ops.Square(newDev), l.Epsilon)), movingVar))
	return ops.StopGradient(r), ops.StopGradient(d)
}

func init() { register(&BatchNormalization{}) }
