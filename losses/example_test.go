package losses_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// The second sample counts three times.
func ExampleApply() {
	g := graph.New("example")
	yTrue := g.Input("yTrue", graph.Shape{graph.None, 1})
	yPred := g.Input("yPred", graph.Shape{graph.None, 1})
	weight := g.Input("weight", graph.Shape{graph.None})
	loss := losses.Apply(losses.MeanSquaredError{Reduction: losses.Sum}, yTrue, yPred, weight)

	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{yTrue, yPred, weight}, Outputs: graph.Nodes{loss}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float32{{1}, {2}}, [][]float32{{0}, {0}}, []float32{1, 3})
	fmt.Println(out[0].Data(), err)
	// Output: 13 <nil>
}

// A loss of one's own is a function: here the absolute error, twice as much below the target as above.
func ExampleFunc() {
	lopsided := func(yTrue, yPred *graph.Node) *graph.Node {
		e := ops.Sub(yTrue, yPred)
		return ops.Mean(ops.Maximum(ops.Mul(e, 2), ops.Neg(e)), -1)
	}
	g := graph.New("example")
	yTrue := g.Input("yTrue", graph.Shape{graph.None, 1})
	yPred := g.Input("yPred", graph.Shape{graph.None, 1})
	loss := losses.Apply(lopsided, yTrue, yPred)

	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{yTrue, yPred}, Outputs: graph.Nodes{loss}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float32{{1}, {1}}, [][]float32{{0}, {2}})
	fmt.Println(out[0].Data(), err)
	// Output: 1.5 <nil>
}
