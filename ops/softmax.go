package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SoftmaxOp is exp(x) / sum exp(x) along Axis.
type SoftmaxOp struct{ Axis int }

// Name is "softmax".
func (SoftmaxOp) Name() string { return "softmax" }

// Infer returns the spec of the input.
func (o SoftmaxOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSoftmax(in[0], o.Axis) }

func inferSoftmax(x graph.Spec, axis int) (graph.Spec, error) {
	if !x.Dtype.IsFloat() {
		return graph.Spec{}, fmt.Errorf("the operand is %v: cast it to a floating point type", x)
	}
	return x, checkAxes(x.Shape, axis)
}

// VJP is y (dy - sum y dy).
func (o SoftmaxOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(graph.Apply(SoftmaxGradOp(o), y, dy))
}

// SoftmaxGradOp is y (dy - sum y dy) along Axis, of y and dy: the gradient of [SoftmaxOp].
type SoftmaxGradOp struct{ Axis int }

// Name is "softmax_dx".
func (SoftmaxGradOp) Name() string { return "softmax_dx" }

// Infer returns what both inputs agree on.
func (o SoftmaxGradOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferPair(in, o.Axis) }

func inferPair(in []graph.Spec, axis int) (graph.Spec, error) {
	s, err := same(in[1].Shape, in[0].Shape)
	if err != nil || in[0].Dtype != in[1].Dtype {
		return graph.Spec{}, fmt.Errorf("the operands are %v and %v: both must be alike", in[0], in[1])
	}
	return inferSoftmax(graph.Spec{Dtype: in[0].Dtype, Shape: s}, axis)
}

// Expand writes the formula in smaller operations.
func (o SoftmaxGradOp) Expand(in graph.Nodes) graph.Nodes {
	y, dy := in[0], in[1]
	return graph.Nodes{Mul(y, Sub(dy, SumKeepDims(Mul(y, dy), o.Axis)))}
}

// LogSoftmaxOp is x - log sum exp(x) along Axis.
type LogSoftmaxOp struct{ Axis int }

// Name is "log_softmax".
func (LogSoftmaxOp) Name() string { return "log_softmax" }

// Infer returns the spec of the input.
func (o LogSoftmaxOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSoftmax(in[0], o.Axis) }

// VJP is dy - exp(y) sum dy.
func (o LogSoftmaxOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(graph.Apply(LogSoftmaxGradOp(o), y, dy))
}

// LogSoftmaxGradOp is dy - exp(y) sum dy along Axis, of y and dy: the gradient of [LogSoftmaxOp].
type LogSoftmaxGradOp struct{ Axis int }

// Name is "log_softmax_dx".
func (LogSoftmaxGradOp) Name() string { return "log_softmax_dx" }

// Infer returns what both inputs agree on.
func (o LogSoftmaxGradOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferPair(in, o.Axis) }

// Expand writes the formula in smaller operations.
func (o LogSoftmaxGradOp) Expand(in graph.Nodes) graph.Nodes {
	y, dy := in[0], in[1]
	return graph.Nodes{Sub(dy, Mul(Exp(y), SumKeepDims(dy, o.Axis)))}
}

// Softmax is exp(x) / sum exp(x) along the axis (the last without one), along several axes together if there are more.
// https://keras.io/api/ops/nn/#softmax-function
func Softmax(x *graph.Node, axes ...int) *graph.Node {
	return softmax("softmax", x, axes, func(a int) graph.Op { return SoftmaxOp{a} })
}

// LogSoftmax is x - log sum exp(x), the logarithm of [Softmax], along the same axes.
// https://keras.io/api/ops/nn/#logsoftmax-function
func LogSoftmax(x *graph.Node, axes ...int) *graph.Node {
	return softmax("log_softmax", x, axes, func(a int) graph.Op { return LogSoftmaxOp{a} })
}

// softmax applies an op of one axis along one, or along several that are moved to the end and merged.
func softmax(name string, x *graph.Node, axes []int, op func(axis int) graph.Op) *graph.Node {
	x = floated(x)
	if len(axes) == 0 {
		axes = []int{-1}
	}
	list, bad := axesOf(name, x, axes)
	if bad != nil {
		return bad
	}
	if len(list) == 1 {
		return graph.Apply(op(list[0]), x)
	}
	n := len(list)
	first := x.Shape().Rank() - n
	ends := make([]int, n)
	for i := range ends {
		ends[i] = first + i
	}
	moved := MoveAxis(x, list, ends)
	y := graph.Apply(op(first), MergeAxes(moved, first, n))
	return MoveAxis(SplitAxis(y, moved, first, first, n), ends, list)
}
