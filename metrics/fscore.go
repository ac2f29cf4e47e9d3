package metrics

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

const epsilon = 1e-7

// FBetaScore is (1 + Beta²) precision recall / (Beta² precision + recall) of each class, for one-hot or multi-hot targets. A
// prediction is positive above Threshold; without one, if it is the largest of its sample. Average is "micro" (count all classes
// together), "macro" (mean over the classes), "weighted" (by their frequency), or "" for the score of each class.
// See https://keras.io/api/metrics/classification_metrics/.
type FBetaScore struct {
	Average   string
	Beta      float64     `default:"1"`
	Threshold float64     `default:"none"`
	Name      string      `default:"fbeta_score"`
	Dtype     graph.Dtype `default:"float32"`
}

// Call compares yTrue with yPred, both (batch, classes); the result is a scalar, or (classes) without an average.
func (m FBetaScore) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	m = config.Resolve(m)
	if bad := missing("fbeta_score", yTrue, yPred); bad != nil {
		return bad
	}
	if err := m.check(yTrue.Shape(), yPred.Shape()); err != nil {
		return graph.FailCall("fbeta_score", err, yTrue, yPred)
	}
	sum := m.sums(acc, sampleWeight)
	t, p := float(yTrue), float(m.positive(float(yPred)))
	tp := sum("true_positives", ops.Mul(p, t))
	fp := sum("false_positives", ops.Mul(p, ops.Sub(1, t)))
	fn := sum("false_negatives", ops.Mul(ops.Sub(1, p), t))

	precision := ops.Div(tp, ops.Add(ops.Add(tp, fp), epsilon))
	recall := ops.Div(tp, ops.Add(ops.Add(tp, fn), epsilon))
	square := m.Beta * m.Beta
	both := ops.Add(ops.Add(ops.Mul(precision, square), recall), epsilon)
	score := ops.Mul(ops.Div(ops.Mul(precision, recall), both), 1+square)
	switch m.Average {
	case "":
		return score
	case "weighted":
		weights := sum("intermediate_weights", t)
		return ops.Sum(ops.Mul(score, ops.Div(weights, ops.Add(ops.Sum(weights), epsilon))))
	}
	return ops.Mean(score)
}

func (m FBetaScore) check(t, p graph.Shape) error {
	switch m.Average {
	case "", "micro", "macro", "weighted":
	default:
		return fmt.Errorf("unknown average %q: use micro, macro, weighted, or none", m.Average)
	}
	switch {
	case !(m.Beta > 0):
		return fmt.Errorf("Beta is %v: it must be above 0", m.Beta)
	case m.Threshold < 0 || m.Threshold > 1:
		return fmt.Errorf("Threshold is %v: it must lie in (0, 1]", m.Threshold)
	}
	if _, ok := graph.Same(t, p); !ok || t.Rank() != 2 || p.Dim(1) == graph.None {
		return fmt.Errorf("yTrue %v and yPred %v do not fit: both are (batch, classes)", t, p)
	}
	return nil
}

// positive says which predictions count as positive. The largest of a sample must not be 0, so that [0 0 0] has none.
func (m FBetaScore) positive(p *graph.Node) *graph.Node {
	if m.Threshold != 0 {
		return ops.Greater(p, m.Threshold)
	}
	largest := ops.GreaterEqual(p, ops.MaxKeepDims(p, -1))
	return ops.LogicalAnd(largest, ops.Greater(ops.Abs(p), 1e-9))
}

// sums returns a function that keeps weighted totals over the samples, and over the classes for the average "micro".
func (m FBetaScore) sums(acc *Accumulator, weight *graph.Node) func(name string, x *graph.Node) *graph.Node {
	return func(name string, x *graph.Node) *graph.Node {
		if weight != nil {
			w := float(weight)
			if w.Shape().Rank() == 1 {
				w = ops.ExpandDims(w, 1)
			}
			x = ops.Mul(x, w)
		}
		if m.Average == "micro" {
			return acc.Sum(name, ops.Sum(x))
		}
		return acc.Sum(name, ops.Sum(x, 0))
	}
}

// F1Score is the harmonic mean of precision and recall: [FBetaScore] with Beta 1.
// See https://keras.io/api/metrics/classification_metrics/.
type F1Score struct {
	Average   string
	Threshold float64     `default:"none"`
	Name      string      `default:"f1_score"`
	Dtype     graph.Dtype `default:"float32"`
}

// Call compares yTrue with yPred, both (batch, classes); the result is a scalar, or (classes) without an average.
func (m F1Score) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return FBetaScore{Average: m.Average, Threshold: m.Threshold}.Call(acc, yTrue, yPred, sampleWeight)
}

func init() {
	registry.Add("FBetaScore", FBetaScore{})
	registry.Add("F1Score", F1Score{})
}
