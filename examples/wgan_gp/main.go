// Wgan_gp trains two models against each other. A generator turns noise into points of the plane, a critic tells them from the
// points of a ring. The critic's loss holds the slope of its own score (the gradient penalty), so that training it takes
// gradients of gradients. There is no Fit here: each model has a compiled function that makes one step. The points are
// drawn in the terminal as the ring appears.
// I. Gulrajani and others: Improved Training of Wasserstein GANs (2017), https://arxiv.org/abs/1704.00028.
//
//	go run ./examples/wgan_gp [-steps 800]
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

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
)

const (
	noiseSize   = 4
	batch       = 64
	criticSteps = 3 // for each step of the generator
	radius      = 1.5
)

func main() {
	steps := flag.Int("steps", 800, "steps of the generator")
	flag.Parse()
	if _, err := run(context.Background(), os.Stdout, *steps); err != nil {
		log.Fatal(err)
	}
}

// gan is the two models and the function that trains each.
type gan struct {
	generator, critic           *sequential.Model
	trainCritic, trainGenerator *engine.Function
}

func newGAN() (*gan, error) {
	generator, err := sequential.New(
		&layers.Input{Shape: []int{noiseSize}},
		&layers.Dense{Units: 32, Activation: "relu"},
		&layers.Dense{Units: 32, Activation: "relu"},
		&layers.Dense{Units: 2},
	)
	if err != nil {
		return nil, err
	}
	critic, err := sequential.New(
		&layers.Input{Shape: []int{2}},
		&layers.Dense{Units: 48, Activation: "tanh"},
		&layers.Dense{Units: 48, Activation: "tanh"},
		&layers.Dense{Units: 1},
	)
	if err != nil {
		return nil, err
	}
	n := &gan{generator: generator, critic: critic}
	return n, n.compile()
}

// compile builds the game of both models in one graph, and makes a function of each side's loss.
func (n *gan) compile() error {
	g := graph.New("game")
	noise := g.Input("noise", graph.Shape{graph.None, noiseSize})
	genuine := g.Input("genuine", graph.Shape{graph.None, 2})
	fake := functional.Call(n.generator, noise)
	advantage := ops.Sub(
		ops.Mean(functional.Call(n.critic, genuine)),
		ops.Mean(functional.Call(n.critic, fake)))

	mix := ops.RandomUniformLike(ops.SliceAxis(genuine, 1, 0, 1)) // (batch, 1)
	between := ops.Add(ops.Mul(mix, genuine), ops.Mul(ops.Sub(1, mix), fake))
	steepness := penalty(functional.Call(n.critic, between), between)

	step := func(inputs graph.Nodes, loss, shown *graph.Node, of *sequential.Model) (*engine.Function, error) {
		adam := &optimizers.Adam{LearningRate: 2e-3, Beta1: 0.5, Beta2: 0.9}
		return engine.Compile(engine.Config{
			Inputs:   inputs,
			Outputs:  graph.Nodes{shown},
			Updates:  optimizers.Minimize(adam, loss, of.TrainableParams()),
			Training: true,
			Seed:     1,
		})
	}
	var err error
	criticLoss := ops.Sub(ops.Mul(steepness, 2), advantage)
	if n.trainCritic, err = step(graph.Nodes{noise, genuine}, criticLoss, advantage, n.critic); err != nil {
		return err
	}
	// The generator sees of the advantage only its own part.
	n.trainGenerator, err = step(graph.Nodes{noise}, ops.Neg(ops.Mean(functional.Call(n.critic, fake))), meanRadius(fake), n.generator)
	return err
}

// penalty is (|d score / d x| - 1)², the mean over the batch.
func penalty(score, x *graph.Node) *graph.Node {
	slope := autodiff.Grad(ops.Sum(score), x)[0] // no point's score depends on another point
	length := ops.Sqrt(ops.Add(ops.Sum(ops.Square(slope), -1), 1e-9))
	return ops.Mean(ops.Square(ops.Sub(length, 1)))
}

// meanRadius is the mean distance of points from the origin, which is shown while training.
func meanRadius(points *graph.Node) *graph.Node {
	return ops.Mean(ops.Sqrt(ops.Sum(ops.Square(points), -1)))
}

// result is where 1,000 generated points lie.
type result struct {
	radius, spread float64    // mean and standard deviation of the distance from the origin
	quarters       [4]float64 // the share of each quarter of the plane
}

func run(ctx context.Context, w io.Writer, steps int) (r result, err error) {
	n, err := newGAN()
	if err != nil {
		return r, err
	}
	random := rand.New(rand.NewPCG(21, 0))
	for step := range steps {
		var advantage float64
		for range criticSteps {
			out, err := n.trainCritic.Run(ctx, noise(random, batch), ring(random, batch))
			if err != nil {
				return r, err
			}
			advantage = data.Float64s(out[0])[0]
		}
		out, err := n.trainGenerator.Run(ctx, noise(random, batch))
		if err != nil {
			return r, err
		}
		if step%(max(steps/4, 1)) == 0 {
			fmt.Fprintf(w, "step %4d: the critic is ahead by %.3f, mean radius %.3f\n", step, advantage, data.Float64s(out[0])[0])
		}
	}
	t, err := n.generator.Predict(ctx, noise(random, 1000))
	if err != nil {
		return r, err
	}
	points := data.Float64s(t)
	scatter(w, points)
	r = measure(points)
	fmt.Fprintf(w, "radius %.2f ± %.2f, the ring's is %.2f ± 0.1\n", r.radius, r.spread, radius)
	return r, nil
}

func measure(points []float64) (r result) {
	n := float64(len(points) / 2)
	var squares float64
	for i := 0; i < len(points); i += 2 {
		x, y := points[i], points[i+1]
		d := math.Hypot(x, y)
		r.radius += d / n
		squares += d * d / n
		quarter := 0
		if x > 0 {
			quarter++
		}
		if y > 0 {
			quarter += 2
		}
		r.quarters[quarter] += 1 / n
	}
	r.spread = math.Sqrt(max(squares-r.radius*r.radius, 0))
	return r
}

// scatter draws points of the plane from -2.2 to 2.2, darker where there are more.
func scatter(w io.Writer, points []float64) {
	const width, height, limit = 56, 24, 2.2
	var count [height][width]int
	for i := 0; i < len(points); i += 2 {
		column := int((points[i] + limit) / (2 * limit) * width)
		row := int((limit - points[i+1]) / (2 * limit) * height)
		if column >= 0 && column < width && row >= 0 && row < height {
			count[row][column]++
		}
	}
	shades := []rune(" ·░▒▓█")
	for _, row := range count {
		for _, c := range row {
			fmt.Fprintf(w, "%c", shades[min(c, len(shades)-1)])
		}
		fmt.Fprintln(w)
	}
}

func noise(r *rand.Rand, n int) [][]float32 {
	x := make([][]float32, n)
	for i := range x {
		x[i] = make([]float32, noiseSize)
		for j := range x[i] {
			x[i][j] = float32(r.NormFloat64())
		}
	}
	return x
}

// ring draws n points near the circle.
func ring(r *rand.Rand, n int) [][]float32 {
	x := make([][]float32, n)
	for i := range x {
		sin, cos := math.Sincos(2 * math.Pi * r.Float64())
		d := radius + 0.1*r.NormFloat64()
		x[i] = []float32{float32(d * cos), float32(d * sin)}
	}
	return x
}
