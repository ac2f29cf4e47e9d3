// Shared_lstm is a siamese network: one LSTM reads two curves, and the distance of what it makes of them says whether both
// have the same shape (sine, square, sawtooth), whatever their phase and noise. The LSTM is one pointer called twice, so it
// has one set of weights. Loss and metric are Go functions. The part of the model that encodes a curve is a model of its
// own, which knows the shapes without having been told their names.
//
//	go run ./examples/shared_lstm [-epochs 6]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
)

const (
	steps = 24
	width = 16 // of a code
)

func main() {
	epochs := flag.Int("epochs", 6, "passes over the pairs")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *epochs); err != nil {
		log.Fatal(err)
	}
}

// siamese returns the model of pairs, and the encoder inside it. They share all weights of the encoder.
func siamese() (pairs, encoder *functional.Model, err error) {
	g := graph.New("same_shape")
	left := functional.Input(g, "left", []int{steps, 1})
	right := functional.Input(g, "right", []int{steps, 1})

	reader := &layers.LSTM{Units: width, ReturnSequences: true, Name: "reader"}
	mean := &layers.GlobalAveragePooling1D{} // over the steps, so that the phase does not matter
	a, b := functional.Chain(left, reader, mean), functional.Chain(right, reader, mean)
	distance := ops.Sqrt(ops.Add(ops.SumKeepDims(ops.Square(ops.Sub(a, b)), -1), 1e-9)) // the slope of √ at 0 is infinite
	if pairs, err = functional.New(graph.Nodes{left, right}, graph.Nodes{distance.Named("distance")}); err != nil {
		return nil, nil, err
	}
	encoder, err = functional.New(graph.Nodes{left}, graph.Nodes{a})
	return pairs, encoder, err
}

// contrastive pulls codes of one shape together and pushes others to a distance of at least 1.
// R. Hadsell, S. Chopra, Y. LeCun: Dimensionality Reduction by Learning an Invariant Mapping (2006).
func contrastive(same, distance *graph.Node) *graph.Node {
	push := ops.Square(ops.Maximum(ops.Sub(1, distance), 0))
	return ops.Mean(ops.Add(ops.Mul(same, ops.Square(distance)), ops.Mul(ops.Sub(1, same), push)), -1)
}

// told is the share of pairs that a distance of half the margin tells apart.
func told(same, distance *graph.Node) *graph.Node {
	return ops.Cast(ops.Equal(same, ops.Cast(ops.Less(distance, 0.5), graph.Float32)), graph.Float32)
}

// result is what a run found.
type result struct {
	accuracy float64 // on pairs that were not trained with
	params   int     // of the model of pairs
	nearest  float64 // the share of curves whose nearest code is of the same shape
}

func run(ctx context.Context, w io.Writer, epochs int) (r result, err error) {
	model, encoder, err := siamese()
	if err != nil {
		return r, err
	}
	if err := model.Summary(w); err != nil {
		return r, err
	}
	r.params = model.CountParams()
	err = model.Compile(train.Config{Optimizer: &optimizers.Adam{LearningRate: 0.01}, Loss: contrastive, Metrics: told})
	if err != nil {
		return r, err
	}
	if _, err := model.Fit(ctx, pairs(1500, 1), train.FitOptions{Epochs: epochs, Output: w}); err != nil {
		return r, err
	}
	logs, err := model.Evaluate(ctx, pairs(400, 2))
	if err != nil {
		return r, err
	}
	r.accuracy = logs["told"]
	if r.nearest, err = neighbours(ctx, encoder); err != nil {
		return r, err
	}
	fmt.Fprintf(w, "\nunseen pairs: %v\n%.0f %% of unseen curves lie nearest to one of their own shape\n", logs, 100*r.nearest)
	return r, nil
}

// neighbours encodes curves and looks whether the nearest other code is of the same shape.
func neighbours(ctx context.Context, encoder *functional.Model) (float64, error) {
	r := rand.New(rand.NewPCG(3, 0))
	const n = 120
	var curves [][][]float32
	for i := range n {
		curves = append(curves, curve(r, i%3))
	}
	t, err := encoder.Predict(ctx, curves)
	if err != nil {
		return 0, err
	}
	codes := data.Float64s(t) // (n, width)
	hits := 0
	for i := range n {
		nearest, least := 0, math.Inf(1)
		for j := range n {
			var distance float64
			for k := range width {
				d := codes[i*width+k] - codes[j*width+k]
				distance += d * d
			}
			if j != i && distance < least {
				nearest, least = j, distance
			}
		}
		if nearest%3 == i%3 {
			hits++
		}
	}
	return float64(hits) / n, nil
}

// curve draws two periods of a shape with a phase of its own, and noise.
func curve(r *rand.Rand, shape int) [][]float32 {
	phase := r.Float64()
	out := make([][]float32, steps)
	for t := range out {
		_, p := math.Modf(phase + 2*float64(t)/steps) // where in the period, 0 to 1
		y := math.Sin(2 * math.Pi * p)
		switch shape {
		case 1:
			y = math.Copysign(1, y)
		case 2:
			y = 2*p - 1
		}
		out[t] = []float32{float32(y + 0.1*r.NormFloat64())}
	}
	return out
}

// pairs draws n pairs, half of them of one shape.
func pairs(n int, seed uint64) data.Arrays {
	r := rand.New(rand.NewPCG(seed, 0))
	var left, right [][][]float32
	var same [][]float32
	for i := range n {
		a := r.IntN(3)
		b := a
		if i%2 == 1 {
			b = (a + 1 + r.IntN(2)) % 3
		}
		left, right, same = append(left, curve(r, a)), append(right, curve(r, b)), append(same, []float32{float32(1 - i%2)})
	}
	return data.Arrays{X: map[string]any{"left": left, "right": right}, Y: same}
}
