package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// sumOfScaled turns sum(x*s), with an s that is repeated along all that is added up, into sum(x)*s, and sum(-x) into -sum(x). A sum
// of x is often there already, and the product need not be.
func sumOfScaled(st *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	x := in[0]
	summed, ok := summedAxes(op, x.Shape(), s.Shape)
	if !ok || !s.Dtype.IsFloat() {
		return nil
	}
	switch x.Op().Name() {
	case "neg":
		return ops.Neg(st.apply(op, x.In(0)))
	case "mul":
		for i, other := range []*graph.Node{x.In(1), x.In(0)} {
			factor, full := x.In(i), other.Shape().Equal(x.Shape())
			if shape, ok := repeatedAlong(factor.Shape(), summed, s.Shape); ok && full {
				return ops.Mul(st.apply(op, other), ops.Reshape(factor, shape...))
			}
		}
	}
	return nil
}

// leadingOnes reads what a reshape only gives leading axes of 1: broadcasting gives it these anyway, and equal operands are then seen
// to be equal.
func leadingOnes(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	_, elementwise := op.(ops.Elementwise)
	if _, broadcast := op.(ops.BroadcastOp); !broadcast && (!elementwise || len(in) < 2) {
		return nil
	}
	short := slices.Clone(in)
	for i, x := range in {
		if _, ok := x.Op().(ops.ReshapeOp); !ok {
			continue
		}
		from := x.In(0).Shape()
		lead := len(x.Shape()) - len(from)
		if lead > 0 && x.Shape()[:lead].Size() == 1 && x.Shape()[lead:].Equal(from) {
			short[i] = x.In(0)
		}
	}
	if slices.Equal(short, in) {
		return nil
	}
	if n := graph.Apply(op, short...); n.Shape().Equal(s.Shape) {
		return n
	}
	return nil
}

// summedAxes tells which axes of from a sum adds up; ok is false for what is no sum.
func summedAxes(op graph.Op, from, to graph.Shape) (summed []bool, ok bool) {
	summed = make([]bool, len(from))
	switch op := op.(type) {
	case ops.SumToOp:
		lead := len(from) - len(to)
		for i, d := range from {
			summed[i] = i < lead || to[i-lead] == 1 && d != 1
		}
		return summed, true
	case ops.ReduceOp:
		for _, a := range op.Axes.Slice() {
			summed[a] = true
		}
		return summed, op.Kind == "sum"
	}
	return nil, false
}

// repeatedAlong returns the shape in which a factor joins a sum of shape to; ok is false unless it is repeated along all axes that
// are added up.
func repeatedAlong(factor graph.Shape, summed []bool, to graph.Shape) (shape graph.Shape, ok bool) {
	lead := len(summed) - len(factor)
	if lead < 0 || !slices.Contains(summed, true) {
		return nil, false
	}
	kept := len(to) == len(summed)
	for i, gone := range summed {
		d := 1
		if i >= lead {
			d = factor[i-lead]
		}
		switch {
		case gone && d != 1:
			return nil, false
		case !gone || kept:
			shape = append(shape, d)
		}
	}
	return shape, true
}
