package ops_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"github.com/gorgonin/gorgonin/ops"
)

// computed runs nodes on the default backend; the values of each.
func computed(t *testing.T, c engine.Config) [][]float64 {
	t.Helper()
	f, err := engine.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, len(got))
	for i, v := range got {
		out[i] = array.Float64s(array.Elements(v))
	}
	return out
}

// TestComputedValues compares with what Keras gives.
func TestComputedValues(t *testing.T) {
	g := graph.New("values")
	x := g.Const([][]float32{{1, 5, 2}, {4, 3, 6}})
	row := ops.Reshape(g.Const([]float32{1, 2, 3, 4, 5}), 1, 5, 1)
	ones := func(shape ...int) *graph.Node { return ops.Ones(g, shape) }
	nan := g.Const([]float64{math.NaN(), 1})
	cases := map[string]struct {
		y    *graph.Node
		want string
	}{
		"conv":              {ops.Conv(row, ones(2, 1, 1)), "(1, 4, 1) [3 5 7 9]"},
		"conv same":         {ops.Conv(row, ones(3, 1, 1), ops.ConvOptions{Padding: "same", Strides: []int{2}}), "(1, 3, 1) [3 9 9]"},
		"conv causal":       {ops.Conv(row, ones(2, 1, 1), ops.ConvOptions{Padding: "causal"}), "(1, 5, 1) [1 3 5 7 9]"},
		"conv_transpose":    {ops.ConvTranspose(row, ones(3, 1, 1), ops.ConvOptions{Strides: []int{2}}), "(1, 11, 1) [1 1 3 2 5 3 7 4 9 5 5]"},
		"max_pool":          {ops.MaxPool(row, []int{2}, ops.PoolOptions{Padding: "same"}), "(1, 3, 1) [2 4 5]"},
		"average_pool":      {ops.AveragePool(row, []int{3}, ops.PoolOptions{Padding: "same", Strides: []int{2}}), "(1, 3, 1) [1.5 3 4.5]"},
		"adaptive":          {ops.AdaptiveAveragePool(row, []int{2}), "(1, 2, 1) [2 4]"},
		"take":              {ops.Take(x, g.Const([]int{-1, 0}), 1), "(2, 2) [2 1 6 4]"},
		"take_along_axis":   {ops.TakeAlongAxis(x, ops.Argsort(x, 1), 1), "(2, 3) [1 2 5 3 4 6]"},
		"scatter":           {ops.Scatter(g.Const([][]int{{1}, {1}}), g.Const([]float32{2, 3}), 3), "(3,) [0 5 0]"},
		"scatter_update":    {ops.ScatterUpdate(x, g.Const([][]int{{0, 1}, {1, 2}}), g.Const([]float32{7, 8})), "(2, 3) [1 7 2 4 3 8]"},
		"scatter max":       {ops.ScatterUpdate(x, g.Const([][]int{{0, 1}, {1, 2}}), g.Const([]float32{4, 8}), "max"), "(2, 3) [1 5 2 4 3 8]"},
		"slice_update":      {ops.SliceUpdate(x, []int{0, 1}, g.Const([][]float32{{8, 9}})), "(2, 3) [1 8 9 4 3 6]"},
		"dynamic update":    {ops.DynamicSliceUpdate(x, g.Const([]int{1, 2}), g.Const([][]float32{{8, 9}})), "(2, 3) [1 5 2 4 3 8]"},
		"one_hot":           {ops.OneHot(g.Const([]int{1, -1, 2}), 2), "(3, 2) [0 1 0 0 0 0]"},
		"multi_hot":         {ops.MultiHot(g.Const([][]int{{0, 2}, {1, 1}}), 3), "(2, 3) [1 0 1 0 1 0]"},
		"sort nan":          {ops.Sort(nan), "(2,) [1 NaN]"},
		"argpartition":      {ops.Argpartition(g.Const([]int{7, 3, 9, 1}), 1), "(4,) [3 1 0 2]"},
		"searchsorted":      {ops.SearchSorted(g.Const([]int{1, 3, 5}), g.Const([]int{0, 3, 6})), "(3,) [0 1 3]"},
		"digitize":          {ops.Digitize(g.Const([]int{0, 3, 6}), g.Const([]int{1, 3, 5})), "(3,) [0 2 3]"},
		"bincount":          {ops.Bincount(g.Const([]int{1, 1, 3, 9}), nil, 4), "(4,) [0 2 0 1]"},
		"segment_sum":       {ops.SegmentSum(g.Const([]int{1, 2, 3}), g.Const([]int{1, 0, 1}), 3), "(3,) [2 4 0]"},
		"segment_max":       {ops.SegmentMax(g.Const([]float64{1, 2, 3}), g.Const([]int{1, 5, 1}), 2), "(2,) [-Inf 3]"},
		"softmax":           {ops.Softmax(g.Const([]float64{1000, 1000, math.Inf(-1)})), "(3,) [0.5 0.5 0]"},
		"logsumexp":         {ops.LogSumExp(g.Const([]float64{math.Inf(-1), math.Inf(-1)})), "() [-Inf]"},
		"sparsemax":         {ops.Sparsemax(g.Const([]float64{0.5, 1, -3}), -1), "(3,) [0 0.25 0]"},
		"relu6 nan":         {ops.Relu6(nan), "(2,) [NaN 1]"},
		"hard_sigmoid":      {ops.HardSigmoid(g.Const([]float64{-4, 0, 4})), "(3,) [0 0.5 1]"},
		"elu of much":       {ops.Elu(g.Const([]float64{1e4, 0}), 1), "(2,) [10000 0]"},
		"normalize zeros":   {ops.Normalize(ops.Zeros(g, graph.Shape{2}), -1), "(2,) [0 0]"},
		"sparse crossent":   {ops.SparseCategoricalCrossentropy(g.Const([]int{1}), g.Const([][]float64{{0, 0}}), true), "(1,) [0.69315]"},
		"binary large":      {ops.BinaryCrossentropy(g.Const([]float64{1, 0}), g.Const([]float64{800, 800}), true), "(2,) [0 800]"},
		"space_to_depth":    {ops.SpaceToDepth(ops.Reshape(ops.Arange(g, 0, 8, 1), 1, 2, 2, 2), 2), "(1, 1, 1, 8) [0 1 2 3 4 5 6 7]"},
		"depth first":       {ops.SpaceToDepth(ops.Reshape(ops.Arange(g, 0, 8, 1), 1, 2, 2, 2), 2, "channels_first"), "(1, 8, 1, 1) [0 1 2 3 4 5 6 7]"},
		"norm":              {ops.Norm(g.Const([]float64{3, 4})), "() [5]"},
		"norm count":        {ops.Norm(g.Const([]float64{3, 0, 4}), ops.NormOptions{Order: graph.Zero}), "() [2]"},
		"norm nuclear":      {ops.Norm(g.Const([][]float64{{3, 0}, {0, -4}}), ops.NormOptions{Kind: "nuc"}), "() [7]"},
		"det":               {ops.Det(g.Const([][]float64{{1, 2}, {3, 4}})), "() [-2]"},
		"det singular":      {ops.Det(g.Const([][]float64{{1, 2}, {2, 4}})), "() [0]"},
		"solve":             {ops.Solve(g.Const([][]float64{{2, 0}, {0, 4}}), g.Const([]float64{2, 2})), "(2,) [1 0.5]"},
		"pinv of rank 1":    {ops.Pinv(g.Const([][]float64{{2, 0}, {0, 0}})), "(2, 2) [0.5 0 0 0]"},
		"attention, masked": {ops.DotProductAttention(ones(1, 2, 1, 1), ones(1, 2, 1, 1), ops.Reshape(g.Const([]float32{1, 3}), 1, 2, 1, 1), ops.AttentionOptions{IsCausal: true}), "(1, 2, 1, 1) [1 2]"},
	}
	for name, c := range cases {
		if c.y.Poisoned() {
			t.Errorf("%s: %v", name, c.y.Err())
			continue
		}
		v := computed(t, engine.Config{Outputs: graph.Nodes{c.y}})[0]
		if got := fmt.Sprint(c.y.Shape(), " ", rounded(v)); got != c.want {
			t.Errorf("%s is %s, want %s", name, got, c.want)
		}
	}
}

// TestComposites holds every composite of the samples and of their gradients against its expansion.
func TestComposites(t *testing.T) {
	met := map[string]bool{}
	for _, n := range allNodes(t) {
		c, ok := n.Op().(graph.Composite)
		if !ok || !n.Shape().Known() || n.Graph() != n.Graph().Root() || met[n.Op().Name()] {
			continue
		}
		met[n.Op().Name()] = true
		in := make(graph.Nodes, len(n.Inputs()))
		g := graph.New("composite")
		for i, x := range n.Inputs() {
			if in[i] = ops.Add(ops.Mul(ops.IotaLike(ops.Zeros(g, x.Shape()), x.Shape().Rank()-1, graph.Float32), 0.3), 0.1); x.Dtype().IsInteger() {
				in[i] = ops.Zeros(g, x.Shape(), x.Dtype())
			}
		}
		whole := graph.Apply(c, in...)
		if whole.IsTuple() {
			continue
		}
		got := computed(t, engine.Config{Outputs: graph.Nodes{whole, c.Expand(in)[0]}})
		if !slices.EqualFunc(got[0], got[1], func(a, b float64) bool { return math.Abs(a-b) < 1e-5 }) {
			t.Errorf("%s is %v, expanded %v", n.Op().Name(), got[0], got[1])
		}
	}
	if len(met) < 4 {
		t.Errorf("only %d composites were met in %d samples", len(met), len(opstest.Samples()))
	}
}

// TestNNMistakes looks for what is wrong and what to do in the errors.
func TestNNMistakes(t *testing.T) {
	cases := map[string]func(g *graph.Graph) *graph.Node{
		"a window of 9 taps": func(g *graph.Graph) *graph.Node {
			return ops.DepthwiseConv(ops.Zeros(g, graph.Shape{1, 4, 3}), ops.Zeros(g, graph.Shape{9, 3, 1}))
		},
		"no multiple of the 3": func(g *graph.Graph) *graph.Node {
			return ops.Conv(ops.Zeros(g, graph.Shape{1, 4, 4}), ops.Zeros(g, graph.Shape{2, 3, 1}))
		},
		"no padding": func(g *graph.Graph) *graph.Node {
			return ops.MaxPool(ops.Zeros(g, graph.Shape{1, 4, 4}), []int{2}, ops.PoolOptions{Padding: "full"})
		},
		"use channels_last": func(g *graph.Graph) *graph.Node {
			return ops.MaxPool(ops.Zeros(g, graph.Shape{1, 4, 4}), []int{2}, ops.PoolOptions{DataFormat: "NCHW"})
		},
		"want int32 or int64": func(g *graph.Graph) *graph.Node {
			return ops.Take(ops.Zeros(g, graph.Shape{4}), ops.Zeros(g, graph.Shape{2}), 0)
		},
		"labels of shape": func(g *graph.Graph) *graph.Node {
			return ops.SparseCategoricalCrossentropy(g.Const([]int{1, 2}), ops.Zeros(g, graph.Shape{3, 4}), true)
		},
		"one-hot vectors": func(g *graph.Graph) *graph.Node {
			return ops.CategoricalCrossentropy(g.Const([]int{1}), ops.Zeros(g, graph.Shape{1, 4}), true)
		},
		"the rate is 1.5": func(g *graph.Graph) *graph.Node { return ops.Dropout(ops.Zeros(g, graph.Shape{1}), 1.5) },
		"draw them before": func(g *graph.Graph) *graph.Node {
			return ops.RandomNormalLike(g.Body("loop").Input("x", graph.Shape{2}))
		},
		"not square": func(g *graph.Graph) *graph.Node { return ops.Inv(ops.Zeros(g, graph.Shape{2, 3})) },
		"leave x of shape": func(g *graph.Graph) *graph.Node {
			return ops.SliceUpdate(ops.Zeros(g, graph.Shape{2}), []int{1}, ops.Zeros(g, graph.Shape{2}))
		},
		"no 3 largest": func(g *graph.Graph) *graph.Node { v, _ := ops.TopK(ops.Zeros(g, graph.Shape{2}), 3); return v },
		"has no norm of order": func(g *graph.Graph) *graph.Node {
			return ops.Norm(ops.Zeros(g, graph.Shape{2, 2}), ops.NormOptions{Order: 3})
		},
	}
	for want, build := range cases {
		g := graph.New("mistakes")
		n := build(g)
		if n.Err() == nil || !strings.Contains(n.Err().Error(), want) {
			t.Errorf("the error is %v, want one with %q", n.Err(), want)
		}
		if after := ops.Softmax(ops.Conv(n, n)); after != n {
			t.Errorf("after %q a poisoned node became %v", want, after)
		}
	}
}

// TestDtypes moves and counts elements of every dtype.
func TestDtypes(t *testing.T) {
	g := graph.New("dtypes")
	at := g.Const([]int64{2, 0})
	for _, d := range []graph.Dtype{graph.Float32, graph.Float64, graph.Float16, graph.Int8, graph.Int32, graph.Int64, graph.Uint8} {
		x := ops.Cast(g.Const([]int{5, 6, 7}), d)
		y := computed(t, engine.Config{Outputs: graph.Nodes{ops.Take(x, at, 0), ops.OneHot(at, 3, ops.OneHotOptions{Dtype: d})}})
		if !slices.Equal(y[0], []float64{7, 5}) || !slices.Equal(y[1], []float64{0, 0, 1, 1, 0, 0}) {
			t.Errorf("%s: taken %v, one-hot %v", d, y[0], y[1])
		}
		if d == graph.Int8 {
			continue // the backend adds and sorts no int8
		}
		y = computed(t, engine.Config{Outputs: graph.Nodes{ops.Sort(ops.Take(x, at, 0)), ops.SegmentSum(x, g.Const([]int32{1, 1, 0}), 2), ops.SegmentMax(x, g.Const([]int32{0, 0, 0}), 1)}})
		if !slices.Equal(y[0], []float64{5, 7}) || !slices.Equal(y[1], []float64{7, 11}) || !slices.Equal(y[2], []float64{7}) {
			t.Errorf("%s: sorted %v, sums %v, maximum %v", d, y[0], y[1], y[2])
		}
	}
	if y := computed(t, engine.Config{Outputs: graph.Nodes{ops.Take(g.Const([]bool{true, false, false}), at, 0)}}); !slices.Equal(y[0], []float64{0, 1}) {
		t.Errorf("bools taken: %v", y[0])
	}
}

// TestFaults looks for what a run reports of values that no operation can work with.
func TestFaults(t *testing.T) {
	g := graph.New("faults")
	for want, y := range map[string]*graph.Node{
		"index 5 at position 1 is outside an axis of size 3": ops.Take(g.Const([]float32{1, 2, 3}), g.Const([]int{0, 5}), 0),
		"is outside an axis of size 2":                       ops.SparseCategoricalCrossentropy(g.Const([]int{2}), g.Const([][]float32{{1, 2}}), true),
		"not positive definite":                              ops.Cholesky(g.Const([][]float32{{1, 0}, {0, -1}})),
		"singular":                                           ops.Inv(g.Const([][]float32{{1, 2}, {2, 4}})),
	} {
		f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{y}})
		if err == nil {
			_, err = f.Run(context.Background())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one with %q", err, want)
		}
	}
}
