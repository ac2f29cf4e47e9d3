package losses

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// CTC is the connectionist temporal classification loss: -log of the probability that a sequence of logits spells the
// target, summed over all alignments. Class 0 is the blank and pads targets. (Graves et al. 2006,
// https://www.cs.toronto.edu/~graves/icml_2006.pdf; https://keras.io/api/losses/)
type CTC struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"ctc"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// never is the logarithm of a probability of 0. An infinity would make gradients NaN.
const never = -1e30

// Call maps class numbers (batch, labels) and logits (batch, steps, classes) to (batch).
//
// The state of the recursion is the log probability of having spelt a prefix of the target: b[j] the first j labels
// and then a blank, l[j] the first j+1 labels without one.
func (CTC) Call(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("ctc", yTrue, yPred); bad != nil {
		return bad
	}
	if yTrue.Shape().Rank() != 2 || yPred.Shape().Rank() != 3 {
		return graph.FailCall("ctc", fmt.Errorf("yTrue %v and yPred %v do not fit: want class numbers (batch, labels) and logits (batch, steps, classes)", yTrue.Shape(), yPred.Shape()), yTrue, yPred)
	}
	labels := ops.Cast(yTrue, graph.Int32)
	emissions := spelling(labels, ops.LogSoftmax(floating(yPred), -1))
	firstLabel := ops.ZerosLike(ops.SliceAxis(labels, 1, 0, 1), emissions.Dtype())
	neverLabel := ops.FullLike(labels, never, emissions.Dtype())
	neverFirst := ops.Add(firstLabel, never)
	// A repeated label must have a blank before it.
	repeated := ops.Equal(labels, shift(labels, ops.ZerosLike(firstLabel, graph.Int32)))

	_, last := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
		b, l := state[0], state[1]
		blank, label := ops.SliceAxis(x, -1, 0, 1), ops.SliceAxis(x, -1, 1, ops.End)
		before := shift(l, neverFirst)
		skip := ops.Where(repeated, never, before)
		nextB := ops.LogAddExp(b, ops.Concatenate(graph.Nodes{neverFirst, l}, 1))
		nextL := ops.LogAddExp(ops.LogAddExp(l, ops.SliceAxis(b, 1, 0, -1)), skip)
		return nil, graph.Nodes{ops.Add(nextB, blank), ops.Add(nextL, label)}
	}, emissions, graph.Nodes{ops.Concatenate(graph.Nodes{firstLabel, neverLabel}, 1), neverLabel})
	if bad := last.FirstErr(); bad != nil {
		return graph.FailCall("ctc", bad, append(last, yTrue)...)
	}
	return spelt(labels, last[0], last[1])
}

// spelling is the log probability of the blank and of each label of the target at each step: (batch, steps, 1 + labels).
func spelling(labels, logP *graph.Node) *graph.Node {
	blank := ops.SliceAxis(logP, -1, 0, 1)
	hot := oneHot(labels, logP, -1) // (batch, labels, classes)
	return ops.Concatenate(graph.Nodes{blank, ops.MatMul(logP, ops.Transpose(hot, 0, 2, 1))}, -1)
}

// shift moves x (batch, labels) one label on and puts first (batch, 1) before it.
func shift(x, first *graph.Node) *graph.Node {
	return ops.Concatenate(graph.Nodes{first, ops.SliceAxis(x, 1, 0, -1)}, 1)
}

// spelt is -log of the probability of having spelt the whole target, with or without a blank behind it.
func spelt(labels, b, l *graph.Node) *graph.Node {
	length := ops.SumKeepDims(ops.Cast(ops.NotEqual(labels, 0), graph.Int32), 1)
	at := func(x, place *graph.Node) *graph.Node {
		here := ops.Equal(ops.IotaLike(x, 1, graph.Int32), place)
		return ops.Max(ops.Where(here, x, never), 1)
	}
	return ops.Neg(ops.LogAddExp(at(b, length), at(l, ops.Sub(length, 1))))
}

func init() { register("CTC", CTC{}) }
