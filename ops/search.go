package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SearchSortedOp holds for each of the values, the second input, the place, int32, at which it belongs in the first, a vector in
// ascending order: before its equals, or after them with Right.
type SearchSortedOp struct{ Right bool }

// Name is "searchsorted".
func (SearchSortedOp) Name() string { return "searchsorted" }

// EndsGradient marks the op: places are integers.
func (SearchSortedOp) EndsGradient() {}

// Infer returns int32 of the shape of the values.
func (SearchSortedOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if len(in[0].Shape) != 1 || in[0].Dtype != in[1].Dtype || in[0].Dtype == graph.Bool || in[0].Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("the sequence is %v and the values %v: want numbers of one type, the sequence of one axis", in[0], in[1])
	}
	return graph.Spec{Dtype: graph.Int32, Shape: in[1].Shape}, nil
}

// SearchSorted holds for each of the values the place, int32, at which it belongs in sorted, a vector in ascending order: before its
// equals for side "left" (the default), after them for "right". https://keras.io/api/ops/numpy/#searchsorted-function
func SearchSorted(sorted, values *graph.Node, side ...string) *graph.Node {
	if !ready(sorted, values) || len(side) > 1 {
		return graph.FailCall("searchsorted", fmt.Errorf("an operand is nil, or there is more than one side"), sorted, values)
	}
	s := append(side, "left")[0]
	if s != "left" && s != "right" {
		return sorted.Graph().Fail("searchsorted", fmt.Errorf("there is no side %q: use left or right", s), sorted, values)
	}
	sorted, values = promote(counted(sorted), counted(values))
	return graph.Apply(SearchSortedOp{s == "right"}, sorted, values)
}

// Digitize holds for each element of x the number, int32, of bins (ascending edges) that are at most the element.
// https://keras.io/api/ops/numpy/#digitize-function
func Digitize(x, bins *graph.Node) *graph.Node { return SearchSorted(bins, x, "right") }

// BincountOp counts how often each of 0 ... N-1 occurs along the last axis of its first input, int32 or int64 of one or two axes. With
// a second input of the same shape it adds up those weights instead. Other values are not counted.
type BincountOp struct{ N int }

// Name is "bincount".
func (BincountOp) Name() string { return "bincount" }

// Why says what to use instead.
func (BincountOp) Why() string { return "use SegmentSum of the weights" }

// Infer returns N counts a row, int32 or of the dtype of the weights.
func (o BincountOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, d := in[0], graph.Int32
	if r := len(x.Shape); r != 1 && r != 2 || o.N < 0 {
		return graph.Spec{}, fmt.Errorf("%v in %d bins: want one or two axes and at least 0 bins", x, o.N)
	}
	if len(in) == 2 {
		s, err := same(in[1].Shape, x.Shape)
		if err != nil {
			return graph.Spec{}, err
		}
		if d = in[1].Dtype; d == graph.Bool || d == graph.String {
			return graph.Spec{}, fmt.Errorf("the weights are %v, want numbers", in[1])
		}
		x.Shape = s
	}
	return graph.Spec{Dtype: d, Shape: x.Shape.With(-1, o.N)}, checkIndices(x)
}

// Bincount counts how often each of 0 ... n-1 occurs in x, integers, along its last axis: (values,) -> (n,) or (batch, values) ->
// (batch, n), int32, or the sum of the weights, of the shape of x, that stand there; weights may be nil. Unlike Keras's, whose result
// grows with the largest value, n is always the number of bins and larger values are not counted.
// https://keras.io/api/ops/numpy/#bincount-function
func Bincount(x, weights *graph.Node, n int) *graph.Node {
	x = indexed(x)
	if weights == nil {
		return graph.Apply(BincountOp{n}, x)
	}
	return graph.Apply(BincountOp{n}, x, counted(weights))
}
