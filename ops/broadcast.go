package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// stretched unifies the shape that x has after broadcasting with the target: an error if an axis of x is neither 1 nor
// the target's.
func stretched(x, target graph.Shape) (graph.Shape, error) {
	if len(x) > len(target) {
		return nil, fmt.Errorf("shape %v does not broadcast to %v, which has fewer axes", x, target)
	}
	out := target.Clone()
	for i, d := range x {
		o := len(target) - len(x) + i
		switch {
		case d == 1 || d == graph.None || d == out[o]:
		case out[o] == graph.None:
			out[o] = d
		default:
			return nil, fmt.Errorf("shape %v does not broadcast to %v: axis %d is %d, want 1 or %d", x, target, i, d, out[o])
		}
	}
	return out, nil
}

// shrunk unifies the target with what summing x to it leaves: the rule of stretched read backwards.
func shrunk(x, target graph.Shape) (graph.Shape, error) {
	if _, err := stretched(target, x); err != nil {
		return nil, err
	}
	out := target.Clone()
	for i, d := range out {
		if d == graph.None && x[len(x)-len(out)+i] == 1 {
			out[i] = 1
		}
	}
	return out, nil
}

// BroadcastOp repeats its input along axes of size 1 and new leading axes until it has the shape Dims; -1 keeps the size of the
// input's axis, counted from the right.
type BroadcastOp struct{ Dims graph.Ints }

// Name is "broadcast_to".
func (BroadcastOp) Name() string { return "broadcast_to" }

// Infer returns the shape.
func (o BroadcastOp) Infer(in []graph.Spec) (graph.Spec, error) {
	dims := graph.Shape(o.Dims.Slice())
	x := in[0].Shape
	for i, d := range dims {
		if d != -1 {
			continue
		}
		k := i - len(dims) + len(x)
		if k < 0 {
			return graph.Spec{}, fmt.Errorf("axis %d is new and has no size", i)
		}
		dims[i] = x[k]
	}
	out, err := stretched(x, dims)
	return graph.Spec{Dtype: in[0].Dtype, Shape: out}, err
}

// VJP sums over what was repeated.
func (BroadcastOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(SumLike(dy, y.In(0))) }

// BroadcastTo repeats x along axes of size 1 and new leading axes to the given shape, by NumPy's rule; graph.None keeps an
// axis as it is.
func BroadcastTo(x *graph.Node, shape ...int) *graph.Node {
	dims := make([]int, len(shape))
	for i, d := range shape {
		if dims[i] = d; d == graph.None {
			dims[i] = -1
		}
	}
	if x != nil && !x.Poisoned() && x.Shape().Known() && x.Shape().Equal(shape) {
		return x
	}
	return graph.Apply(BroadcastOp{graph.MakeInts(dims...)}, x)
}

// BroadcastLikeOp broadcasts its first input to the shape of the second, of which only the shape is read.
type BroadcastLikeOp struct{}

// Name is "broadcast_like".
func (BroadcastLikeOp) Name() string { return "broadcast_like" }

// Infer returns the shape of the second input.
func (BroadcastLikeOp) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := stretched(in[0].Shape, in[1].Shape)
	return graph.Spec{Dtype: in[0].Dtype, Shape: out}, err
}

// ShapeOnly is true for the second input.
func (BroadcastLikeOp) ShapeOnly(i int) bool { return i == 1 }

// Bind returns the broadcast to a known shape.
func (BroadcastLikeOp) Bind(in []graph.Spec) graph.Op {
	return BroadcastOp{graph.MakeInts(in[1].Shape...)}
}

// VJP sums over what was repeated.
func (BroadcastLikeOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(SumLike(dy, y.In(0)), nil)
}

// BroadcastLike broadcasts x to the shape of like, of which only the shape is read.
func BroadcastLike(x, like *graph.Node) *graph.Node {
	if ready(x, like) && like.Shape().Known() {
		return BroadcastTo(x, like.Shape()...)
	}
	return graph.Apply(BroadcastLikeOp{}, x, like)
}

// SumToOp sums its input down to the shape Dims: the adjoint of [BroadcastOp].
type SumToOp struct{ Dims graph.Ints }

// Name is "sum_to".
func (SumToOp) Name() string { return "sum_to" }

// Infer returns Dims.
func (o SumToOp) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := shrunk(in[0].Shape, o.Dims.Slice())
	return graph.Spec{Dtype: in[0].Dtype, Shape: out}, err
}

// VJP repeats the cotangent.
func (SumToOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(BroadcastLike(dy, y.In(0))) }

// SumLikeOp sums its first input down to the shape of the second, of which only the shape is read: the adjoint of
// broadcasting.
type SumLikeOp struct{}

// Name is "sum_like".
func (SumLikeOp) Name() string { return "sum_like" }

// Infer returns the shape of the second input.
func (SumLikeOp) Infer(in []graph.Spec) (graph.Spec, error) {
	out, err := shrunk(in[0].Shape, in[1].Shape)
	return graph.Spec{Dtype: in[0].Dtype, Shape: out}, err
}

// ShapeOnly is true for the second input.
func (SumLikeOp) ShapeOnly(i int) bool { return i == 1 }

// Bind returns the sum to a known shape.
func (SumLikeOp) Bind(in []graph.Spec) graph.Op { return SumToOp{graph.MakeInts(in[1].Shape...)} }

// VJP repeats the cotangent.
func (SumLikeOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(BroadcastLike(dy, y.In(0)), nil)
}

// SumLike sums x over the axes along which like is 1 or has none, so that it gets the shape of like, of which only the
// shape is read. It returns x itself where both shapes are known and equal.
func SumLike(x, like *graph.Node) *graph.Node {
	if x == like {
		return x
	}
	if ready(x, like) && like.Shape().Known() {
		if x.Shape().Equal(like.Shape()) {
			return x
		}
		return graph.Apply(SumToOp{graph.MakeInts(like.Shape()...)}, x)
	}
	return graph.Apply(SumLikeOp{}, x, like)
}
