// Custom has a layer, a loss and a metric of one's own. A network learns not the mean but the upper bound that nine of ten
// values stay below: the loss is that of quantiles, the metric tells how many values do stay below, and the layer looks at
// its input through bumps whose places and widths are learned. The model is saved to a file of Keras's format and loaded
// again, with all three and ready to go on training.
//
//	go run ./examples/custom [-epochs 40]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/saving"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func main() {
	epochs := flag.Int("epochs", 40, "passes over the points")
	flag.Parse()
	if err := register(); err != nil {
		log.Fatal(err)
	}
	if _, err := run(context.Background(), os.Stdout, *epochs); err != nil {
		log.Fatal(err)
	}
}

// register makes the three known to files.
func register() error {
	return errors.Join(
		saving.Register("examples>Bumps", &Bumps{}),
		saving.Register("examples>Pinball", Pinball{}),
		saving.Register("examples>Below", Below{}),
	)
}

// Bumps is a layer of radial basis functions: exp(-(sharpness · |x - centre|)²) for each unit. x: (batch, features) to
// (batch, units). Its exported fields are its configuration.
type Bumps struct {
	layers.Base
	Units int
	Name  string
}

// Call builds the layer on a node.
func (l *Bumps) Call(c *layers.Context, in ...*graph.Node) *graph.Node {
	if len(in) != 1 || l.Units < 1 {
		return c.Errorf("got %d inputs and %d units, want 1 input and at least 1 unit", len(in), l.Units)
	}
	x := in[0]
	centres := c.Param("centres", layers.Weight{
		Shape:       graph.Shape{l.Units, x.Shape().Dim(-1)},
		Initializer: initializers.RandomUniform{Minval: -2, Maxval: 2},
	})
	sharpness := c.Param("sharpness", layers.Weight{Shape: graph.Shape{l.Units}, Initializer: "ones"})
	apart := ops.Sub(ops.ExpandDims(x, 1), centres) // (batch, units, features)
	distance := ops.Sum(ops.Square(apart), -1)      // squared
	return ops.Exp(ops.Neg(ops.Mul(ops.Square(sharpness), distance)))
}

// Pinball is the loss whose minimum is a quantile: an error counts Quantile when the prediction is too low, and 1 - Quantile
// when it is too high. R. Koenker, G. Bassett: Regression Quantiles (1978).
type Pinball struct {
	Quantile float64
	Name     string
}

// Call gives one value per sample.
func (p Pinball) Call(yTrue, yPred *graph.Node) *graph.Node {
	low := ops.Sub(yTrue, yPred)
	return ops.Mean(ops.Maximum(ops.Mul(low, p.Quantile), ops.Mul(low, p.Quantile-1)), -1)
}

// Below is the share of targets that stay below the prediction.
type Below struct {
	Name string
}

// Call adds a batch to the mean so far.
func (Below) Call(acc *metrics.Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	below := ops.Cast(ops.Less(yTrue, yPred), graph.Float32)
	return acc.Mean("below", ops.Mean(below, -1), sampleWeight)
}

// outcome is what a run found.
type outcome struct {
	below         float64   // share of unseen targets below the bound
	before, after []float64 // predictions of the model, and of the one loaded from its file
	logs, again   train.Logs
	layer         layers.Layer // of the loaded model
}

func run(ctx context.Context, w io.Writer, epochs int) (*outcome, error) {
	model, err := sequential.New(
		&layers.Input{Shape: []int{1}},
		&Bumps{Units: 12},
		&layers.Dense{Units: 1},
	)
	if err != nil {
		return nil, err
	}
	err = model.Compile(train.Config{
		Optimizer: &optimizers.Adam{LearningRate: 0.02},
		Loss:      Pinball{Quantile: 0.9},
		Metrics:   Below{},
	})
	if err != nil {
		return nil, err
	}
	if _, err := model.Fit(ctx, points(2000, 1), train.FitOptions{Epochs: epochs, Output: w}); err != nil {
		return nil, err
	}
	o := &outcome{}
	if o.logs, err = model.Evaluate(ctx, points(1000, 2)); err != nil {
		return nil, err
	}
	o.below = o.logs["below"]
	if err := o.reload(ctx, model); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "\n%.1f %% of unseen points stay below the bound, wanted are 90 %%\n", 100*o.below)
	fmt.Fprintf(w, "saved and loaded: %v\n\n", o.again)
	draw(w, o.after)
	return o, nil
}

// grid is where the bound is drawn.
func grid() [][]float32 {
	var x [][]float32
	for i := range 17 {
		x = append(x, []float32{float32(i)/4 - 2})
	}
	return x
}

// reload saves the model, loads it, and asks both the same.
func (o *outcome) reload(ctx context.Context, model *sequential.Model) error {
	dir, err := os.MkdirTemp("", "custom")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bound.keras")
	if err := model.Save(path); err != nil {
		return err
	}
	loaded, err := functional.Load(path)
	if err != nil {
		return err
	}
	if o.layer, err = loaded.Layer("bumps"); err != nil {
		return err
	}
	if o.again, err = loaded.Evaluate(ctx, points(1000, 2)); err != nil { // compiled, as it was saved
		return err
	}
	a, err := model.Predict(ctx, grid())
	if err != nil {
		return err
	}
	b, err := loaded.Predict(ctx, grid())
	if err != nil {
		return err
	}
	o.before, o.after = data.Float64s(a), data.Float64s(b)
	return nil
}

// draw shows the mean of the points (.) and the learned bound (|), one line for each place.
func draw(w io.Writer, bound []float64) {
	const scale, zero = 14, 16
	for i, x := range grid() {
		line := []rune(strings.Repeat(" ", 64))
		for _, mark := range []struct {
			y    float64
			rune rune
		}{{mean(float64(x[0])), '.'}, {bound[i], '|'}} {
			line[min(max(int(zero+scale*mark.y), 0), len(line)-1)] = mark.rune
		}
		fmt.Fprintf(w, "%5.2f %s\n", x[0], strings.TrimRight(string(line), " "))
	}
}

func mean(x float64) float64 { return math.Sin(2 * x) }

// points draws n of them around a wave, with noise that grows to the right.
func points(n int, seed uint64) data.Arrays {
	r := rand.New(rand.NewPCG(seed, 0))
	var x, y [][]float32
	for range n {
		at := 4*r.Float64() - 2
		x = append(x, []float32{float32(at)})
		y = append(y, []float32{float32(mean(at) + spread(at)*r.NormFloat64())})
	}
	return data.Arrays{X: x, Y: y}
}

func spread(x float64) float64 { return 0.2 + 0.2*(x+2) }
