package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// AUC is the area under a curve of two rates over all thresholds, approximated with NumThresholds of them, or with
// Thresholds: "ROC" (recall over false positive rate), "PR" (precision over recall) or "PRGAIN" (their gains, Flach and Kull
// 2015). SummationMethod is "interpolation" (trapezoids; for PR the interpolation of Davis and Goadrich 2006), "minoring" or
// "majoring" (the lower or higher corner). See https://keras.io/api/metrics/classification_metrics/.
type AUC struct {
	NumThresholds   int       `default:"200"` // at least 2
	Curve           string    `default:"ROC"`
	SummationMethod string    `default:"interpolation"`
	Thresholds      []float64 `keras:"thresholds,omitempty"` // in [0, 1]; wins over NumThresholds
	MultiLabel      bool      // average the areas of the columns of (batch, labels) instead of flattening
	NumLabels       int       `default:"none"`
	LabelWeights    []float64 // of the labels: for the average, or for flattened predictions
	FromLogits      bool
	Name            string      `default:"auc"`
	Dtype           graph.Dtype `default:"float32"`
}

// Call compares yTrue, 0 or 1, with probabilities (or logits) yPred, both of one shape; the result is a scalar.
func (m AUC) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	m = config.Resolve(m)
	if bad := missing("auc", yTrue, yPred); bad != nil {
		return bad
	}
	c, err := m.confusion(yPred.Shape())
	if err != nil {
		return graph.FailCall("auc", err, yTrue, yPred)
	}
	if m.FromLogits {
		yPred = ops.Sigmoid(float(yPred))
	}
	n, bad := c.totals(acc, yTrue, yPred, sampleWeight)
	if bad != nil {
		return bad
	}
	return m.average(m.area(n))
}

// confusion checks the settings and says how to count.
func (m AUC) confusion(shape graph.Shape) (confusion, error) {
	c := confusion{metric: "auc", outside: true, multiLabel: m.MultiLabel}
	limits := m.Thresholds
	if limits == nil && m.NumThresholds >= 2 {
		limits = evenly(m.NumThresholds)[1 : m.NumThresholds-1]
	}
	switch {
	case m.Thresholds == nil && m.NumThresholds < 2:
		return c, fmt.Errorf("NumThresholds is %d: it must be at least 2", m.NumThresholds)
	case !slices.Contains([]string{"roc", "pr", "prgain"}, strings.ToLower(m.Curve)):
		return c, fmt.Errorf("unknown curve %q: use ROC, PR or PRGAIN", m.Curve)
	case !slices.Contains([]string{"interpolation", "minoring", "majoring"}, strings.ToLower(m.SummationMethod)):
		return c, fmt.Errorf("unknown summation method %q: use interpolation, minoring or majoring", m.SummationMethod)
	case m.MultiLabel && shape.Rank() != 2:
		return c, fmt.Errorf("predictions of several labels have the shape (batch, labels), not %v", shape)
	case m.MultiLabel && m.NumLabels > 0 && shape.Dim(1) != m.NumLabels:
		return c, fmt.Errorf("NumLabels is %d and yPred has the shape %v", m.NumLabels, shape)
	case m.MultiLabel && m.LabelWeights != nil && len(m.LabelWeights) != shape.Dim(1):
		return c, fmt.Errorf("%d label weights for predictions of the shape %v", len(m.LabelWeights), shape)
	}
	if _, err := thresholdsOr("auc", limits, 0.5); err != nil {
		return c, err
	}
	const beyond = 1e-7 // rounding must not put a 0 or a 1 on the wrong side
	c.thresholds = append(append([]float64{-beyond}, slices.Sorted(slices.Values(limits))...), 1+beyond)
	if !m.MultiLabel {
		c.labelWeights = m.LabelWeights
	}
	return c, nil
}

// area is that between each threshold and the next: (thresholds - 1), or (thresholds - 1, labels).
func (m AUC) area(n counts) *graph.Node {
	method := strings.ToLower(m.SummationMethod)
	var x, y *graph.Node
	switch strings.ToLower(m.Curve) {
	case "roc":
		x, y = ops.DivideNoNaN(n.fp, ops.Add(n.fp, n.tn)), n.recall()
	case "pr":
		if method == "interpolation" {
			return interpolated(n)
		}
		x, y = n.recall(), n.precision()
	default:
		x, y = gains(n)
	}
	var heights *graph.Node
	switch method {
	case "interpolation":
		heights = ops.Div(ops.Add(before(y), after(y)), 2)
	case "minoring":
		heights = ops.Minimum(before(y), after(y))
	default:
		heights = ops.Maximum(before(y), after(y))
	}
	return ops.Mul(ops.Sub(before(x), after(x)), heights)
}

// before is x at all thresholds but the last, after at all but the first.
func before(x *graph.Node) *graph.Node { return ops.SliceAxis(x, 0, 0, -1) }
func after(x *graph.Node) *graph.Node  { return ops.SliceAxis(x, 0, 1, ops.End) }

// gains are recall gain and precision gain. Without true positives they are 0 and 1; a negative recall gain counts as 0.
func gains(n counts) (recall, precision *graph.Node) {
	scale := ops.DivideNoNaN(ops.Add(n.tp, n.fn), ops.Add(n.tn, n.fp))
	gain := func(missed *graph.Node) *graph.Node {
		return ops.Sub(1, ops.Mul(scale, ops.DivideNoNaN(missed, n.tp)))
	}
	none := ops.Equal(n.tp, 0)
	recall = ops.Maximum(ops.Where(none, 0, gain(n.fn)), 0)
	return recall, ops.Where(none, 1, gain(n.fp))
}

// interpolated is the area under the PR curve on which tp grows linearly with the number of positive predictions p:
// precision = (intercept + slope p) / p between two thresholds.
func interpolated(n counts) *graph.Node {
	p := ops.Add(n.tp, n.fp)
	dtp, dp := ops.Sub(before(n.tp), after(n.tp)), ops.Sub(before(p), after(p))
	slope := ops.DivideNoNaN(dtp, ops.Maximum(dp, 0))
	intercept := ops.Sub(after(n.tp), ops.Mul(slope, after(p)))
	both := ops.LogicalAnd(ops.Greater(before(p), 0), ops.Greater(after(p), 0))
	ratio := ops.Where(both, ops.DivideNoNaN(before(p), ops.Maximum(after(p), 0)), 1)
	area := ops.Mul(slope, ops.Add(dtp, ops.Mul(intercept, ops.Log(ratio))))
	return ops.DivideNoNaN(area, ops.Maximum(ops.Add(after(n.tp), after(n.fn)), 0))
}

// average adds the areas up and averages over the labels.
func (m AUC) average(areas *graph.Node) *graph.Node {
	switch {
	case !m.MultiLabel:
		return ops.Sum(areas)
	case m.LabelWeights == nil:
		return ops.Mean(ops.Sum(areas, 0))
	}
	w := float(areas.Graph().Const(m.LabelWeights))
	return ops.DivideNoNaN(ops.Sum(ops.Mul(ops.Sum(areas, 0), w)), ops.Sum(w))
}

func init() { registry.Add("AUC", AUC{}) }
