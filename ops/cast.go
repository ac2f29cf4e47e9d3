package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Cast converts the elements to dtype d: floats to integers by dropping the fraction, anything to bool by asking whether it
// differs from 0. x itself is returned if it has the dtype already.
func Cast(x *graph.Node, d graph.Dtype) *graph.Node {
	if x != nil && !x.Poisoned() && x.Dtype() == d {
		return x
	}
	return graph.Apply(CastOp{d}, x)
}

// CastOp converts elements to the dtype To.
type CastOp struct{ To graph.Dtype }

// Name is "cast".
func (CastOp) Name() string { return "cast" }

// Elementwise marks the op.
func (CastOp) Elementwise() {}

// Infer returns the input's shape with the new dtype. Strings cannot be cast.
func (o CastOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if !o.To.Valid() || o.To == graph.String || in[0].Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("%v cannot be cast to %q: use a number or bool dtype of package graph", in[0], string(o.To))
	}
	return graph.Spec{Dtype: o.To, Shape: in[0].Shape}, nil
}

// VJP casts the cotangent back; through integers and bools no gradient flows.
func (o CastOp) VJP(y, dy *graph.Node) []*graph.Node {
	if !o.To.IsFloat() || !y.In(0).Dtype().IsFloat() {
		return grads(nil)
	}
	return grads(Cast(dy, y.In(0).Dtype()))
}
