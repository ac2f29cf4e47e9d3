// Residual builds a small ResNet of Go functions: a block takes a node and returns a node, so that a deep network is a loop.
// It is trained on the embedded digits, beside the same network without the shortcuts, and drawn as a picture.
//
//	go run ./examples/residual [-epochs 3] [-out folder]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/plot"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	epochs := flag.Int("epochs", 3, "passes over the digits")
	dir := flag.String("out", filepath.Join(os.TempDir(), "residual"), "folder for the picture of the network")
	flag.Parse()
	if _, _, err := run(context.Background(), os.Stdout, *epochs, *dir); err != nil {
		log.Fatal(err)
	}
}

// block is what happens to an image between two shapes of the network. The stride is that of the first convolution.
type block func(x *graph.Node, filters, stride int) *graph.Node

// normed is a convolution of 3 by 3 pixels whose result is normalized.
func normed(x *graph.Node, filters, stride int) *graph.Node {
	return functional.Chain(x,
		&layers.Conv2D{
			Filters:           filters,
			KernelSize:        [2]int{3, 3},
			Strides:           [2]int{stride, stride},
			Padding:           "same",
			NoBias:            true, // the normalization has an offset
			KernelInitializer: "he_normal",
		},
		&layers.BatchNormalization{Momentum: 0.9})
}

// plain is two convolutions.
func plain(x *graph.Node, filters, stride int) *graph.Node {
	return ops.Relu(normed(ops.Relu(normed(x, filters, stride)), filters, 1))
}

// residual is two convolutions whose result is added to x. Where the shape changes, x goes through a convolution of one pixel.
// K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition (2015), https://arxiv.org/abs/1512.03385.
func residual(x *graph.Node, filters, stride int) *graph.Node {
	y := normed(ops.Relu(normed(x, filters, stride)), filters, 1)
	if stride != 1 || x.Shape().Dim(-1) != filters {
		x = functional.Call(&layers.Conv2D{Filters: filters, KernelSize: [2]int{1, 1}, Strides: [2]int{stride, stride}}, x)
	}
	return ops.Relu(functional.Call(&layers.Add{}, x, y))
}

// network stacks blocks: two of 8 filters at full size, two of 16 at half of it.
func network(name string, b block) (*functional.Model, error) {
	g := graph.New(name)
	image := functional.Input(g, "image", []int{8, 8, 1})
	x := image
	for stage, filters := range []int{8, 16} {
		for i := range 2 {
			stride := 1
			if stage > 0 && i == 0 {
				stride = 2
			}
			x = b(x, filters, stride)
		}
	}
	y := functional.Chain(x, &layers.GlobalAveragePooling2D{}, &layers.Dense{Units: 10, Activation: "softmax"})
	return functional.New(graph.Nodes{image}, graph.Nodes{y})
}

// run trains both networks, draws the residual one, and returns the test logs of each.
func run(ctx context.Context, w io.Writer, epochs int, dir string) (with, without train.Logs, err error) {
	deep, err := network("residual", residual)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, err
	}
	picture := filepath.Join(dir, "residual.svg")
	if err := plot.Model(picture, deep, plot.ModelOptions{ShowShapes: true}); err != nil {
		return nil, nil, err
	}
	flat, err := network("plain", plain)
	if err != nil {
		return nil, nil, err
	}
	if with, err = learn(ctx, w, deep, epochs); err != nil {
		return nil, nil, err
	}
	if without, err = learn(ctx, w, flat, epochs); err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(w, "\nwith shortcuts:    %v\nwithout shortcuts: %v\nthe network as a picture: %s\n", with, without, picture)
	return with, without, nil
}

// learn trains a network on the digits and returns its test logs.
func learn(ctx context.Context, w io.Writer, m *functional.Model, epochs int) (train.Logs, error) {
	fmt.Fprintf(w, "\n%s: %d parameters\n", m.Name(), m.CountParams())
	err := m.Compile(train.Config{
		Optimizer: &optimizers.Adam{LearningRate: 0.01},
		Loss:      "sparse_categorical_crossentropy",
		Metrics:   "accuracy",
	})
	if err != nil {
		return nil, err
	}
	trainSet, testSet, err := datasets.Digits()
	if err != nil {
		return nil, err
	}
	if _, err := m.Fit(ctx, trainSet, train.FitOptions{Epochs: epochs, Output: w}); err != nil {
		return nil, err
	}
	return m.Evaluate(ctx, testSet)
}
