package gorgonia

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	same := func(_ *graph.Node, in []*G.Node) (*G.Node, error) { return in[0], nil } // the builder gives every result its shape
	for _, name := range []string{"reshape", "merge_axes", "split_axis"} {
		register(name, same)
	}
	register("transpose", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		return transpose(in[0], n.Op().(ops.TransposeOp).Perm.Slice()...)
	})
	register("broadcast_to", func(n *graph.Node, in []*G.Node) (*G.Node, error) { return stretch(in[0], shapeOf(n.Shape())) })
	register("concatenate", func(n *graph.Node, in []*G.Node) (*G.Node, error) { return concat(n.Op().(ops.ConcatOp).Axis, in...) })
	table["slice"] = lowering{make: func(b *builder, n *graph.Node, in []*G.Node) (*G.Node, error) {
		o := n.Op().(ops.SliceOp)
		if o.Step > 1 {
			return b.loop("slice", carrier(n.Dtype()), shapeOf(n.Shape()), skip(n, o), in...)
		}
		return b.apply(in, func(in []*G.Node) (*G.Node, error) { return cut(in[0], o.Axis, o.Start, o.Stop) })
	}}
	registerLoop("place", place)
	registerLoop("flip", flip)
	register("pad", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		o, x := n.Op().(ops.PadOp), in[0]
		lo, hi := o.Lo.Slice(), o.Hi.Slice()
		var err error
		for axis := range lo {
			if x, err = padded(x, axis, lo[axis], hi[axis], in[1]); err != nil {
				return nil, err
			}
		}
		return x, nil
	})
	table["zero"] = lowering{make: func(b *builder, n *graph.Node, _ []*G.Node) (*G.Node, error) { return b.leaf(blank(n.Spec())), nil }}
	table["iota"] = lowering{make: iota}
}

// reshape gives x another shape.
func reshape(x *G.Node, to tensor.Shape) (*G.Node, error) {
	if x.Shape().Eq(to) && x.Dims() == to.Dims() {
		return x, nil
	}
	return G.Reshape(x, to)
}

// transpose moves axis perm[i] to i. Axes of size 1 move for nothing: Gorgonia sees the others only, because it treats matrices of one
// row or column as vectors.
func transpose(x *G.Node, perm ...int) (*G.Node, error) {
	var kept, to, order tensor.Shape
	rank := map[int]int{}
	for axis, d := range x.Shape() {
		if d != 1 {
			rank[axis] = len(kept)
			kept = append(kept, d)
		}
	}
	for _, axis := range perm {
		to = append(to, x.Shape()[axis])
		if r, ok := rank[axis]; ok {
			order = append(order, r)
		}
	}
	if slices.IsSorted(order) {
		return reshape(x, to)
	}
	x, err := reshape(x, kept)
	if err != nil {
		return nil, err
	}
	if x, err = G.Transpose(x, order...); err != nil {
		return nil, err
	}
	return reshape(x, to)
}

// stretch repeats x to a shape by NumPy's rule, run of axes by run of axes.
func stretch(x *G.Node, to tensor.Shape) (*G.Node, error) {
	from := append(slices.Repeat(tensor.Shape{1}, len(to)-x.Dims()), x.Shape()...)
	var err error
	for axis := len(to) - 1; axis >= 0; axis-- {
		if from[axis] == to[axis] {
			continue
		}
		first := axis // axes next to each other that are repeated, or are 1 anyway, are one
		for first > 0 && from[first-1] == 1 {
			first--
		}
		outer, times := from[:first].TotalSize(), to[first:axis+1].TotalSize()
		inner := to[axis+1:].TotalSize()
		if x, err = repeat(x, outer, times, inner); err != nil {
			return nil, err
		}
		copy(from[first:axis+1], to[first:axis+1])
		axis = first
	}
	return reshape(x, to)
}

// repeat makes (outer, times, inner) of (outer, inner).
func repeat(x *G.Node, outer, times, inner int) (*G.Node, error) {
	x, err := reshape(x, tensor.Shape{outer, 1, inner})
	if err != nil {
		return nil, err
	}
	like := G.NewTensor(x.Graph(), x.Dtype(), 3, G.WithShape(1, times, 1), G.WithName(fmt.Sprintf("repeat %d of %d", times, x.ID())), G.WithInit(G.Zeroes()))
	y, _, err := G.Broadcast(x, like, G.NewBroadcastPattern([]byte{1}, nil))
	return y, err
}

// concat joins nodes along an axis.
func concat(axis int, in ...*G.Node) (*G.Node, error) {
	if len(in) == 1 {
		return in[0], nil
	}
	to := in[0].Shape().Clone()
	to[axis] = 0
	parts := make([]*G.Node, len(in))
	var err error
	for i, x := range in {
		s := x.Shape()
		to[axis] += s[axis]
		if parts[i], err = reshape(x, tensor.Shape{s[:axis].TotalSize(), s[axis:].TotalSize()}); err != nil {
			return nil, err
		}
	}
	if to[:axis].TotalSize() == 1 { // Gorgonia joins vectors along their only axis
		for i, x := range parts {
			if parts[i], err = reshape(x, tensor.Shape{x.Shape().TotalSize()}); err != nil {
				return nil, err
			}
		}
		axis = 0
	} else {
		axis = 1
	}
	y, err := G.Concat(axis, parts...)
	if err != nil {
		return nil, err
	}
	return reshape(y, to)
}

// cut takes the elements from start to stop along an axis.
func cut(x *G.Node, axis, start, stop int) (*G.Node, error) {
	s := x.Shape()
	if start == 0 && stop == s[axis] {
		return x, nil
	}
	inner := s[axis+1:].TotalSize()
	to := s.Clone()
	to[axis] = stop - start
	outer := s[:axis].TotalSize()
	shape, ranges := tensor.Shape{s[axis] * inner}, []tensor.Slice{G.S(start*inner, stop*inner)}
	if outer > 1 {
		shape, ranges = tensor.Shape{outer, s[axis] * inner}, []tensor.Slice{nil, ranges[0]}
	}
	x, err := reshape(x, shape)
	if err != nil {
		return nil, err
	}
	if x, err = G.Slice(x, ranges...); err != nil {
		return nil, err
	}
	return reshape(x, to)
}

// padded puts copies of value, a vector of one, around x along an axis.
func padded(x *G.Node, axis, lo, hi int, value *G.Node) (*G.Node, error) {
	var parts []*G.Node
	border := func(n int) error {
		if n == 0 {
			return nil
		}
		s := x.Shape().Clone()
		s[axis] = n
		p, err := stretch(value, s)
		parts = append(parts, p)
		return err
	}
	if err := border(lo); err != nil {
		return nil, err
	}
	parts = append(parts, x)
	if err := border(hi); err != nil {
		return nil, err
	}
	return concat(axis, parts...)
}

// number makes a vector of one element beside x.
func number(x *G.Node, v float64) *G.Node {
	d := tensor.New(tensor.Of(x.Dtype()), tensor.WithShape(1))
	switch to := d.Data().(type) {
	case []float32:
		to[0] = float32(max(min(v, math.MaxFloat32), -math.MaxFloat32))
	case []float64:
		to[0] = v
	}
	return G.NewTensor(x.Graph(), x.Dtype(), 1, G.WithShape(1), G.WithName(fmt.Sprintf("number %v of %d", v, x.ID())), G.WithValue(d))
}

// place puts the elements in the places that a slice takes.
func place(n *graph.Node) body {
	o, s := n.Op().(ops.PlaceOp), n.Shape()
	rows, inner := graph.Prod(s[:o.Axis]...), graph.Prod(s[o.Axis+1:]...)
	return func(in [][]float64, out []float64) error {
		from := 0
		for row := range rows {
			for at := o.Start; at < o.Stop; at += o.Step {
				to := (row*s[o.Axis] + at) * inner
				copy(out[to:to+inner], in[0][from:])
				from += inner
			}
		}
		return nil
	}
}

// skip takes every o.Step-th element.
func skip(n *graph.Node, o ops.SliceOp) body {
	_, size, inner := lines(n.In(0).Shape(), o.Axis)
	taken := n.Shape()[o.Axis]
	return func(in [][]float64, out []float64) error {
		for i := range out {
			row, at := i/(taken*inner), o.Start+i/inner%taken*o.Step
			out[i] = in[0][(row*size+at)*inner+i%inner]
		}
		return nil
	}
}

// flip reads backwards along axes.
func flip(n *graph.Node) body {
	s, axes := n.Shape(), n.Op().(ops.FlipOp).Axes.Slice()
	return func(in [][]float64, out []float64) error {
		for i := range out {
			from, step, rest := 0, 1, i
			for axis := len(s) - 1; axis >= 0; axis-- {
				at := rest % s[axis]
				rest /= s[axis]
				if slices.Contains(axes, axis) {
					at = s[axis] - 1 - at
				}
				from += at * step
				step *= s[axis]
			}
			out[i] = in[0][from]
		}
		return nil
	}
}

// iota makes a leaf that holds the index along an axis.
func iota(b *builder, n *graph.Node, _ []*G.Node) (*G.Node, error) {
	o, s, v := n.Op().(ops.IotaOp), n.Shape(), blank(n.Spec())
	inner := graph.Prod(s[o.Axis+1:]...)
	for i := range s.Size() {
		at := i / inner % s[o.Axis]
		switch to := v.Data().(type) {
		case []float32:
			to[i] = float32(at)
		case []float64:
			to[i] = float64(at)
		}
	}
	return b.leaf(v), nil
}
