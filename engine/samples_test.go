package engine

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"gorgonia.org/tensor"
)

// draw makes a value for an argument.
func draw(a opstest.Arg, d graph.Dtype, r *rand.Rand) *tensor.Dense {
	values := make([]float64, graph.Prod(a.Shape...))
	lo, hi := a.Lo, a.Hi
	if lo == 0 && hi == 0 {
		lo, hi = -1, 1
	}
	for i := range values {
		values[i] = lo + (hi-lo)*r.Float64()
		if !d.IsFloat() {
			values[i] = math.Floor(values[i])
		}
	}
	return array.Dense(array.Cast(values, string(d)), a.Shape)
}

// sample compiles a sample, with the axes that may be unknown left open or not.
func sample(t *testing.T, s opstest.Sample, float graph.Dtype, open bool, on backend.Like) (*Function, []any) {
	t.Helper()
	g := graph.New(s.Name)
	r := rand.New(rand.NewPCG(1, 2))
	var in graph.Nodes
	var feed []any
	for _, a := range s.In {
		d := a.Dtype
		if d == "" {
			d = float
		}
		shape := graph.Shape(slices.Clone(a.Shape))
		for _, axis := range a.None {
			if open {
				shape[axis] = graph.None
			}
		}
		n := g.Input("", shape, d)
		g.NameAxes(n)
		in = append(in, n)
		feed = append(feed, draw(a, d, r))
	}
	f, err := Compile(Config{Inputs: in, Outputs: graph.Nodes{s.Build(in)}, Backend: on})
	if err != nil {
		t.Fatal(err)
	}
	return f, feed
}

// Every sample gives the same values with known and with unknown axes, and in float32 nearly those of float64.
func TestSamples(t *testing.T) {
	for _, s := range opstest.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			f, feed := sample(t, s, graph.Float64, false, nil)
			known := run(t, f, feed...)[0]
			f, feed = sample(t, s, graph.Float64, true, nil)
			open := run(t, f, feed...)[0]
			f, feed = sample(t, s, graph.Float32, false, nil)
			single := run(t, f, feed...)[0]
			for i, v := range known {
				if v != open[i] && !(v != v && open[i] != open[i]) {
					t.Fatalf("element %d is %v with known and %v with unknown axes", i, v, open[i])
				}
				if math.Abs(v-single[i]) > 2e-3*(1+math.Abs(v)) {
					t.Fatalf("element %d is %v in float64 and %v in float32", i, v, single[i])
				}
			}
		})
	}
}

// plain is the native backend without its kernels for composite operations.
type plain struct{ native.Backend }

func (p plain) Supports(op graph.Op, in, out []graph.Spec) error {
	if _, composite := op.(graph.Composite); composite {
		return errors.New("expand it")
	}
	return p.Backend.Supports(op, in, out)
}

// The kernel of a composite gives what its expansion gives, and the number of threads changes no bit.
func TestSamplesByOtherWays(t *testing.T) {
	for _, s := range opstest.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			f, feed := sample(t, s, graph.Float64, true, native.Backend{Threads: 1})
			one := run(t, f, feed...)[0]
			f, feed = sample(t, s, graph.Float64, true, native.Backend{Threads: 3})
			three := run(t, f, feed...)[0]
			f, feed = sample(t, s, graph.Float64, true, plain{})
			expanded := run(t, f, feed...)[0]
			for i, v := range one {
				if v != three[i] && v == v {
					t.Fatalf("element %d is %v with 1 thread and %v with 3", i, v, three[i])
				}
				if math.Abs(v-expanded[i]) > 1e-9*(1+math.Abs(v)) {
					t.Fatalf("element %d is %v, and %v when composites are expanded", i, v, expanded[i])
				}
			}
		})
	}
}
