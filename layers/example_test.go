package layers_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// A layer is called on nodes of a graph; it makes its weights at the first call.
func ExampleDense() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 3})
	hidden := &layers.Dense{Units: 4, Activation: "relu"}
	y := layers.Call(hidden, x)
	fmt.Println(y.Shape())
	for _, p := range hidden.Params() {
		fmt.Println(p.Path(), p.Spec().Shape)
	}
	// Output:
	// (None, 4)
	// dense/kernel (3, 4)
	// dense/bias (4,)
}

func ExampleConv2D() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 28, 28, 1})
	y := layers.Call(&layers.Conv2D{Filters: 8, KernelSize: [2]int{3, 3}, Activation: "relu"}, x)
	y = layers.Call(&layers.MaxPooling2D{}, y)
	fmt.Println(y.Shape())
	// Output: (None, 13, 13, 8)
}

// A mistake is recorded in the graph, with the shapes and what to do.
func ExampleEinsumDense() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 5, 3})
	fmt.Println(layers.Call(&layers.EinsumDense{Equation: "btc,cd->btd", OutputShape: []int{graph.None, 8}, BiasAxes: "d"}, x).Shape())
	layers.Call(&layers.EinsumDense{Equation: "btc,cd->btd", OutputShape: []int{8}}, x)
	fmt.Println(g.Err() != nil)
	// Output:
	// (None, 5, 8)
	// true
}

// Adapt finds the mean and variance of each feature.
func ExampleNormalization() {
	scale := &layers.Normalization{}
	if err := scale.Adapt(context.Background(), data.Arrays{X: [][]float64{{1, 100}, {3, 300}}}); err != nil {
		fmt.Println(err)
		return
	}
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 2})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{layers.Call(scale, x)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][]float64{{2, 300}, {5, 0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Data())
	// Output: [0 1 3 -2]
}

// A mask travels with its tensor: steps of padding do not count in the average.
func ExampleMasking() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 3, 1})
	y := layers.Call(&layers.GlobalAveragePooling1D{}, layers.Call(&layers.Masking{}, x))
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), [][][]float64{{{2}, {4}, {0}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Data())
	// Output: [3]
}
