package ops

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// ReduceOp joins the elements along Axes by Kind: "sum", "prod", "max", "min", and of bools "any", "all". With Keep the
// axes stay with size 1.
type ReduceOp struct {
	Kind string
	Axes graph.Ints
	Keep bool
}

// Name is the kind.
func (o ReduceOp) Name() string { return o.Kind }

// Infer returns the shape without the axes.
func (o ReduceOp) Infer(in []graph.Spec) (graph.Spec, error) {
	axes, x := o.Axes.Slice(), in[0]
	if err := checkAxes(x.Shape, axes...); err != nil {
		return graph.Spec{}, err
	}
	logical := o.Kind == "any" || o.Kind == "all"
	if !logical && !slices.Contains([]string{"sum", "prod", "max", "min"}, o.Kind) {
		return graph.Spec{}, fmt.Errorf("there is no reduction %q", o.Kind)
	}
	if logical != (x.Dtype == graph.Bool) || x.Dtype == graph.String {
		return graph.Spec{}, fmt.Errorf("%s of %v: any and all are for bools, the others for numbers", o.Kind, x)
	}
	if o.Kind == "max" || o.Kind == "min" {
		for _, a := range axes {
			if x.Shape[a] == 0 {
				return graph.Spec{}, fmt.Errorf("axis %d of shape %v has no elements to take the %s of", a, x.Shape, o.Kind)
			}
		}
	}
	return graph.Spec{Dtype: x.Dtype, Shape: without(x.Shape, axes, o.Keep)}, nil
}

// VJP is dy repeated (sum), times the product of the other elements (prod), or shared by the elements that are the
// extreme (max, min).
func (o ReduceOp) VJP(y, dy *graph.Node) []*graph.Node {
	x, axes := y.In(0), o.Axes.Slice()
	kept := func(n *graph.Node) *graph.Node {
		if o.Keep {
			return n
		}
		return expandAxes(n, axes)
	}
	switch o.Kind {
	case "sum":
		return grads(BroadcastLike(kept(dy), x))
	case "prod":
		return grads(prodGrad(x, kept(dy), axes))
	case "max", "min":
		at := Cast(Equal(x, kept(y)), x.Dtype())
		return grads(Mul(at, Div(kept(dy), SumKeepDims(at, axes...))))
	}
	return grads(nil)
}

// prodGrad goes back through the product axis by axis. The product of all other elements along an axis is made of the
// products of those before and those behind, so that zeros do no harm.
func prodGrad(x, dy *graph.Node, axes []int) *graph.Node {
	stages := graph.Nodes{x}
	for _, a := range axes {
		x = reduce("prod", x, true, []int{a})
		stages = append(stages, x)
	}
	for i := len(axes) - 1; i >= 0; i-- {
		dy = Mul(dy, othersProd(stages[i], axes[i]))
	}
	return dy
}

func othersProd(x *graph.Node, axis int) *graph.Node {
	one := OnesLike(SliceAxis(x, axis, 0, 1))
	before := CumProd(Concatenate(graph.Nodes{one, SliceAxis(x, axis, 0, -1)}, axis), axis)
	behind := cumulate("cumprod", Concatenate(graph.Nodes{SliceAxis(x, axis, 1, End), one}, axis), axis, true)
	return Mul(before, behind)
}

// reduce applies a reduction over the given axes, all if there are none.
func reduce(kind string, x *graph.Node, keep bool, axes []int) *graph.Node {
	list, bad := axesOf(kind, x, axes)
	if bad != nil {
		return bad
	}
	if len(list) == 0 { // a scalar
		return x
	}
	return graph.Apply(ReduceOp{kind, graph.MakeInts(list...), keep}, x)
}

// widened casts bools and small integers to int32 before they are added up, those without sign to uint32.
func widened(x *graph.Node) *graph.Node {
	if !ready(x) {
		return x
	}
	switch x.Dtype() {
	case graph.Bool, graph.Int8, graph.Int16:
		return Cast(x, graph.Int32)
	case graph.Uint8, graph.Uint16:
		return Cast(x, graph.Uint32)
	}
	return x
}

// Sum adds the elements of x along the axes, all without axes. Bools, int8 and int16 are added as int32, uint8
// and uint16 as uint32.
func Sum(x *graph.Node, axes ...int) *graph.Node { return reduce("sum", widened(x), false, axes) }

// SumKeepDims is [Sum] that keeps the axes with size 1.
func SumKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce("sum", widened(x), true, axes)
}

// Prod multiplies the elements of x along the axes, all without axes. Bools, int8 and int16 are multiplied as int32,
// uint8 and uint16 as uint32.
func Prod(x *graph.Node, axes ...int) *graph.Node { return reduce("prod", widened(x), false, axes) }

// ProdKeepDims is [Prod] that keeps the axes with size 1.
func ProdKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce("prod", widened(x), true, axes)
}

// Max is the largest element of x along the axes, of all without axes. Equal ones share the gradient.
func Max(x *graph.Node, axes ...int) *graph.Node { return reduce(extreme("max", x), x, false, axes) }

// MaxKeepDims is [Max] that keeps the axes with size 1.
func MaxKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce(extreme("max", x), x, true, axes)
}

// Min is the smallest element of x along the axes, of all without axes. Equal ones share the gradient.
func Min(x *graph.Node, axes ...int) *graph.Node { return reduce(extreme("min", x), x, false, axes) }

// MinKeepDims is [Min] that keeps the axes with size 1.
func MinKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce(extreme("min", x), x, true, axes)
}

// extreme is the reduction of the kind for the dtype: the largest of bools is whether any is true.
func extreme(kind string, x *graph.Node) string {
	switch {
	case !isBool(x):
		return kind
	case kind == "max":
		return "any"
	}
	return "all"
}

// Any is true where an element of x along the axes is; numbers are true unless 0.
func Any(x *graph.Node, axes ...int) *graph.Node {
	return reduce("any", Cast(x, graph.Bool), false, axes)
}

// AnyKeepDims is [Any] that keeps the axes with size 1.
func AnyKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce("any", Cast(x, graph.Bool), true, axes)
}

// All is true where all elements of x along the axes are; numbers are true unless 0.
func All(x *graph.Node, axes ...int) *graph.Node {
	return reduce("all", Cast(x, graph.Bool), false, axes)
}

// AllKeepDims is [All] that keeps the axes with size 1.
func AllKeepDims(x *graph.Node, axes ...int) *graph.Node {
	return reduce("all", Cast(x, graph.Bool), true, axes)
}
