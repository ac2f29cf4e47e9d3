package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SortOp puts the elements along the last axis in ascending order, NaN last.
type SortOp struct{}

// Name is "sort".
func (SortOp) Name() string { return "sort" }

// Infer returns the spec of the input.
func (SortOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], checkSortable(in[0]) }

func checkSortable(s graph.Spec) error {
	if len(s.Shape) == 0 || s.Dtype == graph.Bool || s.Dtype == graph.String {
		return fmt.Errorf("%v cannot be sorted: want numbers with at least one axis", s)
	}
	return nil
}

// VJP puts the cotangent back where the elements were.
func (SortOp) VJP(y, dy *graph.Node) []*graph.Node {
	x := y.In(0)
	return grads(putAlong(dy, graph.Apply(ArgsortOp{}, x), x, len(x.Shape())-1))
}

// ArgsortOp holds the places, int32, that the elements along the last axis have in ascending order, NaN last, equal ones in the order
// they stand.
type ArgsortOp struct{}

// Name is "argsort".
func (ArgsortOp) Name() string { return "argsort" }

// EndsGradient marks the op: places are integers.
func (ArgsortOp) EndsGradient() {}

// Infer returns int32 of the shape of the input.
func (ArgsortOp) Infer(in []graph.Spec) (graph.Spec, error) {
	return graph.Spec{Dtype: graph.Int32, Shape: in[0].Shape}, checkSortable(in[0])
}

// Sort puts the elements of x along axis (the last without one) in ascending order.
// https://keras.io/api/ops/numpy/#sort-function
func Sort(x *graph.Node, axis ...int) *graph.Node { return alongLast("sort", SortOp{}, x, axis) }

// Argsort holds the places that the elements of x along axis (the last without one) have in ascending order, int32; equal ones stay
// in order. https://keras.io/api/ops/numpy/#argsort-function
func Argsort(x *graph.Node, axis ...int) *graph.Node {
	if ready(x) && x.Shape().Rank() == 0 {
		x = Ravel(x) // as Keras does
	}
	return alongLast("argsort", ArgsortOp{}, x, axis)
}

// alongLast applies an op of the last axis along another. Bools are taken as int32 and given back as bools.
func alongLast(name string, op graph.Op, x *graph.Node, axis []int) *graph.Node {
	if !ready(x) || len(axis) > 1 {
		return graph.FailCall(name, fmt.Errorf("the input is nil, or there is more than one axis"), x)
	}
	a, bad := oneAxis(name, x, append(axis, -1)[0])
	if bad != nil {
		return bad
	}
	last := x.Shape().Rank() - 1
	y := SwapAxes(graph.Apply(op, SwapAxes(counted(x), a, last)), a, last)
	if _, sorts := op.(SortOp); sorts && isBool(x) {
		return Cast(y, graph.Bool)
	}
	return y
}

// Argpartition holds places of the elements of x along axis (the last without one): first those of the k+1 smallest, ascending, then
// all others in the order they stand. The size of the axis must be known.
// https://keras.io/api/ops/numpy/#argpartition-function
func Argpartition(x *graph.Node, k int, axis ...int) *graph.Node {
	if !ready(x) || len(axis) > 1 {
		return graph.FailCall("argpartition", fmt.Errorf("the input is nil, or there is more than one axis"), x)
	}
	a, bad := oneAxis("argpartition", x, append(axis, -1)[0])
	if bad != nil {
		return bad
	}
	n, last := x.Shape()[a], x.Shape().Rank()-1
	if k < 0 && n != graph.None {
		k += n
	}
	if n == graph.None || k < 0 || k >= n {
		return x.Graph().Fail("argpartition", fmt.Errorf("element %d of axis %d of shape %v: the size must be known and hold it", k, a, x.Shape()), x)
	}
	_, first := TopK(Neg(SwapAxes(counted(x), a, last)), k+1)
	taken := Sum(OneHot(first, n, OneHotOptions{Dtype: graph.Int32}), -2)
	_, rest := TopK(Sub(1, taken), n-k-1)
	return SwapAxes(Concatenate(graph.Nodes{first, rest}, -1), a, last)
}
