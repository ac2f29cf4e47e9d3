package ops_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// windows is a random choice of what convolutions and pools have in common, for a number of spatial axes.
type windows struct {
	in, size, strides, dilation []int
	padding                     string
	first                       bool // channels first
}

func randomWindows(r *rand.Rand) windows {
	w := windows{padding: []string{"valid", "same"}[r.IntN(2)], first: r.IntN(2) == 0}
	dilated := r.IntN(2) == 0
	for range 1 + r.IntN(3) {
		s, d := 1+r.IntN(3), 1
		if dilated { // both above 1 is refused
			s, d = 1, 1+r.IntN(2)
		}
		k := 1 + r.IntN(3)
		w.size, w.strides, w.dilation = append(w.size, k), append(w.strides, s), append(w.dilation, d)
		w.in = append(w.in, (k-1)*d+1+r.IntN(4))
	}
	return w
}

func (w windows) format() string {
	if w.first {
		return "channels_first"
	}
	return "channels_last"
}

// along is the size of the output along axis a, and what "same" puts before the input.
func (w windows) along(a int) (out, before int) {
	span := (w.size[a]-1)*w.dilation[a] + 1
	if w.padding == "valid" {
		return (w.in[a]-span)/w.strides[a] + 1, 0
	}
	out = (w.in[a] + w.strides[a] - 1) / w.strides[a]
	return out, max((out-1)*w.strides[a]+span-w.in[a], 0) / 2
}

// visit calls f for the places in the input that the window at the output place reads, with the place in the window.
func (w windows) visit(at []int, f func(in, tap []int)) {
	for _, tap := range places(w.size) {
		in, inside := make([]int, len(at)), true
		for a := range at {
			_, before := w.along(a)
			in[a] = at[a]*w.strides[a] + tap[a]*w.dilation[a] - before
			inside = inside && in[a] >= 0 && in[a] < w.in[a]
		}
		if inside {
			f(in, tap)
		}
	}
}

func (w windows) out() []int {
	out := make([]int, len(w.in))
	for a := range out {
		out[a], _ = w.along(a)
	}
	return out
}

// places lists all indices into a shape, row-major.
func places(shape []int) [][]int {
	v := value{shape: shape}
	out := make([][]int, graph.Prod(shape...))
	for i := range out {
		out[i] = v.at(i)
	}
	return out
}

func random(r *rand.Rand, shape ...int) value {
	x := zeros(shape)
	for i := range x.v {
		x.v[i] = math.Round(r.NormFloat64()*64) / 64
	}
	return x
}

func (x value) get(at ...int) float64 { return x.v[x.pos(at)] }

func join(parts ...[]int) []int { return slices.Concat(parts...) }

// node makes a constant of a value whose channels are last, with the channels where the format has them.
func (w windows) node(g *graph.Graph, x value) *graph.Node {
	n := g.ConstOf(graph.Float64, x.shape, x.v)
	if w.first {
		n = ops.MoveAxis(n, []int{-1}, []int{1})
	}
	return n
}

// last moves the channels of a result to the end.
func (w windows) last(n *graph.Node) *graph.Node {
	if w.first {
		n = ops.MoveAxis(n, []int{1}, []int{-1})
	}
	return n
}

// pending are nodes with what they must come to.
type pending struct {
	nodes graph.Nodes
	want  []value
	what  []string
}

func (p *pending) add(n *graph.Node, want value, format string, args ...any) {
	p.nodes, p.want, p.what = append(p.nodes, n), append(p.want, want), append(p.what, fmt.Sprintf(format, args...))
}

func (p *pending) check(t *testing.T) {
	t.Helper()
	if err := p.nodes[0].Graph().Err(); err != nil {
		t.Fatal(err)
	}
	for i, got := range computed(t, engine.Config{Outputs: p.nodes}) {
		want := p.want[i]
		if !p.nodes[i].Shape().Equal(want.shape) {
			t.Errorf("%s: got the shape %v, want %v", p.what[i], p.nodes[i].Shape(), want.shape)
		} else if !slices.EqualFunc(got, want.v, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("%s: got\n%v, want\n%v", p.what[i], got, want.v)
		}
	}
}

func TestConvolutionsOfRandomWindows(t *testing.T) {
	g, r, p := graph.New("conv"), rand.New(rand.NewPCG(1, 1)), &pending{}
	for range 60 {
		w := randomWindows(r)
		groups, per, filters := 1+r.IntN(2), 1+r.IntN(3), 1+r.IntN(2)
		x, k := random(r, join([]int{2}, w.in, []int{groups * per})...), random(r, join(w.size, []int{per, groups * filters})...)
		want := fill(join([]int{2}, w.out(), []int{groups * filters}), func(at []int) (sum float64) {
			f := at[len(at)-1]
			w.visit(at[1:len(at)-1], func(in, tap []int) {
				for c := range per {
					sum += x.get(join(at[:1], in, []int{f/filters*per + c})...) * k.get(join(tap, []int{c, f})...)
				}
			})
			return sum
		})
		o := ops.ConvOptions{Strides: w.strides, DilationRate: w.dilation, Padding: w.padding, DataFormat: w.format()}
		p.add(w.last(ops.Conv(w.node(g, x), g.ConstOf(graph.Float64, k.shape, k.v), o)), want, "conv %+v in %d groups", w, groups)
	}
	p.check(t)
}

func TestDepthwiseOfRandomWindows(t *testing.T) {
	g, r, p := graph.New("depthwise"), rand.New(rand.NewPCG(2, 1)), &pending{}
	for range 40 {
		w := randomWindows(r)
		if len(w.in) > 2 { // Keras has none in 3D
			continue
		}
		channels, times := 1+r.IntN(3), 1+r.IntN(2)
		x, k, point := random(r, join([]int{2}, w.in, []int{channels})...), random(r, join(w.size, []int{channels, times})...), random(r, channels*times, 2)
		depth := fill(join([]int{2}, w.out(), []int{channels * times}), func(at []int) (sum float64) {
			c, m := at[len(at)-1]/times, at[len(at)-1]%times
			w.visit(at[1:len(at)-1], func(in, tap []int) {
				sum += x.get(join(at[:1], in, []int{c})...) * k.get(join(tap, []int{c, m})...)
			})
			return sum
		})
		mixed := fill(join([]int{2}, w.out(), []int{2}), func(at []int) (sum float64) {
			for c := range channels * times {
				sum += depth.get(join(at[:len(at)-1], []int{c})...) * point.get(c, at[len(at)-1])
			}
			return sum
		})
		o := ops.ConvOptions{Strides: w.strides, DilationRate: w.dilation, Padding: w.padding, DataFormat: w.format()}
		kernel := g.ConstOf(graph.Float64, k.shape, k.v)
		pointwise := g.ConstOf(graph.Float64, join(slices.Repeat([]int{1}, len(w.in)), point.shape), point.v)
		p.add(w.last(ops.DepthwiseConv(w.node(g, x), kernel, o)), depth, "depthwise %+v", w)
		p.add(w.last(ops.SeparableConv(w.node(g, x), kernel, pointwise, o)), mixed, "separable %+v", w)
	}
	p.check(t)
}

// A transposed convolution adds each input, times the kernel, to the window that it stands for. What reaches beyond the
// output is cut off, by "same" on both sides.
func TestTransposedOfRandomWindows(t *testing.T) {
	g, r, p := graph.New("transposed"), rand.New(rand.NewPCG(3, 1)), &pending{}
	for range 60 {
		w := randomWindows(r)
		channels, filters := 1+r.IntN(3), 1+r.IntN(2)
		x, k := random(r, join([]int{2}, w.in, []int{channels})...), random(r, join(w.size, []int{filters, channels})...)
		out, cut := make([]int, len(w.in)), make([]int, len(w.in))
		for a := range out {
			over := max((w.size[a]-1)*w.dilation[a]+1-w.strides[a], 0)
			out[a] = w.in[a]*w.strides[a] + over
			if w.padding == "same" {
				out[a], cut[a] = w.in[a]*w.strides[a], over/2
			}
		}
		want := zeros(join([]int{2}, out, []int{filters}))
		for _, at := range places(x.shape) {
			for _, tap := range places(w.size) {
				to, inside := make([]int, len(out)), true
				for a := range to {
					to[a] = at[1+a]*w.strides[a] + tap[a]*w.dilation[a] - cut[a]
					inside = inside && to[a] >= 0 && to[a] < out[a]
				}
				for f := range filters {
					if inside {
						want.v[want.pos(join(at[:1], to, []int{f}))] += x.get(at...) * k.get(join(tap, []int{f, at[len(at)-1]})...)
					}
				}
			}
		}
		o := ops.ConvOptions{Strides: w.strides, DilationRate: w.dilation, Padding: w.padding, DataFormat: w.format()}
		p.add(w.last(ops.ConvTranspose(w.node(g, x), g.ConstOf(graph.Float64, k.shape, k.v), o)), want, "transposed %+v", w)
	}
	p.check(t)
}

func TestPoolsOfRandomWindows(t *testing.T) {
	g, r, p := graph.New("pool"), rand.New(rand.NewPCG(4, 1)), &pending{}
	for range 60 {
		w := randomWindows(r)
		w.dilation = slices.Repeat([]int{1}, len(w.in))
		x := random(r, join([]int{2}, w.in, []int{3})...)
		pool := func(start float64, f func(so, far float64) float64, end func(v float64, n int) float64) value {
			return fill(join([]int{2}, w.out(), []int{3}), func(at []int) float64 {
				v, n := start, 0
				w.visit(at[1:len(at)-1], func(in, _ []int) { v, n = f(v, x.get(join(at[:1], in, at[len(at)-1:])...)), n+1 })
				return end(v, n)
			})
		}
		o := ops.PoolOptions{Strides: w.strides, Padding: w.padding, DataFormat: w.format()}
		p.add(w.last(ops.MaxPool(w.node(g, x), w.size, o)), pool(math.Inf(-1), math.Max, func(v float64, _ int) float64 { return v }), "max %+v", w)
		p.add(w.last(ops.AveragePool(w.node(g, x), w.size, o)),
			pool(0, func(a, b float64) float64 { return a + b }, func(v float64, n int) float64 { return v / float64(n) }), "average %+v", w)
	}
	p.check(t)
}
