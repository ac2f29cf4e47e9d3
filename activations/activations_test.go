package activations_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
)

func apply(like any, x []float32) ([]float64, error) {
	f, err := activations.Get(like)
	if err != nil {
		return nil, err
	}
	g := graph.New("activation")
	c, err := engine.Compile(engine.Config{Outputs: graph.Nodes{f(g.Const(x))}})
	if err != nil {
		return nil, err
	}
	out, err := c.Run(context.Background())
	if err != nil {
		return nil, err
	}
	return array.Float64s(array.Elements(out[0])), nil
}

func TestElementwise(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	clip := func(x, lo, hi float64) float64 { return min(max(x, lo), hi) }
	elu := func(x float64) float64 { return max(x, math.Expm1(min(x, 0))) }
	for name, f := range map[string]func(float64) float64{
		"linear":         func(x float64) float64 { return x },
		"relu":           func(x float64) float64 { return max(x, 0) },
		"leaky_relu":     func(x float64) float64 { return max(x, 0.2*x) },
		"relu6":          func(x float64) float64 { return clip(x, 0, 6) },
		"elu":            elu,
		"celu":           elu,
		"selu":           func(x float64) float64 { return 1.05070098 * (max(x, 0) + 1.67326324*math.Expm1(min(x, 0))) },
		"hard_shrink":    func(x float64) float64 { return x * b(math.Abs(x) > 0.5) },
		"soft_shrink":    func(x float64) float64 { return math.Copysign(max(math.Abs(x)-0.5, 0), x) },
		"threshold":      func(x float64) float64 { return max(x, 0) },
		"exponential":    math.Exp,
		"tanh":           math.Tanh,
		"tanh_shrink":    func(x float64) float64 { return x - math.Tanh(x) },
		"hard_tanh":      func(x float64) float64 { return clip(x, -1, 1) },
		"sigmoid":        sigmoid,
		"log_sigmoid":    func(x float64) float64 { return math.Log(sigmoid(x)) },
		"hard_sigmoid":   func(x float64) float64 { return clip(x/6+0.5, 0, 1) },
		"sparse_sigmoid": func(x float64) float64 { return clip((x+1)/2, 0, 1) },
		"silu":           func(x float64) float64 { return x * sigmoid(x) },
		"swish":          func(x float64) float64 { return x * sigmoid(x) },
		"hard_silu":      func(x float64) float64 { return x * clip(x/6+0.5, 0, 1) },
		"hard_swish":     func(x float64) float64 { return x * clip(x/6+0.5, 0, 1) },
		"gelu":           func(x float64) float64 { return x * (1 + math.Erf(x/math.Sqrt2)) / 2 },
		"mish":           func(x float64) float64 { return x * math.Tanh(math.Log1p(math.Exp(x))) },
		"softplus":       func(x float64) float64 { return math.Log1p(math.Exp(x)) },
		"softsign":       func(x float64) float64 { return x / (1 + math.Abs(x)) },
		"squareplus":     func(x float64) float64 { return (x + math.Sqrt(x*x+4)) / 2 },
		"sparse_plus":    func(x float64) float64 { return max(x, math.Pow(clip(x+1, 0, 2), 2)/4) * b(x > -1) },
	} {
		x := []float32{-7, -2.5, -0.75, -0.25, 0, 0.25, 0.75, 2.5, 7}
		got, err := apply(name, x)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, v := range x {
			if want := f(float64(v)); math.Abs(got[i]-want) > 2e-6*max(1, math.Abs(want)) {
				t.Errorf("%s(%g) = %g, want %g", name, v, got[i], want)
			}
		}
	}
}

func b(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

func TestLastAxis(t *testing.T) {
	total := math.Exp(1) + math.Exp(2) + 2
	for name, want := range map[string][]float64{
		"softmax":     {math.Exp(1) / total, math.Exp(2) / total, 1 / total, 1 / total},
		"log_softmax": {1 - math.Log(total), 2 - math.Log(total), -math.Log(total), -math.Log(total)},
		"sparsemax":   {0, 1, 0, 0},
		"glu":         {0.5, 1},
	} {
		got, err := apply(name, []float32{1, 2, 0, 0})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestRectifier(t *testing.T) {
	got, err := apply(activations.Rectifier{NegativeSlope: 0.5, MaxValue: 3, Threshold: 1}, []float32{-1, 0, 1, 2, 5})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{-1, -0.5, 0, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGet(t *testing.T) {
	own := func(x *graph.Node) *graph.Node { return ops.Mul(x, 2) }
	if got, err := apply(own, []float32{3}); err != nil || got[0] != 6 {
		t.Errorf("a function of one's own gave %v, %v", got, err)
	}
	if got, err := apply(nil, []float32{3}); err != nil || got[0] != 3 {
		t.Errorf("nil gave %v, %v", got, err)
	}
	for want, like := range map[string]any{`unknown activation "rellu": did you mean`: "rellu", "a int is no activation": 3} {
		if _, err := activations.Get(like); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v gave the error %v, want %q", like, err, want)
		}
	}
}

func Example() {
	g := graph.New("activation")
	x := g.Const([]float32{-1, 0, 2})
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{activations.ReLU(x), activations.Rectifier{MaxValue: 1}.Activate(x)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background())
	fmt.Println(out[0], out[1], err)
	// Output: [0  0  2] [0  0  1] <nil>
}
