// Quickstart trains a small network on 1,440 handwritten digits that are embedded in the library, tests it on 357 others, and
// shows some of them with what the network reads.
//
//	go run ./examples/quickstart [-backend gorgonia] [-epochs 30]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	_ "github.com/gorgonin/gorgonin/backend/gorgonia" // makes its name known
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	backend := flag.String("backend", "native", "what runs the model: native or gorgonia")
	epochs := flag.Int("epochs", 30, "passes over the training digits")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *backend, *epochs); err != nil {
		log.Fatal(err)
	}
}

// run trains and returns the accuracy on the test digits.
func run(ctx context.Context, w io.Writer, backend string, epochs int) (accuracy float64, err error) {
	trainSet, testSet, err := datasets.Digits() // images (n, 8, 8, 1) in [0, 1], labels 0 to 9
	if err != nil {
		return 0, err
	}
	model, err := sequential.New(
		&layers.Input{Shape: []int{8, 8, 1}},
		&layers.Flatten{},
		&layers.Dense{Units: 64, Activation: "relu"},
		&layers.Dropout{Rate: 0.2},
		&layers.Dense{Units: 10, Activation: "softmax"},
	)
	if err != nil {
		return 0, err
	}
	if err := model.Summary(w); err != nil {
		return 0, err
	}
	err = model.Compile(train.Config{
		Optimizer: "adam",
		Loss:      "sparse_categorical_crossentropy",
		Metrics:   "accuracy",
		Backend:   backend,
	})
	if err != nil {
		return 0, err
	}
	if _, err := model.Fit(ctx, trainSet, train.FitOptions{Epochs: epochs, Output: w}); err != nil {
		return 0, err
	}
	logs, err := model.Evaluate(ctx, testSet)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(w, "\ntest: %v\n\n", logs)
	if err := show(ctx, w, model, testSet); err != nil {
		return 0, err
	}
	return logs["accuracy"], nil
}

// show draws eight test digits side by side, with what the model reads below each.
func show(ctx context.Context, w io.Writer, model *sequential.Model, set data.Arrays) error {
	const n = 8
	some, err := set.Slice(0, n)
	if err != nil {
		return err
	}
	scores, err := model.Predict(ctx, some.X)
	if err != nil {
		return err
	}
	images, err := data.Tensor(some.X)
	if err != nil {
		return err
	}
	pixels := data.Float64s(images)
	if len(pixels) != n*64 {
		return errors.New("the images are not 8 by 8")
	}
	shades := []rune(" ░▒▓█")
	for row := range 8 {
		for i := range n {
			for column := range 8 {
				shade := shades[int(pixels[i*64+row*8+column]*4.99)]
				fmt.Fprintf(w, "%c%c", shade, shade)
			}
			fmt.Fprint(w, "  ")
		}
		fmt.Fprintln(w)
	}
	for _, class := range data.Argmax(scores) {
		fmt.Fprintf(w, "%9d         ", class)
	}
	fmt.Fprintln(w)
	return nil
}
