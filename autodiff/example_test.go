package autodiff_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// The gradient of a gradient is made as the gradient of any node.
func ExampleGrad() {
	g := graph.New("cube")
	x := g.Input("x", graph.Shape{})
	y := ops.Mul(ops.Square(x), x)
	first := autodiff.Grad(y, x)[0]
	second := autodiff.Grad(first, x)[0]
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{first, second}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0], out[1])
	// Output: 12 12
}

func ExampleJacobian() {
	g := graph.New("jacobian")
	x := g.Input("x", graph.Shape{2})
	j := autodiff.Jacobian(ops.Square(x), x)
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{j}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), []float32{1, 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Data())
	// Output: [2 0 0 6]
}
