package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// TopKCategoricalAccuracy is how often the target class is among the K largest predictions, for one-hot targets.
// See https://keras.io/api/metrics/accuracy_metrics/.
type TopKCategoricalAccuracy struct {
	K     int         `default:"5"`
	Name  string      `default:"top_k_categorical_accuracy"`
	Dtype graph.Dtype `default:"float32"`
}

// Values compare the argmax of yTrue with yPred, both (batch, ..., classes).
func (m TopKCategoricalAccuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("top_k_categorical_accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	return inTopK(ops.Argmax(yTrue, -1), yPred, config.Resolve(m).K)
}

// Call averages Values over the samples.
func (m TopKCategoricalAccuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// SparseTopKCategoricalAccuracy is how often the target class is among the K largest predictions, for targets that are class
// numbers. With FromSortedIDs predictions are class numbers too, the likeliest first.
// See https://keras.io/api/metrics/accuracy_metrics/.
type SparseTopKCategoricalAccuracy struct {
	K             int         `default:"5"`
	FromSortedIDs bool        `keras:"from_sorted_ids"`
	Name          string      `default:"sparse_top_k_categorical_accuracy"`
	Dtype         graph.Dtype `default:"float32"`
}

// Values compare yTrue (batch, ...) with yPred (batch, ..., classes).
func (m SparseTopKCategoricalAccuracy) Values(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("sparse_top_k_categorical_accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	k := config.Resolve(m).K
	t := ops.Cast(labels(yTrue, yPred), graph.Int32)
	if !m.FromSortedIDs {
		return inTopK(t, yPred, k)
	}
	best := ops.Cast(ops.SliceAxis(yPred, -1, 0, k), graph.Int32)
	found := ops.Any(ops.Equal(ops.ExpandDims(t, -1), best), -1)
	return float(found)
}

// Call averages Values over the samples.
func (m SparseTopKCategoricalAccuracy) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// inTopK is 1 where fewer than k predictions are larger than that of the target class: ties count as in.
func inTopK(classes, p *graph.Node, k int) *graph.Node {
	p = float(p)
	target := ops.Equal(ops.ExpandDims(ops.Cast(classes, graph.Int32), -1), ops.IotaLike(p, -1, graph.Int32))
	own := ops.SumKeepDims(ops.Where(target, p, 0), -1)
	larger := ops.Sum(float(ops.Greater(p, own)), -1)
	return float(ops.Less(larger, k))
}

func init() {
	registry.Add("TopKCategoricalAccuracy", TopKCategoricalAccuracy{})
	registry.Add("SparseTopKCategoricalAccuracy", SparseTopKCategoricalAccuracy{})
}
