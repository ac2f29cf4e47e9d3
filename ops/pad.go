package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// PadOp puts Lo[i] copies of its second input, a scalar, before and Hi[i] behind the elements of the first along axis i.
type PadOp struct{ Lo, Hi graph.Ints }

// Name is "pad".
func (PadOp) Name() string { return "pad" }

// Infer adds the widths to the sizes.
func (o PadOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x, lo, hi := in[0].Shape, o.Lo.Slice(), o.Hi.Slice()
	if len(lo) != len(x) || len(hi) != len(x) {
		return graph.Spec{}, fmt.Errorf("there are widths for %d axes, shape %v has %d", len(lo), x, len(x))
	}
	if in[0].Dtype != in[1].Dtype || len(in[1].Shape) > 0 {
		return graph.Spec{}, fmt.Errorf("the padding is %v, want a scalar of dtype %s", in[1], in[0].Dtype)
	}
	for i := range x {
		if lo[i] < 0 || hi[i] < 0 {
			return graph.Spec{}, fmt.Errorf("axis %d is padded by %d and %d: widths are at least 0", i, lo[i], hi[i])
		}
		if x[i] != graph.None {
			x[i] += lo[i] + hi[i]
		}
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: x}, nil
}

// VJP cuts the padding off; what was cut off belongs to the scalar.
func (o PadOp) VJP(y, dy *graph.Node) []*graph.Node {
	lo, hi := o.Lo.Slice(), o.Hi.Slice()
	inner := dy
	for i := range lo {
		stop := End
		if hi[i] > 0 {
			stop = -hi[i]
		}
		inner = SliceAxis(inner, i, lo[i], stop)
	}
	out := grads(inner, nil)
	if _, constant := y.In(1).Op().(graph.ConstOp); !constant {
		out[1] = Sub(Sum(dy), Sum(inner))
	}
	return out
}

// Pad puts width[i][0] elements of the value (default 0) before and width[i][1] behind x along axis i. One width alone is that of
// all axes.
func Pad(x *graph.Node, width [][2]int, value ...float64) *graph.Node {
	width, bad := widths(x, width)
	if bad != nil {
		return bad
	}
	lo, hi := make([]int, len(width)), make([]int, len(width))
	none := true
	for i, w := range width {
		lo[i], hi[i] = w[0], w[1]
		none = none && w == [2]int{}
	}
	if none {
		return x
	}
	v := 0.0
	if len(value) > 0 {
		v = value[0]
	}
	return graph.Apply(PadOp{graph.MakeInts(lo...), graph.MakeInts(hi...)}, x, x.Graph().Scalar(x.Dtype(), v))
}

func widths(x *graph.Node, width [][2]int) ([][2]int, *graph.Node) {
	if !ready(x) {
		return nil, refuse("pad", x)
	}
	rank := x.Shape().Rank()
	if len(width) == 1 {
		all := make([][2]int, rank)
		for i := range all {
			all[i] = width[0]
		}
		return all, nil
	}
	if len(width) != rank {
		return nil, x.Graph().Fail("pad", fmt.Errorf("there are %d widths for the %d axes of shape %v", len(width), rank, x.Shape()), x)
	}
	return width, nil
}

// PadMirror pads as [Pad], with the elements of x mirrored at its edges: mode "symmetric" repeats the edge, "reflect" does
// not.
func PadMirror(x *graph.Node, width [][2]int, mode string) *graph.Node {
	width, bad := widths(x, width)
	if bad != nil {
		return bad
	}
	edge := 0
	switch mode {
	case "reflect":
		edge = 1
	case "symmetric":
	default:
		return x.Graph().Fail("pad", fmt.Errorf("there is no mode %q: use reflect, symmetric, or Pad for a constant", mode), x)
	}
	for axis, w := range width {
		if n := x.Shape()[axis]; min(w[0], w[1]) < 0 || n != graph.None && max(w[0], w[1])+edge > n {
			return x.Graph().Fail("pad", fmt.Errorf("axis %d of size %d cannot be mirrored by %d and %d elements in mode %s", axis, n, w[0], w[1], mode), x)
		}
		parts := graph.Nodes{x}
		if w[0] > 0 {
			parts = append(graph.Nodes{Flip(SliceAxis(x, axis, edge, w[0]+edge), axis)}, x)
		}
		if w[1] > 0 {
			stop := End
			if edge > 0 {
				stop = -1
			}
			parts = append(parts, Flip(SliceAxis(x, axis, -w[1]-edge, stop), axis))
		}
		x = Concatenate(parts, axis)
	}
	return x
}
