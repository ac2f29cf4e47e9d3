package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// fill is the shape of a tensor that is made from nothing: Dims[i] is the size of axis i, or -1 for the size that axis From[i]
// of the first input has.
type fill struct {
	Dims graph.Ints
	From graph.Ints
}

func (o fill) infer(d graph.Dtype, in []graph.Spec) (graph.Spec, error) {
	dims, from := o.Dims.Slice(), o.From.Slice()
	for i, size := range dims {
		if size != -1 {
			continue
		}
		if len(in) == 0 || i >= len(from) || from[i] < 0 || from[i] >= len(in[0].Shape) {
			return graph.Spec{}, fmt.Errorf("axis %d is to be taken from an axis that is not there", i)
		}
		dims[i] = in[0].Shape[from[i]]
	}
	return graph.Spec{Dtype: d, Shape: dims}, nil
}

// bind puts numbers in the place of the axes taken from the input.
func (o fill) bind(in []graph.Spec) fill {
	out, _ := o.infer("", in)
	return fill{Dims: graph.MakeInts(out.Shape...)}
}

// ShapeOnly is true: no data is read.
func (fill) ShapeOnly(int) bool { return true }

// apply makes the leaf in like's graph. Entries of dims that are graph.None or -1 are axis from[i] of like, axis i without from.
func (fill) apply(like *graph.Node, name string, dims, from []int, op func(fill) graph.Op) *graph.Node {
	if !ready(like) {
		return refuse(name, like)
	}
	sizes, src := make([]int, len(dims)), make([]int, len(dims))
	open := false
	for i, d := range dims {
		sizes[i], src[i] = d, -1
		if d != graph.None && d != -1 {
			continue
		}
		f := i
		if i < len(from) {
			f = from[i]
		}
		axis, ok := axisOf(f, like.Shape().Rank())
		if !ok {
			return like.Graph().Fail(name, fmt.Errorf("axis %d takes its size from axis %d of a tensor of shape %v, which has none", i, f, like.Shape()), like)
		}
		if sizes[i] = like.Shape()[axis]; sizes[i] == graph.None {
			sizes[i], src[i], open = -1, axis, true
		}
	}
	if !open {
		return like.Graph().Apply(op(fill{Dims: graph.MakeInts(sizes...)}))
	}
	return graph.Apply(op(fill{graph.MakeInts(sizes...), graph.MakeInts(src...)}), like)
}

// ZeroOp is a tensor of zeros. It is symbolic: a pass drops it where an operation is linear in it. Axis i of its shape is
// Dims[i], or, for -1, axis From[i] of the input, of which only the size is read.
type ZeroOp struct {
	Dtype graph.Dtype
	fill
}

// Name is "zero".
func (ZeroOp) Name() string { return "zero" }

// Infer returns the shape.
func (o ZeroOp) Infer(in []graph.Spec) (graph.Spec, error) { return o.infer(o.Dtype, in) }

// Bind puts numbers in the place of the input.
func (o ZeroOp) Bind(in []graph.Spec) graph.Op { return ZeroOp{o.Dtype, o.bind(in)} }

// EndsGradient marks the op as constant.
func (ZeroOp) EndsGradient() {}

// String writes the op with its shape.
func (o ZeroOp) String() string { return fmt.Sprintf("zero{Dims: %v}", o.Dims) }

// ZerosLike is a tensor of zeros of the shape and dtype of x, or of the dtype given.
func ZerosLike(x *graph.Node, d ...graph.Dtype) *graph.Node {
	if !ready(x) {
		return refuse("zeros_like", x)
	}
	return ZerosFrom(x, dtypeOr(x.Dtype(), d), x.Shape(), nil)
}

// ZerosFrom is a tensor of zeros whose shape is put together from sizes and from axes of like, of which only the shape
// is read: an entry of dims that is graph.None or -1 is axis from[i] of like (axis i where from is shorter). It makes the first
// state of a loop: ZerosFrom(x, d, []int{graph.None, units}, nil) for x: (batch, steps, features).
func ZerosFrom(like *graph.Node, d graph.Dtype, dims, from []int) *graph.Node {
	return fill{}.apply(like, "zero", dims, from, func(f fill) graph.Op { return ZeroOp{d, f} })
}

// Zeros is a tensor of zeros in g; the default dtype is float32. The shape must be known: see [ZerosFrom].
func Zeros(g *graph.Graph, shape graph.Shape, d ...graph.Dtype) *graph.Node {
	if !shape.Known() {
		return g.Fail("zero", fmt.Errorf("shape %v is not known: use ZerosLike or ZerosFrom", shape))
	}
	return g.Apply(ZeroOp{dtypeOr(graph.Float32, d), fill{Dims: graph.MakeInts(shape...)}})
}

// Ones is a tensor of ones in g; the default dtype is float32.
func Ones(g *graph.Graph, shape graph.Shape, d ...graph.Dtype) *graph.Node {
	return Full(g, shape, 1, d...)
}

// Full is a tensor in g whose elements are all v; the default dtype is float32.
func Full(g *graph.Graph, shape graph.Shape, v float64, d ...graph.Dtype) *graph.Node {
	if !shape.Known() {
		return g.Fail("full", fmt.Errorf("shape %v is not known: use FullLike", shape))
	}
	return BroadcastTo(g.Scalar(dtypeOr(graph.Float32, d), v), shape...)
}

// OnesLike is a tensor of ones of the shape and dtype of x, or of the dtype given.
func OnesLike(x *graph.Node, d ...graph.Dtype) *graph.Node { return FullLike(x, 1, d...) }

// FullLike is a tensor of the shape and dtype of x, or of the dtype given, whose elements are all v.
func FullLike(x *graph.Node, v float64, d ...graph.Dtype) *graph.Node {
	if !ready(x) {
		return refuse("full_like", x)
	}
	return BroadcastLike(x.Graph().Scalar(dtypeOr(x.Dtype(), d), v), x)
}

func dtypeOr(d graph.Dtype, given []graph.Dtype) graph.Dtype {
	if len(given) > 0 && given[0] != "" {
		return given[0]
	}
	return d
}
