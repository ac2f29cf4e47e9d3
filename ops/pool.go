package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// PoolOp reduces each window of Size elements over the spatial axes of x: (batch, spatial..., channels), by Kind:
//
//	"max": y = max_pool(x)          "max_dx": dx = max_pool_dx(dy, x)    "max_at": y = max_pool_at(v, x)
//	"avg": y = avg_pool(x)          "avg_dx": dx = avg_pool_dx(dy, like x)
//
// max_pool_at reads v where x has the maximum of each window, the first of equal ones; it is the adjoint of max_pool_dx, which puts
// dy there. Padding is never a maximum and does not count in an average. Only the shape of like is read; without it, as once sizes
// are known, the padding is explicit and exact.
type PoolOp struct {
	Kind string
	Size graph.Ints
	Window
}

// Name is "max_pool", "avg_pool", "max_pool_dx", "avg_pool_dx" or "max_pool_at".
func (o PoolOp) Name() string { return o.Kind[:3] + "_pool" + o.Kind[3:] }

// Infer returns the shape of y or x, as the kind says.
func (o PoolOp) Infer(in []graph.Spec) (graph.Spec, error) {
	out := graph.Spec{Dtype: in[0].Dtype}
	size := o.Size.Slice()
	if err := o.check(); err != nil {
		return out, err
	}
	if len(size) != o.axes() {
		return out, fmt.Errorf("the window has %d axes and %d strides", len(size), o.axes())
	}
	for _, s := range in {
		if len(s.Shape) != o.axes()+2 || s.Dtype != out.Dtype || !s.Dtype.IsFloat() {
			return out, fmt.Errorf("the operand is %v, want a floating point type and shape (batch, spatial..., channels) with %d spatial axes", s, o.axes())
		}
	}
	var err error
	switch o.Kind {
	case "max", "avg":
		out.Shape, err = o.pooled(in[0].Shape)
	case "max_dx", "avg_dx":
		out.Shape, err = o.inferX(in)
	case "max_at":
		x, ok := graph.Same(in[0].Shape, in[1].Shape)
		if !ok {
			return out, fmt.Errorf("shapes %v and %v differ", in[0].Shape, in[1].Shape)
		}
		out.Shape, err = o.pooled(x)
	default:
		err = fmt.Errorf("there is no kind %q", o.Kind)
	}
	return out, err
}

func (o PoolOp) pooled(x graph.Shape) (graph.Shape, error) {
	y := x.Clone()
	for i, k := range o.Size.Slice() {
		n, err := o.outSize(i, x[i+1], k)
		if err != nil {
			return nil, err
		}
		y[i+1] = n
	}
	return y, nil
}

func (o PoolOp) inferX(in []graph.Spec) (graph.Shape, error) {
	dy, last := in[0].Shape, o.axes()+1
	if len(in) == 1 {
		x := dy.Clone()
		for i, k := range o.Size.Slice() {
			x[i+1] = o.inSize(i, dy[i+1], k)
		}
		return x, nil
	}
	x := in[1].Shape
	want, err := o.pooled(x)
	if err == nil {
		_, err = same(dy, want)
	}
	for _, i := range []int{0, last} {
		if x[i] == graph.None {
			x[i] = dy[i]
		}
	}
	return x, err
}

// ShapeOnly is true for the second input of avg_pool_dx.
func (o PoolOp) ShapeOnly(i int) bool { return o.Kind == "avg_dx" && i == 1 }

// Bind makes the padding explicit.
func (o PoolOp) Bind(in []graph.Spec) graph.Op {
	x := in[len(in)-1].Shape
	if o.Kind == "avg_dx" && len(in) == 1 {
		return o
	}
	o.Window = o.bind(x[1:o.axes()+1], o.Size.Slice())
	return o
}

func (o PoolOp) kind(k string) PoolOp { o.Kind = k; return o }

// VJP is the adjoint kind. The place of a maximum has no gradient.
func (o PoolOp) VJP(y, dy *graph.Node) []*graph.Node {
	out := make([]*graph.Node, len(y.Inputs()))
	switch o.Kind {
	case "max":
		out[0] = graph.Apply(o.kind("max_dx"), dy, y.In(0))
	case "max_dx":
		out[0] = graph.Apply(o.kind("max_at"), dy, y.In(1))
	case "max_at":
		out[0] = graph.Apply(o.kind("max_dx"), dy, y.In(1))
	case "avg":
		out[0] = graph.Apply(o.kind("avg_dx"), dy, y.In(0))
	case "avg_dx":
		out[0] = graph.Apply(o.kind("avg"), dy)
	}
	return out
}

// PoolOptions are the settings of a pooling.
type PoolOptions struct {
	// Strides has one number for each spatial axis, or one for all; by default they are the window's sizes.
	Strides []int
	// Padding is "valid" (the default) or "same".
	Padding string
	// DataFormat is "channels_last" (the default) or "channels_first".
	DataFormat string
}

// MaxPool is the maximum of each window of the given size over x: (batch, spatial..., channels). size has one number for each
// spatial axis, or one for all. https://keras.io/api/ops/nn/#maxpool-function
func MaxPool(x *graph.Node, size []int, opts ...PoolOptions) *graph.Node {
	return pool("max", x, size, opts)
}

// AveragePool is the mean of each window of the given size over x: (batch, spatial..., channels), padding not counted. size has one
// number for each spatial axis, or one for all. https://keras.io/api/ops/nn/#averagepool-function
func AveragePool(x *graph.Node, size []int, opts ...PoolOptions) *graph.Node {
	return pool("avg", x, size, opts)
}

func pool(kind string, x *graph.Node, size []int, opts []PoolOptions) *graph.Node {
	name := PoolOp{Kind: kind}.Name()
	if !ready(x) {
		return graph.FailCall(name, fmt.Errorf("the input is nil"), x)
	}
	x = floated(x)
	axes := x.Shape().Rank() - 2
	if axes < 1 || len(size) == 0 || len(opts) > 1 {
		return x.Graph().Fail(name, fmt.Errorf("x has shape %v, want (batch, spatial..., channels); there are %d window sizes and %d options, want at least one and at most one", x.Shape(), len(size), len(opts)), x)
	}
	o := PoolOptions{}
	if len(opts) == 1 {
		o = opts[0]
	}
	k, err := perAxis("window sizes", axes, size)
	if err != nil {
		return x.Graph().Fail(name, err, x)
	}
	strides := o.Strides
	if len(strides) == 0 {
		strides = k
	}
	w, err := makeWindow(axes, strides, nil, o.Padding)
	if err != nil {
		return x.Graph().Fail(name, err, x)
	}
	x, back := channelsLast(name, o.DataFormat, x)
	return back(graph.Apply(PoolOp{kind, graph.MakeInts(k...), w}, x))
}
