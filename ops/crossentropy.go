package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SoftmaxCrossEntropyOp is -sum target log_softmax(logits) along the last axis, of target and logits of one shape.
type SoftmaxCrossEntropyOp struct{}

// Name is "softmax_cross_entropy".
func (SoftmaxCrossEntropyOp) Name() string { return "softmax_cross_entropy" }

// Infer returns the shape without the last axis.
func (SoftmaxCrossEntropyOp) Infer(in []graph.Spec) (graph.Spec, error) {
	s, err := inferPair(in, len(in[0].Shape)-1)
	if err != nil {
		return graph.Spec{}, err
	}
	s.Shape = s.Shape[:len(s.Shape)-1]
	return s, nil
}

// Expand writes the formula in smaller operations.
func (SoftmaxCrossEntropyOp) Expand(in graph.Nodes) graph.Nodes {
	return graph.Nodes{Neg(Sum(Mul(in[0], LogSoftmax(in[1])), -1))}
}

// VJP is -dy log_softmax(logits) for the target and dy (softmax(logits) sum target - target) for the logits.
func (SoftmaxCrossEntropyOp) VJP(y, dy *graph.Node) []*graph.Node {
	target, logits := y.In(0), y.In(1)
	dy = ExpandDims(dy, -1)
	return pull(y,
		func() *graph.Node { return Neg(Mul(dy, LogSoftmax(logits))) },
		func() *graph.Node {
			return Mul(dy, Sub(Mul(Softmax(logits), SumKeepDims(target, -1)), target))
		})
}

// SparseCrossEntropyOp is -log_softmax(logits) at the label, of labels: (...), int32 or int64, and logits: (..., classes).
type SparseCrossEntropyOp struct{}

// Name is "sparse_softmax_cross_entropy".
func (SparseCrossEntropyOp) Name() string { return "sparse_softmax_cross_entropy" }

// Infer returns the shape of the labels.
func (SparseCrossEntropyOp) Infer(in []graph.Spec) (graph.Spec, error) {
	labels, logits := in[0], in[1]
	if err := checkIndices(labels); err != nil {
		return graph.Spec{}, err
	}
	if n := len(logits.Shape); n == 0 || !logits.Dtype.IsFloat() {
		return graph.Spec{}, fmt.Errorf("the logits are %v, want a floating point type and shape (..., classes)", logits)
	}
	s, ok := graph.Same(labels.Shape, logits.Shape[:len(logits.Shape)-1])
	if !ok {
		return graph.Spec{}, fmt.Errorf("labels of shape %v for logits of shape %v, want %v", labels.Shape, logits.Shape, logits.Shape[:len(logits.Shape)-1])
	}
	return graph.Spec{Dtype: logits.Dtype, Shape: s}, nil
}

// Expand writes the formula in smaller operations.
func (SparseCrossEntropyOp) Expand(in graph.Nodes) graph.Nodes {
	axis := len(in[1].Shape()) - 1
	at := graph.Apply(TakeAlongOp{axis}, LogSoftmax(in[1]), ExpandDims(in[0], -1))
	return graph.Nodes{Neg(Squeeze(at, -1))}
}

// VJP is dy (softmax(logits) - one_hot(labels)).
func (SparseCrossEntropyOp) VJP(y, dy *graph.Node) []*graph.Node {
	labels, logits := y.In(0), y.In(1)
	dy = ExpandDims(dy, -1)
	// The difference comes before the product: close to 0 it is exact only then.
	there := putAlong(OnesLike(dy), ExpandDims(labels, -1), logits, len(logits.Shape())-1)
	return grads(nil, Mul(dy, Sub(Softmax(logits), there)))
}

// epsilon is Keras's fuzz factor: probabilities are kept this far from 0 and 1 before their logarithm is taken.
const epsilon = 1e-7

// CategoricalCrossentropy is the cross-entropy between target and output, distributions along axis (the last without one): the shape
// without the axis. The output holds probabilities, which are scaled to a sum of 1, or logits.
// https://keras.io/api/ops/nn/#categoricalcrossentropy-function
func CategoricalCrossentropy(target, output *graph.Node, fromLogits bool, axis ...int) *graph.Node {
	const name = "categorical_crossentropy"
	output = floated(output)
	if !ready(target, output) || len(axis) > 1 {
		return graph.FailCall(name, fmt.Errorf("an operand is nil, or there is more than one axis"), target, output)
	}
	a, bad := oneAxis(name, output, append(axis, -1)[0])
	if bad != nil {
		return bad
	}
	if len(target.Shape()) != len(output.Shape()) {
		return output.Graph().Fail(name, fmt.Errorf("target and output must have the same axes: one-hot vectors (for class numbers use SparseCategoricalCrossentropy)"), target, output)
	}
	target, output = promote(floated(target), output)
	if !fromLogits {
		p := Clip(Div(output, SumKeepDims(output, a)), epsilon, 1-epsilon)
		return Neg(Sum(Mul(target, Log(p)), a))
	}
	if last := len(output.Shape()) - 1; a != last {
		target, output = MoveAxis(target, []int{a}, []int{last}), MoveAxis(output, []int{a}, []int{last})
	}
	return graph.Apply(SoftmaxCrossEntropyOp{}, target, output)
}

// SparseCategoricalCrossentropy is the cross-entropy between class numbers target: (...) or (..., 1) and output: (..., classes): the
// shape of the output without its last axis. The output holds probabilities, which are scaled to a sum of 1, or logits.
// https://keras.io/api/ops/nn/#sparsecategoricalcrossentropy-function
func SparseCategoricalCrossentropy(target, output *graph.Node, fromLogits bool) *graph.Node {
	output = floated(output)
	if !ready(target, output) {
		return graph.FailCall("sparse_categorical_crossentropy", fmt.Errorf("an operand is nil"), target, output)
	}
	if r := len(target.Shape()); r > 0 && r == len(output.Shape()) && target.Shape().Dim(-1) == 1 {
		target = Squeeze(target, -1)
	}
	if target.Dtype().IsFloat() {
		target = Cast(target, graph.Int64)
	}
	if !fromLogits {
		output = Log(Clip(output, epsilon, 1-epsilon))
	}
	return graph.Apply(SparseCrossEntropyOp{}, indexed(target), output)
}

// BinaryCrossentropy is the cross-entropy between target and output, elementwise, both probabilities of one class, or the output
// logits. https://keras.io/api/ops/nn/#binarycrossentropy-function
func BinaryCrossentropy(target, output *graph.Node, fromLogits bool) *graph.Node {
	if !ready(target, output) {
		return graph.FailCall("binary_crossentropy", fmt.Errorf("an operand is nil"), target, output)
	}
	target, output = promote(floated(target), floated(output))
	if fromLogits {
		// Neither term overflows, nor is a loss close to 0 the difference of two large numbers.
		hit, miss := Mul(target, Softplus(Neg(output))), Mul(Sub(1, target), Softplus(output))
		return Add(hit, miss)
	}
	p := Clip(output, epsilon, 1-epsilon)
	return Neg(Add(Mul(target, Log(p)), Mul(Sub(1, target), Log(Sub(1, p)))))
}
