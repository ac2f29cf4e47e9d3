// Saliency shows which pixels a network looks at. The gradient of its best score with respect to the image is a node like any
// other, so it is an output of a model: one call of Predict gives scores and gradients together. The result is a PNG with
// digits in the upper row and the pixels that matter below them.
//
//	go run ./examples/saliency [-epochs 8] [-out saliency.png]
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/train"
)

const (
	side  = 8 // pixels of a digit
	count = 10
)

func main() {
	epochs := flag.Int("epochs", 8, "passes over the digits")
	out := flag.String("out", filepath.Join(os.TempDir(), "saliency.png"), "the picture")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *epochs, *out); err != nil {
		log.Fatal(err)
	}
}

// classifier returns the network, trained.
func classifier(ctx context.Context, w io.Writer, set data.Arrays, epochs int) (*functional.Model, error) {
	g := graph.New("digits")
	pixels := functional.Input(g, "pixels", []int{side, side, 1})
	logits := functional.Chain(pixels,
		&layers.Conv2D{Filters: 16, KernelSize: [2]int{3, 3}, Activation: "gelu"},
		&layers.Flatten{},
		&layers.Dense{Units: 10, Name: "logits"})
	m, err := functional.New(graph.Nodes{pixels}, graph.Nodes{logits})
	if err != nil {
		return nil, err
	}
	err = m.Compile(train.Config{
		Optimizer: "adam",
		Loss:      losses.SparseCategoricalCrossentropy{FromLogits: true},
		Metrics:   "accuracy",
	})
	if err != nil {
		return nil, err
	}
	_, err = m.Fit(ctx, set, train.FitOptions{Epochs: epochs, Output: w})
	return m, err
}

// explain extends a classifier: beside the logits it gives d best logit / d pixels, (batch, side, side, 1). It shares the
// weights. No digit's score depends on another digit, so the gradient of the sum over the batch keeps them apart.
func explain(m *functional.Model) (*functional.Model, error) {
	pixels, logits := m.Inputs()[0], m.Outputs()[0]
	slope := autodiff.Grad(ops.Sum(ops.Max(logits, -1)), pixels)[0]
	return functional.New(graph.Nodes{pixels}, graph.Nodes{logits, slope.Named("slope")})
}

// explanation is some digits and what the network makes of them.
type explanation struct {
	model         *functional.Model
	pixels, slope []float64 // (count, side, side)
	logits        []float64 // (count, 10)
	labels        []int
}

func run(ctx context.Context, w io.Writer, epochs int, path string) (*explanation, error) {
	trainSet, testSet, err := datasets.Digits()
	if err != nil {
		return nil, err
	}
	m, err := classifier(ctx, w, trainSet, epochs)
	if err != nil {
		return nil, err
	}
	some, err := testSet.Slice(0, count)
	if err != nil {
		return nil, err
	}
	e := &explanation{}
	if e.model, err = explain(m); err != nil {
		return nil, err
	}
	out, err := e.model.PredictNamed(ctx, some.X)
	if err != nil {
		return nil, err
	}
	x, err := data.Tensor(some.X)
	if err != nil {
		return nil, err
	}
	y, err := data.Tensor(some.Y)
	if err != nil {
		return nil, err
	}
	e.pixels, e.slope, e.logits, e.labels = data.Float64s(x), data.Float64s(out["slope"]), data.Float64s(out["logits"]), data.Ints(y)
	for i, class := range data.Argmax(out["logits"]) {
		fmt.Fprintf(w, "a %d, read as %d\n", e.labels[i], class)
	}
	if err := write(path, e.picture()); err != nil {
		return nil, err
	}
	fmt.Fprintln(w, "digits, and below them what counts for (red) and against (blue) the answer:", path)
	return e, nil
}

// picture has two rows: the digits in grey, their slopes in red and blue. A pixel is a square of 12.
func (e *explanation) picture() image.Image {
	const scale, gap = 12, 6
	step := side*scale + gap
	img := image.NewRGBA(image.Rect(0, 0, count*step+gap, 2*step+gap))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for i := range count {
		digit, slope := e.pixels[i*side*side:][:side*side], e.slope[i*side*side:][:side*side]
		strongest := max(slices.Max(slope), -slices.Min(slope), 1e-12)
		for p := range side * side {
			x, y := gap+i*step+p%side*scale, gap+p/side*scale
			fill(img, x, y, scale, color.Gray{Y: uint8(255 * (1 - digit[p]))})
			fill(img, x, y+step, scale, heat(slope[p]/strongest))
		}
	}
	return img
}

func fill(img *image.RGBA, x, y, size int, c color.Color) {
	for dy := range size {
		for dx := range size {
			img.Set(x+dx, y+dy, c)
		}
	}
}

// heat is white for 0, red for 1, blue for -1.
func heat(v float64) color.Color {
	if v < 0 {
		fade := uint8(255 * (1 + v))
		return color.RGBA{fade, fade, 255, 255}
	}
	fade := uint8(255 * (1 - v))
	return color.RGBA{255, fade, fade, 255}
}

func write(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
