package layers

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Dropout sets a share Rate of the elements to 0 in training and scales the others by 1/(1-Rate) (Srivastava et al., 2014).
// x: any shape to the same shape.
// https://keras.io/api/layers/regularization_layers/dropout
type Dropout struct {
	Rate       float64
	NoiseShape []int // the shape of the mask, graph.None for the input's size; 1 drops whole axes. nil: the input's
	Seed       int   `keras:"seed"`
	Name       string
	Base
}

// Call: x to a tensor of its shape.
func (l *Dropout) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	c.PassMask()
	return c.dropout(in[0], l.Rate, l.NoiseShape...)
}

// dropout checks the rate and drops.
func (c *Context) dropout(x *graph.Node, rate float64, noiseShape ...int) *graph.Node {
	if bad := c.rate(rate); bad != nil {
		return bad
	}
	if rate == 0 {
		return x
	}
	return ops.Dropout(x, rate, noiseShape...)
}

func (c *Context) rate(rate float64) *graph.Node {
	if !(rate >= 0 && rate <= 1) {
		return c.Errorf("Rate is %g, want a share between 0 and 1", rate)
	}
	return nil
}

// SpatialDropout1D drops whole feature maps: all steps of a channel at once. x: (batch, steps, channels).
// https://keras.io/api/layers/regularization_layers/spatial_dropout1d
type SpatialDropout1D struct {
	Rate float64
	Seed int
	Name string
	Base
}

// Call: x to a tensor of its shape.
func (l *SpatialDropout1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.spatialDropout(in, l.Rate, "", 3)
}

// SpatialDropout2D drops whole feature maps. x: (batch, rows, columns, channels).
// https://keras.io/api/layers/regularization_layers/spatial_dropout2d
type SpatialDropout2D struct {
	Rate       float64
	DataFormat DataFormat `default:"channels_last"`
	Seed       int
	Name       string
	Base
}

// Call: x to a tensor of its shape.
func (l *SpatialDropout2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.spatialDropout(in, l.Rate, l.DataFormat, 4)
}

// SpatialDropout3D drops whole feature maps. x: (batch, depth, rows, columns, channels).
// https://keras.io/api/layers/regularization_layers/spatial_dropout3d
type SpatialDropout3D struct {
	Rate       float64
	DataFormat DataFormat `default:"channels_last"`
	Seed       int
	Name       string
	Base
}

// Call: x to a tensor of its shape.
func (l *SpatialDropout3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.spatialDropout(in, l.Rate, l.DataFormat, 5)
}

func (c *Context) spatialDropout(in []*graph.Node, rate float64, format DataFormat, rank int) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if in[0].Shape().Rank() != rank {
		return c.Errorf("the input has the shape %v, want %d axes", in[0].Shape(), rank)
	}
	c.PassMask()
	noise := make([]int, rank)
	for i := range noise {
		noise[i] = 1
	}
	noise[0], noise[rank-1] = graph.None, graph.None
	if format == ChannelsFirst {
		noise[1], noise[rank-1] = graph.None, 1
	}
	return c.dropout(in[0], rate, noise...)
}

// GaussianNoise adds noise of standard deviation Stddev in training. x: any shape to the same shape.
// https://keras.io/api/layers/regularization_layers/gaussian_noise
type GaussianNoise struct {
	Stddev float64
	Seed   int
	Name   string
	Base
}

// Call: x to a tensor of its shape.
func (l *GaussianNoise) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if !(l.Stddev >= 0 && l.Stddev <= 1) {
		return c.Errorf("Stddev is %g, want a number between 0 and 1", l.Stddev)
	}
	c.PassMask()
	x := in[0]
	if l.Stddev == 0 {
		return x
	}
	return ops.InTraining(ops.Add(x, ops.Mul(c.noise(x), l.Stddev)), x)
}

// noise is standard normal noise that is drawn, and advances the seed, in training only.
func (c *Context) noise(x *graph.Node) *graph.Node { return ops.RandomNormalInTraining(x) }

// GaussianDropout multiplies by noise of mean 1 and standard deviation sqrt(Rate/(1-Rate)) in training. x: any shape.
// https://keras.io/api/layers/regularization_layers/gaussian_dropout
type GaussianDropout struct {
	Rate float64
	Seed int
	Name string
	Base
}

// Call: x to a tensor of its shape.
func (l *GaussianDropout) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if bad := c.rate(l.Rate); bad != nil {
		return bad
	}
	c.PassMask()
	x := in[0]
	if l.Rate == 0 {
		return x
	}
	noise := ops.Add(ops.Mul(c.noise(x), math.Sqrt(l.Rate/(1-l.Rate))), 1)
	return ops.InTraining(ops.Mul(x, noise), x)
}

// AlphaDropout drops to SELU's negative limit and keeps mean and variance (Klambauer et al., 2017). x: any shape.
// https://keras.io/api/layers/regularization_layers/alpha_dropout
type AlphaDropout struct {
	Rate       float64
	NoiseShape []int
	Seed       int
	Name       string
	Base
}

// Call: x to a tensor of its shape.
func (l *AlphaDropout) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if bad := c.rate(l.Rate); bad != nil {
		return bad
	}
	c.PassMask()
	x := in[0]
	if l.Rate == 0 {
		return x
	}
	const limit = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
	a := 1 / math.Sqrt((1-l.Rate)*(1+l.Rate*limit*limit))
	b := -a * limit * l.Rate
	// Dropout of ones is 0 for the dropped and 1/(1-Rate) for the kept elements.
	kept := ops.Greater(ops.Dropout(ops.OnesLike(x), l.Rate, l.NoiseShape...), 0)
	dropped := ops.Add(ops.Mul(ops.Where(kept, x, limit), a), b)
	return ops.InTraining(dropped, x)
}

// ActivityRegularization adds a penalty on its input to the loss: L1·Σ|x| + L2·Σx² over the batch size. x: any shape, returned as it is.
// https://keras.io/api/layers/regularization_layers/activity_regularization
type ActivityRegularization struct {
	L1   float64 `keras:"l1"`
	L2   float64 `keras:"l2"`
	Name string
	Base
}

// Call returns x.
func (l *ActivityRegularization) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	c.PassMask()
	c.AddLoss(perSample(regularizers.L1L2{L1: l.L1, L2: l.L2}.Call(in[0]), in[0]))
	return in[0]
}

func init() {
	register(&Dropout{}, &SpatialDropout1D{}, &SpatialDropout2D{}, &SpatialDropout3D{}, &GaussianNoise{},
		&GaussianDropout{}, &AlphaDropout{}, &ActivityRegularization{})
}
