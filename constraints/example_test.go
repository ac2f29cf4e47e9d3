package constraints_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
)

// After each step of training the weights that go into a unit, a column, are scaled back to length 2 if they are longer.
func ExampleMaxNorm() {
	g := graph.New("example")
	w := g.Input("w", graph.Shape{2, 2})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{w}, Outputs: graph.Nodes{constraints.MaxNorm{MaxValue: 2}.Call(w)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float32{{3, 1}, {4, 1}})
	fmt.Printf("%.3f %v\n", out[0].Data(), err)
	// Output: [1.200 1.000 1.600 1.000] <nil>
}
