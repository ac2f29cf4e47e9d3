package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// confusion counts how predictions compare with 0/1 targets at several thresholds, as
// keras.src.metrics.metrics_utils.update_confusion_matrix_variables does.
type confusion struct {
	metric       string    // for errors
	thresholds   []float64 // a prediction above counts as positive
	outside      bool      // the first threshold lies below 0 and the last above 1
	topK         int       // only the K largest predictions of a sample can be positive; 0: all
	classID      *int      // only this element of the last axis counts
	multiLabel   bool      // count the columns of (batch, labels) each for itself
	labelWeights []float64
}

// counts are weighted numbers (thresholds), or (thresholds, labels), of one batch.
type counts struct{ tp, fp, fn, tn *graph.Node }

// of compares a batch.
func (c confusion) of(yTrue, yPred, weight *graph.Node) (counts, *graph.Node) {
	t, p, w, bad := c.prepare(yTrue, yPred, weight)
	if bad != nil {
		return counts{}, bad
	}
	above := c.above(ops.ExpandDims(p, 0))
	t = float(ops.NotEqual(t, 0))
	trues, falses := t, ops.Sub(1, t)
	if w != nil {
		trues, falses = ops.Mul(trues, w), ops.Mul(falses, w)
	}
	below := ops.Sub(1, above)
	count := func(side, of *graph.Node) *graph.Node { return ops.Sum(ops.Mul(side, of), 1) }
	n := counts{tp: count(above, trues), fp: count(above, falses), fn: count(below, trues), tn: count(below, falses)}
	return n, missing(c.metric, n.tp, n.fp, n.fn, n.tn)
}

// prepare gives targets, predictions and weights (nil for none) one shape: (batch, labels) for several labels, else flat.
func (c confusion) prepare(yTrue, yPred, weight *graph.Node) (t, p, w, bad *graph.Node) {
	if bad = missing(c.metric, yTrue, yPred); bad != nil {
		return
	}
	t, p = losses.SameRank(float(yTrue), float(yPred))
	if _, ok := graph.Same(t.Shape(), p.Shape()); !ok {
		bad = fail(c.metric, graph.Nodes{yTrue, yPred}, "yTrue %v and yPred %v do not fit: targets are 0 or 1, in the shape of the predictions", yTrue.Shape(), yPred.Shape())
		return
	}
	if weight != nil {
		if w = ops.ExpandDims(float(weight), -1); w.Shape().Rank() == t.Shape().Rank()+1 {
			w = ops.Squeeze(w, -1)
		}
	}
	if c.topK > 0 {
		p = onlyTopK(p, c.topK)
	}
	if c.classID != nil {
		if id, n := *c.classID, p.Shape().Dim(-1); p.Shape().Rank() < 2 || id < 0 || n != graph.None && id >= n {
			bad = fail(c.metric, graph.Nodes{yPred}, "ClassID is %d and yPred has the shape %v: there is no such class in its last axis", id, yPred.Shape())
			return
		}
		t, p = ops.SliceAxis(t, -1, *c.classID, *c.classID+1), ops.SliceAxis(p, -1, *c.classID, *c.classID+1)
	}
	if w, bad = c.weights(w, p, weight); bad != nil || c.multiLabel {
		return
	}
	if t, p = ops.Reshape(t, -1), ops.Reshape(p, -1); w != nil {
		w = ops.Reshape(w, -1)
	}
	return t, p, w, missing(c.metric, t, p)
}

// weights multiplies the weights of samples and labels and repeats them to the shape of the predictions.
func (c confusion) weights(w, p, given *graph.Node) (all, bad *graph.Node) {
	if w != nil {
		if s, err := graph.BroadcastShapes(w.Shape(), p.Shape()); err != nil || len(s) != p.Shape().Rank() {
			return nil, fail(c.metric, graph.Nodes{given, p}, "the sample weights %v do not fit the predictions %v: give one weight per sample", given.Shape(), p.Shape())
		}
		w = ops.BroadcastLike(w, p)
	}
	if c.labelWeights == nil {
		return w, nil
	}
	if n := p.Shape().Dim(-1); n != len(c.labelWeights) {
		return nil, fail(c.metric, graph.Nodes{p}, "%d label weights for predictions %v: give one for each element of the last axis", len(c.labelWeights), p.Shape())
	}
	l := ops.BroadcastLike(float(p.Graph().Const(c.labelWeights)), p)
	if w == nil {
		return l, nil
	}
	return ops.Mul(w, l), nil
}

// above is 1 where a prediction p (1, ...) is above a threshold: (thresholds, ...). Evenly spaced thresholds k/(n-1) are compared
// as p*(n-1) > k: Keras sorts predictions into buckets that way, and rounding would differ at the thresholds themselves.
func (c confusion) above(p *graph.Node) *graph.Node {
	limits := slices.Clone(c.thresholds)
	if n := len(limits) - 1; c.even() {
		for i := range limits {
			limits[i] = float64(i)
		}
		if c.outside {
			limits[0] = -1
		}
		p = ops.Mul(ops.Clip(p, 0, 1), n)
	}
	shape := slices.Repeat([]int{1}, p.Shape().Rank())
	shape[0] = len(limits)
	return float(ops.Greater(p, ops.Reshape(float(p.Graph().Const(limits)), shape...)))
}

func (c confusion) even() bool {
	n := len(c.thresholds)
	if n < 3 {
		return false
	}
	for i, v := range c.thresholds {
		if want := float64(i) / float64(n-1); math.Abs(v-want) > 1e-7+1e-5*want {
			return false
		}
	}
	return true
}

// onlyTopK puts all but the k largest predictions of each sample below every threshold.
func onlyTopK(p *graph.Node, k int) *graph.Node {
	if n := p.Shape().Dim(-1); n == graph.None || k > n {
		return fail("top_k", graph.Nodes{p}, "TopK is %d and the predictions have the shape %v: the last axis must have at least that size", k, p.Shape())
	}
	_, best := ops.TopK(p, k)
	keep := ops.Any(ops.Equal(ops.ExpandDims(best, -1), ops.IotaLike(ops.ExpandDims(p, -2), -1, graph.Int32)), -2)
	return ops.Where(keep, p, veryLow)
}

// veryLow is the threshold that every prediction among the top K passes.
const veryLow = -1e10

// thresholdsOr checks thresholds; without any it gives the default.
func thresholdsOr(metric string, given []float64, otherwise float64) ([]float64, error) {
	if given == nil {
		return []float64{otherwise}, nil
	}
	for _, v := range given {
		if !(v >= 0 && v <= 1) {
			return nil, fmt.Errorf("the threshold %v of %s lies outside [0, 1]", v, metric)
		}
	}
	return given, nil
}

// first drops the axis of the thresholds if there is only one.
func first(x *graph.Node) *graph.Node {
	if x.Shape().Dim(0) != 1 {
		return x
	}
	return ops.Squeeze(x, 0)
}
