package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// TransposeOp reorders axes: axis i of the result is axis Perm[i] of the input.
type TransposeOp struct{ Perm graph.Ints }

// Name is "transpose".
func (TransposeOp) Name() string { return "transpose" }

// Infer returns the permuted shape.
func (o TransposeOp) Infer(in []graph.Spec) (graph.Spec, error) {
	perm, x := o.Perm.Slice(), in[0].Shape
	sorted := slices.Sorted(slices.Values(perm))
	if !slices.Equal(sorted, seq(len(x))) {
		return graph.Spec{}, fmt.Errorf("the axes %v are no order of the %d axes of shape %v", perm, len(x), x)
	}
	out := make(graph.Shape, len(x))
	for i, p := range perm {
		out[i] = x[p]
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: out}, nil
}

// VJP undoes the permutation.
func (o TransposeOp) VJP(_, dy *graph.Node) []*graph.Node {
	perm := o.Perm.Slice()
	inverse := make([]int, len(perm))
	for i, p := range perm {
		inverse[p] = i
	}
	return grads(Transpose(dy, inverse...))
}

// Transpose reorders the axes of x: axis i of the result is axes[i] of x. Without axes their order is reversed.
func Transpose(x *graph.Node, axes ...int) *graph.Node {
	if !ready(x) {
		return refuse("transpose", x)
	}
	rank := x.Shape().Rank()
	perm := make([]int, len(axes))
	for i, a := range axes {
		perm[i], _ = axisOf(a, rank)
	}
	if len(axes) == 0 {
		perm = seq(rank)
		slices.Reverse(perm)
	}
	if slices.Equal(perm, seq(rank)) {
		return x
	}
	return graph.Apply(TransposeOp{graph.MakeInts(perm...)}, x)
}

// SwapAxes interchanges two axes of x.
func SwapAxes(x *graph.Node, axis1, axis2 int) *graph.Node {
	list, bad := axesOf("swapaxes", x, []int{axis1})
	if bad != nil {
		return bad
	}
	other, bad := oneAxis("swapaxes", x, axis2)
	if bad != nil {
		return bad
	}
	perm := seq(x.Shape().Rank())
	perm[list[0]], perm[other] = other, list[0]
	return Transpose(x, perm...)
}

// MoveAxis moves the axes of x named by source to the places named by destination; the others keep their order.
func MoveAxis(x *graph.Node, source, destination []int) *graph.Node {
	if _, bad := axesOf("moveaxis", x, append([]int{}, source...)); bad != nil {
		return bad
	}
	if _, bad := axesOf("moveaxis", x, append([]int{}, destination...)); bad != nil {
		return bad
	}
	if len(source) != len(destination) {
		return x.Graph().Fail("moveaxis", fmt.Errorf("%d axes are to be moved to %d places", len(source), len(destination)), x)
	}
	rank := x.Shape().Rank()
	perm := slices.Repeat([]int{-1}, rank)
	moved := map[int]bool{}
	for i := range source {
		from, _ := axisOf(source[i], rank)
		to, _ := axisOf(destination[i], rank)
		perm[to] = from
		moved[from] = true
	}
	next := 0
	for i := range perm {
		if perm[i] >= 0 {
			continue
		}
		for moved[next] {
			next++
		}
		perm[i] = next
		next++
	}
	return Transpose(x, perm...)
}
