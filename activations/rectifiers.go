package activations

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// ReLU is max(x, 0). [Rectifier] has the settings of Keras's relu.
func ReLU(x *graph.Node) *graph.Node { return ops.Relu(x) }

// Rectifier is the rectified linear unit with settings; the zero value is [ReLU]. Layers take it as an activation.
// https://keras.io/api/layers/activations/#relu-function
type Rectifier struct {
	NegativeSlope float64 // of the values at and below Threshold
	MaxValue      float64 // the largest value, 0 for no limit
	Threshold     float64 // values up to it are damped
}

// Activate is x above the threshold, at most MaxValue, and NegativeSlope·(x - Threshold) below it.
func (r Rectifier) Activate(x *graph.Node) *graph.Node {
	y := ops.Relu(x)
	if r.Threshold != 0 {
		y = ops.Where(ops.Greater(x, r.Threshold), x, 0)
	}
	if r.MaxValue != 0 {
		y = ops.Clip(y, 0, r.MaxValue)
	}
	if r.NegativeSlope != 0 {
		y = ops.Sub(y, ops.Mul(ops.Relu(ops.Sub(r.Threshold, x)), r.NegativeSlope))
	}
	return y
}

// LeakyReLU is x for x > 0 and 0.2·x below.
func LeakyReLU(x *graph.Node) *graph.Node { return ops.LeakyRelu(x, 0.2) }

// ReLU6 is x between 0 and 6, and the nearer of the two outside (Krizhevsky, 2010).
func ReLU6(x *graph.Node) *graph.Node { return ops.Relu6(x) }

// ELU is x for x > 0 and eˣ - 1 below (Clevert et al., 2015, arXiv:1511.07289).
func ELU(x *graph.Node) *graph.Node { return ops.Elu(x, 1) }

// SELU is the ELU with the scale and slope that keep mean 0 and variance 1 from layer to layer (Klambauer et al., 2017,
// arXiv:1706.02515). Initialize the weights with "lecun_normal".
func SELU(x *graph.Node) *graph.Node { return ops.Selu(x) }

// CELU is max(x, 0) + min(0, eˣ - 1) (Barron, 2017, arXiv:1704.07483).
func CELU(x *graph.Node) *graph.Node { return ops.Celu(x, 1) }

// HardShrink is x where |x| > 0.5, and 0 elsewhere.
func HardShrink(x *graph.Node) *graph.Node { return ops.HardShrink(x, 0.5) }

// SoftShrink moves x by 0.5 towards 0, and gives 0 for |x| <= 0.5.
func SoftShrink(x *graph.Node) *graph.Node { return ops.SoftShrink(x, 0.5) }

// Threshold is x where x > 0, and 0 elsewhere. Keras's has no default for its settings; ops.Threshold takes them.
func Threshold(x *graph.Node) *graph.Node { return ops.Threshold(x, 0, 0) }

func init() {
	registry.Add("relu", ReLU)
	registry.Add("leaky_relu", LeakyReLU)
	registry.Add("relu6", ReLU6)
	registry.Add("elu", ELU)
	registry.Add("selu", SELU)
	registry.Add("celu", CELU)
	registry.Add("hard_shrink", HardShrink)
	registry.Add("soft_shrink", SoftShrink)
	registry.Add("threshold", Threshold)
}
