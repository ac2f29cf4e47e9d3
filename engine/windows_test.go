package engine

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"gorgonia.org/tensor"
)

// without runs f without some rules.
func without(names []string, f func()) {
	all := rules
	defer func() { rules = all }()
	rules = slices.DeleteFunc(slices.Clone(all), func(r rule) bool { return slices.Contains(names, r.name) })
	f()
}

func TestWindowRules(t *testing.T) {
	type N = *graph.Node
	maxGradient := func(x N, opts ops.PoolOptions) N {
		y := ops.MaxPool(x, []int{2, 3}, opts)
		op := y.Op().(ops.PoolOp)
		op.Kind = "max_dx"
		return graph.Apply(op, ops.Exp(y), x)
	}
	same := ops.PoolOptions{Padding: "same", Strides: []int{2, 2}}
	for _, c := range []struct {
		name    string
		f       func(x, w N) N
		gone    string // an operation that the rules make superfluous
		applies bool
	}{
		{"padded convolution", func(x, w N) N {
			return ops.Conv(ops.Pad(x, [][2]int{{0, 0}, {1, 0}, {0, 2}, {0, 0}}), w, ops.ConvOptions{Strides: []int{2}})
		}, "= pad", true},
		{"padded same", func(x, w N) N {
			return ops.Conv(ops.Pad(x, [][2]int{{0, 0}, {1, 1}, {2, 3}, {0, 0}}), w, ops.ConvOptions{Padding: "same"})
		}, "= pad", true},
		{"padded by ones", func(x, w N) N {
			return ops.Conv(ops.Pad(x, [][2]int{{0, 0}, {1, 1}, {1, 1}, {0, 0}}, 1), w)
		}, "= pad", false},
		{"padded batch", func(x, w N) N { return ops.Conv(ops.Pad(x, [][2]int{{1, 0}, {0, 0}, {0, 0}, {0, 0}}), w) }, "= pad", false},
		{"mask", func(x, w N) N {
			r := ops.Relu(x)
			return ops.Where(ops.Greater(r, 0), maxGradient(r, same), 0)
		}, "= greater(relu", true},
		{"mask by another", func(x, w N) N {
			return ops.Where(ops.Greater(x, 0), maxGradient(ops.Relu(x), same), 0)
		}, "= greater(x", false},
		{"sum", func(x, w N) N { return ops.Sum(maxGradient(x, same), 0, 1, 2) }, "= max_pool_dx", true},
		{"sum of rows", func(x, w N) N { return ops.Sum(maxGradient(x, same), 0, 1) }, "= max_pool_dx", false},
	} {
		lower := func() (values []float64, text string) {
			g := graph.New("g")
			x, w := g.Input("x", graph.Shape{graph.None, 5, 7, 2}), g.Input("w", graph.Shape{3, 3, 2, 4})
			var dump bytes.Buffer
			f := compile(t, Config{Inputs: graph.Nodes{x, w}, Outputs: graph.Nodes{c.f(x, w)}, DumpPasses: &dump})
			r := rand.New(rand.NewPCG(1, 2))
			fill := func(shape ...int) *tensor.Dense {
				v := make([]float32, graph.Shape(shape).Size())
				for i := range v {
					v[i] = float32(math.Round(r.NormFloat64()))
				}
				return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
			}
			out := run(t, f, fill(3, 5, 7, 2), fill(3, 3, 2, 4))
			_, text, _ = strings.Cut(dump.String(), "after simplify")
			return out[0], text
		}
		got, text := lower()
		if strings.Contains(text, c.gone) == c.applies {
			t.Errorf("%s: %q is there: %v\n%s", c.name, c.gone, !c.applies, text)
		}
		without([]string{"padded windows", "pooled mask", "pooled sum"}, func() {
			want, _ := lower()
			for i, v := range want {
				if math.Abs(got[i]-v) > 1e-4*max(1, math.Abs(v)) {
					t.Fatalf("%s: element %d is %v, want %v", c.name, i, got[i], v)
				}
			}
		})
	}
}
