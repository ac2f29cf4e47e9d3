package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Mean is the (weighted) mean of the predictions, whatever the targets: of values handed to it as yPred.
// See https://keras.io/api/metrics/reduction_metrics/.
type Mean struct {
	Name  string      `default:"mean"`
	Dtype graph.Dtype `default:"float32"`
}

// Call averages yPred (batch, ...); yTrue is not read and may be nil.
func (Mean) Call(acc *Accumulator, _, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, yPred, yPred, sampleWeight)
}

// Sum is the (weighted) sum of the predictions, whatever the targets: of values handed to it as yPred.
// See https://keras.io/api/metrics/reduction_metrics/.
type Sum struct {
	Name  string      `default:"sum"`
	Dtype graph.Dtype `default:"float32"`
}

// Call sums yPred (batch, ...); yTrue is not read and may be nil.
func (Sum) Call(acc *Accumulator, _, yPred, sampleWeight *graph.Node) *graph.Node {
	values, _ := samplewise(yPred, sampleWeight, ops.Sum)
	return acc.Sum("total", ops.Sum(values))
}

// MeanMetricWrapper averages the values of a function of targets and predictions, as a plain function as metric does, under
// a name of choice. See https://keras.io/api/metrics/base_metric/.
type MeanMetricWrapper struct {
	Fn    Func
	Name  string      `default:"mean_metric_wrapper"`
	Dtype graph.Dtype `default:"float32"`
}

// Call averages Fn(yTrue, yPred).
func (m MeanMetricWrapper) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	if m.Fn == nil {
		return fail("mean_metric_wrapper", graph.Nodes{yPred}, "Fn is nil: give a function of yTrue and yPred")
	}
	return mean(acc, m.Fn(yTrue, yPred), yPred, sampleWeight)
}

func init() {
	registry.Add("Mean", Mean{})
	registry.Add("Sum", Sum{})
	registry.Add("MeanMetricWrapper", MeanMetricWrapper{})
}
