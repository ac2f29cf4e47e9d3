package ops_test

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// The running sum of three neighbours, as many as there are steps.
func ExampleConv() {
	g := graph.New("conv")
	x := g.Input("x", graph.Shape{graph.None, graph.None, 1}) // (batch, steps, channels)
	kernel := ops.Ones(g, graph.Shape{3, 1, 1})               // (window, channels, filters)
	y := ops.Conv(x, kernel, ops.ConvOptions{Padding: "same"})
	show(x, y, [][][]float32{{{1}, {2}, {3}, {4}}})
	// Output: [3 6 9 7]
}

func ExampleMaxPool() {
	g := graph.New("pool")
	x := g.Input("x", graph.Shape{graph.None, 4, 1})
	show(x, ops.MaxPool(x, []int{2}), [][][]float32{{{1}, {5}, {3}, {2}}})
	// Output: [5 3]
}

// An embedding is a table of rows taken by number.
func ExampleTake() {
	g := graph.New("take")
	table := g.Const([][]float32{{0, 1}, {10, 11}, {20, 21}})
	tokens := g.Input("tokens", graph.Shape{graph.None}, graph.Int32)
	show(tokens, ops.Take(table, tokens, 0), []int32{2, 0})
	// Output: [20 21 0 1]
}

func ExampleTopK() {
	g := graph.New("top")
	x := g.Input("x", graph.Shape{graph.None, 4})
	values, places := ops.TopK(x, 2)
	show(x, values, [][]float32{{3, 9, 1, 7}})
	show(x, places, [][]float32{{3, 9, 1, 7}})
	// Output:
	// [9 7]
	// [1 3]
}

func ExampleSoftmax() {
	g := graph.New("softmax")
	x := g.Input("x", graph.Shape{graph.None, 2})
	show(x, ops.Softmax(x), [][]float32{{0, 0}, {1000, 0}})
	// Output: [0.5 0.5 1 0]
}

// Dropout does nothing in functions that do not train.
func ExampleDropout() {
	g := graph.New("dropout")
	x := g.Input("x", graph.Shape{3})
	show(x, ops.Dropout(x, 0.5), []float32{1, 2, 3})
	// Output: [1 2 3]
}

func ExampleSolve() {
	g := graph.New("solve")
	b := g.Input("b", graph.Shape{2})
	show(b, ops.Solve(g.Const([][]float32{{2, 0}, {0, 4}}), b), []float32{2, 2})
	// Output: [1 0.5]
}
