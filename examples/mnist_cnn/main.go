// Mnist_cnn trains a convolutional network on real handwritten digits: 8,000 images of MNIST's test set to learn from, the
// other 2,000 to be tested with. It reaches 98 % in a few epochs, lists what it confuses, and draws the training as a picture.
// MNIST (1.6 MB) is downloaded once; without a network the program says so and takes the digits that are embedded.
//
//	go run ./examples/mnist_cnn [-epochs 12] [-out folder]
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/plot"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	epochs := flag.Int("epochs", 12, "passes over the training images")
	dir := flag.String("out", filepath.Join(os.TempDir(), "mnist_cnn"), "folder for the picture of the training")
	flag.Parse()
	ctx := context.Background()
	digits, err := mnist(ctx)
	if err != nil {
		fmt.Printf("MNIST is not here, the embedded digits stand in for it: %v\n", err)
		if digits, err = embedded(); err != nil {
			log.Fatal(err)
		}
	}
	accuracy, err := run(ctx, os.Stdout, digits, *epochs, *dir)
	if err != nil {
		log.Fatal(err)
	}
	if *epochs >= 12 && accuracy < digits.goal {
		log.Fatalf("test accuracy %.4f, want at least %.3f", accuracy, digits.goal)
	}
}

// task is images to learn from and to be tested with, and the network for them.
type task struct {
	train, test data.Arrays
	network     []layers.Layer
	goal        float64 // the accuracy that 12 epochs reach
}

// mnist is the task with images of 28 by 28 pixels.
func mnist(ctx context.Context) (task, error) {
	t := task{goal: 0.98, network: []layers.Layer{
		&layers.Input{Shape: []int{28, 28, 1}},
		&layers.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: "relu"},
		&layers.MaxPooling2D{},
		&layers.Conv2D{Filters: 64, KernelSize: [2]int{3, 3}, Activation: "relu"},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dropout{Rate: 0.5},
		&layers.Dense{Units: 10, Activation: "softmax"},
	}}
	all, err := datasets.MNISTTest(ctx)
	if err != nil {
		return t, err
	}
	t.train, t.test, err = all.Split(0.8)
	return t, err
}

// embedded is the task with images of 8 by 8 pixels, for which a smaller network will do.
func embedded() (task, error) {
	t := task{goal: 0.95, network: []layers.Layer{
		&layers.Input{Shape: []int{8, 8, 1}},
		&layers.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Padding: "same", Activation: "relu"},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dropout{Rate: 0.25},
		&layers.Dense{Units: 64, Activation: "relu"},
		&layers.Dense{Units: 10, Activation: "softmax"},
	}}
	var err error
	t.train, t.test, err = datasets.Digits()
	return t, err
}

// run trains the network of a task and returns its accuracy on the test images.
func run(ctx context.Context, w io.Writer, t task, epochs int, dir string) (accuracy float64, err error) {
	model, err := sequential.New(t.network...)
	if err != nil {
		return 0, err
	}
	if err := model.Summary(w); err != nil {
		return 0, err
	}
	err = model.Compile(train.Config{Optimizer: "adam", Loss: "sparse_categorical_crossentropy", Metrics: "accuracy"})
	if err != nil {
		return 0, err
	}
	history, err := model.Fit(ctx, t.train, train.FitOptions{Epochs: epochs, BatchSize: 64, ValidationData: t.test, Output: w})
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	picture := filepath.Join(dir, "history.svg")
	if err := plot.History(picture, history); err != nil {
		return 0, err
	}
	scores, err := model.Predict(ctx, t.test.X)
	if err != nil {
		return 0, err
	}
	labels, err := data.Tensor(t.test.Y)
	if err != nil {
		return 0, err
	}
	confusions(w, data.Ints(labels), data.Argmax(scores))
	accuracy = history.Last()["val_accuracy"]
	fmt.Fprintf(w, "test accuracy %.4f; the training as a picture: %s\n", accuracy, picture)
	return accuracy, nil
}

// confusions lists which digits are read wrongly, the most frequent mistakes first.
func confusions(w io.Writer, want, got []int) {
	count := map[[2]int]int{}
	wrong := 0
	for i := range want {
		if want[i] != got[i] {
			count[[2]int{want[i], got[i]}]++
			wrong++
		}
	}
	var pairs [][2]int
	for pair := range count {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b [2]int) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), slices.Compare(a[:], b[:]))
	})
	fmt.Fprintf(w, "\n%d of %d digits are misread\n", wrong, len(want))
	for _, pair := range pairs[:min(5, len(pairs))] {
		fmt.Fprintf(w, "  %d taken for %d: %d times\n", pair[0], pair[1], count[pair])
	}
}
