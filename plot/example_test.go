package plot_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/plot"
	"github.com/gorgonin/gorgonin/train"
)

// pictureOf draws into a folder that is removed afterwards and tells whether an SVG came out.
func pictureOf(draw func(path string) error) bool {
	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		return false
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "picture.svg")
	if err := draw(path); err != nil {
		fmt.Println(err)
		return false
	}
	svg, err := os.ReadFile(path)
	return err == nil && bytes.Contains(svg, []byte("<svg"))
}

// The curves of a training: what Fit returns.
func ExampleHistory() {
	history := &train.History{
		Epoch:   []int{0, 1, 2},
		History: map[string][]float64{"loss": {1, 0.5, 0.3}, "val_loss": {1.1, 0.7, 0.6}, "accuracy": {0.5, 0.7, 0.9}},
	}
	fmt.Println(pictureOf(func(path string) error { return plot.History(path, history) }))
	// Output: true
}

// The layers of a model with their shapes.
func ExampleModel() {
	g := graph.New("small")
	x := functional.Input(g, "x", []int{4})
	y := functional.Chain(x, &layers.Dense{Units: 8, Activation: "relu"}, &layers.Dense{Units: 1})
	model, err := functional.New(graph.Nodes{x}, graph.Nodes{y})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pictureOf(func(path string) error { return plot.Model(path, model, plot.ModelOptions{ShowShapes: true}) }))
	fmt.Println(plot.Model("model.bmp", model) != nil) // only .svg and .png
	// Output:
	// true
	// true
}
