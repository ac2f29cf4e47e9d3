package train_test

import (
	"context"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

var ctx = context.Background()

// quiet are options that write nothing.
func quiet(o train.FitOptions) train.FitOptions {
	o.Verbose, o.Output = train.Silent, io.Discard
	return o
}

// slope is y = w x with w = 1, compiled with SGD at the rate 0.1 and the mean squared error unless the settings say more.
func slope(t *testing.T, c train.Config) *sequential.Model {
	t.Helper()
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, &layers.Dense{Units: 1, NoBias: true, KernelInitializer: "ones", Name: "w"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Optimizer == nil {
		c.Optimizer = &optimizers.SGD{LearningRate: 0.1}
	}
	if c.Loss == nil {
		c.Loss = "mse"
	}
	compile(t, m.Model, c)
	return m
}

func compile(t *testing.T, m *functional.Model, c train.Config) {
	t.Helper()
	if err := m.Compile(c); err != nil {
		t.Fatal(err)
	}
}

// classifier has the given number of inputs, a dropout and a softmax over classes.
func classifier(t *testing.T, inputs, classes int) *sequential.Model {
	t.Helper()
	m, err := sequential.New(
		&layers.Input{Shape: []int{inputs}},
		&layers.Dense{Units: 8, Activation: "tanh"},
		&layers.Dropout{Rate: 0.5},
		&layers.Dense{Units: classes, Activation: "softmax"},
	)
	if err != nil {
		t.Fatal(err)
	}
	compile(t, m.Model, train.Config{Optimizer: "adam", Loss: "sparse_categorical_crossentropy", Metrics: "accuracy"})
	return m
}

// twoHeads doubles x in output "p" and triples it in "q".
func twoHeads(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("heads")
	x := functional.Input(g, "x", []int{1})
	head := func(name string, w float32) *graph.Node {
		l := &layers.Dense{Units: 1, NoBias: true, Name: name}
		y := functional.Call(l, x)
		if err := l.Params()[0].SetValue([][]float32{{w}}); err != nil {
			t.Fatal(err)
		}
		return y
	}
	m, err := functional.New(graph.Nodes{x}, graph.Nodes{head("p", 2), head("q", 3)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func weight(m interface{ Weights() []*tensor.Dense }) float64 {
	return data.Float64s(m.Weights()[0])[0]
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-5*max(1, math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// has checks the parts of an error's text.
func has(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("the error %q does not say %q", err, p)
		}
	}
}

func equal(a, b []*tensor.Dense) bool {
	for i := range a {
		if !a[i].Eq(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// rows makes n rows with the given number of columns, and a label below classes for each.
func rows(n, columns, classes int) data.Arrays {
	x, y := make([][]float32, n), make([]int, n)
	for i := range x {
		x[i] = make([]float32, columns)
		for j := range x[i] {
			x[i][j] = float32((i*7+j*3)%11)/11 - 0.5
		}
		y[i] = (i * 5 / 3) % classes
	}
	return data.Arrays{X: x, Y: y}
}

func zeros(m interface{ Weights() []*tensor.Dense }) []*tensor.Dense {
	w := m.Weights()
	for _, d := range w {
		d.Zero()
	}
	return w
}

// ones are n rows that slope misses by 1, far one that it misses by 2.
func ones(n int) data.Arrays {
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		x[i], y[i] = 1, 2
	}
	return data.Arrays{X: x, Y: y}
}

var far = data.Arrays{X: []float32{1}, Y: []float32{3}}
