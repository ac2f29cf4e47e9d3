package losses

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// CategoricalCrossentropy is -sum(yTrue * log yPred) over Axis, for targets that are one-hot or probabilities. Predictions are
// probabilities, which are made to sum to 1, or logits with FromLogits. LabelSmoothing moves targets that much of the way to
// 1/classes. See https://keras.io/api/losses/probabilistic_losses/.
type CategoricalCrossentropy struct {
	FromLogits     bool
	LabelSmoothing float64     // in [0, 1]
	Axis           int         `default:"-1"`
	Reduction      Reduction   `default:"sum_over_batch_size" null:"none"`
	Name           string      `default:"categorical_crossentropy"`
	Dtype          graph.Dtype `keras:"dtype,omitempty"`
}

// Call sums Axis: (batch, ..., classes) to (batch, ...) with the default.
func (l CategoricalCrossentropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	l = config.Resolve(l)
	t, p := pair("categorical_crossentropy", yTrue, yPred)
	t = smoothClasses(t, p, l.LabelSmoothing, l.Axis)
	return ops.CategoricalCrossentropy(t, p, l.FromLogits, l.Axis)
}

// smoothClasses moves targets by the given share of the way to 1/classes.
func smoothClasses(t, p *graph.Node, share float64, axis int) *graph.Node {
	if share == 0 {
		return t
	}
	even := ops.Div(share, ops.SizeOf(p, p.Dtype(), axis))
	return ops.Add(ops.Mul(t, 1-share), even)
}

// CategoricalFocalCrossentropy is [CategoricalCrossentropy] with each term times Alpha (1 - p)^Gamma: easy examples count less.
// (Lin et al. 2018, https://arxiv.org/abs/1708.02002; https://keras.io/api/losses/probabilistic_losses/)
type CategoricalFocalCrossentropy struct {
	Alpha          float64 `default:"0.25"`
	Gamma          float64 `default:"2"`
	FromLogits     bool
	LabelSmoothing float64     // in [0, 1]
	Axis           int         `default:"-1"`
	Reduction      Reduction   `default:"sum_over_batch_size" null:"none"`
	Name           string      `default:"categorical_focal_crossentropy"`
	Dtype          graph.Dtype `keras:"dtype,omitempty"`
}

// Call sums Axis: (batch, ..., classes) to (batch, ...) with the default.
func (l CategoricalFocalCrossentropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	l = config.Resolve(l)
	t, p := pair("categorical_focal_crossentropy", yTrue, yPred)
	t = smoothClasses(t, p, l.LabelSmoothing, l.Axis)
	if l.FromLogits {
		p = ops.Softmax(p, l.Axis)
	}
	p = ops.Clip(ops.Div(p, ops.SumKeepDims(p, l.Axis)), epsilon, 1-epsilon)
	factor := ops.Mul(ops.Pow(ops.Sub(1, p), l.Gamma), l.Alpha)
	return ops.Neg(ops.Sum(ops.Mul(factor, ops.Mul(t, ops.Log(p))), l.Axis))
}

// CategoricalGeneralizedCrossEntropy is (1 - p^Q) / Q with p the probability given to the target class: between the
// crossentropy (Q towards 0) and the absolute error (Q towards 1), robust against wrong labels. Targets are class numbers.
// (Zhang and Sabuncu 2018, https://arxiv.org/abs/1805.07836; https://keras.io/api/losses/probabilistic_losses/)
type CategoricalGeneralizedCrossEntropy struct {
	Q         float64     `default:"0.5"` // in (0, 1)
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"categorical_generalized_cross_entropy"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps class numbers (batch, ...) and probabilities (batch, ..., classes) to (batch, ...).
func (l CategoricalGeneralizedCrossEntropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	const name = "categorical_generalized_cross_entropy"
	q := config.Resolve(l).Q
	if q <= 0 || q >= 1 {
		return graph.FailCall(name, fmt.Errorf("Q is %v: it must lie between 0 and 1", q), yTrue, yPred)
	}
	t, p := classes(name, yTrue, yPred, -1)
	right := ops.Sum(ops.Mul(p, oneHot(t, p, -1)), -1)
	return ops.Div(ops.Sub(1, ops.Pow(right, q)), q)
}

func init() {
	register("CategoricalCrossentropy", CategoricalCrossentropy{})
	register("CategoricalFocalCrossentropy", CategoricalFocalCrossentropy{})
	register("CategoricalGeneralizedCrossEntropy", CategoricalGeneralizedCrossEntropy{}, "categorical_generalized_cross_entropy")
}
