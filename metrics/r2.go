package metrics

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// R2Score is the coefficient of determination, 1 - residual / variance of the targets. ClassAggregation says how the scores of
// the outputs become one: "uniform_average", "variance_weighted_average", or "none" for the score of each. NumRegressors adjusts for
// that many independent variables, if there are more samples. See https://keras.io/api/metrics/regression_metrics/.
type R2Score struct {
	ClassAggregation string `default:"uniform_average" null:"none"`
	NumRegressors    int
	Name             string      `default:"r2_score"`
	Dtype            graph.Dtype `default:"float32"`
}

// Call takes yTrue and yPred (batch, outputs); the result is a scalar, or (outputs) without an aggregation.
func (m R2Score) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	m = config.Resolve(m)
	if bad := missing("r2_score", yTrue, yPred); bad != nil {
		return bad
	}
	t, p, err := m.prepare(yTrue, yPred)
	if err != nil {
		return graph.FailCall("r2_score", err, yTrue, yPred)
	}
	weights := ops.OnesLike(t)
	if sampleWeight != nil {
		w := float(sampleWeight)
		if w.Shape().Rank() == 1 {
			w = ops.ExpandDims(w, 1)
		}
		weights = ops.BroadcastLike(w, t)
	}
	weighted := ops.Mul(t, weights)
	squares := acc.Sum("squared_sum", ops.Sum(ops.Mul(t, weighted), 0))
	sum := acc.Sum("sum", ops.Sum(weighted, 0))
	residual := acc.Sum("residual", ops.Sum(ops.Mul(ops.Square(ops.Sub(t, p)), weights), 0))
	count := acc.Sum("count", ops.Sum(weights, 0))
	samples := acc.Sum("num_samples", ops.SizeOf(t, graph.Float32, 0))

	total := ops.Sub(squares, ops.Mul(sum, ops.Div(sum, count)))
	scores := ops.Sub(1, ops.Div(residual, total))
	scores = ops.Where(ops.IsInf(scores), 0, scores)
	switch m.ClassAggregation {
	case "uniform_average":
		scores = ops.Mean(scores)
	case "variance_weighted_average":
		scores = ops.Div(ops.Sum(ops.Mul(total, scores)), ops.Sum(total))
	}
	return m.adjust(scores, samples)
}

// Config writes the aggregation "none" as Keras's None.
func (m R2Score) Config(fields map[string]any) (map[string]any, error) {
	if m.ClassAggregation == "none" {
		fields["class_aggregation"] = nil
	}
	return fields, nil
}

func (m R2Score) prepare(yTrue, yPred *graph.Node) (t, p *graph.Node, err error) {
	switch m.ClassAggregation {
	case "none", "uniform_average", "variance_weighted_average":
	default:
		return nil, nil, fmt.Errorf("unknown class aggregation %q: use uniform_average, variance_weighted_average or none", m.ClassAggregation)
	}
	if m.NumRegressors < 0 {
		return nil, nil, fmt.Errorf("NumRegressors is %d: it must not be negative", m.NumRegressors)
	}
	t, p = sameRank(yTrue, yPred)
	if s, ok := graph.Same(t.Shape(), p.Shape()); !ok || s.Rank() != 2 || s[1] == graph.None {
		return nil, nil, fmt.Errorf("yTrue %v and yPred %v do not fit: both are (batch, outputs)", yTrue.Shape(), yPred.Shape())
	}
	return t, p, nil
}

// adjust is 1 - (1 - r2)(n - 1)/(n - p - 1) for p regressors and n samples, r2 itself with too few samples.
func (m R2Score) adjust(r2, n *graph.Node) *graph.Node {
	if m.NumRegressors == 0 {
		return r2
	}
	free := ops.Sub(n, m.NumRegressors+1)
	adjusted := ops.Sub(1, ops.Div(ops.Mul(ops.Sub(1, r2), ops.Sub(n, 1)), free))
	return ops.Where(ops.Greater(free, 0), adjusted, r2)
}

func init() { registry.Add("R2Score", R2Score{}) }
