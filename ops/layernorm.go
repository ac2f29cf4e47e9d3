package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// LayerNormOp is (x - mean) / sqrt(variance + Epsilon), with mean and variance over the last Axes axes of x, times gamma if Scaled, plus beta
// if Offset. Without Centred it is x / sqrt(mean of x² + Epsilon). The inputs are x and those of gamma and beta that there are, which have
// the sizes of these axes.
type LayerNormOp struct {
	Axes                    int
	Epsilon                 float64
	Centred, Scaled, Offset bool
}

// Name is "layer_norm".
func (LayerNormOp) Name() string { return "layer_norm" }

// Infer returns the spec of x.
func (o LayerNormOp) Infer(in []graph.Spec) (graph.Spec, error) {
	x := in[0].Clone()
	if !x.Dtype.IsFloat() || o.Axes < 1 || o.Axes > len(x.Shape) {
		return graph.Spec{}, fmt.Errorf("the operand is %v: want a floating point type and at least %d axes", x, max(1, o.Axes))
	}
	if want := 1 + o.weights(); len(in) != want {
		return graph.Spec{}, fmt.Errorf("got %d operands, want %d", len(in), want)
	}
	first := len(x.Shape) - o.Axes
	for _, w := range in[1:] {
		s, err := same(w.Shape, x.Shape[first:])
		if err != nil || w.Dtype != x.Dtype {
			return graph.Spec{}, fmt.Errorf("a weight is %v, want %s %v", w, x.Dtype, x.Shape[first:])
		}
		copy(x.Shape[first:], s)
	}
	return x, nil
}

// weights is the number of weights that there are.
func (o LayerNormOp) weights() (n int) {
	for _, there := range []bool{o.Scaled, o.Offset} {
		if there {
			n++
		}
	}
	return n
}

// Expand writes the formula in smaller operations.
func (o LayerNormOp) Expand(in graph.Nodes) graph.Nodes {
	y, _ := o.normalized(in[0])
	w := in[1:]
	if o.Scaled {
		y, w = Mul(y, w[0]), w[1:]
	}
	if o.Offset {
		y = Add(y, w[0])
	}
	return graph.Nodes{y}
}

// normalized is x before scale and offset, and the factor that it was multiplied by.
func (o LayerNormOp) normalized(x *graph.Node) (y, factor *graph.Node) {
	if o.Centred {
		x = Sub(x, MeanKeepDims(x, o.axes()...))
	}
	factor = Rsqrt(Add(MeanKeepDims(Square(x), o.axes()...), o.Epsilon))
	return Mul(x, factor), factor
}

// axes counts the axes from the last one.
func (o LayerNormOp) axes() []int {
	out := make([]int, o.Axes)
	for i := range out {
		out[i] = i - o.Axes
	}
	return out
}

// VJP is that of [LayerNormGradOp].
func (o LayerNormOp) VJP(y, dy *graph.Node) []*graph.Node {
	in := append(graph.Nodes{dy}, y.Inputs()...)
	if o.Offset {
		in = in[:len(in)-1]
	}
	return results(graph.Apply(LayerNormGradOp(o), in...), len(y.Inputs()))
}

// LayerNormGradOp is a tuple of the gradients of the inputs of [LayerNormOp], of dy, the gradient of its result, x and, if Scaled, gamma.
type LayerNormGradOp LayerNormOp

// Name is "layer_norm_dx".
func (LayerNormGradOp) Name() string { return "layer_norm_dx" }

// InferTuple returns the specs of x and the weights.
func (o LayerNormGradOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	forward := LayerNormOp(o)
	forward.Offset = false
	x, err := forward.Infer(in[1:])
	if err != nil {
		return nil, err
	}
	s, err := same(in[0].Shape, x.Shape)
	if err != nil || in[0].Dtype != x.Dtype {
		return nil, fmt.Errorf("the gradient of the result is %v, want %v", in[0], x)
	}
	x.Shape = s
	out := []graph.Spec{x}
	for range LayerNormOp(o).weights() {
		out = append(out, graph.Spec{Dtype: x.Dtype, Shape: s[len(s)-o.Axes:].Clone()})
	}
	return out, nil
}

// Expand writes the formulas in smaller operations: with y = (x - mean) f and g = dy gamma, dx = f (g - mean g - y mean (g y)).
func (o LayerNormGradOp) Expand(in graph.Nodes) graph.Nodes {
	forward, dy, x := LayerNormOp(o), in[0], in[1]
	y, f := forward.normalized(x)
	g := dy
	if o.Scaled {
		g = Mul(dy, in[2])
	}
	axes := forward.axes()
	dx := Sub(g, Mul(y, MeanKeepDims(Mul(g, y), axes...)))
	if o.Centred {
		dx = Sub(dx, MeanKeepDims(g, axes...))
	}
	out := graph.Nodes{Mul(dx, f)}
	rows := seq(x.Shape().Rank() - o.Axes)
	overRows := func(v *graph.Node) *graph.Node {
		if len(rows) == 0 {
			return v
		}
		return Sum(v, rows...)
	}
	if o.Scaled {
		out = append(out, overRows(Mul(dy, y)))
	}
	if o.Offset {
		out = append(out, overRows(dy))
	}
	return out
}

// layerNorm applies a [LayerNormOp], if its axes are the last ones and the weights, which may be nil, have their sizes; else it is nil.
func layerNorm(x, gamma, beta *graph.Node, axes []int, o LayerNormOp) *graph.Node {
	rank := x.Shape().Rank()
	if axes[0] != rank-len(axes) { // they are sorted
		return nil
	}
	in := graph.Nodes{x}
	for _, w := range (graph.Nodes{gamma, beta}) {
		if w == nil {
			continue
		}
		if !ready(w) {
			return nil
		}
		if _, ok := graph.Same(w.Shape(), x.Shape()[rank-len(axes):]); !ok {
			return nil
		}
		in = append(in, Cast(w, x.Dtype()))
	}
	o.Axes, o.Scaled, o.Offset = len(axes), gamma != nil, beta != nil
	return graph.Apply(o, in...)
}
