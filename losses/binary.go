package losses

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// BinaryCrossentropy is the mean over Axis of -(yTrue log yPred + (1 - yTrue) log(1 - yPred)) ("bce"). Predictions are
// probabilities, or logits with FromLogits. LabelSmoothing moves targets that much of the way to 0.5.
// See https://keras.io/api/losses/probabilistic_losses/.
type BinaryCrossentropy struct {
	FromLogits     bool
	LabelSmoothing float64     // in [0, 1]
	Axis           int         `default:"-1"`
	Reduction      Reduction   `default:"sum_over_batch_size" null:"none"`
	Name           string      `default:"binary_crossentropy"`
	Dtype          graph.Dtype `keras:"dtype,omitempty"`
}

// Call averages Axis: (batch, ..., last) to (batch, ...) with the default.
func (l BinaryCrossentropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("binary_crossentropy", yTrue, yPred)
	t = smooth(t, l.LabelSmoothing, 0.5)
	return ops.Mean(ops.BinaryCrossentropy(t, p, l.FromLogits), config.Resolve(l).Axis)
}

// smooth moves targets by the given share of the way to another value.
func smooth(t *graph.Node, share, to float64) *graph.Node {
	if share == 0 {
		return t
	}
	return ops.Add(ops.Mul(t, 1-share), share*to)
}

// BinaryFocalCrossentropy is [BinaryCrossentropy] with each element times (1 - pt)^Gamma, pt being the probability given to
// the right answer: easy examples count less. With ApplyClassBalancing class 1 is weighed Alpha and class 0 1 - Alpha.
// (Lin et al. 2018, https://arxiv.org/abs/1708.02002; https://keras.io/api/losses/probabilistic_losses/)
type BinaryFocalCrossentropy struct {
	ApplyClassBalancing bool
	Alpha               float64 `default:"0.25"`
	Gamma               float64 `default:"2"`
	FromLogits          bool
	LabelSmoothing      float64     // in [0, 1]
	Axis                int         `default:"-1"`
	Reduction           Reduction   `default:"sum_over_batch_size" null:"none"`
	Name                string      `default:"binary_focal_crossentropy"`
	Dtype               graph.Dtype `keras:"dtype,omitempty"`
}

// Call averages Axis: (batch, ..., last) to (batch, ...) with the default.
func (l BinaryFocalCrossentropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	l = config.Resolve(l)
	t, p := pair("binary_focal_crossentropy", yTrue, yPred)
	t = smooth(t, l.LabelSmoothing, 0.5)
	if l.FromLogits {
		p = ops.Sigmoid(p)
	}
	right := ops.Add(ops.Mul(t, p), ops.Mul(ops.Sub(1, t), ops.Sub(1, p)))
	values := ops.Mul(ops.Pow(ops.Sub(1, right), l.Gamma), ops.BinaryCrossentropy(t, p, false))
	if l.ApplyClassBalancing {
		values = ops.Mul(values, ops.Add(ops.Mul(t, l.Alpha), ops.Mul(ops.Sub(1, t), 1-l.Alpha)))
	}
	return ops.Mean(values, l.Axis)
}

func init() {
	register("BinaryCrossentropy", BinaryCrossentropy{}, "bce", "BCE")
	register("BinaryFocalCrossentropy", BinaryFocalCrossentropy{})
}
