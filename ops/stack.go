package ops

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Stack joins nodes of one shape along a new axis.
func Stack(in graph.Nodes, axis int) *graph.Node {
	for _, n := range in {
		if ready(n) && ready(in[0]) {
			if _, ok := graph.Same(n.Shape(), in[0].Shape()); !ok {
				return graph.FailCall("stack", fmt.Errorf("nodes of one shape are stacked, not %v and %v", in[0].Shape(), n.Shape()), in...)
			}
		}
	}
	return Concatenate(each(in, func(n *graph.Node) *graph.Node { return ExpandDims(n, axis) }), axis)
}

func each(in graph.Nodes, f func(*graph.Node) *graph.Node) graph.Nodes {
	out := make(graph.Nodes, len(in))
	for i, n := range in {
		out[i] = f(n)
	}
	return out
}

// atLeast gives x leading axes of size 1 until it has rank axes.
func atLeast(x *graph.Node, rank int) *graph.Node {
	for ready(x) && x.Shape().Rank() < rank {
		x = ExpandDims(x, 0)
	}
	return x
}

// VStack joins nodes along axis 0; vectors are taken as rows.
func VStack(in graph.Nodes) *graph.Node {
	return Concatenate(each(in, func(n *graph.Node) *graph.Node { return atLeast(n, 2) }), 0)
}

// HStack joins nodes along axis 1, vectors along axis 0.
func HStack(in graph.Nodes) *graph.Node {
	in = each(in, func(n *graph.Node) *graph.Node { return atLeast(n, 1) })
	if len(in) > 0 && ready(in[0]) && in[0].Shape().Rank() == 1 {
		return Concatenate(in, 0)
	}
	return Concatenate(in, 1)
}

// DStack joins nodes along axis 2; vectors (n) are taken as (1, n, 1), matrices get a last axis.
func DStack(in graph.Nodes) *graph.Node {
	return Concatenate(each(in, func(n *graph.Node) *graph.Node {
		n = atLeast(n, 2)
		if ready(n) && n.Shape().Rank() == 2 {
			return ExpandDims(n, 2)
		}
		return n
	}), 2)
}

// ColumnStack joins vectors as the columns of a matrix; matrices are joined along axis 1.
func ColumnStack(in graph.Nodes) *graph.Node {
	return Concatenate(each(in, func(n *graph.Node) *graph.Node {
		if ready(n) && n.Shape().Rank() < 2 {
			return Reshape(n, -1, 1)
		}
		return n
	}), 1)
}

// Append joins b behind a along axis; without axis both are laid out in one row before.
func Append(a, b *graph.Node, axis ...int) *graph.Node {
	if len(axis) == 0 {
		return Concatenate(graph.Nodes{Ravel(a), Ravel(b)}, 0)
	}
	return Concatenate(graph.Nodes{a, b}, axis[0])
}

// Split cuts x into equal sections along an axis of known size.
func Split(x *graph.Node, sections, axis int) graph.Nodes {
	n, a, bad := known("split", x, axis)
	if bad == nil && (sections < 1 || n%sections != 0) {
		bad = x.Graph().Fail("split", fmt.Errorf("axis %d of size %d does not split into %d equal sections", a, n, sections), x)
	}
	if bad != nil {
		return repeatNode(bad, max(sections, 1))
	}
	at := make([]int, sections-1)
	for i := range at {
		at[i] = (i + 1) * (n / sections)
	}
	return SplitAt(x, at, a)
}

// SplitAt cuts x along axis before each of the given places: n places make n+1 parts.
func SplitAt(x *graph.Node, at []int, axis int) graph.Nodes {
	out := make(graph.Nodes, len(at)+1)
	start := 0
	for i := range out {
		stop := End
		if i < len(at) {
			stop = at[i]
		}
		out[i] = SliceAxis(x, axis, start, stop)
		start = stop
	}
	return out
}

// ArraySplit cuts x into sections along an axis of known size; the first ones are longer by one where the size is no multiple.
func ArraySplit(x *graph.Node, sections, axis int) graph.Nodes {
	n, a, bad := known("array_split", x, axis)
	if bad == nil && sections < 1 {
		bad = x.Graph().Fail("array_split", fmt.Errorf("%d sections are asked for, want at least 1", sections), x)
	}
	if bad != nil {
		return repeatNode(bad, max(sections, 1))
	}
	at, place := make([]int, sections-1), 0
	for i := range at {
		place += n / sections
		if i < n%sections {
			place++
		}
		at[i] = place
	}
	return SplitAt(x, at, a)
}

// Unstack cuts x into its slices along an axis of known size, without that axis.
func Unstack(x *graph.Node, axis int) graph.Nodes {
	n, a, bad := known("unstack", x, axis)
	if bad != nil {
		return graph.Nodes{bad}
	}
	out := make(graph.Nodes, n)
	for i := range out {
		out[i] = Index(x, a, i)
	}
	return out
}

// known returns the size of an axis that must be known.
func known(op string, x *graph.Node, axis int) (size, a int, bad *graph.Node) {
	if a, bad = oneAxis(op, x, axis); bad != nil {
		return 0, a, bad
	}
	if size = x.Shape()[a]; size == graph.None {
		return 0, a, x.Graph().Fail(op, errors.New("the size of the axis must be known when the graph is built"), x)
	}
	return size, a, nil
}

func repeatNode(n *graph.Node, times int) graph.Nodes {
	out := make(graph.Nodes, times)
	for i := range out {
		out[i] = n
	}
	return out
}

// HSplit is [Split] along axis 1, of vectors along axis 0.
func HSplit(x *graph.Node, sections int) graph.Nodes {
	if ready(x) && x.Shape().Rank() == 1 {
		return Split(x, sections, 0)
	}
	return Split(x, sections, 1)
}

// VSplit is [Split] along axis 0.
func VSplit(x *graph.Node, sections int) graph.Nodes { return Split(x, sections, 0) }

// DSplit is [Split] along axis 2.
func DSplit(x *graph.Node, sections int) graph.Nodes { return Split(x, sections, 2) }
