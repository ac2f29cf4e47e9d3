package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// RandomOp is a tensor of random numbers of the Kind "uniform" (in [0, 1)), "normal" (mean 0, deviation 1) or "truncated_normal" (the
// same, drawn again beyond 2 deviations). Its first input is a seed state, int64 (2,): the bits depend on its key and counter, on Seed,
// which is that of the compiled function, and on the place of the element, and on nothing else. The shape is given as that of
// [ZeroOp], with the second input for axes of unknown size.
type RandomOp struct {
	Kind  string
	Dtype graph.Dtype
	fill
	Seed uint64
}

// Name is "random_" and the kind.
func (o RandomOp) Name() string { return "random_" + o.Kind }

// EndsGradient marks the op as constant.
func (RandomOp) EndsGradient() {}

// Infer returns the shape.
func (o RandomOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if o.Kind != "uniform" && o.Kind != "normal" && o.Kind != "truncated_normal" {
		return graph.Spec{}, fmt.Errorf("there is no distribution %q", o.Kind)
	}
	if !o.Dtype.IsFloat() {
		return graph.Spec{}, fmt.Errorf("the dtype is %q, want a floating point type", o.Dtype)
	}
	if in[0].Dtype != graph.Int64 || !in[0].Shape.Equal(graph.Shape{2}) {
		return graph.Spec{}, fmt.Errorf("the seed state is %v, want int64 (2,)", in[0])
	}
	return o.infer(o.Dtype, in[1:])
}

// ShapeOnly is true for the second input.
func (RandomOp) ShapeOnly(i int) bool { return i == 1 }

// Bind puts numbers in the place of the second input.
func (o RandomOp) Bind(in []graph.Spec) graph.Op {
	o.fill = o.bind(in[1:])
	return o
}

// BindSeed sets the seed of the compiled function.
func (o RandomOp) BindSeed(seed uint64) graph.Op { o.Seed = seed; return o }

// String writes the op with its shape.
func (o RandomOp) String() string { return fmt.Sprintf("%s{Dims: %v}", o.Name(), o.Dims) }

// random draws numbers in a shape whose axes graph.None or -1 are those of like, with the seed state where the building stands, and
// advances the state. While trainOnly, the state advances in training only.
func random(kind string, like *graph.Node, dims []int, d graph.Dtype, trainOnly bool) *graph.Node {
	if !ready(like) {
		return graph.FailCall("random_"+kind, fmt.Errorf("the input is nil"), like)
	}
	g := like.Graph()
	if g != g.Root() {
		return g.Fail("random_"+kind, fmt.Errorf("random numbers are drawn inside the body of a loop or condition: draw them before it and use them inside"), like)
	}
	p := g.SeedParam()
	state := g.ReadState(p)
	in := graph.Nodes{state}
	shape, open := shapeFrom(like, dims)
	if open {
		in = append(in, like)
	}
	y := graph.Apply(RandomOp{Kind: kind, Dtype: d, fill: shape}, in...)
	next := Add(state, g.ConstOf(graph.Int64, graph.Shape{2}, []int64{0, 1}))
	if trainOnly {
		next = InTraining(next, state)
	}
	if ready(y, next) {
		g.Update(p, next)
	}
	return y
}

// shapeFrom puts a shape together from numbers and, for graph.None and -1, the same axes of like.
func shapeFrom(like *graph.Node, dims []int) (shape fill, open bool) {
	size, from := make([]int, len(dims)), make([]int, len(dims))
	for i, d := range dims {
		size[i], from[i] = d, -1
		if d != graph.None && d != -1 {
			continue
		}
		if size[i], from[i] = like.Shape().Dim(i), i; size[i] == graph.None {
			size[i], open = -1, true
		}
	}
	if !open {
		return fill{Dims: graph.MakeInts(size...)}, false
	}
	return fill{graph.MakeInts(size...), graph.MakeInts(from...)}, true
}

// stateful draws inside the current layer call, or inside an anonymous one that ties the state to the result.
func stateful(like *graph.Node, f func() *graph.Node) *graph.Node {
	if !ready(like) || like.Graph() != like.Graph().Root() {
		return f()
	}
	return like.Graph().Stateful(f)
}
