package ops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// ready reports that no node is nil or poisoned.
func ready(in ...*graph.Node) bool { return graph.Nodes(in).FirstErr() == nil }

// refuse returns the poisoned node among the inputs, or one that stands for the mistake that an input is nil.
func refuse(op string, in ...*graph.Node) *graph.Node {
	return graph.FailCall(op, errors.New("an operand is a nil node"), in...)
}

// axesOf returns the axes counted from the front and in order, all of them if none are given, or the poisoned node that
// stands for the mistake.
func axesOf(op string, x *graph.Node, axes []int) ([]int, *graph.Node) {
	if !ready(x) {
		return nil, refuse(op, x)
	}
	rank := x.Shape().Rank()
	if len(axes) == 0 {
		return seq(rank), nil
	}
	out := make([]int, len(axes))
	for i, a := range axes {
		k, ok := axisOf(a, rank)
		if !ok {
			return nil, x.Graph().Fail(op, fmt.Errorf("there is no axis %d in shape %v", a, x.Shape()), x)
		}
		out[i] = k
	}
	slices.Sort(out)
	if len(slices.Compact(slices.Clone(out))) < len(out) {
		return nil, x.Graph().Fail(op, fmt.Errorf("the axes %v name one axis twice", axes), x)
	}
	return out, nil
}

// oneAxis is axesOf for a single axis.
func oneAxis(op string, x *graph.Node, axis int) (int, *graph.Node) {
	list, bad := axesOf(op, x, []int{axis})
	if bad != nil {
		return 0, bad
	}
	return list[0], nil
}

// seq is 0, 1 ... n-1.
func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// without drops the given axes from a shape, or makes them 1.
func without(s graph.Shape, axes []int, keep bool) graph.Shape {
	out := graph.Shape{}
	for i, d := range s {
		switch {
		case !slices.Contains(axes, i):
			out = append(out, d)
		case keep:
			out = append(out, 1)
		}
	}
	return out
}

// checkAxes reports an axis that a shape does not have.
func checkAxes(s graph.Shape, axes ...int) error {
	for _, a := range axes {
		if a < 0 || a >= len(s) {
			return fmt.Errorf("there is no axis %d in shape %v", a, s)
		}
	}
	return nil
}
