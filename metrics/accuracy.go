package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// Accuracy is how often predictions equal targets. See https://keras.io/api/metrics/accuracy_metrics/.
type Accuracy struct {
	Name  string      `default:"accuracy"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are 1 where yTrue equals yPred and 0 elsewhere: (batch, ..., last).
func (Accuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	t, p := losses.SameRank(ops.Cast(yTrue, yPred.Dtype()), yPred)
	return float(ops.Equal(t, p))
}

// Call averages Values over the samples.
func (m Accuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

func float(x *graph.Node) *graph.Node { return ops.Cast(x, graph.Float32) }

// BinaryAccuracy is how often predictions are on the side of Threshold where the target, 0 or 1, says.
// See https://keras.io/api/metrics/accuracy_metrics/.
type BinaryAccuracy struct {
	Threshold float64     `default:"0.5"`
	Name      string      `default:"binary_accuracy"`
	Dtype     graph.Dtype `default:"float32"`
}

// Values are 1 where yTrue equals yPred > Threshold and 0 elsewhere: (batch, ..., last).
func (m BinaryAccuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("binary_accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	t, p := losses.SameRank(yTrue, yPred)
	over := ops.Cast(ops.Greater(p, config.Resolve(m).Threshold), t.Dtype())
	return float(ops.Equal(t, over))
}

// Call averages Values over the samples.
func (m BinaryAccuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// CategoricalAccuracy is how often the largest prediction is that of the largest target, for one-hot targets.
// See https://keras.io/api/metrics/accuracy_metrics/.
type CategoricalAccuracy struct {
	Name  string      `default:"categorical_accuracy"`
	Dtype graph.Dtype `default:"float32"`
}

// Values compare the argmax of yTrue with that of yPred, both (batch, ..., classes): (batch, ...).
func (CategoricalAccuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("categorical_accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	matches := ops.Equal(ops.Argmax(yTrue, -1), ops.Argmax(yPred, -1))
	return float(matches)
}

// Call averages Values over the samples.
func (m CategoricalAccuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// SparseCategoricalAccuracy is how often the largest prediction is that of the target class, for targets that are class
// numbers. See https://keras.io/api/metrics/accuracy_metrics/.
type SparseCategoricalAccuracy struct {
	Name  string      `default:"sparse_categorical_accuracy"`
	Dtype graph.Dtype `default:"float32"`
}

// Values compare yTrue (batch, ...) or (batch, ..., 1) with the argmax of yPred
// (batch, ..., classes).
func (SparseCategoricalAccuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("sparse_categorical_accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	classes := ops.Argmax(yPred, -1)
	matches := ops.Equal(ops.Cast(labels(yTrue, yPred), classes.Dtype()), classes)
	return float(matches)
}

// Call averages Values over the samples.
func (m SparseCategoricalAccuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// labels drops the last axis of class numbers (batch, ..., 1) beside predictions (batch, ..., classes).
func labels(yTrue, yPred *graph.Node) *graph.Node {
	if s := yTrue.Shape(); s.Rank() == yPred.Shape().Rank() && s.Dim(-1) == 1 {
		return ops.Squeeze(yTrue, -1)
	}
	return yTrue
}

func init() {
	registry.Add("Accuracy", Accuracy{})
	registry.Add("BinaryAccuracy", BinaryAccuracy{})
	registry.Add("CategoricalAccuracy", CategoricalAccuracy{})
	registry.Add("SparseCategoricalAccuracy", SparseCategoricalAccuracy{})
}
