package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// never is the logarithm of a probability of 0. An infinity would make gradients NaN.
const never = -1e30

// CTCLoss is the connectionist temporal classification loss: -log of the probability that the logits output: (batch, steps, classes)
// spell the target: (batch, labels), class numbers, summed over all alignments: (batch,). targetLength and outputLength: (batch,) say how
// many labels and steps count. blank is the class between labels, 0 in Keras. (Graves et al., 2006)
// https://keras.io/api/ops/nn/#ctcloss-function
func CTCLoss(target, output, targetLength, outputLength *graph.Node, blank int) *graph.Node {
	const name = "ctc_loss"
	if !ready(target, output, targetLength, outputLength) {
		return graph.FailCall(name, fmt.Errorf("an operand is nil"), target, output, targetLength, outputLength)
	}
	if classes := output.Shape().Dim(-1); output.Shape().Rank() != 3 || target.Shape().Rank() != 2 || classes == graph.None || blank < 0 || blank >= classes {
		return output.Graph().Fail(name, fmt.Errorf("want labels (batch, labels), logits (batch, steps, classes) with classes known, and a blank among them, not %d", blank), target, output)
	}
	labels, logP := Cast(target, graph.Int32), LogSoftmax(Cast(output, Promote(output.Dtype(), graph.Float32)), -1)
	hot := OneHot(labels, output.Shape().Dim(-1), OneHotOptions{Dtype: logP.Dtype()}) // (batch, labels, classes)
	spelling := Transpose(matMul(logP, hot, false, true), 1, 0, 2)
	blanks := Transpose(SliceAxis(logP, 2, blank, blank+1), 1, 0, 2)
	counts := Less(IotaFrom(blanks, 0, graph.Int32, []int{graph.None, graph.None, 1}, nil), ExpandDims(Cast(outputLength, graph.Int32), -1))

	// The state is the log probability of having spelt a prefix of the target: b[j] its first j labels and then a blank, l[j] its first
	// j+1 labels without one.
	zero := ZerosLike(SliceAxis(labels, 1, 0, 1), logP.Dtype())
	l0 := FullLike(labels, never, logP.Dtype())
	b0 := Concatenate(graph.Nodes{zero, l0}, 1)
	// A repeated label must have a blank before it.
	repeated := Equal(labels, shiftRight(labels, FullLike(zero, -1, graph.Int32)))
	_, last := ScanOver(ScanConfig{
		Initial: graph.Nodes{b0, l0}, Sequences: graph.Nodes{blanks, spelling, counts},
		Step: func(x, state graph.Nodes) (ys, next graph.Nodes) {
			b, l := state[0], state[1]
			skip := Where(repeated, never, shiftRight(l, Add(zero, never)))
			nextB := Add(LogAddExp(b, shiftOn(l, zero)), x[0])
			nextL := Add(LogAddExp(LogAddExp(l, SliceAxis(b, 1, 0, -1)), skip), x[1])
			return nil, graph.Nodes{Where(x[2], nextB, b), Where(x[2], nextL, l)}
		},
	})
	length := ExpandDims(Cast(targetLength, graph.Int32), -1)
	return Neg(LogAddExp(elementAt(last[0], length), elementAt(last[1], Sub(length, 1))))
}

// shiftRight moves x: (batch, n) one place on and puts first: (batch, 1) before it.
func shiftRight(x, first *graph.Node) *graph.Node {
	return Concatenate(graph.Nodes{first, SliceAxis(x, 1, 0, -1)}, 1)
}

// shiftOn puts an impossible state before l: (batch, n).
func shiftOn(l, zero *graph.Node) *graph.Node {
	return Concatenate(graph.Nodes{Add(zero, never), l}, 1)
}

// elementAt is the element of each row of x: (batch, n) at a place: (batch, 1), never for a place outside.
func elementAt(x, place *graph.Node) *graph.Node {
	if !ready(x, place) {
		return graph.FailCall("ctc_loss", fmt.Errorf("an operand is nil"), x, place)
	}
	return Max(Where(Equal(IotaLike(x, 1, graph.Int32), place), x, never), 1)
}

// CTCGreedyDecode takes the likeliest class of each step of the logits x: (batch, steps, classes), of which the first lengths: (batch,)
// count, drops classes that repeat the one before, if merge, and then blanks: labels (1, batch, steps), int32, filled up with -1, and the
// scores (batch, 1), the negative sums of the logits taken. It is Keras's ctc_decode with strategy "greedy".
// https://keras.io/api/ops/nn/#ctcdecode-function
func CTCGreedyDecode(x, lengths *graph.Node, merge bool, blank int) (labels, scores *graph.Node) {
	x = floated(x)
	if !ready(x, lengths) || x.Shape().Rank() != 3 || lengths.Shape().Rank() != 1 {
		bad := graph.FailCall("ctc_decode", fmt.Errorf("want logits (batch, steps, classes) and lengths (batch,)"), x, lengths)
		return bad, bad
	}
	best := Argmax(x, 2)
	counts := Less(IotaLike(best, 1, graph.Int32), ExpandDims(Cast(lengths, graph.Int32), -1))
	scores = Neg(SumKeepDims(Where(counts, Max(x, 2), 0), 1))
	kept := LogicalAnd(counts, NotEqual(best, blank))
	if merge {
		before := shiftRight(best, FullLike(SliceAxis(best, 1, 0, 1), -1))
		kept = LogicalAnd(kept, NotEqual(best, before))
	}
	order := Argsort(LogicalNot(kept), 1) // stable: what is kept comes first and stays in order
	return ExpandDims(TakeAlongAxis(Where(kept, best, -1), order, 1), 0), scores
}
