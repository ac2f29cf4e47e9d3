package graph_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// A graph holds inputs, parameters and what is computed from them. Shapes are known at once; None is a size that is not
// known before something is fed.
func Example() {
	w, err := graph.NewParam("w", [][]float32{{1, 2}, {3, 4}, {5, 6}})
	if err != nil {
		fmt.Println(err)
		return
	}
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 3})
	y := ops.MatMul(x, g.Param(w)).Named("y")
	fmt.Println(y.Name(), y.Dtype(), y.Shape())
	for n := range graph.Walk(y) {
		fmt.Println(n.Op().Name(), n.Shape())
	}
	// Output:
	// y float32 (None, 2)
	// input (None, 3)
	// param (3, 2)
	// matmul (None, 2)
	// named (None, 2)
}

// A mistake poisons what is built on it and is reported once, with the operation and the shapes.
func ExampleGraph_Err() {
	g := graph.New("mistake")
	a := g.Input("a", graph.Shape{2, 3})
	b := g.Input("b", graph.Shape{4, 5})
	ops.Exp(ops.Add(ops.MatMul(a, b), 1))

	var mistake *graph.Error
	fmt.Println(errors.As(g.Err(), &mistake), mistake.Op, mistake.Shapes)
	// Output: true matmul [(2, 3) (4, 5)]
}

// A graph prints itself, an operation a line, with the line of the program that made it (cut off here).
func ExampleGraph_WriteText() {
	g := graph.New("square")
	x := g.Input("x", graph.Shape{2})
	var text strings.Builder
	if err := g.WriteText(&text, ops.Mul(ops.Square(x), 3)); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(text.String()) {
		operation, _, _ := strings.Cut(line, "//")
		fmt.Println(strings.TrimSpace(operation))
	}
	// Output:
	// graph square
	// x = input{Label: x}() : float32 (2,)
	// square = square(x) : float32 (2,)
	// const = const{3}() : float32 ()
	// mul = mul(square, const) : float32 (2,)
}

// Axes counted from the end, and shapes printed as Keras prints them.
func ExampleShape() {
	s := graph.Shape{graph.None, 28, 28, 1}
	fmt.Println(s, s.Rank(), s.Dim(-1), s.Equal(graph.Shape{graph.None, 28, 28, 1}))
	// Output: (None, 28, 28, 1) 4 1 true
}
