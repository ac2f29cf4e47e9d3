package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// OneHotOp appends an axis of N that is one, in dtype To, at the place that its input, int32 or int64, names; all zero for a place
// outside.
type OneHotOp struct {
	N  int
	To graph.Dtype
}

// Name is "one_hot".
func (OneHotOp) Name() string { return "one_hot" }

// EndsGradient marks the op: places are integers.
func (OneHotOp) EndsGradient() {}

// Infer appends the axis.
func (o OneHotOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if o.N < 0 || !o.To.Valid() || o.To == graph.String {
		return graph.Spec{}, fmt.Errorf("%d classes of dtype %q: want at least 0 and a number or bool", o.N, o.To)
	}
	return graph.Spec{Dtype: o.To, Shape: append(in[0].Shape, o.N)}, checkIndices(in[0])
}

// OneHotOptions are the settings of [OneHot] and [MultiHot].
type OneHotOptions struct {
	// Axis is where the new axis stands in the result, counted from the end when negative.
	Axis *int
	// Dtype is that of the result, float32 by default.
	Dtype graph.Dtype
}

// OneHot turns labels x, integers, into vectors of n classes in a new last axis, or where the options say: one at the label's place,
// zero elsewhere. A label outside [0, n) gives zeros. https://keras.io/api/ops/nn/#onehot-function
func OneHot(x *graph.Node, n int, opts ...OneHotOptions) *graph.Node {
	if !ready(x) || len(opts) > 1 {
		return graph.FailCall("one_hot", fmt.Errorf("the input is nil, or there are several options"), x)
	}
	o := append(opts, OneHotOptions{})[0]
	if x.Dtype().IsFloat() {
		x = Cast(x, graph.Int64)
	}
	y := graph.Apply(OneHotOp{n, dtypeOr(graph.Float32, []graph.Dtype{o.Dtype})}, indexed(x))
	if !ready(y) || o.Axis == nil {
		return y
	}
	return MoveAxis(y, []int{-1}, []int{*o.Axis})
}

// MultiHot turns rows of labels x: (batch, labels), integers, into vectors of n classes: one at the place of each label, zero
// elsewhere, the axis 1 of labels (0 of a vector) being joined. https://keras.io/api/ops/nn/#multihot-function
func MultiHot(x *graph.Node, n int, opts ...OneHotOptions) *graph.Node {
	y := OneHot(x, n, opts...)
	if !ready(y) || y.Shape().Rank() < 2 {
		return y
	}
	if y.Shape().Rank() == 2 {
		return Max(y, 0)
	}
	return Max(y, 1)
}
