package ops

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ConcatOp joins its inputs along Axis.
type ConcatOp struct{ Axis int }

// Name is "concatenate".
func (ConcatOp) Name() string { return "concatenate" }

// Infer adds the sizes along the axis; all other axes must agree.
func (o ConcatOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if err := checkAxes(in[0].Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	total, out := 0, in[0].Shape
	for i, s := range in {
		if s.Dtype != in[0].Dtype {
			return graph.Spec{}, fmt.Errorf("input 0 is %s and input %d is %s: cast one of them", in[0].Dtype, i, s.Dtype)
		}
		if len(s.Shape) != len(out) {
			return graph.Spec{}, fmt.Errorf("input 0 has %d axes and input %d has %d", len(out), i, len(s.Shape))
		}
		d := s.Shape[o.Axis]
		u, ok := graph.Same(out, s.Shape.With(o.Axis, out[o.Axis]))
		if !ok {
			return graph.Spec{}, fmt.Errorf("input %d is %v, which differs from %v in another axis than %d", i, s.Shape, out, o.Axis)
		}
		out = u
		if total == graph.None || d == graph.None {
			total = graph.None
		} else {
			total += d
		}
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: out.With(o.Axis, total)}, nil
}

// VJP cuts the cotangent into the parts.
func (o ConcatOp) VJP(y, dy *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(y.Inputs()))
	for i := range out {
		out[i] = part(dy, o.Axis, i, y.Inputs())
	}
	return out
}

// Concatenate joins nodes along an existing axis; their dtypes are promoted to one.
func Concatenate(in graph.Nodes, axis int) *graph.Node {
	if len(in) == 0 {
		return graph.New("").Fail("concatenate", errors.New("there are no nodes to join"))
	}
	if !ready(in...) {
		return refuse("concatenate", in...)
	}
	if a, ok := axisOf(axis, in[0].Shape().Rank()); ok {
		axis = a
	}
	if len(in) == 1 && axis >= 0 && axis < in[0].Shape().Rank() {
		return in[0]
	}
	return graph.Apply(ConcatOp{axis}, promoteAll(in)...)
}

// PartOp is input I of a concatenation, read out of its result, the first input here. The other inputs are those of the
// concatenation, of which only the shapes are read.
type PartOp struct{ Axis, I int }

// Name is "part".
func (PartOp) Name() string { return "part" }

// Infer returns the shape of part I after checking that the parts joined have the shape of the first input.
func (o PartOp) Infer(in []graph.Spec) (graph.Spec, error) {
	parts := in[1:]
	if o.I < 0 || o.I >= len(parts) {
		return graph.Spec{}, fmt.Errorf("there is no part %d of %d", o.I, len(parts))
	}
	mine := parts[o.I].Clone()
	whole, err := ConcatOp{o.Axis}.Infer(parts)
	if err != nil {
		return graph.Spec{}, err
	}
	s, err := same(in[0].Shape, whole.Shape)
	if err != nil {
		return graph.Spec{}, err
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: refineBut(mine.Shape, s, o.Axis)}, nil
}

// ShapeOnly is true for the parts.
func (PartOp) ShapeOnly(i int) bool { return i > 0 }

// Bind returns the slice at the part's place.
func (o PartOp) Bind(in []graph.Spec) graph.Op {
	start := 0
	for _, s := range in[1 : 1+o.I] {
		start += s.Shape[o.Axis]
	}
	return SliceOp{Axis: o.Axis, Start: start, Stop: start + in[1+o.I].Shape[o.Axis], Step: 1}
}

// VJP joins the cotangent with zeros in the places of the other parts.
func (o PartOp) VJP(y, dy *graph.Node) []*graph.Node {
	parts := append(graph.Nodes{}, y.Inputs()[1:]...)
	for i, p := range parts {
		if parts[i] = dy; i != o.I {
			parts[i] = ZerosLike(p, dy.Dtype())
		}
	}
	out := make([]*graph.Node, len(y.Inputs()))
	out[0] = Concatenate(parts, o.Axis)
	return out
}

func part(whole *graph.Node, axis, i int, parts graph.Nodes) *graph.Node {
	specs := []graph.Spec{whole.Spec()}
	known := whole.Shape().Known()
	for _, p := range parts {
		specs = append(specs, p.Spec())
		known = known && p.Shape().Known()
	}
	o := PartOp{axis, i}
	if known && ready(whole) {
		s := o.Bind(specs).(SliceOp)
		return SliceAxis(whole, axis, s.Start, s.Stop)
	}
	return graph.Apply(o, append(graph.Nodes{whole}, parts...)...)
}
