package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// PearsonCorrelation is the mean over the samples of the correlation coefficient of yTrue and yPred along Axis.
// See https://keras.io/api/metrics/regression_metrics/.
type PearsonCorrelation struct {
	Axis  int         `default:"-1"`
	Name  string      `default:"pearson_correlation"`
	Dtype graph.Dtype `default:"float32"`
}

// Values map yTrue and yPred (batch, ..., last) to (batch, ...).
func (m PearsonCorrelation) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("pearson_correlation", yTrue, yPred); bad != nil {
		return bad
	}
	axis := config.Resolve(m).Axis
	t, p := sameRank(yTrue, yPred)
	standard := func(x *graph.Node) *graph.Node {
		x = ops.Sub(x, ops.MeanKeepDims(x, axis))
		return ops.Div(x, ops.StdKeepDims(x, axis))
	}
	return ops.Mean(ops.Mul(standard(t), standard(p)), axis)
}

// Call averages Values over the samples.
func (m PearsonCorrelation) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// ConcordanceCorrelation is the mean over the samples of Lin's concordance coefficient of yTrue and yPred along Axis: 1 only
// where they are equal. See https://keras.io/api/metrics/regression_metrics/.
type ConcordanceCorrelation struct {
	Axis  int         `default:"-1"`
	Name  string      `default:"concordance_correlation"`
	Dtype graph.Dtype `default:"float32"`
}

// Values map yTrue and yPred (batch, ..., last) to (batch, ...).
func (m ConcordanceCorrelation) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("concordance_correlation", yTrue, yPred); bad != nil {
		return bad
	}
	axis := config.Resolve(m).Axis
	t, p := sameRank(yTrue, yPred)
	tMean, pMean := ops.MeanKeepDims(t, axis), ops.MeanKeepDims(p, axis)
	variances := ops.Add(ops.VarKeepDims(t, axis), ops.VarKeepDims(p, axis))
	covariance := ops.Mul(ops.Sub(t, tMean), ops.Sub(p, pMean))
	spread := ops.Add(ops.Add(variances, ops.Square(ops.Sub(tMean, pMean))), epsilon)
	return ops.Mean(ops.Div(ops.Mul(covariance, 2), spread), axis)
}

// Call averages Values over the samples.
func (m ConcordanceCorrelation) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// sameRank casts targets and predictions to floating point and gives them one rank.
func sameRank(yTrue, yPred *graph.Node) (t, p *graph.Node) {
	p = floating(yPred)
	return losses.SameRank(ops.Cast(yTrue, p.Dtype()), p)
}

func init() {
	registry.Add("PearsonCorrelation", PearsonCorrelation{})
	registry.Add("ConcordanceCorrelation", ConcordanceCorrelation{})
}
