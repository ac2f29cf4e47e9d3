package losses

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// SparseCategoricalCrossentropy is -log of the probability given to the target class, for targets that are class numbers.
// Predictions are probabilities, which are made to sum to 1, or logits with FromLogits. Samples of the class IgnoreClass
// (IgnoreClass: new(255)) count neither in the sum nor in the mean.
// See https://keras.io/api/losses/probabilistic_losses/.
type SparseCategoricalCrossentropy struct {
	FromLogits  bool
	IgnoreClass *int
	Axis        int         `default:"-1"`
	Reduction   Reduction   `default:"sum_over_batch_size" null:"none"`
	Name        string      `default:"sparse_categorical_crossentropy"`
	Dtype       graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps class numbers (batch, ...), or (batch, ..., 1), and predictions (batch, ..., classes) to (batch, ...). With
// IgnoreClass the result carries a mask of what counts.
func (l SparseCategoricalCrossentropy) Call(yTrue, yPred *graph.Node) *graph.Node {
	axis := config.Resolve(l).Axis
	t, p := classes("sparse_categorical_crossentropy", yTrue, yPred, axis)
	if l.IgnoreClass == nil || t.Poisoned() {
		return sparse(t, p, l.FromLogits, axis)
	}
	valid := ops.NotEqual(t, *l.IgnoreClass)
	t = ops.Mul(t, ops.Cast(valid, t.Dtype())) // the ignored class may lie outside the predictions
	return graph.WithMask(ops.Where(valid, sparse(t, p, l.FromLogits, axis), 0), valid)
}

// sparse is the crossentropy along any axis.
func sparse(t, p *graph.Node, fromLogits bool, axis int) *graph.Node {
	if fromLogits {
		if axis != -1 {
			p = ops.MoveAxis(p, []int{axis}, []int{-1})
		}
		return ops.SparseCategoricalCrossentropy(t, p, true)
	}
	right := ops.Squeeze(ops.TakeAlongAxis(p, ops.ExpandDims(t, axis), axis), axis)
	right = ops.Div(right, ops.Sum(p, axis))
	return ops.Neg(ops.Log(ops.Clip(right, epsilon, 1-epsilon)))
}

// classes gives class numbers the type int32 and the rank of predictions less the axis of the classes; shapes that do not fit
// are an error of the named loss.
func classes(loss string, yTrue, yPred *graph.Node, axis int) (t, p *graph.Node) {
	if bad := missing(loss, yTrue, yPred); bad != nil {
		return bad, bad
	}
	t, p = yTrue, floating(yPred)
	rank := p.Shape().Rank()
	if t.Shape().Rank() == rank && t.Shape().Dim(-1) == 1 {
		t = ops.Squeeze(t, -1)
	}
	at := axis
	if at < 0 {
		at += rank
	}
	ok := at >= 0 && at < rank && t.Shape().Rank() == rank-1
	if ok {
		rest := append(p.Shape()[:at:at], p.Shape()[at+1:]...)
		_, ok = graph.Same(rest, t.Shape())
	}
	if !ok {
		bad := graph.FailCall(loss, fmt.Errorf("yTrue %v and yPred %v do not fit: targets are class numbers of the shape of the predictions without their axis %d (one-hot targets need categorical_crossentropy)", yTrue.Shape(), yPred.Shape(), axis), yTrue, yPred)
		return bad, bad
	}
	return ops.Cast(t, graph.Int32), p
}

// oneHot is 1 at the class of each sample and 0 elsewhere, in shape and type of the predictions.
func oneHot(t, p *graph.Node, axis int) *graph.Node {
	return ops.Cast(ops.Equal(ops.ExpandDims(t, axis), classNumbers(p, axis)), p.Dtype())
}

// classNumbers counts along one axis of p; the other axes have the size 1.
func classNumbers(p *graph.Node, axis int) *graph.Node {
	if p.Poisoned() {
		return p
	}
	dims := slices.Repeat([]int{1}, p.Shape().Rank())
	dims[(axis+len(dims))%len(dims)] = graph.None
	return ops.IotaFrom(p, axis, graph.Int32, dims, nil)
}

func init() { register("SparseCategoricalCrossentropy", SparseCategoricalCrossentropy{}) }
