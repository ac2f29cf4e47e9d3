package ops_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"github.com/gorgonin/gorgonin/ops"
)

// draw makes random values for a sample's argument.
func draw(a opstest.Arg, r *rand.Rand) value {
	lo, hi := a.Lo, a.Hi
	if lo == 0 && hi == 0 {
		lo, hi = -1, 1
	}
	return fill(a.Shape, func([]int) float64 {
		v := lo + (hi-lo)*r.Float64()
		switch {
		case a.Dtype == graph.Bool:
			return truth(r.IntN(2) == 1)
		case a.Dtype.IsInteger():
			return math.Floor(v)
		}
		return v
	})
}

// TestReference evaluates every sample whose operations the reference knows, with axes unknown in the graph that is then
// bound, and without: the results must agree.
func TestReference(t *testing.T) {
	for _, s := range samplesInFloat64() {
		r := rand.New(rand.NewPCG(1, 2))
		in, y := build(t, s, false)
		open, z := build(t, s, true)
		e, f := evaluator{}, evaluator{}
		c := &graph.Copier{Dst: graph.New("bound"), Sub: map[*graph.Node]*graph.Node{}, Bind: true}
		for i, n := range in {
			e[n] = draw(s.In[i], r)
			c.Sub[open[i]] = c.Dst.Input(n.Name(), n.Shape(), n.Dtype())
			f[c.Sub[open[i]]] = e[n]
		}
		bound, err := c.Copy(z)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		a, err := e.eval(y)
		if skip(t, s, err) {
			continue
		}
		b, err := f.eval(bound[0])
		if err != nil || !slices.EqualFunc(a.v, b.v, func(x, y float64) bool { return math.Abs(x-y) < 1e-12 || x == y }) {
			t.Errorf("%s: %v of known sizes, %v of bound ones (%v)", s.Name, a.v, b.v, err)
		}
	}
}

func samplesInFloat64() []opstest.Sample {
	out := slices.Clone(opstest.Samples())
	for i := range out {
		out[i].In = slices.Clone(out[i].In)
		for j := range out[i].In {
			if a := &out[i].In[j]; a.Dtype == "" {
				a.Dtype = graph.Float64
			}
		}
	}
	return out
}

// skip reports operations that the reference does not know: those are checked with the engine.
func skip(t *testing.T, s opstest.Sample, err error) bool {
	if err != nil && !strings.Contains(err.Error(), "the reference has no") {
		t.Errorf("%s: %v", s.Name, err)
	}
	return err != nil
}

// TestGradients checks first and second order gradients of every sample against central differences along a random
// direction.
func TestGradients(t *testing.T) {
	for _, s := range samplesInFloat64() {
		if s.NoGrad {
			continue
		}
		r := rand.New(rand.NewPCG(3, 4))
		in, y := build(t, s, false)
		order := s.Order
		if order == 0 {
			order = 2
		}
		xs, e := floats(in), evaluator{}
		for i, n := range in {
			e[n] = draw(s.In[i], r)
		}
		for k := 1; k <= order; k++ {
			y = weighted(graph.Nodes{y}, r)
			dxs := autodiff.Grad(y, xs...)
			checkDirection(t, s, k, y, xs, dxs, e, r)
			y = weighted(dxs, r)
		}
		if err := y.Graph().Err(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// weighted is the sum of all elements, each times a random number.
func weighted(ns graph.Nodes, r *rand.Rand) *graph.Node {
	total := ns[0].Graph().Scalar(graph.Float64, 0)
	for _, n := range ns {
		w := fill(n.Shape(), func([]int) float64 { return r.Float64() + 0.5 })
		c := n.Graph().ConstOf(graph.Float64, n.Shape(), w.v)
		total = ops.Add(total, ops.Sum(ops.Mul(n, c)))
	}
	return total
}

func checkDirection(t *testing.T, s opstest.Sample, order int, y *graph.Node, xs, dxs graph.Nodes, e evaluator, r *rand.Rand) {
	t.Helper()
	plus, minus := evaluator{}, evaluator{}
	const h = 1e-5
	for n, v := range e {
		if _, ok := n.Op().(graph.InputOp); ok {
			plus[n], minus[n] = value{v.shape, slices.Clone(v.v)}, value{v.shape, slices.Clone(v.v)}
		}
	}
	want := 0.0
	for i, x := range xs {
		g, err := e.eval(dxs[i])
		if skip(t, s, err) {
			return
		}
		for j := range g.v {
			d := r.Float64()*2 - 1
			plus[x].v[j] += h * d
			minus[x].v[j] -= h * d
			want += g.v[j] * d
		}
	}
	a, err := plus.eval(y)
	if skip(t, s, err) {
		return
	}
	b, _ := minus.eval(y)
	if got := (a.v[0] - b.v[0]) / (2 * h); !(math.Abs(got-want) <= 1e-6*(1+math.Abs(want)+math.Abs(a.v[0]))) {
		t.Errorf("%s: order %d: the gradient says %v, differences %v", s.Name, order, want, got)
	}
}
