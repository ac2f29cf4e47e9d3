package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
)

// countOf keeps the total of one of the four counts.
func countOf(acc *Accumulator, metric string, thresholds []float64, yTrue, yPred, weight *graph.Node, pick func(counts) *graph.Node) *graph.Node {
	limits, err := thresholdsOr(metric, thresholds, 0.5)
	if err != nil {
		return graph.FailCall(metric, err, yTrue, yPred)
	}
	n, bad := confusion{metric: metric, thresholds: limits}.of(yTrue, yPred, weight)
	if bad != nil {
		return bad
	}
	return first(acc.Sum("accumulator", pick(n)))
}

// TruePositives is the (weighted) number of targets 1 with predictions above a threshold: 0.5, or each of Thresholds.
// See https://keras.io/api/metrics/classification_metrics/.
type TruePositives struct {
	Thresholds []float64   // in [0, 1]
	Name       string      `default:"true_positives"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m TruePositives) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return countOf(acc, "true_positives", m.Thresholds, yTrue, yPred, sampleWeight, func(n counts) *graph.Node { return n.tp })
}

// TrueNegatives is the (weighted) number of targets 0 with predictions not above a threshold: 0.5, or each of Thresholds.
// See https://keras.io/api/metrics/classification_metrics/.
type TrueNegatives struct {
	Thresholds []float64   // in [0, 1]
	Name       string      `default:"true_negatives"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m TrueNegatives) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return countOf(acc, "true_negatives", m.Thresholds, yTrue, yPred, sampleWeight, func(n counts) *graph.Node { return n.tn })
}

// FalsePositives is the (weighted) number of targets 0 with predictions above a threshold: 0.5, or each of Thresholds.
// See https://keras.io/api/metrics/classification_metrics/.
type FalsePositives struct {
	Thresholds []float64   // in [0, 1]
	Name       string      `default:"false_positives"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m FalsePositives) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return countOf(acc, "false_positives", m.Thresholds, yTrue, yPred, sampleWeight, func(n counts) *graph.Node { return n.fp })
}

// FalseNegatives is the (weighted) number of targets 1 with predictions not above a threshold: 0.5, or each of Thresholds.
// See https://keras.io/api/metrics/classification_metrics/.
type FalseNegatives struct {
	Thresholds []float64   // in [0, 1]
	Name       string      `default:"false_negatives"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m FalseNegatives) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return countOf(acc, "false_negatives", m.Thresholds, yTrue, yPred, sampleWeight, func(n counts) *graph.Node { return n.fn })
}

func init() {
	registry.Add("TruePositives", TruePositives{})
	registry.Add("TrueNegatives", TrueNegatives{})
	registry.Add("FalsePositives", FalsePositives{})
	registry.Add("FalseNegatives", FalseNegatives{})
}
