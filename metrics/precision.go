package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Precision is the share of positive predictions that are right: tp / (tp + fp); 0 without any. A prediction is positive above 0.5, or above each of Thresholds; with TopK, if it
// is among the K largest of its sample (and above Thresholds, if given). With ClassID only that class counts.
// See https://keras.io/api/metrics/classification_metrics/.
type Precision struct {
	Thresholds []float64   // in [0, 1]
	TopK       int         `default:"none"`
	ClassID    *int        `keras:"class_id"`
	Name       string      `default:"precision"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m Precision) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	n, bad := ratioCounts("precision", m.Thresholds, m.TopK, m.ClassID, yTrue, yPred, sampleWeight)
	if bad != nil {
		return bad
	}
	tp, missed := acc.Sum("true_positives", n.tp), acc.Sum("false_positives", n.fp)
	return first(ops.DivideNoNaN(tp, ops.Add(tp, missed)))
}

// Recall is the share of targets 1 that are found: tp / (tp + fn); 0 without any. A prediction is positive above 0.5, or above each of Thresholds; with TopK, if it
// is among the K largest of its sample (and above Thresholds, if given). With ClassID only that class counts.
// See https://keras.io/api/metrics/classification_metrics/.
type Recall struct {
	Thresholds []float64   // in [0, 1]
	TopK       int         `default:"none"`
	ClassID    *int        `keras:"class_id"`
	Name       string      `default:"recall"`
	Dtype      graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with yPred, both of one shape; the result is a scalar, or (thresholds) for several.
func (m Recall) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	n, bad := ratioCounts("recall", m.Thresholds, m.TopK, m.ClassID, yTrue, yPred, sampleWeight)
	if bad != nil {
		return bad
	}
	tp, missed := acc.Sum("true_positives", n.tp), acc.Sum("false_negatives", n.fn)
	return first(ops.DivideNoNaN(tp, ops.Add(tp, missed)))
}

func ratioCounts(metric string, thresholds []float64, topK int, classID *int, yTrue, yPred, weight *graph.Node) (counts, *graph.Node) {
	otherwise := 0.5
	if topK > 0 {
		otherwise = veryLow
	}
	limits, err := thresholdsOr(metric, thresholds, otherwise)
	if err != nil {
		return counts{}, graph.FailCall(metric, err, yTrue, yPred)
	}
	return confusion{metric: metric, thresholds: limits, topK: topK, classID: classID}.of(yTrue, yPred, weight)
}

func init() {
	registry.Add("Precision", Precision{})
	registry.Add("Recall", Recall{})
}
