package losses

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// epsilon keeps logarithms and divisions finite: keras.config.epsilon().
const epsilon = 1e-7

// pair gives targets and predictions one floating point type, that of the predictions, and one rank; shapes that do not
// broadcast together are an error of the named loss.
func pair(loss string, yTrue, yPred *graph.Node) (t, p *graph.Node) {
	if bad := missing(loss, yTrue, yPred); bad != nil {
		return bad, bad
	}
	p = floating(yPred)
	t, p = SameRank(ops.Cast(yTrue, p.Dtype()), p)
	if _, err := graph.BroadcastShapes(t.Shape(), p.Shape()); err != nil {
		bad := graph.FailCall(loss, fmt.Errorf("yTrue %v and yPred %v do not fit: targets need the shape of the predictions (class numbers need a sparse loss)", yTrue.Shape(), yPred.Shape()), yTrue, yPred)
		return bad, bad
	}
	return t, p
}

// missing is a poisoned node if one of the two is nil or poisoned, else nil.
func missing(loss string, yTrue, yPred *graph.Node) *graph.Node {
	switch {
	case yTrue == nil:
		return graph.FailCall(loss, fmt.Errorf("yTrue is a nil node"), yTrue, yPred)
	case yPred == nil:
		return graph.FailCall(loss, fmt.Errorf("yPred is a nil node"), yTrue, yPred)
	case yTrue.Poisoned():
		return yTrue
	case yPred.Poisoned():
		return yPred
	}
	return nil
}

// floating casts integers and bools to float32.
func floating(x *graph.Node) *graph.Node {
	if x.Dtype().IsFloat() {
		return x
	}
	return ops.Cast(x, graph.Float32)
}

// SameRank drops or adds a last axis of size 1 where the ranks of a and b differ by one, as
// keras.src.losses.loss.squeeze_or_expand_to_same_rank does: (batch,) beside (batch, 1) becomes (batch, 1), a longer shape
// ending in 1 loses that axis. Other shapes stay as they are.
func SameRank(a, b *graph.Node) (*graph.Node, *graph.Node) {
	if a.Poisoned() || b.Poisoned() {
		return a, b
	}
	if a.Shape().Rank() > b.Shape().Rank() {
		return sameRank(a, b)
	}
	b, a = sameRank(b, a)
	return a, b
}

// sameRank is SameRank for a long whose rank is at least that of short.
func sameRank(long, short *graph.Node) (*graph.Node, *graph.Node) {
	rank := short.Shape().Rank()
	if long.Shape().Rank() != rank+1 || long.Shape().Dim(-1) != 1 {
		return long, short
	}
	if rank == 1 {
		return long, ops.ExpandDims(short, -1)
	}
	return ops.Squeeze(long, -1), short
}
