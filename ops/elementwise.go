package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Elementwise is an operation that computes each element of its result from the elements of its inputs at the same
// place, after NumPy's broadcasting. Fusing passes recognise it.
type Elementwise interface {
	graph.Op
	Elementwise()
}

// unary is embedded by elementwise ops whose result has the spec of the only input.
type unary struct{}

func (unary) Elementwise() {}

func (unary) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }

// floatUnary is unary for floating point numbers only; the functions cast before.
type floatUnary struct{}

func (floatUnary) Elementwise() {}

func (floatUnary) Infer(in []graph.Spec) (graph.Spec, error) {
	if !in[0].Dtype.IsFloat() {
		return graph.Spec{}, fmt.Errorf("the operand is %v: cast it to a floating point type", in[0])
	}
	return in[0], nil
}

// flat is embedded by ops that are constant wherever they have a derivative.
type flat struct{}

func (flat) EndsGradient() {}

// binary is embedded by elementwise ops of two inputs of one dtype, which the result has too.
type binary struct{}

func (binary) Elementwise() {}

func (binary) Infer(in []graph.Spec) (graph.Spec, error) { return inferBinary(in) }

func inferBinary(in []graph.Spec) (graph.Spec, error) {
	if in[0].Dtype != in[1].Dtype {
		return graph.Spec{}, fmt.Errorf("the operands are %s and %s: cast one of them", in[0].Dtype, in[1].Dtype)
	}
	s, err := graph.BroadcastShapes(in[0].Shape, in[1].Shape)
	return graph.Spec{Dtype: in[0].Dtype, Shape: s}, err
}

// apply2 applies a binary op to operands promoted to one dtype.
func apply2[A, B Operand](op graph.Op, a A, b B) *graph.Node {
	x, y := pair(op.Name(), a, b)
	return graph.Apply(op, x, y)
}

// applyFloat applies a binary op to operands promoted to one floating point type.
func applyFloat[A, B Operand](op graph.Op, a A, b B) *graph.Node {
	x, y := pair(op.Name(), a, b)
	return graph.Apply(op, floated(x), floated(y))
}

// floated casts integers and bools to float32, as Keras does before exp, sqrt and their like.
func floated(x *graph.Node) *graph.Node {
	if x == nil || x.Poisoned() || x.Dtype().IsFloat() {
		return x
	}
	return Cast(x, graph.Float32)
}

// floatedWide is floated that casts int64 to float64: the few operations in which Keras keeps its precision.
func floatedWide(x *graph.Node) *graph.Node {
	if x != nil && x.Dtype() == graph.Int64 {
		return Cast(x, graph.Float64)
	}
	return floated(x)
}

// counted casts bools to int32: what arithmetic on bools is done in.
func counted(x *graph.Node) *graph.Node {
	if x == nil || x.Poisoned() || x.Dtype() != graph.Bool {
		return x
	}
	return Cast(x, graph.Int32)
}

// isBool reports whether x is a good node of bools.
func isBool(x *graph.Node) bool { return x != nil && x.Dtype() == graph.Bool }

func grads(dx ...*graph.Node) []*graph.Node { return dx }

// pull makes the cotangents of the inputs of y from one function each, summed back over what broadcasting repeated.
func pull(y *graph.Node, parts ...func() *graph.Node) []*graph.Node {
	out := lazily(y, parts...)
	for i, dx := range out {
		if dx != nil {
			out[i] = SumLike(dx, y.In(i))
		}
	}
	return out
}

// lazily calls the functions that make the cotangents of the inputs of y, none for constants.
func lazily(y *graph.Node, parts ...func() *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(parts))
	for i, f := range parts {
		if _, constant := y.In(i).Op().(graph.ConstOp); !constant && f != nil {
			out[i] = f()
		}
	}
	return out
}
