package activations_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Where a layer takes an activation it takes a name, one of these functions, or a function of one's own.
func ExampleGet() {
	square := func(x *graph.Node) *graph.Node { return ops.Square(ops.Maximum(x, 0)) }
	g := graph.New("example")
	x := g.Input("x", graph.Shape{3})
	var outputs graph.Nodes
	for _, like := range []activations.Like{"relu", activations.HardSigmoid, square} {
		f, err := activations.Get(like)
		if err != nil {
			fmt.Println(err)
			return
		}
		outputs = append(outputs, f(x))
	}
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: outputs})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), []float32{-3, 0, 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, y := range out {
		fmt.Println(y)
	}
	_, err = activations.Get("rellu")
	fmt.Println(err)
	// Output:
	// [0  0  3]
	// [  0  0.5    1]
	// [0  0  9]
	// unknown activation "rellu": did you mean "relu"?
}
