// Research uses no layer and no model: a graph, operations, and derivatives of any order, each printed beside its closed form.
// The last part puts them to work: Newton's method with exact products of the Hessian fits a logistic regression.
//
//	go run ./examples/research
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func main() {
	ctx := context.Background()
	checks, err := derivatives(ctx)
	if err != nil {
		log.Fatal(err)
	}
	table(os.Stdout, checks)
	if _, err := newton(ctx, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// check is a derivative and its closed form, both flat.
type check struct {
	name      string
	got, want []float64
}

// off is the largest difference.
func (c check) off() float64 {
	worst := math.Abs(float64(len(c.got) - len(c.want)))
	for i := range min(len(c.got), len(c.want)) {
		worst = max(worst, math.Abs(c.got[i]-c.want[i]))
	}
	return worst
}

func table(w io.Writer, checks []check) {
	for _, c := range checks {
		fmt.Fprintf(w, "%-44s %10.6f  off by %.1e\n", c.name, c.got, c.off())
	}
}

// value compiles one node and runs it.
func value(ctx context.Context, y *graph.Node, inputs graph.Nodes, at ...any) ([]float64, error) {
	f, err := engine.Compile(engine.Config{Inputs: inputs, Outputs: graph.Nodes{y}})
	if err != nil {
		return nil, err
	}
	out, err := f.Run(ctx, at...)
	if err != nil {
		return nil, err
	}
	return data.Float64s(out[0]), nil
}

// derivatives evaluates one derivative of each kind.
func derivatives(ctx context.Context) ([]check, error) {
	var checks []check
	for _, f := range []func(context.Context) (check, error){gradient, third, jacobian, product} {
		c, err := f(ctx)
		if err != nil {
			return nil, err
		}
		checks = append(checks, c)
	}
	return checks, nil
}

// gradient: of log Σ exp(x), which is softmax(x).
func gradient(ctx context.Context) (check, error) {
	g := graph.New("log_sum_exp")
	x := g.Input("x", graph.Shape{3}, graph.Float64)
	d := autodiff.Grad(ops.Log(ops.Sum(ops.Exp(x))), x)[0]
	at := []float64{0.5, -1, 2}
	got, err := value(ctx, d, graph.Nodes{x}, at)
	return check{"Grad of log Σ exp(x), softmax(x):", got, softmax(at)}, err
}

// third: a gradient is a node, so it has a gradient. The third derivative of sin(x²) is -12x sin(x²) - 8x³ cos(x²).
func third(ctx context.Context) (check, error) {
	g := graph.New("sine_of_square")
	x := g.Input("x", graph.Shape{}, graph.Float64)
	d := ops.Sin(ops.Square(x))
	for range 3 {
		d = autodiff.Grad(d, x)[0]
	}
	const at = 1.3
	sin, cos := math.Sincos(at * at)
	got, err := value(ctx, d, graph.Nodes{x}, at)
	return check{"third derivative of sin(x²):", got, []float64{-12*at*sin - 8*at*at*at*cos}}, err
}

// jacobian: of spherical coordinates (r, θ, φ) to (x, y, z).
func jacobian(ctx context.Context) (check, error) {
	g := graph.New("sphere")
	p := g.Input("p", graph.Shape{3}, graph.Float64)
	r, theta, phi := ops.SliceAxis(p, 0, 0, 1), ops.SliceAxis(p, 0, 1, 2), ops.SliceAxis(p, 0, 2, 3)
	flat := ops.Mul(r, ops.Sin(theta))
	xyz := ops.Concatenate(graph.Nodes{ops.Mul(flat, ops.Cos(phi)), ops.Mul(flat, ops.Sin(phi)), ops.Mul(r, ops.Cos(theta))}, 0)
	at := []float64{2, 0.8, -0.4}
	st, ct := math.Sincos(at[1])
	sp, cp := math.Sincos(at[2])
	got, err := value(ctx, autodiff.Jacobian(xyz, p), graph.Nodes{p}, at)
	return check{"Jacobian of spherical coordinates:", got, []float64{
		st * cp, at[0] * ct * cp, -at[0] * st * sp,
		st * sp, at[0] * ct * sp, at[0] * st * cp,
		ct, -at[0] * st, 0,
	}}, err
}

// product: Hessian of log Σ exp(x) times v, without the Hessian: p∘v - p (p·v) with p = softmax(x).
func product(ctx context.Context) (check, error) {
	g := graph.New("log_sum_exp")
	x := g.Input("x", graph.Shape{3}, graph.Float64)
	v := g.Input("v", graph.Shape{3}, graph.Float64)
	hv := autodiff.HVP(ops.Log(ops.Sum(ops.Exp(x))), x, v)
	at, along := []float64{0.5, -1, 2}, []float64{1, 2, -1}
	p := softmax(at)
	inner := dot(p, along)
	want := make([]float64, 3)
	for i := range want {
		want[i] = p[i]*along[i] - p[i]*inner
	}
	got, err := value(ctx, hv, graph.Nodes{x, v}, at, along)
	return check{"HVP of log Σ exp(x):", got, want}, err
}

func softmax(x []float64) []float64 {
	p, sum := make([]float64, len(x)), 0.0
	for i, v := range x {
		p[i] = math.Exp(v)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// fit is what Newton's method found.
type fit struct {
	w     []float64
	slope float64 // length of the gradient at w
	steps int
}

// newton fits w in P(y = 1 | x) = sigmoid(x·w), with a little weight decay. Each step solves H d = gradient by conjugate
// gradients, which ask only for products with H.
func newton(ctx context.Context, out io.Writer) (fit, error) {
	const n, features = 400, 5
	g := graph.New("logistic")
	w := g.Input("w", graph.Shape{features}, graph.Float64)
	v := g.Input("v", graph.Shape{features}, graph.Float64)
	x := g.Input("x", graph.Shape{graph.None, features}, graph.Float64)
	y := g.Input("y", graph.Shape{graph.None}, graph.Float64)
	score := ops.Dot(x, w)
	loss := ops.Add(ops.Mean(ops.Sub(ops.Softplus(score), ops.Mul(y, score))), ops.Mul(ops.Sum(ops.Square(w)), 0.005))
	slope, err := engine.Compile(engine.Config{Inputs: graph.Nodes{w, x, y}, Outputs: append(graph.Nodes{loss}, autodiff.Grad(loss, w)...)})
	if err != nil {
		return fit{}, err
	}
	hessian, err := engine.Compile(engine.Config{Inputs: graph.Nodes{w, x, y, v}, Outputs: graph.Nodes{autodiff.HVP(loss, w, v)}})
	if err != nil {
		return fit{}, err
	}

	xs, ys := coins(n, features)
	f := fit{w: make([]float64, features)}
	for ; ; f.steps++ {
		r, err := slope.Run(ctx, f.w, xs, ys)
		if err != nil {
			return f, err
		}
		d := data.Float64s(r[1])
		f.slope = math.Sqrt(dot(d, d))
		fmt.Fprintf(out, "step %d: loss %.9f, |gradient| %.1e\n", f.steps, data.Float64s(r[0])[0], f.slope)
		if f.slope < 1e-12 || f.steps == 20 {
			return f, nil
		}
		step, err := solve(d, func(v []float64) ([]float64, error) {
			r, err := hessian.Run(ctx, f.w, xs, ys, v)
			if err != nil {
				return nil, err
			}
			return data.Float64s(r[0]), nil
		})
		if err != nil {
			return f, err
		}
		for i := range step {
			f.w[i] -= step[i]
		}
	}
}

// solve finds x with H x = b for a positive definite H by conjugate gradients, exact after len(b) products.
func solve(b []float64, times func([]float64) ([]float64, error)) ([]float64, error) {
	x := make([]float64, len(b))
	residual := append([]float64(nil), b...)
	direction := append([]float64(nil), b...)
	for range b {
		square := dot(residual, residual)
		if square == 0 {
			break
		}
		h, err := times(direction)
		if err != nil {
			return nil, err
		}
		length := square / dot(direction, h)
		for i := range x {
			x[i] += length * direction[i]
			residual[i] -= length * h[i]
		}
		turn := dot(residual, residual) / square
		for i := range direction {
			direction[i] = residual[i] + turn*direction[i]
		}
	}
	return x, nil
}

// coins draws points and throws a coin for each, whose bias follows from the features.
func coins(n, features int) (x [][]float64, y []float64) {
	r := rand.New(rand.NewPCG(17, 0))
	for range n {
		row := make([]float64, features)
		score := 0.0
		for i := range row {
			row[i] = r.NormFloat64()
			score += row[i] * float64(i-1) / 2
		}
		head := 0.0
		if r.Float64() < 1/(1+math.Exp(-score)) {
			head = 1
		}
		x, y = append(x, row), append(y, head)
	}
	return x, y
}
