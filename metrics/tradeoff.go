package metrics

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// totals are the four counts over all batches.
func (c confusion) totals(acc *Accumulator, yTrue, yPred, weight *graph.Node) (counts, *graph.Node) {
	n, bad := c.of(yTrue, yPred, weight)
	if bad != nil {
		return n, bad
	}
	all := counts{
		tp: acc.Sum("true_positives", n.tp), tn: acc.Sum("true_negatives", n.tn),
		fp: acc.Sum("false_positives", n.fp), fn: acc.Sum("false_negatives", n.fn),
	}
	return all, missing(c.metric, all.tp, all.tn, all.fp, all.fn)
}

func (n counts) recall() *graph.Node      { return ops.DivideNoNaN(n.tp, ops.Add(n.tp, n.fn)) }
func (n counts) precision() *graph.Node   { return ops.DivideNoNaN(n.tp, ops.Add(n.tp, n.fp)) }
func (n counts) specificity() *graph.Node { return ops.DivideNoNaN(n.tn, ops.Add(n.tn, n.fp)) }

// evenly spreads n thresholds over [0, 1].
func evenly(n int) []float64 {
	if n == 1 {
		return []float64{0.5}
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i) / float64(n-1)
	}
	return out
}

// tradeOff is a metric that is best at some threshold under a condition on another one.
type tradeOff struct {
	name          string
	bound         float64
	numThresholds int
	classID       *int
	of            func(counts) (constrained, wanted *graph.Node)
}

// call is the largest wanted value where the constrained one is at least bound; 0 if it is nowhere.
func (m tradeOff) call(acc *Accumulator, yTrue, yPred, weight *graph.Node) *graph.Node {
	switch {
	case !(m.bound >= 0 && m.bound <= 1):
		return graph.FailCall(m.name, fmt.Errorf("the bound is %v: it must lie in [0, 1]", m.bound), yTrue, yPred)
	case m.numThresholds < 1:
		return graph.FailCall(m.name, fmt.Errorf("NumThresholds is %d: it must be above 0", m.numThresholds), yTrue, yPred)
	}
	c := confusion{metric: m.name, thresholds: evenly(m.numThresholds), classID: m.classID}
	n, bad := c.totals(acc, yTrue, yPred, weight)
	if bad != nil {
		return bad
	}
	constrained, wanted := m.of(n)
	return ops.Max(ops.Where(ops.GreaterEqual(constrained, m.bound), wanted, 0))
}

// SensitivityAtSpecificity is the best sensitivity, tp / (tp + fn), among NumThresholds thresholds at which specificity, tn / (tn + fp), is at
// least Specificity. See https://keras.io/api/metrics/classification_metrics/.
type SensitivityAtSpecificity struct {
	Specificity   float64     // in [0, 1]
	NumThresholds int         `default:"200"`
	ClassID       *int        `keras:"class_id"`
	Name          string      `default:"sensitivity_at_specificity"`
	Dtype         graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with probabilities yPred, both of one shape; the result is a scalar.
func (m SensitivityAtSpecificity) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return tradeOff{"sensitivity_at_specificity", m.Specificity, config.Resolve(m).NumThresholds, m.ClassID, func(n counts) (_, _ *graph.Node) {
		return n.specificity(), n.recall()
	}}.call(acc, yTrue, yPred, sampleWeight)
}

// SpecificityAtSensitivity is the best specificity, tn / (tn + fp), among NumThresholds thresholds at which sensitivity, tp / (tp + fn), is at
// least Sensitivity. See https://keras.io/api/metrics/classification_metrics/.
type SpecificityAtSensitivity struct {
	Sensitivity   float64     // in [0, 1]
	NumThresholds int         `default:"200"`
	ClassID       *int        `keras:"class_id"`
	Name          string      `default:"specificity_at_sensitivity"`
	Dtype         graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with probabilities yPred, both of one shape; the result is a scalar.
func (m SpecificityAtSensitivity) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return tradeOff{"specificity_at_sensitivity", m.Sensitivity, config.Resolve(m).NumThresholds, m.ClassID, func(n counts) (_, _ *graph.Node) {
		return n.recall(), n.specificity()
	}}.call(acc, yTrue, yPred, sampleWeight)
}

// PrecisionAtRecall is the best precision, tp / (tp + fp), among NumThresholds thresholds at which recall, tp / (tp + fn), is at
// least Recall. See https://keras.io/api/metrics/classification_metrics/.
type PrecisionAtRecall struct {
	Recall        float64     // in [0, 1]
	NumThresholds int         `default:"200"`
	ClassID       *int        `keras:"class_id"`
	Name          string      `default:"precision_at_recall"`
	Dtype         graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with probabilities yPred, both of one shape; the result is a scalar.
func (m PrecisionAtRecall) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return tradeOff{"precision_at_recall", m.Recall, config.Resolve(m).NumThresholds, m.ClassID, func(n counts) (_, _ *graph.Node) {
		return n.recall(), n.precision()
	}}.call(acc, yTrue, yPred, sampleWeight)
}

// RecallAtPrecision is the best recall, tp / (tp + fn), among NumThresholds thresholds at which precision, tp / (tp + fp), is at
// least Precision. See https://keras.io/api/metrics/classification_metrics/.
type RecallAtPrecision struct {
	Precision     float64     // in [0, 1]
	NumThresholds int         `default:"200"`
	ClassID       *int        `keras:"class_id"`
	Name          string      `default:"recall_at_precision"`
	Dtype         graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with probabilities yPred, both of one shape; the result is a scalar.
func (m RecallAtPrecision) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return tradeOff{"recall_at_precision", m.Precision, config.Resolve(m).NumThresholds, m.ClassID, func(n counts) (_, _ *graph.Node) {
		return n.precision(), n.recall()
	}}.call(acc, yTrue, yPred, sampleWeight)
}

func init() {
	registry.Add("SensitivityAtSpecificity", SensitivityAtSpecificity{})
	registry.Add("SpecificityAtSensitivity", SpecificityAtSensitivity{})
	registry.Add("PrecisionAtRecall", PrecisionAtRecall{})
	registry.Add("RecallAtPrecision", RecallAtPrecision{})
}
