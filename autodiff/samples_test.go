package autodiff_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"github.com/gorgonin/gorgonin/ops"
)

// draw makes random values for an argument of a sample, in n copies along a new first axis; n = 0 means none.
func draw(r *rand.Rand, a opstest.Arg, n int) any {
	lo, hi := a.Lo, a.Hi
	if lo == 0 && hi == 0 {
		lo, hi = -1, 1
	}
	shape := graph.Shape(a.Shape).Clone()
	if n > 0 {
		shape = append(graph.Shape{n}, shape...)
	}
	v := make([]float64, shape.Size())
	for i := range v {
		if v[i] = lo + (hi-lo)*r.Float64(); !dtypeOf(a).IsFloat() {
			v[i] = float64(int(v[i]))
		}
	}
	return array.Dense(array.Cast(v, string(dtypeOf(a))), shape)
}

func dtypeOf(a opstest.Arg) graph.Dtype {
	if a.Dtype == "" {
		return graph.Float64
	}
	return a.Dtype
}

// sample is a sample with its float arguments as inputs and the others as constants.
type sample struct {
	in     graph.Nodes // all arguments
	xs     graph.Nodes
	values []any
}

func build(g *graph.Graph, s opstest.Sample, unknown bool, copies int) sample {
	r := rand.New(rand.NewPCG(3, 4))
	var out sample
	for _, a := range s.In {
		if !dtypeOf(a).IsFloat() {
			out.in = append(out.in, g.Const(draw(r, a, 0)))
			continue
		}
		shape := graph.Shape(a.Shape).Clone()
		for _, i := range a.None {
			if unknown {
				shape[i] = graph.None
			}
		}
		if copies > 0 {
			shape = append(graph.Shape{copies}, shape...)
		}
		x := g.Input("", shape, dtypeOf(a))
		g.NameAxes(x) // first axes of samples differ
		out.in, out.xs, out.values = append(out.in, x), append(out.xs, x), append(out.values, draw(r, a, copies))
	}
	return out
}

func order(s opstest.Sample) int {
	if s.Order == 0 {
		return 2
	}
	return s.Order
}

func TestSamples(t *testing.T) {
	for _, s := range opstest.Samples() {
		if s.NoGrad {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for _, unknown := range []bool{false, true} {
				b := build(graph.New(s.Name), s, unknown, 0)
				if len(b.xs) == 0 || !inDouble(s) {
					return
				}
				highest := order(s)
				if !unknown { // the rules are the same: only what they make of known sizes is new
					highest = min(highest, 1)
				}
				if err := autodiff.CheckOrder(s.Build(b.in), b.xs, highest, autodiff.Engine, b.values...); err != nil {
					t.Errorf("unknown sizes %v: %v", unknown, err)
				}
			}
		})
	}
}

// TestSamplesInScan runs each sample in the body of a scan whose carry feeds back into its first argument.
func TestSamplesInScan(t *testing.T) {
	for _, s := range opstest.Samples() {
		if s.NoGrad {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			g := graph.New(s.Name)
			b := build(g, s, true, 2)
			if len(b.xs) == 0 || !inDouble(s) {
				return
			}
			ys, last := ops.ScanOver(ops.ScanConfig{Initial: graph.Nodes{g.Scalar(graph.Float64, 0)}, Sequences: b.xs, Outputs: 1,
				Step: func(x, c graph.Nodes) (graph.Nodes, graph.Nodes) {
					var in graph.Nodes
					for i := range s.In {
						if dtypeOf(s.In[i]).IsFloat() {
							in, x = append(in, x[0]), x[1:]
						} else {
							in = append(in, b.in[i])
						}
					}
					y := s.Build(in)
					return graph.Nodes{y}, graph.Nodes{ops.Add(ops.Sin(c[0]), ops.Mean(y))}
				}})
			y := ops.Add(ops.Sum(ops.Mul(ys[0], 0.7)), last[0])
			if err := g.Err(); err != nil {
				if !strings.Contains(err.Error(), "draw them before it") { // random operations
					t.Error(err)
				}
				return
			}
			highest := order(s)
			if testing.Short() {
				highest = min(highest, 1)
			}
			if err := autodiff.CheckOrder(y, b.xs, highest, autodiff.Engine, b.values...); err != nil {
				t.Error(err)
			}
		})
	}
}

// inDouble reports whether all float arguments are float64, which differences need.
func inDouble(s opstest.Sample) bool {
	for _, a := range s.In {
		if d := dtypeOf(a); d.IsFloat() && d != graph.Float64 {
			return false
		}
	}
	return true
}
