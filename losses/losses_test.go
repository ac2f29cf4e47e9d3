package losses_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// eval runs outputs with inputs x0, x1 ... fed the given values.
func eval(t *testing.T, inputs, outputs graph.Nodes, values ...any) [][]float64 {
	t.Helper()
	f, err := engine.Compile(engine.Config{Inputs: inputs, Outputs: outputs})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Run(context.Background(), values...)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, len(got))
	for i, x := range got {
		out[i] = data.Float64s(x)
	}
	return out
}

func close(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d values %v, want %v", what, len(got), got, want)
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 2e-5*math.Max(1, math.Abs(want[i]))) {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

var (
	probabilities = [][]float64{{0.1, 0.7, 0.2}, {0.5, 0.25, 0.25}}
	oneHots       = [][]float64{{0, 1, 0}, {0, 0, 1}}
	reals         = [][]float64{{0.5, -1.5, 2}, {3, -0.25, 0.75}}
	targets       = [][]float64{{1, -1, 0.5}, {-1, 2, 0.75}}
)

func sum(f func(t, p float64) float64) func(t, p []float64) float64 {
	return func(t, p []float64) float64 {
		total := 0.0
		for i := range t {
			total += f(t[i], p[i])
		}
		return total
	}
}

func mean(f func(t, p float64) float64) func(t, p []float64) float64 {
	return func(t, p []float64) float64 { return sum(f)(t, p) / float64(len(t)) }
}

func softmax(x []float64) []float64 {
	out, total := make([]float64, len(x)), 0.0
	for i := range x {
		out[i] = math.Exp(x[i])
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func bce(t, p float64) float64 { return -t*math.Log(p) - (1-t)*math.Log(1-p) }

func norm(x []float64) float64 {
	return math.Sqrt(sum(func(a, b float64) float64 { return a * b })(x, x))
}

// formulas gives each loss's closed form for one sample.
var formulas = []struct {
	name      string
	loss      losses.Like
	yTrue     [][]float64
	yPred     [][]float64
	perSample func(t, p []float64) float64
}{
	{"mse", "mse", targets, reals, mean(func(t, p float64) float64 { return (t - p) * (t - p) })},
	{"mae", "mae", targets, probabilities, mean(func(t, p float64) float64 { return math.Abs(t - p) })},
	{"mape", "mape", targets, probabilities, mean(func(t, p float64) float64 { return 100 * math.Abs((t-p)/t) })},
	{"msle", "msle", probabilities, [][]float64{{2, 0.5, 1}, {1, 3, 0.25}}, mean(func(t, p float64) float64 {
		return math.Pow(math.Log1p(t)-math.Log1p(p), 2)
	})},
	{"log_cosh", "log_cosh", targets, reals, mean(func(t, p float64) float64 { return math.Log(math.Cosh(p - t)) })},
	{"huber", losses.Huber{Delta: 0.75}, targets, reals, mean(func(t, p float64) float64 {
		if x := math.Abs(t - p); x > 0.75 {
			return 0.75*x - 0.75*0.75/2
		}
		return (t - p) * (t - p) / 2
	})},
	{"kl_divergence", "kld", [][]float64{{0.3, 0.3, 0.4}, {0.1, 0.2, 0.7}}, probabilities, sum(func(t, p float64) float64 { return t * math.Log(t/p) })},
	{"poisson", "poisson", oneHots, probabilities, mean(func(t, p float64) float64 { return p - t*math.Log(p) })},
	{"cosine_similarity", "cosine_similarity", targets, reals, func(t, p []float64) float64 {
		return -sum(func(a, b float64) float64 { return a * b })(t, p) / norm(t) / norm(p)
	}},
	{"hinge of signs", "hinge", [][]float64{{-1, 1, -1}, {1, 1, -1}}, reals, mean(func(t, p float64) float64 { return math.Max(1-t*p, 0) })},
	{"hinge of labels", "hinge", oneHots, reals, mean(func(t, p float64) float64 { return math.Max(1-(2*t-1)*p, 0) })},
	{"squared_hinge", "squared_hinge", oneHots, reals, mean(func(t, p float64) float64 { return math.Pow(math.Max(1-(2*t-1)*p, 0), 2) })},
	{"categorical_hinge", "categorical_hinge", oneHots, reals, func(t, p []float64) float64 {
		pos, neg := 0.0, math.Inf(-1)
		for i := range t {
			pos, neg = pos+t[i]*p[i], math.Max(neg, (1-t[i])*p[i])
		}
		return math.Max(neg-pos+1, 0)
	}},
	{"bce", "bce", oneHots, probabilities, mean(bce)},
	{"bce smoothed logits", losses.BinaryCrossentropy{FromLogits: true, LabelSmoothing: 0.2}, oneHots, reals, mean(func(t, p float64) float64 {
		return bce(0.8*t+0.1, sigmoid(p))
	})},
	{"bfc", losses.BinaryFocalCrossentropy{FromLogits: true, ApplyClassBalancing: true}, oneHots, reals, mean(func(t, p float64) float64 {
		p = sigmoid(p)
		right := t*p + (1-t)*(1-p)
		return (0.25*t + 0.75*(1-t)) * math.Pow(1-right, 2) * bce(t, p)
	})},
	{"cce", "categorical_crossentropy", oneHots, [][]float64{{1, 7, 2}, {2, 1, 1}}, func(t, p []float64) float64 {
		total := p[0] + p[1] + p[2]
		return sum(func(t, p float64) float64 { return -t * math.Log(p/total) })(t, p)
	}},
	{"cce smoothed logits", losses.CategoricalCrossentropy{FromLogits: true, LabelSmoothing: 0.3}, oneHots, reals, func(t, p []float64) float64 {
		return sum(func(t, p float64) float64 { return -(0.7*t + 0.1) * math.Log(p) })(t, softmax(p))
	}},
	{"cfc", losses.CategoricalFocalCrossentropy{Gamma: 3}, oneHots, probabilities, func(t, p []float64) float64 {
		total := p[0] + p[1] + p[2]
		return sum(func(t, p float64) float64 { p /= total; return -0.25 * math.Pow(1-p, 3) * t * math.Log(p) })(t, p)
	}},
	{"sparse cce", "sparse_categorical_crossentropy", [][]float64{{1}, {2}}, probabilities, func(t, p []float64) float64 {
		return -math.Log(p[int(t[0])] / (p[0] + p[1] + p[2]))
	}},
	{"sparse cce logits", losses.SparseCategoricalCrossentropy{FromLogits: true}, [][]float64{{1}, {2}}, reals, func(t, p []float64) float64 {
		return -math.Log(softmax(p)[int(t[0])])
	}},
	{"crossentropy by shape", "crossentropy", oneHots, probabilities, func(t, p []float64) float64 {
		total := p[0] + p[1] + p[2]
		return sum(func(t, p float64) float64 { return -t * math.Log(p/total) })(t, p)
	}},
	{"ce of class numbers", "ce", [][]float64{{1}, {2}}, probabilities, func(t, p []float64) float64 {
		return -math.Log(p[int(t[0])] / (p[0] + p[1] + p[2]))
	}},
	{"generalized", losses.CategoricalGeneralizedCrossEntropy{Q: 0.7}, [][]float64{{1}, {2}}, probabilities, func(t, p []float64) float64 {
		return (1 - math.Pow(p[int(t[0])], 0.7)) / 0.7
	}},
	{"dice", losses.Dice{Axis: []int{1}}, oneHots, probabilities, func(t, p []float64) float64 {
		return 1 - 2*sum(func(t, p float64) float64 { return t * p })(t, p)/sum(func(t, p float64) float64 { return t + p })(t, p)
	}},
	{"tversky", losses.Tversky{Alpha: 0.2, Beta: 0.8, Axis: []int{1}}, oneHots, probabilities, func(t, p []float64) float64 {
		tp := sum(func(t, p float64) float64 { return t * p })(t, p)
		fp := sum(func(t, p float64) float64 { return (1 - t) * p })(t, p)
		fn := sum(func(t, p float64) float64 { return t * (1 - p) })(t, p)
		return 1 - tp/(tp+0.2*fp+0.8*fn)
	}},
}

func TestFormulas(t *testing.T) {
	for _, c := range formulas {
		t.Run(c.name, func(t *testing.T) {
			g := graph.New("loss")
			yTrue := g.Input("yTrue", graph.Shape{graph.None, len(c.yTrue[0])})
			yPred := g.Input("yPred", graph.Shape{graph.None, 3})
			l, err := losses.Get(c.loss)
			if err != nil {
				t.Fatal(err)
			}
			values := l.Call(yTrue, yPred)
			total := losses.Apply(c.loss, yTrue, yPred)
			grad := autodiff.Grad(total, yPred)[0]
			got := eval(t, graph.Nodes{yTrue, yPred}, graph.Nodes{values, total, grad}, c.yTrue, c.yPred)
			want := []float64{c.perSample(c.yTrue[0], c.yPred[0]), c.perSample(c.yTrue[1], c.yPred[1])}
			close(t, "values", got[0], want)
			close(t, "mean", got[1], []float64{(want[0] + want[1]) / 2})
			close(t, "gradient", got[2], difference(c.perSample, c.yTrue, c.yPred))
		})
	}
}

// difference is the gradient of the mean over the samples, by central differences.
func difference(f func(t, p []float64) float64, yTrue, yPred [][]float64) []float64 {
	const h = 1e-5
	var out []float64
	for i := range yPred {
		for j := range yPred[i] {
			p := append([]float64{}, yPred[i]...)
			p[j] += h
			up := f(yTrue[i], p)
			p[j] -= 2 * h
			out = append(out, (up-f(yTrue[i], p))/(2*h)/float64(len(yPred)))
		}
	}
	return out
}

func TestReductionsAndWeights(t *testing.T) {
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None, 2}), g.Input("p", graph.Shape{graph.None, 2})
	weight := g.Input("w", graph.Shape{graph.None})
	inputs := graph.Nodes{yTrue, yPred, weight}
	outputs := graph.Nodes{
		losses.Apply(losses.MeanSquaredError{}, yTrue, yPred, weight),
		losses.Apply(losses.MeanSquaredError{Reduction: losses.Sum}, yTrue, yPred, weight),
		losses.Apply(losses.MeanSquaredError{Reduction: "mean_with_sample_weight"}, yTrue, yPred, weight),
		losses.Apply(losses.MeanSquaredError{Reduction: losses.None}, yTrue, yPred, weight),
		losses.Apply(losses.MeanSquaredError{}, yTrue, yPred),
	}
	// The values are 1, 4 and 9.
	got := eval(t, inputs, outputs, [][]float64{{1, 1}, {2, 2}, {3, 3}}, [][]float64{{0, 0}, {0, 0}, {0, 0}}, []float64{1, 0.5, 2})
	for i, want := range [][]float64{{7}, {21}, {6}, {1, 2, 18}, {14.0 / 3}} {
		close(t, outputs[i].Name(), got[i], want)
	}
}

func TestMasksWeighNothing(t *testing.T) {
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None, 2, 1}), g.Input("p", graph.Shape{graph.None, 2, 1})
	mask := g.Input("m", graph.Shape{graph.None, 2}, graph.Bool)
	weight := g.Input("w", graph.Shape{graph.None})
	masked := graph.WithMask(yPred, mask)
	outputs := graph.Nodes{
		losses.Apply("mse", yTrue, masked),
		losses.Apply(losses.MeanSquaredError{Reduction: "sum"}, yTrue, masked),
	}
	// The values are 1, 4 | 9, 16; 1, 4 and 9 are kept.
	got := eval(t, graph.Nodes{yTrue, yPred, mask, weight}, outputs,
		[][][]float64{{{1}, {2}}, {{3}, {4}}}, [][][]float64{{{0}, {0}}, {{0}, {0}}}, [][]bool{{true, true}, {true, false}}, []float64{1, 1})
	close(t, "mean over the kept", got[0], []float64{14.0 / 3})
	close(t, "sum of the kept", got[1], []float64{14})
}

func TestIgnoredClassDoesNotCount(t *testing.T) {
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None}, graph.Int32), g.Input("p", graph.Shape{graph.None, 3})
	loss := losses.Apply(losses.SparseCategoricalCrossentropy{IgnoreClass: new(-1)}, yTrue, yPred)
	got := eval(t, graph.Nodes{yTrue, yPred}, graph.Nodes{loss}, []int{1, -1}, probabilities)
	close(t, "mean without the ignored", got[0], []float64{-math.Log(0.7)})
}

func TestClassesAlongAnotherAxis(t *testing.T) {
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None, 2}, graph.Int32), g.Input("p", graph.Shape{graph.None, 3, 2})
	values := losses.SparseCategoricalCrossentropy{Axis: 1}.Call(yTrue, yPred)
	got := eval(t, graph.Nodes{yTrue, yPred}, graph.Nodes{values}, [][]int{{1, 2}}, [][][]float64{{{0.1, 0.5}, {0.7, 0.25}, {0.2, 0.25}}})
	close(t, "values", got[0], []float64{-math.Log(0.7), -math.Log(0.25)})
}

// TestCircle compares with the formula of the paper written out for one batch of three.
func TestCircle(t *testing.T) {
	labels := []int{0, 0, 1}
	embeddings := [][]float64{{1, 0}, {0.6, 0.8}, {0, 1}}
	var want []float64
	for i := range labels {
		p, n := 0.0, 0.0
		for j := range labels {
			d := 1 - embeddings[i][0]*embeddings[j][0] - embeddings[i][1]*embeddings[j][1]
			switch {
			case i == j:
			case labels[i] == labels[j]:
				p += math.Exp(-2 * (0.4 + d) * (0.4 - d))
			default:
				n += math.Exp(2 * math.Max(1.4-d, 0) * (0.6 - d))
			}
		}
		want = append(want, math.Log1p(p*n))
	}
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None}, graph.Int32), g.Input("p", graph.Shape{graph.None, 2})
	values := losses.Circle{Gamma: 2}.Call(yTrue, yPred)
	grad := autodiff.Grad(ops.Sum(values), yPred)[0]
	got := eval(t, graph.Nodes{yTrue, yPred}, graph.Nodes{values, grad}, labels, embeddings)
	close(t, "values", got[0], want)
	for _, v := range got[1] {
		if math.IsNaN(v) {
			t.Fatalf("the gradient of a sample without a partner is %v", got[1])
		}
	}
}

// TestCTC compares with the sum over all alignments of three steps.
func TestCTC(t *testing.T) {
	logits := [][]float64{{0.1, 0.5, -0.3}, {0.2, -0.4, 0.9}, {-0.7, 0.3, 0.1}}
	collapse := func(path []int) string {
		out, last := "", 0
		for _, c := range path {
			if c != 0 && c != last {
				out += string(rune('0' + c))
			}
			last = c
		}
		return out
	}
	want := map[string]float64{}
	for a := range 3 {
		for b := range 3 {
			for c := range 3 {
				want[collapse([]int{a, b, c})] += softmax(logits[0])[a] * softmax(logits[1])[b] * softmax(logits[2])[c]
			}
		}
	}
	g := graph.New("loss")
	yTrue, yPred := g.Input("t", graph.Shape{graph.None, 2}, graph.Int32), g.Input("p", graph.Shape{graph.None, graph.None, 3})
	values := losses.CTC{}.Call(yTrue, yPred)
	grad := autodiff.Grad(ops.Sum(values), yPred)[0]
	got := eval(t, graph.Nodes{yTrue, yPred}, graph.Nodes{values, grad}, [][]int{{1, 2}, {1, 1}, {2, 0}, {0, 0}}, [][][]float64{logits, logits, logits, logits})
	close(t, "values", got[0], []float64{-math.Log(want["12"]), -math.Log(want["11"]), -math.Log(want["2"]), -math.Log(want[""])})
	for _, v := range got[1] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("the gradient holds %v", v)
		}
	}
}

func TestMistakes(t *testing.T) {
	input := func(g *graph.Graph, name string, axes ...int) *graph.Node {
		return g.Input(name, append(graph.Shape{graph.None}, axes...))
	}
	for want, build := range map[string]func(g *graph.Graph) *graph.Node{
		"yTrue (None, 3) and yPred (None, 4) do not fit": func(g *graph.Graph) *graph.Node {
			return losses.Apply("mse", input(g, "a", 3), input(g, "b", 4))
		},
		"targets are class numbers": func(g *graph.Graph) *graph.Node {
			return losses.Apply("sparse_categorical_crossentropy", input(g, "a", 4), input(g, "b", 4))
		},
		`did you mean "mean_squared_error"`: func(g *graph.Graph) *graph.Node {
			return losses.Apply("mean_squared_eror", input(g, "a", 4), input(g, "b", 4))
		},
		`unknown reduction "avg"`: func(g *graph.Graph) *graph.Node {
			return losses.Apply(losses.Hinge{Reduction: "avg"}, input(g, "a", 4), input(g, "b", 4))
		},
		"do not fit the values (None,) of the loss": func(g *graph.Graph) *graph.Node {
			return losses.Apply("mse", input(g, "a", 4), input(g, "b", 4), g.Input("w", graph.Shape{3, 2}))
		},
		"Q is 2": func(g *graph.Graph) *graph.Node {
			return losses.Apply(losses.CategoricalGeneralizedCrossEntropy{Q: 2}, input(g, "a"), input(g, "b", 4))
		},
		"yPred is a nil node": func(g *graph.Graph) *graph.Node { return losses.Apply("mse", input(g, "a", 4), nil) },
		"there is no loss":    func(g *graph.Graph) *graph.Node { return losses.Apply(nil, input(g, "a", 4), input(g, "b", 4)) },
		"want class numbers (batch, labels)": func(g *graph.Graph) *graph.Node {
			return losses.Apply("ctc", input(g, "a", 4), input(g, "b", 4))
		},
	} {
		g := graph.New("loss")
		n := build(g)
		if err := n.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
