package ops

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// labelled is a node whose axes have labels: equal ones are the same index of a sum.
type labelled struct {
	n      *graph.Node
	labels []rune
}

// only returns the labels that pass the test.
func only(labels []rune, f func(rune) bool) []rune {
	var out []rune
	for _, r := range labels {
		if f(r) {
			out = append(out, r)
		}
	}
	return out
}

// arranged transposes to the given order of labels.
func (l labelled) arranged(order []rune) *graph.Node {
	perm := make([]int, len(order))
	for i, r := range order {
		perm[i] = slices.Index(l.labels, r)
	}
	if len(perm) == 0 {
		return l.n
	}
	return Transpose(l.n, perm...)
}

// aligned transposes to the given order of labels with axes of size 1 for those that are missing.
func (l labelled) aligned(order []rune) *graph.Node {
	mine := only(order, func(r rune) bool { return slices.Contains(l.labels, r) })
	var missing []int
	for i, r := range order {
		if !slices.Contains(l.labels, r) {
			missing = append(missing, i)
		}
	}
	return expandAxes(l.arranged(mine), missing)
}

// summed takes the diagonal of labels that occur twice and adds up what keep does not want.
func (l labelled) summed(keep func(rune) bool) labelled {
	for i := 0; i < len(l.labels); i++ {
		j := slices.Index(l.labels[i+1:], l.labels[i])
		if j < 0 {
			continue
		}
		r := l.labels[i]
		l.n = Diagonal(l.n, 0, i, i+1+j)
		l.labels = append(only(l.labels, func(q rune) bool { return q != r }), r)
		i = -1
	}
	var axes []int
	for i, r := range l.labels {
		if !keep(r) {
			axes = append(axes, i)
		}
	}
	if len(axes) == 0 {
		return l
	}
	return labelled{Sum(l.n, axes...), only(l.labels, keep)}
}

// contract multiplies two nodes and adds up the products over the labels that keep does not want. Labels in both
// operands that are kept become the batch of a matrix product.
func contract(a, b labelled, keep func(rune) bool) labelled {
	in := func(l []rune) func(rune) bool { return func(r rune) bool { return slices.Contains(l, r) } }
	la, lb := a.labels, b.labels
	a = a.summed(func(r rune) bool { return keep(r) || in(lb)(r) })
	b = b.summed(func(r rune) bool { return keep(r) || in(la)(r) })
	inA, inB := in(a.labels), in(b.labels)
	batch := only(a.labels, func(r rune) bool { return inB(r) && keep(r) })
	sum := only(a.labels, func(r rune) bool { return inB(r) && !keep(r) })
	freeA := only(a.labels, func(r rune) bool { return !inB(r) })
	freeB := only(b.labels, func(r rune) bool { return !inA(r) })
	out := slices.Concat(batch, freeA, freeB)
	if len(sum) == 0 || len(freeA)+len(freeB) == 0 {
		all := append(out, sum...)
		y := labelled{Mul(a.aligned(all), b.aligned(all)), all}
		return y.summed(keep)
	}
	nb := len(batch)
	at := a.arranged(slices.Concat(batch, freeA, sum))
	bt := b.arranged(slices.Concat(batch, sum, freeB))
	x := asMatrix(at, nb, len(freeA), len(sum))
	y := graph.Apply(MatMulOp{}, x, asMatrix(bt, nb, len(sum), len(freeB)))
	y = unmerge(y, bt, nb+1, nb+len(sum), len(freeB))
	return labelled{unmerge(y, at, nb, nb, len(freeA)), out}
}

// asMatrix merges the rows and then the columns axes behind the batch into one axis each.
func asMatrix(x *graph.Node, batch, rows, columns int) *graph.Node {
	return mergeOrAdd(mergeOrAdd(x, batch+rows, columns), batch, rows)
}

func mergeOrAdd(x *graph.Node, axis, n int) *graph.Node {
	if n == 0 {
		return ExpandDims(x, axis)
	}
	return MergeAxes(x, axis, n)
}

// unmerge undoes mergeOrAdd.
func unmerge(y, like *graph.Node, axis, likeAxis, n int) *graph.Node {
	switch n {
	case 0:
		return Squeeze(y, axis)
	case 1:
		return y
	}
	return SplitAxis(y, like, axis, likeAxis, n)
}
