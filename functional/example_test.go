package functional_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// Two inputs that share a layer: it is one pointer, so it has one set of weights.
func Example() {
	g := graph.New("twins")
	left := functional.Input(g, "left", []int{3})
	right := functional.Input(g, "right", []int{3})
	shared := &layers.Dense{Units: 2, KernelInitializer: "ones", Name: "shared"}
	sum := functional.Call(&layers.Add{Name: "sum"}, functional.Call(shared, left), functional.Call(shared, right))

	model, err := functional.New(graph.Nodes{left, right}, graph.Nodes{sum})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := model.Predict(context.Background(), map[string]any{
		"left":  [][]float32{{1, 2, 3}},
		"right": [][]float32{{10, 20, 30}},
	})
	fmt.Println(model.CountParams(), y.Shape(), data.Float64s(y), err)
	// Output: 8 (1, 2) [66 66] <nil>
}

// A gradient is a node, so a model may give it beside its score.
func ExampleNew_gradient() {
	g := graph.New("cube")
	x := functional.Input(g, "x", []int{1})
	cube := ops.Pow(x, 3)
	slope := autodiff.Grad(ops.Sum(cube), x)[0]
	model, err := functional.New(graph.Nodes{x}, graph.Nodes{cube.Named("cube"), slope.Named("slope")})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := model.PredictNamed(context.Background(), [][]float32{{1}, {2}})
	fmt.Println(data.Float64s(out["cube"]), data.Float64s(out["slope"]), err)
	// Output: [1 8] [3 12] <nil>
}

// Mistakes are returned by New, with the layer.
func ExampleNew_mistake() {
	g := graph.New("mistake")
	x := functional.Input(g, "x", []int{4})
	y := functional.Call(&layers.Dense{Name: "hidden"}, x) // without Units
	_, err := functional.New(graph.Nodes{x}, graph.Nodes{y})
	fmt.Println(err != nil)
	// Output: true
}

// A model is saved in Keras's format, and loaded with its weights.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	g := graph.New("line")
	x := functional.Input(g, "x", []int{1})
	model, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(&layers.Dense{Units: 1, KernelInitializer: "ones"}, x)})
	if err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(dir, "line.keras")
	if err := model.Save(path); err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := functional.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := loaded.Predict(context.Background(), [][]float32{{7}})
	fmt.Println(loaded.Name(), data.Float64s(y), err)
	// Output: line [7] <nil>
}
