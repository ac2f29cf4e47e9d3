// Inspect looks at a model from every side: Keras's summary, the nodes of its graph with the lines that made them, the
// gradient as text and as a picture, what a prediction costs, the program that the compiler makes of it, and where a run of
// it spends its time.
//
//	go run ./examples/inspect [-out folder]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/plot"
)

func main() {
	dir := flag.String("out", filepath.Join(os.TempDir(), "inspect"), "folder for pictures")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *dir); err != nil {
		log.Fatal(err)
	}
}

const batch = 16

func network() (*functional.Model, error) {
	g := graph.New("two_paths")
	image := functional.Input(g, "image", []int{12, 12, 3})
	fine := functional.Chain(image,
		&layers.Conv2D{Filters: 4, KernelSize: [2]int{3, 3}, Padding: "same", Activation: "relu", Name: "fine"},
		&layers.GlobalMaxPooling2D{})
	coarse := functional.Chain(image,
		&layers.AveragePooling2D{PoolSize: [2]int{4, 4}},
		&layers.Flatten{},
		&layers.Dense{Units: 8, Activation: "tanh", Name: "coarse"})
	y := functional.Call(&layers.Dense{Units: 5, Activation: "softmax", Name: "class"},
		functional.Call(&layers.Concatenate{}, fine, coarse))
	return functional.New(graph.Nodes{image}, graph.Nodes{y})
}

// run writes every view to w, and pictures into a folder.
func run(ctx context.Context, w io.Writer, dir string) error {
	model, err := network()
	if err != nil {
		return err
	}
	title(w, "Summary: layers, shapes, parameters")
	if err := model.Summary(w, functional.SummaryOptions{ShowTrainable: true}); err != nil {
		return err
	}
	title(w, "Nodes: the operations that the layers are made of, and the line that made each")
	for n := range model.Graph().Nodes() {
		fmt.Fprintf(w, "%3d %-28s %-14s %-20v %s\n", n.ID(), n.Name(), n.Op().Name(), n.Shape(), n.Pos())
	}
	kernelGradient, err := gradient(model)
	if err != nil {
		return err
	}
	title(w, "Text: the gradient of the best score with respect to the weights of \"coarse\", all it is computed from")
	if err := model.Graph().WriteText(w, kernelGradient); err != nil {
		return err
	}
	if err := pictures(w, dir, model, kernelGradient); err != nil {
		return err
	}
	return performance(ctx, w, model)
}

func title(w io.Writer, s string) { fmt.Fprintf(w, "\n== %s\n", s) }

// gradient finds a parameter's node by name and adds the gradient with respect to it to the graph.
func gradient(model *functional.Model) (*graph.Node, error) {
	product, ok := model.Graph().Node("coarse/matmul")
	if !ok {
		return nil, fmt.Errorf("no node is called coarse/matmul")
	}
	kernel := product.Inputs()[1]
	best := ops.Sum(ops.Max(model.Outputs()[0], -1))
	return autodiff.Grad(best, kernel)[0], model.Graph().Err()
}

// pictures writes the graph in Graphviz's language, and the model and the gradient as SVG.
func pictures(w io.Writer, dir string, model *functional.Model, root *graph.Node) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	dot, err := os.Create(filepath.Join(dir, "gradient.dot"))
	if err != nil {
		return err
	}
	defer dot.Close()
	if err := model.Graph().WriteDOT(dot, root); err != nil {
		return err
	}
	if err := plot.Model(filepath.Join(dir, "model.svg"), model, plot.ModelOptions{ShowShapes: true}); err != nil {
		return err
	}
	if err := plot.Graph(filepath.Join(dir, "gradient.svg"), model.Graph(), root); err != nil {
		return err
	}
	title(w, "Pictures")
	fmt.Fprintf(w, "model.svg, gradient.svg, gradient.dot in %s\n", dir)
	return dot.Close()
}

// performance tells what a prediction costs, what is run for it, and how long each part takes.
func performance(ctx context.Context, w io.Writer, model *functional.Model) error {
	cost, err := model.Cost(batch)
	if err != nil {
		return err
	}
	title(w, fmt.Sprintf("Cost of %d images", batch))
	fmt.Fprintf(w, "%d floating point operations, %d bytes of parameters, %d bytes at the peak\n", cost.FLOPs, cost.ParamBytes, cost.PeakBytes)

	f, err := engine.Compile(engine.Config{Inputs: model.Inputs(), Outputs: model.Outputs()})
	if err != nil {
		return err
	}
	profile, err := f.Profile(ctx, [batch][12][12][3]float32{}) // black images take as long as others
	if err != nil {
		return err
	}
	title(w, "Program: the graph, then what is run for these sizes")
	if err := f.WriteProgram(w); err != nil {
		return err
	}
	title(w, "Profile: where the time goes")
	fmt.Fprintln(w, profile)
	return nil
}
