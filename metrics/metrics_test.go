package metrics_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
)

// batch is what a metric sees at once; weight may be nil.
type batch struct{ yTrue, yPred, weight any }

// input makes an input for an array-like value whose first axis is unknown, so that batches of all sizes fit.
func input(t *testing.T, g *graph.Graph, name string, value any) *graph.Node {
	t.Helper()
	x, err := data.Tensor(value)
	if err != nil {
		t.Fatal(err)
	}
	shape := append(graph.Shape{graph.None}, x.Shape()[1:]...)
	return g.Input(name, shape)
}

// result feeds batches one after the other and returns the last result.
func result(t *testing.T, like metrics.Like, batches ...batch) []float64 {
	t.Helper()
	m, err := metrics.Get(like)
	if err != nil {
		t.Fatal(err)
	}
	g := graph.New("metric")
	acc := metrics.NewAccumulator(g, "m")
	inputs := graph.Nodes{input(t, g, "yTrue", batches[0].yTrue), input(t, g, "yPred", batches[0].yPred)}
	var weight *graph.Node
	if batches[0].weight != nil {
		weight = input(t, g, "weight", batches[0].weight)
		inputs = append(inputs, weight)
	}
	f, err := engine.Compile(engine.Config{Inputs: inputs, Outputs: graph.Nodes{m.Call(acc, inputs[0], inputs[1], weight)}, Updates: acc.Updates()})
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, b := range batches {
		values := []any{b.yTrue, b.yPred}
		if weight != nil {
			values = append(values, b.weight)
		}
		got, err := f.Run(context.Background(), values...)
		if err != nil {
			t.Fatal(err)
		}
		out = data.Float64s(got[0])
	}
	return out
}

func check(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-5*math.Max(1, math.Abs(want[i]))) {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

var (
	binary  = batch{[]float64{0, 0, 1, 1}, []float64{0, 0.5, 0.3, 0.9}, nil}
	classes = []batch{
		{[][]float64{{1}, {2}}, [][]float64{{0.1, 0.7, 0.2}, {0.6, 0.3, 0.1}}, nil},
		{[][]float64{{0}}, [][]float64{{0.3, 0.4, 0.3}}, nil},
	}
	weighted = batch{[]float64{0, 0, 1, 1}, []float64{0, 0.5, 0.3, 0.9}, []float64{1, 0, 0, 1}}
	labelled = batch{[][]float64{{0, 1}, {1, 0}, {1, 1}}, [][]float64{{0.2, 0.6}, {0.2, 0.1}, {0.9, 0.8}}, nil}
	numbers  = batch{[][]float64{{1, 2}, {3, 5}, {2, 2}}, [][]float64{{1, 1}, {2, 4}, {3, 2}}, nil}
)

func TestFormulas(t *testing.T) {
	for _, c := range []struct {
		name    string
		metric  metrics.Like
		batches []batch
		want    []float64
	}{
		{"accuracy", metrics.Accuracy{}, []batch{{[][]float64{{1}, {2}}, [][]float64{{1}, {3}}, nil}}, []float64{0.5}},
		{"binary_accuracy", "binary_accuracy", []batch{binary}, []float64{0.75}},
		{"threshold", metrics.BinaryAccuracy{Threshold: 0.2}, []batch{binary}, []float64{0.75}},
		{"sparse accuracy, two batches", "sparse_categorical_accuracy", classes, []float64{1.0 / 3}},
		{"categorical", "categorical_accuracy", []batch{labelled}, []float64{1}},
		{"top 2", metrics.SparseTopKCategoricalAccuracy{K: 2}, classes, []float64{2.0 / 3}},
		{"top 1 of one-hot", metrics.TopKCategoricalAccuracy{K: 1}, []batch{labelled}, []float64{1}},
		{"mse", "mse", []batch{numbers}, []float64{4.0 / 6}},
		{"rmse", metrics.RootMeanSquaredError{}, []batch{numbers}, []float64{math.Sqrt(4.0 / 6)}},
		{"bce, two batches", "binary_crossentropy", []batch{
			{[][]float64{{1}, {0}}, [][]float64{{0.5}, {0.5}}, nil}, {[][]float64{{1}}, [][]float64{{0.25}}, nil},
		}, []float64{(2*math.Ln2 + math.Log(4)) / 3}},
		{"cosine", metrics.CosineSimilarity{}, []batch{{[][]float64{{1, 0}, {3, 4}}, [][]float64{{0, 1}, {6, 8}}, nil}}, []float64{0.5}},
		{"tp", metrics.TruePositives{}, []batch{binary, binary}, []float64{2}},
		{"tn", metrics.TrueNegatives{Thresholds: []float64{0.2, 0.6}}, []batch{binary}, []float64{1, 2}},
		{"weighted fn", metrics.FalseNegatives{}, []batch{weighted}, []float64{0}},
		{"fp", metrics.FalsePositives{Thresholds: []float64{0.4}}, []batch{binary}, []float64{1}},
		{"precision", "precision", []batch{binary}, []float64{1}},
		{"recall", "recall", []batch{binary}, []float64{0.5}},
		{"precision of nothing", metrics.Precision{Thresholds: []float64{0.95}}, []batch{binary}, []float64{0}},
		{"recall in top 1", metrics.Recall{TopK: 1}, []batch{labelled}, []float64{0.75}},
		{"recall of a class", metrics.Recall{ClassID: new(0)}, []batch{labelled}, []float64{0.5}},
		{"auc", metrics.AUC{NumThresholds: 3}, []batch{binary}, []float64{0.75}},
		{"auc of labels", metrics.AUC{MultiLabel: true}, []batch{labelled}, []float64{(0.75 + 1) / 2}},
		{"auc minoring", metrics.AUC{NumThresholds: 3, SummationMethod: "minoring"}, []batch{binary}, []float64{0.5}},
		{"auc majoring", metrics.AUC{NumThresholds: 3, Curve: "PR", SummationMethod: "majoring"}, []batch{binary}, []float64{1}},
		{"auc of precision and recall", metrics.AUC{Thresholds: []float64{0.5}, Curve: "PR"}, []batch{binary}, []float64{(1+2.0/3*math.Log(4))/6 + 0.5}},
		{"auc of gains", metrics.AUC{NumThresholds: 3, Curve: "PRGAIN"}, []batch{binary}, []float64{0.5}},
		{"auc of logits", metrics.AUC{FromLogits: true}, []batch{{[]float64{0, 1}, []float64{-3, 2}, nil}}, []float64{1}},
		{"auc of weighted labels", metrics.AUC{MultiLabel: true, LabelWeights: []float64{3, 1}}, []batch{labelled}, []float64{0.8125}},
		{"auc of one label of two", metrics.AUC{LabelWeights: []float64{1, 0}}, []batch{labelled}, []float64{0.75}},
		{"auc weighted", metrics.AUC{}, []batch{{[]float64{0, 0, 1}, []float64{0.2, 0.6, 0.4}, []float64{3, 1, 2}}}, []float64{0.75}},
		{"sensitivity at specificity", metrics.SensitivityAtSpecificity{Specificity: 0.6}, []batch{binary}, []float64{0.5}},
		{"specificity at sensitivity", metrics.SpecificityAtSensitivity{Sensitivity: 1}, []batch{binary}, []float64{0.5}},
		{"recall at precision", metrics.RecallAtPrecision{Precision: 0.9}, []batch{binary}, []float64{0.5}},
		{"recall at one threshold", metrics.RecallAtPrecision{NumThresholds: 1}, []batch{binary}, []float64{0.5}},
		{"precision at recall", metrics.PrecisionAtRecall{Recall: 1}, []batch{binary}, []float64{2.0 / 3}},
		{"f1 of classes", metrics.F1Score{Threshold: 0.5}, []batch{labelled}, []float64{2.0 / 3, 1}},
		{"f2 micro", metrics.FBetaScore{Beta: 2, Average: "micro", Threshold: 0.5}, []batch{labelled}, []float64{5 * 0.75 / 4.75}},
		{"f1 macro", metrics.F1Score{Threshold: 0.5, Average: "macro"}, []batch{labelled}, []float64{2.5 / 3}},
		{"f1 weighted", metrics.F1Score{Threshold: 0.5, Average: "weighted"}, []batch{labelled}, []float64{(2*2.0/3 + 2) / 4}},
		{"f1 of the largest, weighted samples", metrics.F1Score{}, []batch{{[][]float64{{0, 1}, {1, 0}}, [][]float64{{0.4, 0.6}, {0.1, 0.9}}, []float64{1, 3}}}, []float64{0, 0.4}},
		{"mean iou", metrics.MeanIoU{NumClasses: 2}, []batch{{[]float64{0, 0, 1, 1}, []float64{0, 1, 0, 1}, nil}}, []float64{1.0 / 3}},
		{"iou of a class, weighted", metrics.IoU{NumClasses: 2, TargetClassIDs: []int{0}, Dtype: "float32"}, []batch{
			{[]float64{0, 0, 1, 1}, []float64{0, 1, 0, 1}, []float64{0.3, 0.3, 0.3, 0.1}},
		}, []float64{1.0 / 3}},
		{"one-hot iou", metrics.OneHotMeanIoU{NumClasses: 2}, []batch{{[][]float64{{1, 0}, {0, 1}}, [][]float64{{0.9, 0.1}, {0.6, 0.4}}, nil}}, []float64{0.25}},
		{"binary iou", metrics.BinaryIoU{Threshold: 0.3}, []batch{binary}, []float64{(1.0/2 + 2.0/3) / 2}},
		{"r2 of each", metrics.R2Score{ClassAggregation: "none"}, []batch{numbers}, []float64{1 - 2/2.0, 1 - 2/6.0}},
		{"r2, two batches", "r2_score", []batch{numbers, numbers}, []float64{1.0 / 3}},
		{"r2 by variance", metrics.R2Score{ClassAggregation: "variance_weighted_average"}, []batch{numbers}, []float64{0.5}},
		{"r2 adjusted", metrics.R2Score{NumRegressors: 1}, []batch{numbers}, []float64{-1.0 / 3}},
		{"r2 of too few samples", metrics.R2Score{NumRegressors: 2}, []batch{numbers}, []float64{1.0 / 3}},
		{"iou without a class", metrics.OneHotIoU{NumClasses: 2, TargetClassIDs: []int{1}, IgnoreClass: new(1)}, []batch{{[][]float64{{1, 0}, {0, 1}}, [][]float64{{0.9, 0.1}, {0.4, 0.6}}, nil}}, []float64{0}},
		{"sorted ids", metrics.SparseTopKCategoricalAccuracy{K: 2, FromSortedIDs: true}, []batch{{[]float64{3, 1}, [][]float64{{0, 3, 1}, {0, 3, 1}}, nil}}, []float64{0.5}},
		{"acc by shape", "acc", classes, []float64{1.0 / 3}},
		{"a loss as metric", "huber", []batch{numbers}, []float64{1.0 / 3}},
		{"wrapped", metrics.MeanMetricWrapper{Fn: topShare}, []batch{numbers}, []float64{8.0 / 3}},
		{"weights of elements", metrics.Mean{}, []batch{{[][]float64{{0, 0}}, [][]float64{{1, 3}}, [][]float64{{1, 3}}}}, []float64{2.5}},
		{"pearson", metrics.PearsonCorrelation{}, []batch{{[][]float64{{0, 1, 2}}, [][]float64{{5, 3, 1}}, nil}}, []float64{-1}},
		{"concordance", metrics.ConcordanceCorrelation{}, []batch{{[][]float64{{0, 1}}, [][]float64{{1, 2}}, nil}}, []float64{2 * 0.25 / (0.5 + 1)}},
		{"mean of values", metrics.Mean{}, []batch{{[]float64{0, 0, 0, 0}, []float64{1, 3, 5, 7}, nil}}, []float64{4}},
		{"weighted mean", metrics.Mean{}, []batch{{[]float64{0, 0}, []float64{1, 3}, []float64{1, 0}}}, []float64{1}},
		{"weighted sum", metrics.Sum{}, []batch{{[]float64{0, 0}, []float64{1, 3}, []float64{1, 2}}}, []float64{7}},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.name, result(t, c.metric, c.batches...), c.want...) })
	}
}

// TestLossesAsMetrics holds each of them against the mean of the loss of that name.
func TestLossesAsMetrics(t *testing.T) {
	p := [][]float64{{0.1, 0.7, 0.2}, {0.5, 0.25, 0.25}}
	hot := [][]float64{{0, 1, 0}, {0, 0, 1}}
	for _, name := range []string{
		"mse", "mae", "mape", "msle", "logcosh", "hinge", "squared_hinge", "categorical_hinge", "kld", "poisson",
		"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
	} {
		yTrue := any(hot)
		if strings.HasPrefix(name, "sparse") {
			yTrue = [][]float64{{1}, {2}}
		}
		g := graph.New("loss")
		inputs := graph.Nodes{input(t, g, "yTrue", yTrue), input(t, g, "yPred", p)}
		f, err := engine.Compile(engine.Config{Inputs: inputs, Outputs: graph.Nodes{losses.Apply(name, inputs[0], inputs[1])}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.Run(context.Background(), yTrue, p)
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, result(t, name, batch{yTrue, p, nil}), data.Float64s(want[0])...)
	}
}

// lowest is a metric of one's own with a total of one's own.
type lowest struct{}

func (lowest) Call(acc *metrics.Accumulator, _, yPred, _ *graph.Node) *graph.Node {
	return ops.Neg(acc.Max("lowest", ops.Max(ops.Neg(yPred))))
}

func TestOneOfOnesOwn(t *testing.T) {
	check(t, "smallest of two batches", result(t, lowest{}, batch{[]float64{0, 0}, []float64{3, 2}, nil}, batch{[]float64{0}, []float64{5}, nil}), 2)
	under := func(yTrue, yPred *graph.Node) *graph.Node {
		return ops.Mean(ops.Cast(ops.Less(yTrue, yPred), graph.Float32), -1)
	}
	check(t, "share below", result(t, under, numbers), 1.0/6)
	if name := metrics.NameOf(lowest{}); name != "lowest" {
		t.Errorf("the name is %q", name)
	}
}

func TestResetAndSharing(t *testing.T) {
	g := graph.New("a")
	x := g.Input("x", graph.Shape{graph.None})
	acc := metrics.NewAccumulator(g, "loss")
	run := func(acc *metrics.Accumulator, x *graph.Node, values ...float64) []float64 {
		t.Helper()
		y := acc.Mean("", x, nil)
		f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}, Updates: acc.Updates()})
		if err != nil {
			t.Fatal(err)
		}
		out, err := f.Run(context.Background(), values)
		if err != nil {
			t.Fatal(err)
		}
		return data.Float64s(out[0])
	}
	check(t, "first", run(acc, x, 1, 3), 2)
	h := graph.New("b")
	other := acc.In(h)
	check(t, "goes on in another graph", run(other, h.Input("x", graph.Shape{graph.None}), 8), 4)
	if err := acc.Reset(); err != nil {
		t.Fatal(err)
	}
	check(t, "after Reset", run(acc.In(g), x, 5), 5)
	if p := acc.Params(); len(p) != 2 || p[0].Path() != "loss/total" || p[1].Path() != "loss/count" || p[0].Trainable() {
		t.Errorf("the totals are %v", p)
	}
}

func TestResolve(t *testing.T) {
	spec := func(axes ...int) graph.Spec { return graph.Spec{Dtype: graph.Float32, Shape: axes} }
	for _, c := range []struct {
		name         string
		yTrue, yPred graph.Spec
		want         metrics.Metric
	}{
		{"accuracy", spec(graph.None, 1), spec(graph.None, 1), metrics.BinaryAccuracy{}},
		{"acc", spec(graph.None), spec(graph.None, 10), metrics.SparseCategoricalAccuracy{}},
		{"accuracy", spec(graph.None, 1), spec(graph.None, 10), metrics.SparseCategoricalAccuracy{}},
		{"accuracy", spec(graph.None, 10), spec(graph.None, 10), metrics.CategoricalAccuracy{}},
		{"ce", spec(graph.None, 10), spec(graph.None, 10), metrics.CategoricalCrossentropy{}},
		{"mae", spec(graph.None, 10), spec(graph.None, 10), metrics.MeanAbsoluteError{}},
	} {
		if m, err := metrics.Resolve(c.name, c.yTrue, c.yPred); err != nil || m != c.want {
			t.Errorf("%s of %v and %v is %T, %v; want %T", c.name, c.yTrue, c.yPred, m, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		like metrics.Like
		want string
	}{
		{"mse", "mse"},
		{metrics.AUC{}, "auc"},
		{metrics.R2Score{Name: "r"}, "r"},
		{metrics.MeanIoU{}, "mean_io_u"},
		{metrics.LogCoshError{}, "logcosh"},
		{topShare, "top_share"},
	} {
		if got := metrics.NameOf(c.like); got != c.want {
			t.Errorf("the name of %T is %q, want %q", c.like, got, c.want)
		}
	}
	for _, name := range metrics.Names() {
		if m, err := metrics.Get(name); err != nil || m == nil {
			t.Errorf("Get(%q) gives %v, %v", name, m, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	if _, err := metrics.Get("acuracy"); err == nil || !strings.Contains(err.Error(), "did you mean") || !strings.Contains(err.Error(), `"accuracy"`) {
		t.Errorf("a misspelt name gives %v", err)
	}
	for want, m := range map[string]metrics.Metric{
		"yTrue (None, 2) and yPred (None, 3) do not fit":          metrics.Precision{},
		"the threshold 2 of recall lies outside [0, 1]":           metrics.Recall{Thresholds: []float64{2}},
		`unknown curve "RC"`:                                      metrics.AUC{Curve: "RC"},
		"NumThresholds is 1":                                      metrics.AUC{NumThresholds: 1},
		`unknown average "mean"`:                                  metrics.F1Score{Average: "mean"},
		"NumClasses is 0":                                         metrics.MeanIoU{},
		"TargetClassIDs holds 4":                                  metrics.IoU{NumClasses: 4, TargetClassIDs: []int{4}},
		`unknown class aggregation "mean"`:                        metrics.R2Score{ClassAggregation: "mean"},
		"the bound is 1.5":                                        metrics.PrecisionAtRecall{Recall: 1.5},
		"Fn is nil":                                               metrics.MeanMetricWrapper{},
		"was asked for twice":                                     twice{},
		"sum the axes whose size is known only at run time first": unsummed{},
	} {
		g := graph.New("metric")
		yTrue, yPred := g.Input("t", graph.Shape{graph.None, 2}), g.Input("p", graph.Shape{graph.None, 3})
		n := m.Call(metrics.NewAccumulator(g, ""), yTrue, yPred, nil)
		if err := n.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: got the error %v, want one with %q", m, err, want)
		}
	}
}

func TestMistakesOfShape(t *testing.T) {
	for want, build := range map[string]func(g *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node{
		"the sample weights (2, 7) do not fit": func(g *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.Mean{}.Call(acc, nil, p, g.Input("w", graph.Shape{2, 7}))
		},
		"the sample weights (7,) do not fit the predictions": func(g *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.Recall{}.Call(acc, p, p, g.Input("w", graph.Shape{7}))
		},
		"ClassID is 3": func(_ *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.Recall{ClassID: new(3)}.Call(acc, p, p, nil)
		},
		"TopK is 4": func(_ *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.Recall{TopK: 4}.Call(acc, p, p, nil)
		},
		"2 label weights for predictions": func(_ *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.AUC{LabelWeights: []float64{1, 2}}.Call(acc, p, p, nil)
		},
		"NumLabels is 2": func(_ *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.AUC{MultiLabel: true, NumLabels: 2}.Call(acc, p, p, nil)
		},
		"node 0 of 2 is nil": func(_ *graph.Graph, acc *metrics.Accumulator, p *graph.Node) *graph.Node {
			return metrics.AUC{}.Call(acc, nil, p, nil)
		},
	} {
		g := graph.New("metric")
		n := build(g, metrics.NewAccumulator(g, ""), g.Input("p", graph.Shape{2, 3}))
		if err := n.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}

type twice struct{}

func (twice) Call(acc *metrics.Accumulator, _, yPred, _ *graph.Node) *graph.Node {
	return ops.Add(acc.Sum("a", ops.Sum(yPred)), acc.Sum("a", ops.Max(yPred)))
}

type unsummed struct{}

func (unsummed) Call(acc *metrics.Accumulator, _, yPred, _ *graph.Node) *graph.Node {
	return acc.Sum("a", yPred)
}

func topShare(_, yPred *graph.Node) *graph.Node { return ops.Max(yPred, -1) }
