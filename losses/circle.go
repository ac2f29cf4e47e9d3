package losses

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Circle pulls the L2-normalized embeddings of one class together and pushes those of different classes apart, each pair as
// much as it still needs. (Sun et al. 2020, https://arxiv.org/abs/2002.10857; https://keras.io/api/losses/)
type Circle struct {
	Gamma        float64     `default:"80"`  // the steepness
	Margin       float64     `default:"0.4"` // how far from ideal a distance may be
	KeepDiagonal bool        `keras:"remove_diagonal,not"`
	Reduction    Reduction   `default:"sum_over_batch_size" null:"none"`
	Name         string      `default:"circle"`
	Dtype        graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps labels (batch) and embeddings (batch, features) to (batch), comparing each sample with all others of the batch.
// The result carries a mask of the samples whose loss is above 0.
func (l Circle) Call(yTrue, yPred *graph.Node) *graph.Node {
	return l.Against(yTrue, yPred, yTrue, yPred)
}

// Against compares with references instead of the batch: refLabels (references), refEmbeddings (references, features).
func (l Circle) Against(yTrue, yPred, refLabels, refEmbeddings *graph.Node) *graph.Node {
	l = config.Resolve(l)
	if bad := missing("circle", yTrue, yPred); bad != nil {
		return bad
	}
	if bad := missing("circle", refLabels, refEmbeddings); bad != nil {
		return bad
	}
	p, ref := floating(yPred), floating(refEmbeddings)
	if p.Shape().Rank() != 2 || ref.Shape().Rank() != 2 {
		return graph.FailCall("circle", fmt.Errorf("embeddings have the shapes %v and %v, want (batch, features)", p.Shape(), ref.Shape()), yTrue, yPred)
	}
	distance := ops.Maximum(ops.Sub(1, ops.MatMul(p, ops.Transpose(ref))), 0)
	rows := ops.Reshape(ops.Cast(yTrue, graph.Int32), -1, 1)
	columns := ops.Reshape(ops.Cast(refLabels, graph.Int32), 1, -1)
	same := ops.Equal(rows, columns)
	positive, negative := same, ops.LogicalNot(same)
	if !l.KeepDiagonal {
		diagonal := ops.Equal(ops.IotaLike(distance, 0, graph.Int32), ops.IotaLike(distance, 1, graph.Int32))
		positive = ops.LogicalAnd(positive, ops.LogicalNot(diagonal))
	}
	// The optima are -margin for positive and 1 + margin for negative distances; the weight is how far a pair is from its own.
	pos := ops.Mul(ops.Mul(ops.Add(distance, l.Margin), ops.Sub(distance, l.Margin)), l.Gamma)
	neg := ops.Mul(ops.Mul(ops.Maximum(ops.Sub(1+l.Margin, distance), 0), ops.Sub(1-l.Margin, distance)), l.Gamma)
	loss := ops.Softplus(ops.Add(logSumExpWhere(positive, pos), logSumExpWhere(negative, neg)))
	return graph.WithMask(loss, ops.Greater(loss, 0))
}

// logSumExpWhere is log(sum(exp(x))) over the axis 1 of the elements where keep is true. A row without any gives a number so
// low that softplus of it is 0: an infinity would make its gradient NaN.
func logSumExpWhere(keep, x *graph.Node) *graph.Node {
	x = ops.Where(keep, x, -1e30)
	top := ops.StopGradient(ops.MaxKeepDims(x, 1))
	return ops.Add(ops.Log(ops.Sum(ops.Exp(ops.Sub(x, top)), 1)), ops.Squeeze(top, 1))
}

func init() { register("Circle", Circle{}) }
