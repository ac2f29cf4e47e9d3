package ops_test

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Numbers stand beside nodes, and shapes broadcast as in NumPy.
func Example() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 3})
	w := g.Input("w", graph.Shape{3, 2})
	y := ops.Tanh(ops.Add(ops.MatMul(x, w), 0.5))
	fmt.Println(y.Spec())
	// Output: float32 (None, 2)
}

// Attention scores of every query with every key, for each head.
func ExampleEinsum() {
	g := graph.New("attention")
	query := g.Input("query", graph.Shape{graph.None, 10, 4, 16}) // (batch, steps, heads, features)
	key := g.Input("key", graph.Shape{graph.None, 12, 4, 16})
	fmt.Println(ops.Einsum("bqhd,bkhd->bhqk", query, key).Shape())
	// Output: (None, 4, 10, 12)
}

// Without axes everything is reduced; the KeepDims forms keep the axes with size 1, so that the result broadcasts.
func ExampleMean() {
	g := graph.New("mean")
	x := g.Input("x", graph.Shape{32, 10})
	fmt.Println(ops.Mean(x).Shape(), ops.Mean(x, 0).Shape(), ops.MeanKeepDims(x, -1).Shape())
	// Output: () (10,) (32, 1)
}

// One size may be left to Reshape.
func ExampleReshape() {
	g := graph.New("flatten")
	images := g.Input("images", graph.Shape{graph.None, 28, 28, 1})
	fmt.Println(ops.Reshape(images, -1, 784).Shape())
	// Output: (None, 784)
}

// Negative places count from the end; End is the end.
func ExampleSliceAxis() {
	g := graph.New("shift")
	x := g.Input("x", graph.Shape{graph.None, 20, 8})
	next := ops.SliceAxis(x, 1, 1, ops.End)
	fmt.Println(next.Shape(), ops.SliceAxis(x, 1, -1, ops.End).Shape())
	// Output: (None, 19, 8) (None, 1, 8)
}

// Gradients flow only to what was taken.
func ExampleWhere() {
	g := graph.New("relu")
	x := g.Input("x", graph.Shape{4})
	y := ops.Where(ops.Greater(x, 0), x, 0)
	fmt.Println(y.Spec())
	// Output: float32 (4,)
}

// The first state of a loop takes its batch size from the input.
func ExampleZerosFrom() {
	g := graph.New("state")
	x := g.Input("x", graph.Shape{graph.None, 20, 8})
	state := ops.ZerosFrom(x, x.Dtype(), []int{graph.None, 64}, nil)
	fmt.Println(state.Shape())
	// Output: (None, 64)
}

// A mistake poisons the node and is found in Graph.Err.
func ExampleMatMul() {
	g := graph.New("mistake")
	y := ops.MatMul(g.Input("a", graph.Shape{2, 3}), g.Input("b", graph.Shape{4, 5}))
	fmt.Println(y.Poisoned(), ops.Relu(y) == y)
	// Output: true true
}
