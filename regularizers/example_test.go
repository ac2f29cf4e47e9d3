package regularizers_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/regularizers"
)

// A regularizer turns weights into a number that is added to the loss: 0.1 Σ|w| + 0.01 Σw².
func ExampleL1L2() {
	g := graph.New("example")
	w := g.Input("w", graph.Shape{2, 2})
	f, err := engine.Compile(engine.Config{
		Inputs:  graph.Nodes{w},
		Outputs: graph.Nodes{regularizers.L1L2{L1: 0.1, L2: 0.01}.Call(w)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float32{{1, -2}, {3, 0}})
	fmt.Printf("%.2f %v\n", out[0].Data(), err)
	// Output: 0.74 <nil>
}
