package gorgonia

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"github.com/gorgonin/gorgonin/ops"

	_ "github.com/gorgonin/gorgonin/backend/native"
)

// evaluate runs a sample and its gradients on a backend.
func evaluate(s opstest.Sample, float graph.Dtype, backend string, gradients bool) ([]float64, error) {
	g := graph.New(s.Name)
	r := rand.New(rand.NewPCG(1, 2))
	var in graph.Nodes
	var feed []any
	for _, a := range s.In {
		d := a.Dtype
		if d == "" {
			d = float
		}
		lo, hi := a.Lo, a.Hi
		if lo == 0 && hi == 0 {
			lo, hi = -1, 1
		}
		values := make([]float64, graph.Prod(a.Shape...))
		for i := range values {
			if values[i] = lo + (hi-lo)*r.Float64(); !d.IsFloat() {
				values[i] = math.Floor(values[i])
			}
		}
		n := g.Input("", a.Shape, d)
		g.NameAxes(n)
		in = append(in, n)
		feed = append(feed, array.Dense(array.Cast(values, string(d)), a.Shape))
	}
	y := s.Build(in)
	outputs := graph.Nodes{y}
	if gradients {
		outputs = nil
		weight := ops.Cos(ops.Reshape(ops.Arange(g, 0, float64(y.Shape().Size()), 1, y.Dtype()), y.Shape()...))
		for i, x := range in {
			if x.Dtype().IsFloat() {
				outputs = append(outputs, autodiff.VJP(graph.Nodes{y}, in[i:i+1], graph.Nodes{weight})...)
			}
		}
	}
	f, err := engine.Compile(engine.Config{Inputs: in, Outputs: outputs, Backend: backend})
	if err != nil {
		return nil, err
	}
	out, err := f.Run(context.Background(), feed...)
	if err != nil {
		return nil, err
	}
	var all []float64
	for _, v := range out {
		all = append(all, data.Float64s(v)...)
	}
	return all, nil
}

// refused reports whether an error is a refusal.
func refused(err error) bool {
	return strings.Contains(err.Error(), "use the native backend")
}

// compare runs a sample on both backends; it reports whether the operations are supported.
func compare(t *testing.T, s opstest.Sample, float graph.Dtype, tolerance float64, gradients bool) bool {
	t.Helper()
	got, err := evaluate(s, float, "gorgonia", gradients)
	if err != nil {
		if !refused(err) {
			t.Fatal(err)
		}
		return false
	}
	want, err := evaluate(s, float, "native", gradients)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d elements, want %d", len(got), len(want))
	}
	for i, w := range want {
		if math.Abs(got[i]-w) > tolerance*(1+math.Abs(w)) || (got[i] != got[i]) != (w != w) {
			t.Fatalf("%s element %d is %v, native has %v", float, i, got[i], w)
		}
	}
	return true
}

// Every sample whose operations are supported gives what the native backend gives, and so do its gradients.
func TestSamples(t *testing.T) {
	values, gradients, names := 0, 0, ""
	for _, s := range opstest.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			if !compare(t, s, graph.Float64, 1e-9, false) {
				names += s.Name + " "
				return
			}
			values++
			compare(t, s, graph.Float32, 2e-4, false)
			if s.NoGrad {
				return
			}
			if compare(t, s, graph.Float64, 1e-8, true) {
				gradients++
				return
			}
			names += s.Name + "' "
		})
	}
	if values < 300 || gradients < 240 {
		t.Errorf("only %d values and %d gradients were compared", values, gradients)
	}
	t.Logf("%d values and %d gradients agree; refused: %s", values, gradients, names)
}
