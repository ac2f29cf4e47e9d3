package ops_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// along splits a value into its lines along an axis and puts f of each in its place; f may answer shorter lines.
func along(x value, axis int, f func(line []float64) []float64) value {
	n := x.shape[axis]
	rest := x.shape.With(axis, 1)
	var y value
	for _, at := range places(rest) {
		line := make([]float64, n)
		for i := range line {
			at[axis] = i
			line[i] = x.get(at...)
		}
		out := f(line)
		if y.v == nil {
			y = zeros(x.shape.With(axis, len(out)))
		}
		for i, v := range out {
			at[axis] = i
			y.v[y.pos(at)] = v
		}
	}
	return y
}

func logSoftmax(x []float64) []float64 {
	top, sum := slices.Max(x), 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v - top - math.Log(sum)
	}
	return y
}

func each(x []float64, f func(float64) float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}

// squeezed drops an axis of size 1.
func (x value) squeezed(axis int) value {
	return value{slices.Delete(x.shape.Clone(), axis, axis+1), x.v}
}

func TestSoftmaxAlongEveryAxis(t *testing.T) {
	g, r, p := graph.New("softmax"), rand.New(rand.NewPCG(5, 1)), &pending{}
	for _, shape := range [][]int{{1}, {7}, {3, 5}, {2, 3, 4}, {1, 17, 1}, {4, 1, 2, 33}} {
		x := random(r, shape...)
		for i := range x.v {
			x.v[i] *= []float64{1, 100, 1000}[i%3] // beyond what exp can hold
		}
		n := g.ConstOf(graph.Float64, x.shape, x.v)
		for axis := range shape {
			soft := func(line []float64) []float64 { return each(logSoftmax(line), math.Exp) }
			p.add(ops.Softmax(n, axis), along(x, axis, soft), "softmax of %v along %d", shape, axis)
			p.add(ops.Softmax(n, axis-len(shape)), along(x, axis, soft), "softmax of %v along %d", shape, axis-len(shape))
			p.add(ops.LogSoftmax(n, axis), along(x, axis, logSoftmax), "log_softmax of %v along %d", shape, axis)
			p.add(ops.LogSumExp(n, axis), along(x, axis, func(line []float64) []float64 { return []float64{line[0] - logSoftmax(line)[0]} }).squeezed(axis), "logsumexp of %v along %d", shape, axis)
		}
	}
	p.check(t)
}

func TestSoftmaxOverTwoAxes(t *testing.T) {
	g, x, p := graph.New("softmax"), random(rand.New(rand.NewPCG(6, 1)), 2, 3, 4), &pending{}
	flat := along(value{graph.Shape{2, 12}, x.v}, 1, logSoftmax)
	n := g.ConstOf(graph.Float64, x.shape, x.v)
	p.add(ops.LogSoftmax(n, 1, 2), value{x.shape, flat.v}, "log_softmax over the last two axes")
	p.add(ops.Softmax(n, -1, 1), value{x.shape, each(flat.v, math.Exp)}, "softmax over the last two axes")
	p.check(t)
}

// TestCrossEntropies compares with the formulas, on logits and on probabilities that do not sum to 1.
func TestCrossEntropies(t *testing.T) {
	const epsilon = 1e-7
	clip := func(p float64) float64 { return min(max(p, epsilon), 1-epsilon) }
	g, r, p := graph.New("entropy"), rand.New(rand.NewPCG(7, 1)), &pending{}
	for _, shape := range [][]int{{4}, {3, 5}, {2, 3, 2}} {
		last := len(shape) - 1
		logits, target := random(r, shape...), random(r, shape...)
		target.v = each(target.v, math.Abs)
		probs := value{logits.shape, each(logits.v, func(v float64) float64 { return math.Abs(v) + 0.01 })}
		probs.v[0] = 0
		lines := func(x value, log func([]float64) []float64) value {
			all := along(x, last, log)
			y := value{x.shape, make([]float64, len(x.v))}
			for i := range y.v {
				y.v[i] = -target.v[i] * all.v[i]
			}
			return along(y, last, func(l []float64) []float64 {
				sum := 0.0
				for _, v := range l {
					sum += v
				}
				return []float64{sum}
			}).squeezed(last)
		}
		scaled := func(l []float64) []float64 {
			sum := 0.0
			for _, v := range l {
				sum += v
			}
			return each(l, func(v float64) float64 { return math.Log(clip(v / sum)) })
		}
		node := func(x value) *graph.Node { return g.ConstOf(graph.Float64, x.shape, x.v) }
		p.add(ops.CategoricalCrossentropy(node(target), node(logits), true), lines(logits, logSoftmax), "categorical on logits %v", shape)
		p.add(ops.CategoricalCrossentropy(node(target), node(probs), false), lines(probs, scaled), "categorical on probabilities %v", shape)
		if last > 0 {
			first := ops.CategoricalCrossentropy(ops.MoveAxis(node(target), []int{last}, []int{0}), ops.MoveAxis(node(logits), []int{last}, []int{0}), true, 0)
			p.add(first, lines(logits, logSoftmax), "categorical along axis 0 %v", shape)
		}
		classes := zeros(logits.shape.With(last, 1))
		picked := along(logits, last, logSoftmax)
		want := value{classes.shape.Clone(), make([]float64, len(classes.v))}
		for i := range classes.v {
			at := classes.at(i)
			at[last] = r.IntN(shape[last])
			classes.v[i], want.v[i] = float64(at[last]), -picked.get(at...)
		}
		labels := ops.Cast(node(classes), graph.Int32)
		p.add(ops.SparseCategoricalCrossentropy(labels, node(logits), true), want.squeezed(last), "sparse on logits %v", shape)
		p.add(ops.SparseCategoricalCrossentropy(node(classes.squeezed(last)), node(logits), true), want.squeezed(last), "sparse with float labels %v", shape)
		binary := func(prob func(float64) float64, x value) value {
			y := value{x.shape, make([]float64, len(x.v))}
			for i, v := range x.v {
				q := clip(prob(v))
				y.v[i] = -target.v[i]*math.Log(q) - (1-target.v[i])*math.Log(1-q)
			}
			return y
		}
		p.add(ops.BinaryCrossentropy(node(target), node(logits), true), binary(func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }, logits), "binary on logits %v", shape)
		p.add(ops.BinaryCrossentropy(node(target), node(probs), false), binary(func(v float64) float64 { return v }, probs), "binary on probabilities %v", shape)
	}
	p.check(t)
}

// TestRandomNumbersAreThoseOfTheirSeed draws twice from one seed and once from another.
func TestRandomNumbersAreThoseOfTheirSeed(t *testing.T) {
	draw := func(seed uint64, y func(g *graph.Graph) *graph.Node) []float64 {
		g := graph.New("draw")
		return computed(t, engine.Config{Outputs: graph.Nodes{y(g)}, Seed: seed})[0]
	}
	for name, y := range map[string]func(g *graph.Graph) *graph.Node{
		"uniform":   func(g *graph.Graph) *graph.Node { return ops.RandomUniform(g, graph.Shape{200}, 0, 1) },
		"normal":    func(g *graph.Graph) *graph.Node { return ops.RandomNormal(g, graph.Shape{200}, 0, 1, graph.Float64) },
		"truncated": func(g *graph.Graph) *graph.Node { return ops.TruncatedNormal(g, graph.Shape{10, 20}, 0, 1) },
		"integers":  func(g *graph.Graph) *graph.Node { return ops.RandInt(g, graph.Shape{200}, 0, 1000) },
		"shuffle":   func(g *graph.Graph) *graph.Node { return ops.Shuffle(ops.Arange(g, 0, 200, 1)) },
	} {
		a := draw(1, y)
		if !slices.Equal(a, draw(1, y)) {
			t.Errorf("%s: equal seeds draw different numbers", name)
		}
		if slices.Equal(a, draw(2, y)) {
			t.Errorf("%s: another seed draws the same numbers", name)
		}
		repeats := 0
		for i := range a[:100] {
			if a[i] == a[100+i] {
				repeats++
			}
		}
		if repeats > 5 {
			t.Errorf("%s: %d of 100 numbers come again after 100 more", name, repeats)
		}
	}
}
