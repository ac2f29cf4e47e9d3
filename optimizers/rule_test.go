package optimizers_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
)

// ruled are optimizers and the kernel that their step has.
var ruled = map[string]func() optimizers.Optimizer{
	"adam":     func() optimizers.Optimizer { return &optimizers.Adam{} },
	"adam_w":   func() optimizers.Optimizer { return &optimizers.AdamW{} },
	"sgd":      func() optimizers.Optimizer { return &optimizers.SGD{} },
	"momentum": func() optimizers.Optimizer { return &optimizers.SGD{Momentum: 0.9} },
	"nesterov": func() optimizers.Optimizer { return &optimizers.SGD{Momentum: 0.9, Nesterov: true} },
	"rms_prop": func() optimizers.Optimizer { return &optimizers.RMSprop{} },
}

// embedded trains a table of which few rows are read, and a matrix, and returns their values and the text of the program.
func embedded(t *testing.T, opt optimizers.Optimizer, b native.Backend) (values []float32, program string) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var params []*graph.Param
	for path, shape := range map[string]graph.Shape{"table": {700, 33}, "w": {33, 301}} {
		w := make([]float64, shape.Size())
		for i := range w {
			w[i] = float64(i%13) - 6
		}
		p, err := graph.MakeParam(graph.ParamConfig{Name: path, Path: path, Spec: graph.Spec{Dtype: graph.Float32, Shape: shape},
			Init: func(uint64) (any, error) { return w, nil }})
		if err != nil {
			t.Fatal(err)
		}
		params = append(params, p)
	}
	slices.SortFunc(params, func(a, b *graph.Param) int { return strings.Compare(a.Path(), b.Path()) })
	g := graph.New("embedded")
	index := g.Input("index", graph.Shape{graph.None, 4}, graph.Int32)
	y := ops.MatMul(ops.Take(g.Param(params[0]), index, 0), g.Param(params[1]))
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{index}, Outputs: graph.Nodes{ops.Mean(ops.Square(y))}, Backend: b,
		Updates: optimizers.Minimize(opt, ops.Mean(ops.Square(y)), params)})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		rows := make([][4]int32, 9)
		for i := range rows {
			for j := range rows[i] {
				rows[i][j] = int32(r.IntN(40) * r.IntN(17)) // some come often
			}
		}
		if _, err := f.Run(context.Background(), rows); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range append(params, optimizers.Variables(opt)...) {
		if v, ok := p.Value().Data().([]float32); ok {
			values = append(values, v...)
		}
	}
	var text bytes.Buffer
	if err := f.WriteProgram(&text); err != nil {
		t.Fatal(err)
	}
	return values, text.String()
}

// TestRuleKernels holds the steps that have kernels of their own against their operations one by one, bit by bit, for any number of
// threads.
func TestRuleKernels(t *testing.T) {
	for name, opt := range ruled {
		want, _ := embedded(t, opt(), native.Backend{Threads: 1, Without: "rules"})
		for _, b := range []native.Backend{{Threads: 1}, {Threads: 3}, {Threads: 2, Without: "rows"}, {Threads: 1, NoSIMD: true}} {
			got, program := embedded(t, opt(), b)
			if n := strings.Count(program, "fused rule "+name+":"); n != 2 {
				t.Errorf("%s: %d of 2 steps have their kernel:\n%s", name, n, program)
			}
			if rows := strings.Contains(program, "rows of"); rows != (name == "adam" && b.Without == "") {
				t.Errorf("%s: the gradient of the table is kept as rows: %v\n%s", name, rows, program)
			}
			if b.NoSIMD { // products round otherwise
				want, _ = embedded(t, opt(), native.Backend{Threads: 1, NoSIMD: true, Without: "rules"})
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %+v: the values differ from those without rules", name, b)
			}
		}
	}
}
