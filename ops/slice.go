package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SliceOp takes the elements Start, Start+Step ... before Stop along Axis. Negative Start and Stop count from the end and
// ToEnd stands for a Stop at the end; once the size is known both are given from the front. As in Python, what lies outside
// is cut off.
type SliceOp struct {
	Axis, Start, Stop, Step int
	ToEnd                   bool
}

// Name is "slice".
func (SliceOp) Name() string { return "slice" }

// resolve gives Start and Stop from the front for an axis of n elements.
func (o SliceOp) resolve(n int) SliceOp {
	at := func(i int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, 0), n)
	}
	stop := n
	if !o.ToEnd {
		stop = at(o.Stop)
	}
	start := min(at(o.Start), stop)
	return SliceOp{Axis: o.Axis, Start: start, Stop: stop, Step: o.Step}
}

// count is the number of elements taken by a resolved slice.
func (o SliceOp) count() int { return (o.Stop - o.Start + o.Step - 1) / o.Step }

// Infer returns the shape with the axis cut.
func (o SliceOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x := in[0].Shape
	if err := checkAxes(x, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	if o.Step < 1 {
		return graph.Spec{}, fmt.Errorf("the step is %d, want at least 1: use Flip to go backwards", o.Step)
	}
	if x[o.Axis] != graph.None {
		x[o.Axis] = o.resolve(x[o.Axis]).count()
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: x}, nil
}

// ShapeOnly is false: the input is read.
func (SliceOp) ShapeOnly(int) bool { return false }

// Bind returns the slice with its places counted from the front.
func (o SliceOp) Bind(in []graph.Spec) graph.Op { return o.resolve(in[0].Shape[o.Axis]) }

// VJP places the cotangent among zeros.
func (o SliceOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(place(dy, y.In(0), o)) }

// End as the stop of a slice is the end of the axis.
const End = 1<<31 - 1

// SliceAxis is x[..., start:stop, ...] along axis, as in Python: negative places count from the end, places outside are
// cut off, [End] (or graph.None, the size of an unknown axis) stands for the end.
func SliceAxis(x *graph.Node, axis, start, stop int) *graph.Node {
	return SliceStep(x, axis, start, stop, 1)
}

// SliceStep is x[..., start:stop:step, ...] along axis, as [SliceAxis] with a step of at least 1.
func SliceStep(x *graph.Node, axis, start, stop, step int) *graph.Node {
	axis, bad := oneAxis("slice", x, axis)
	if bad != nil {
		return bad
	}
	o := SliceOp{Axis: axis, Start: start, Stop: stop, Step: step}
	if stop == End || stop == graph.None {
		o.Stop, o.ToEnd = 0, true
	}
	if o.Start < -End || o.Stop < -End {
		return x.Graph().Fail("slice", fmt.Errorf("start %d or stop %d is computed from an unknown size: count from the end with a negative number", start, stop), x)
	}
	if n := x.Shape()[axis]; n != graph.None && step > 0 {
		if o = o.resolve(n); o.Start == 0 && o.Stop == n && step == 1 {
			return x
		}
	} else if o.Start == 0 && o.ToEnd && step == 1 {
		return x
	}
	return graph.Apply(o, x)
}

// PlaceOp is the adjoint of the slice of the same attributes: zeros of the shape of the second input, of which only the shape
// is read, with the first input in the places that the slice takes. Once sizes are known the second input is gone and
// Size is that of the axis.
type PlaceOp struct {
	Axis, Start, Stop, Step int
	ToEnd                   bool
	Size                    int
}

// Name is "place".
func (PlaceOp) Name() string { return "place" }

func (o PlaceOp) slice() SliceOp { return SliceOp{o.Axis, o.Start, o.Stop, o.Step, o.ToEnd} }

// Infer returns the shape of the second input after checking that the slice of it has the shape of the first.
func (o PlaceOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if err := checkAxes(in[0].Shape, o.Axis); err != nil {
		return graph.Spec{}, err
	}
	like := in[0].Shape.With(o.Axis, o.Size)
	if len(in) == 2 {
		like = in[1].Shape
	}
	cut, err := o.slice().Infer([]graph.Spec{{Dtype: in[0].Dtype, Shape: like.Clone()}})
	if err != nil {
		return graph.Spec{}, err
	}
	if cut.Shape, err = same(in[0].Shape, cut.Shape); err != nil {
		return graph.Spec{}, err
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: refineBut(like, cut.Shape, o.Axis)}, nil
}

// same unifies the shape of a cotangent with the one that its operation infers.
func same(got, want graph.Shape) (graph.Shape, error) {
	s, ok := graph.Same(got, want)
	if !ok {
		return nil, fmt.Errorf("the shape is %v, want %v", got, want)
	}
	return s, nil
}

// refineBut takes what s knows of all axes of like but one.
func refineBut(like, s graph.Shape, axis int) graph.Shape {
	out := like.Clone()
	for i, d := range s {
		if i != axis && out[i] == graph.None {
			out[i] = d
		}
	}
	return out
}

// ShapeOnly is true for the second input.
func (PlaceOp) ShapeOnly(i int) bool { return i == 1 }

// Bind returns the op for a known size.
func (o PlaceOp) Bind(in []graph.Spec) graph.Op {
	n := o.Size
	if len(in) == 2 {
		n = in[1].Shape[o.Axis]
	}
	s := o.slice().resolve(n)
	return PlaceOp{Axis: s.Axis, Start: s.Start, Stop: s.Stop, Step: s.Step, Size: n}
}

// VJP slices the cotangent.
func (o PlaceOp) VJP(y, dy *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(y.Inputs()))
	out[0] = graph.Apply(o.slice(), dy)
	return out
}

// place makes the adjoint of a slice of like.
func place(dy, like *graph.Node, o SliceOp) *graph.Node {
	p := PlaceOp{Axis: o.Axis, Start: o.Start, Stop: o.Stop, Step: o.Step, ToEnd: o.ToEnd}
	if ready(dy, like) && like.Shape().Known() {
		return graph.Apply(p.Bind([]graph.Spec{dy.Spec(), like.Spec()}), dy)
	}
	return graph.Apply(p, dy, like)
}

// Index is x[..., i, ...] along axis, without that axis; a negative i counts from the end.
func Index(x *graph.Node, axis, i int) *graph.Node {
	stop := i + 1
	if i == -1 {
		stop = End
	}
	axis, bad := oneAxis("index", x, axis)
	if bad != nil {
		return bad
	}
	if n := x.Shape()[axis]; n != graph.None && (i < -n || i >= n) {
		return x.Graph().Fail("index", fmt.Errorf("there is no element %d along axis %d of shape %v", i, axis, x.Shape()), x)
	}
	return Squeeze(SliceAxis(x, axis, i, stop), axis)
}
