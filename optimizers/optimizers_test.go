package optimizers_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/optimizers"
)

// param makes a trainable vector.
func param(t *testing.T, path string, w ...float64) *graph.Param {
	t.Helper()
	p, err := graph.MakeParam(graph.ParamConfig{
		Name: path, Path: "dense/" + path, Spec: graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{len(w)}},
		Init: func(uint64) (any, error) { return w, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func values(p *graph.Param) []float64 { return array.Float64s(array.Elements(p.Value())) }

// trainer compiles the step of an optimizer; the gradients are fed.
func trainer(t *testing.T, opt optimizers.Optimizer, params ...*graph.Param) func(grads ...[]float64) {
	t.Helper()
	g := graph.New("step")
	var grads graph.Nodes
	for i, p := range params {
		grads = append(grads, g.Input(fmt.Sprint("g", i), p.Spec().Shape))
	}
	f, err := engine.Compile(engine.Config{Inputs: grads, Updates: opt.Updates(params, grads)})
	if err != nil {
		t.Fatal(err)
	}
	return func(grads ...[]float64) {
		t.Helper()
		in := make([]any, len(grads))
		for i, d := range grads {
			in[i] = d
		}
		if _, err := f.Run(context.Background(), in...); err != nil {
			t.Fatal(err)
		}
	}
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values %v, want %v", what, len(got), got, want)
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

// memory is what a textbook rule keeps for one number.
type memory struct{ m, v, h float64 }

const eps = 1e-7

// textbook has the rules as the papers write them, for one number w with gradient g in step t.
var textbook = map[string]struct {
	opt   optimizers.Optimizer
	start memory
	step  func(k *memory, w, g, t float64) float64
}{
	"sgd": {&optimizers.SGD{LearningRate: 0.1}, memory{}, func(_ *memory, w, g, _ float64) float64 { return w - 0.1*g }},
	"sgd momentum": {&optimizers.SGD{LearningRate: 0.1, Momentum: 0.9}, memory{}, func(k *memory, w, g, _ float64) float64 {
		k.v = 0.9*k.v - 0.1*g
		return w + k.v
	}},
	"sgd nesterov": {&optimizers.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true}, memory{}, func(k *memory, w, g, _ float64) float64 {
		k.v = 0.9*k.v - 0.1*g
		return w + 0.9*k.v - 0.1*g
	}},
	"rmsprop": {&optimizers.RMSprop{LearningRate: 0.1}, memory{}, func(k *memory, w, g, _ float64) float64 {
		k.v = 0.9*k.v + 0.1*g*g
		return w - 0.1*g/math.Sqrt(k.v+eps)
	}},
	"rmsprop centered": {&optimizers.RMSprop{LearningRate: 0.1, Centered: true, Momentum: 0.5}, memory{}, func(k *memory, w, g, _ float64) float64 {
		k.v = 0.9*k.v + 0.1*g*g
		k.m = 0.9*k.m + 0.1*g
		k.h = 0.5*k.h + 0.1*g/math.Sqrt(k.v-k.m*k.m+eps)
		return w - k.h
	}},
	"adam": {&optimizers.Adam{LearningRate: 0.1}, memory{}, func(k *memory, w, g, t float64) float64 {
		k.m = 0.9*k.m + 0.1*g
		k.v = 0.999*k.v + 0.001*g*g
		return w - 0.1*math.Sqrt(1-math.Pow(0.999, t))/(1-math.Pow(0.9, t))*k.m/(math.Sqrt(k.v)+eps)
	}},
	"adam amsgrad": {&optimizers.Adam{LearningRate: 0.1, AMSGrad: true}, memory{}, func(k *memory, w, g, t float64) float64 {
		k.m = 0.9*k.m + 0.1*g
		k.v = 0.999*k.v + 0.001*g*g
		k.h = max(k.h, k.v)
		return w - 0.1*math.Sqrt(1-math.Pow(0.999, t))/(1-math.Pow(0.9, t))*k.m/(math.Sqrt(k.h)+eps)
	}},
	"adamw": {&optimizers.AdamW{LearningRate: 0.1}, memory{}, func(k *memory, w, g, t float64) float64 {
		w -= 0.1 * 0.004 * w
		k.m = 0.9*k.m + 0.1*g
		k.v = 0.999*k.v + 0.001*g*g
		return w - 0.1*math.Sqrt(1-math.Pow(0.999, t))/(1-math.Pow(0.9, t))*k.m/(math.Sqrt(k.v)+eps)
	}},
	"adamax": {&optimizers.Adamax{LearningRate: 0.1}, memory{}, func(k *memory, w, g, t float64) float64 {
		k.m = 0.9*k.m + 0.1*g
		k.v = max(0.999*k.v, math.Abs(g))
		return w - 0.1/(1-math.Pow(0.9, t))*k.m/(k.v+eps)
	}},
	"nadam": {&optimizers.Nadam{LearningRate: 0.1}, memory{h: 1}, func(k *memory, w, g, t float64) float64 {
		u := func(t float64) float64 { return 0.9 * (1 - 0.5*math.Pow(0.96, t)) }
		k.h *= u(t)
		k.m = 0.9*k.m + 0.1*g
		k.v = 0.999*k.v + 0.001*g*g
		m := u(t+1)*k.m/(1-k.h*u(t+1)) + (1-u(t))*g/(1-k.h)
		return w - 0.1*m/(math.Sqrt(k.v/(1-math.Pow(0.999, t)))+eps)
	}},
	"adagrad": {&optimizers.Adagrad{LearningRate: 0.1}, memory{v: 0.1}, func(k *memory, w, g, _ float64) float64 {
		k.v += g * g
		return w - 0.1*g/math.Sqrt(k.v+eps)
	}},
	"adadelta": {&optimizers.Adadelta{LearningRate: 1}, memory{}, func(k *memory, w, g, _ float64) float64 {
		k.v = 0.95*k.v + 0.05*g*g
		d := math.Sqrt(k.m+eps) / math.Sqrt(k.v+eps) * g
		k.m = 0.95*k.m + 0.05*d*d
		return w - d
	}},
	"ftrl": {&optimizers.Ftrl{LearningRate: 0.1, L1RegularizationStrength: 0.01, L2RegularizationStrength: 0.02, Beta: 0.1}, memory{v: 0.1}, func(k *memory, w, g, _ float64) float64 {
		n := k.v + g*g
		k.m += g - (math.Sqrt(n)-math.Sqrt(k.v))/0.1*w
		k.v = n
		return (min(max(k.m, -0.01), 0.01) - k.m) / (math.Sqrt(n)/0.1 + 2*(0.02+0.1/(2*0.1)))
	}},
	"lion": {&optimizers.Lion{LearningRate: 0.1}, memory{}, func(k *memory, w, g, _ float64) float64 {
		w -= 0.1 * sign(0.9*k.m+0.1*g)
		k.m = 0.99*k.m + 0.01*g
		return w
	}},
	"schedule free": {&optimizers.ScheduleFreeAdamW{LearningRate: 0.1, WarmupSteps: 2}, memory{h: math.NaN()}, func(k *memory, w, g, t float64) float64 {
		if math.IsNaN(k.h) {
			k.h = w
		}
		x := (w - 0.1*k.h) / 0.9
		k.v = 0.999*k.v + 0.001*g*g
		k.h -= 0.1 * min(t/2, 1) * g / (math.Sqrt(k.v/(1-math.Pow(0.999, t))) + 1e-8)
		return 0.1*k.h + 0.9*((1-1/t)*x+k.h/t)
	}},
}

func sign(x float64) float64 { return math.Copysign(1, x) }

func TestRules(t *testing.T) {
	for name, c := range textbook {
		t.Run(name, func(t *testing.T) {
			want := []float64{1, -2, 0.5}
			p := param(t, "kernel", 1, -2, 0.5)
			step := trainer(t, c.opt, p)
			keep := []memory{c.start, c.start, c.start}
			for n, g := range [][]float64{{0.5, -1, 0.1}, {-0.2, -0.3, 0.2}, {0.1, 2, -0.4}} {
				step(g)
				for i := range want {
					want[i] = c.step(&keep[i], want[i], g[i], float64(n+1))
				}
				near(t, fmt.Sprintf("step %d", n+1), values(p), want, 2e-5)
			}
		})
	}
}

func TestLambScalesToTheNorm(t *testing.T) {
	p := param(t, "kernel", 3, 4)
	trainer(t, &optimizers.Lamb{LearningRate: 0.1}, p)([]float64{1, 1})
	// Adam's first change is 1 for each element, of norm √2; the parameter's is 5
	d := 0.1 * 5 / math.Sqrt2
	near(t, "lamb", values(p), []float64{3 - d, 4 - d}, 1e-5)
}

func TestAdafactorVector(t *testing.T) {
	p := param(t, "bias", 3, 4)
	trainer(t, &optimizers.Adafactor{LearningRate: 0.1}, p)([]float64{2, -2})
	// in the first step v = g², so the change is ±1, its rms 1, scaled by the rms of the parameter
	d := 0.1 * math.Sqrt(12.5)
	near(t, "adafactor", values(p), []float64{3 - d, 4 + d}, 1e-5)
}

func TestMuonOrthogonalizes(t *testing.T) {
	p, err := graph.NewParam("kernel", [][]float32{{0, 0}, {0, 0}, {0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	g := graph.New("step")
	d := g.Input("g", graph.Shape{3, 2})
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{d}, Updates: (&optimizers.Muon{LearningRate: 1}).Updates([]*graph.Param{p}, graph.Nodes{d})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Run(context.Background(), [][]float32{{3, 0}, {0, 4}, {0, 0}}); err != nil {
		t.Fatal(err)
	}
	w := values(p)
	for _, i := range []int{0, 3} { // singular values near 1 times √3·0.2
		if s := -w[i] / (math.Sqrt(3) * 0.2); s < 0.6 || s > 1.3 {
			t.Errorf("element %d is %g: singular value %g, want near 1", i, w[i], s)
		}
	}
	near(t, "off the diagonal", []float64{w[1], w[2], w[4], w[5]}, []float64{0, 0, 0, 0}, 1e-6)
}
