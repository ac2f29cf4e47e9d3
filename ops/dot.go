package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// Dot is NumPy's dot product: the sum of products over the last axis of a and the last but one of b (the only one of a vector);
// with a scalar the elementwise product. Shape: the other axes of a, then those of b.
func Dot(a, b *graph.Node) *graph.Node {
	if !ready(a, b) {
		return refuse("dot", a, b)
	}
	ra, rb := a.Shape().Rank(), b.Shape().Rank()
	if ra == 0 || rb == 0 {
		return Mul(a, b)
	}
	return TensordotAxes(a, b, []int{ra - 1}, []int{max(rb-2, 0)})
}

// Inner is the sum of products over the last axes of a and b; with a scalar the elementwise product.
func Inner(a, b *graph.Node) *graph.Node {
	if ready(a, b) && (a.Shape().Rank() == 0 || b.Shape().Rank() == 0) {
		return Mul(a, b)
	}
	return TensordotAxes(a, b, []int{-1}, []int{-1})
}

// Vdot is the sum of the products of all elements of a and b, each laid out in one row.
func Vdot(a, b *graph.Node) *graph.Node { return Dot(Ravel(a), Ravel(b)) }

// Outer is the product of each element of a with each of b, both laid out in one row: shape (size of a, size of b).
func Outer(a, b *graph.Node) *graph.Node {
	return Mul(ExpandDims(Ravel(a), 1), ExpandDims(Ravel(b), 0))
}

// Tensordot is the sum of products over the last n axes of a and the first n of b (Keras's default: 2). Shape: the other axes of a,
// then those of b.
func Tensordot(a, b *graph.Node, n int) *graph.Node {
	if !ready(a, b) {
		return refuse("tensordot", a, b)
	}
	if n < 0 || n > a.Shape().Rank() || n > b.Shape().Rank() {
		return a.Graph().Fail("tensordot", fmt.Errorf("there are no %d axes to sum over in both operands", n), a, b)
	}
	axes := seq(n)
	for i := range axes {
		axes[i] = a.Shape().Rank() - n + i
	}
	return TensordotAxes(a, b, axes, seq(n))
}

// TensordotAxes is the sum of products over axesA of a together with axesB of b, in pairs. Shape: the other axes of a, then
// those of b.
func TensordotAxes(a, b *graph.Node, axesA, axesB []int) *graph.Node {
	if !ready(a, b) {
		return refuse("tensordot", a, b)
	}
	if len(axesA) != len(axesB) {
		return a.Graph().Fail("tensordot", fmt.Errorf("%d axes of the first operand, %d of the second", len(axesA), len(axesB)), a, b)
	}
	nodes, result := factors(graph.Nodes{a, b}, false)
	la, lb := make([]rune, a.Shape().Rank()), make([]rune, b.Shape().Rank())
	for i := range la {
		la[i] = rune('a' + i)
	}
	for i := range lb {
		lb[i] = dots + rune(i)
	}
	free := slices.Concat(la, lb)
	for i := range axesA {
		x, bad := oneAxis("tensordot", a, axesA[i])
		if bad != nil {
			return bad
		}
		y, bad := oneAxis("tensordot", b, axesB[i])
		if bad != nil {
			return bad
		}
		gone := lb[y]
		lb[y] = la[x]
		free = only(free, func(r rune) bool { return r != la[x] && r != gone })
	}
	y := contract(labelled{nodes[0], la}, labelled{nodes[1], lb}, func(r rune) bool { return slices.Contains(free, r) })
	return Cast(y.arranged(free), result)
}

// Cross is the vector product of vectors of 2 or 3 elements in the last axes of a and b; the axes before broadcast. Two vectors of
// 2 elements give the third element of the product alone, without the axis.
func Cross(a, b *graph.Node) *graph.Node {
	na, _, bad := known("cross", a, -1)
	if bad != nil {
		return bad
	}
	nb, _, bad := known("cross", b, -1)
	if bad != nil {
		return bad
	}
	if na != 2 && na != 3 || nb != 2 && nb != 3 {
		return a.Graph().Fail("cross", fmt.Errorf("the vectors have %d and %d elements, want 2 or 3", na, nb), a, b)
	}
	a, b = promote(a, b)
	x, y := Unstack(a, -1), Unstack(b, -1)
	minor := func(i, j int) *graph.Node { return Sub(Mul(x[i], y[j]), Mul(x[j], y[i])) }
	if na == 2 && nb == 2 {
		return minor(0, 1)
	}
	if na == 2 {
		x = append(x, ZerosLike(x[0]))
	}
	if nb == 2 {
		y = append(y, ZerosLike(y[0]))
	}
	return Stack(graph.Nodes{minor(1, 2), minor(2, 0), minor(0, 1)}, -1)
}

// Kron is the Kronecker product: blocks of b, one for each element of a, multiplied by it. Missing axes count as 1.
func Kron(a, b *graph.Node) *graph.Node {
	if !ready(a, b) {
		return refuse("kron", a, b)
	}
	rank := max(a.Shape().Rank(), b.Shape().Rank())
	a, b = atLeast(a, rank), atLeast(b, rank)
	for i := range rank {
		a, b = ExpandDims(a, 2*i+1), ExpandDims(b, 2*i)
	}
	y := Mul(a, b)
	for i := range rank {
		y = MergeAxes(y, i, 2)
	}
	return y
}
