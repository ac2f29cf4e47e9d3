package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// TopKOp is a tuple of the K largest elements along the last axis, descending, and of their places, int32; of equal ones the first
// comes first.
type TopKOp struct{ K int }

// Name is "top_k".
func (TopKOp) Name() string { return "top_k" }

// InferTuple returns values and places.
func (o TopKOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	x := in[0]
	if err := checkSortable(x); err != nil {
		return nil, err
	}
	n := x.Shape.Dim(-1)
	if o.K < 0 || n != graph.None && o.K > n {
		return nil, fmt.Errorf("there are no %d largest elements in a last axis of %d", o.K, n)
	}
	s := x.Shape.With(-1, o.K)
	return []graph.Spec{{Dtype: x.Dtype, Shape: s}, {Dtype: graph.Int32, Shape: s.Clone()}}, nil
}

// VJPTuple puts the cotangent of the values back where they were.
func (o TopKOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	x := n.In(0)
	dy := cotangents(n, dys)[0]
	if dy == nil {
		return grads(nil)
	}
	return grads(putAlong(dy, graph.Apply(ResultOp{1}, n), x, len(x.Shape())-1))
}

// TopK is the k largest elements of x along the last axis, descending, and their places, int32.
// https://keras.io/api/ops/core/#topk-function
func TopK(x *graph.Node, k int) (values, indices *graph.Node) {
	r := results(graph.Apply(TopKOp{k}, x), 2)
	return r[0], r[1]
}
