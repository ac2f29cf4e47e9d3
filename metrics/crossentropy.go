package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
)

// BinaryCrossentropy is the mean over the samples of [losses.BinaryCrossentropy].
// See https://keras.io/api/metrics/probabilistic_metrics/.
type BinaryCrossentropy struct {
	FromLogits     bool
	LabelSmoothing float64
	Name           string      `default:"binary_crossentropy"`
	Dtype          graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (m BinaryCrossentropy) Values(yTrue, yPred *graph.Node) *graph.Node {
	l := losses.BinaryCrossentropy{FromLogits: m.FromLogits, LabelSmoothing: m.LabelSmoothing}
	return l.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m BinaryCrossentropy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// CategoricalCrossentropy is the mean over the samples of [losses.CategoricalCrossentropy], for one-hot targets.
// See https://keras.io/api/metrics/probabilistic_metrics/.
type CategoricalCrossentropy struct {
	FromLogits     bool
	LabelSmoothing float64
	Axis           int         `default:"-1"`
	Name           string      `default:"categorical_crossentropy"`
	Dtype          graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., classes).
func (m CategoricalCrossentropy) Values(yTrue, yPred *graph.Node) *graph.Node {
	l := losses.CategoricalCrossentropy{FromLogits: m.FromLogits, LabelSmoothing: m.LabelSmoothing, Axis: m.Axis}
	return l.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m CategoricalCrossentropy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// SparseCategoricalCrossentropy is the mean over the samples of [losses.SparseCategoricalCrossentropy], for targets that are
// class numbers. See https://keras.io/api/metrics/probabilistic_metrics/.
type SparseCategoricalCrossentropy struct {
	FromLogits  bool
	IgnoreClass *int
	Axis        int         `default:"-1"`
	Name        string      `default:"sparse_categorical_crossentropy"`
	Dtype       graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue (batch, ...) and yPred (batch, ..., classes).
func (m SparseCategoricalCrossentropy) Values(yTrue, yPred *graph.Node) *graph.Node {
	l := losses.SparseCategoricalCrossentropy{FromLogits: m.FromLogits, IgnoreClass: m.IgnoreClass, Axis: m.Axis}
	return l.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m SparseCategoricalCrossentropy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

func init() {
	registry.Add("BinaryCrossentropy", BinaryCrossentropy{}, "bce", "BCE")
	registry.Add("CategoricalCrossentropy", CategoricalCrossentropy{})
	registry.Add("SparseCategoricalCrossentropy", SparseCategoricalCrossentropy{})
}
