package engine_test

import (
	"context"
	"fmt"
	"os"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// A function is compiled once and runs for any sizes of the axes that its inputs leave open.
func Example() {
	g := graph.New("norm")
	x := g.Input("x", graph.Shape{graph.None, 2})
	norm := ops.Sqrt(ops.Sum(ops.Square(x), 1))
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{norm}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float32{{3, 4}, {5, 12}, {8, 15}})
	fmt.Println(out[0], err)
	// Output: [ 5  13  17] <nil>
}

// An update gives a parameter a new value at the end of each run.
func Example_update() {
	g := graph.New("count")
	count, err := graph.NewParam("count", float32(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := g.Param(count)
	f, err := engine.Compile(engine.Config{
		Outputs: graph.Nodes{now},
		Updates: []graph.Update{{Param: count, Value: ops.Add(now, 1)}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		out, err := f.Run(context.Background())
		fmt.Println(out[0], err)
	}
	// Output:
	// 0 <nil>
	// 1 <nil>
	// 2 <nil>
}

// WriteProgram shows what is computed.
func ExampleFunction_WriteProgram() {
	g := graph.New("double")
	x := g.Input("x", graph.Shape{graph.None})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Mul(x, 2)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := f.WriteProgram(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// function double: inputs x float32 (None,)
	// graph double
	//   x = input{Label: x}() : float32 (None,)  // example_test.go:59
	//   const = const{2}() : float32 ()  // example_test.go:59
	//   mul = mul(x, const) : float32 (None,)  // example_test.go:59
}

// Estimate tells the cost of a run in advance.
func ExampleEstimate() {
	g := graph.New("product")
	a, b := g.Input("a", graph.Shape{graph.None, 100}), g.Input("b", graph.Shape{100, 10})
	cost, err := engine.Estimate(engine.Config{Inputs: graph.Nodes{a, b}, Outputs: graph.Nodes{ops.MatMul(a, b)}}, 32)
	fmt.Println(cost.FLOPs, err)
	// Output: 64000 <nil>
}
