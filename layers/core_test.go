package layers_test

import (
	"context"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

// one is a case of a layer without weights that keeps the shape of its input.
func one(in, out graph.Shape, mask layertest.Mask) layertest.Case {
	return layertest.Case{Inputs: shapes{in}, Output: out, Mask: mask}
}

func TestCore(t *testing.T) {
	x := graph.Shape{2, 3, 4}
	for name, test := range map[string]struct {
		layer Layer
		c     layertest.Case
	}{
		"Dense": {&Dense{Units: 5, Activation: "tanh"}, layertest.Case{
			Inputs: shapes{x}, Output: graph.Shape{2, 3, 5}, Weights: []string{"kernel (4, 5)", "bias (5,)"}, Mask: layertest.Passes}},
		"Dense of a vector": {&Dense{Units: 5, NoBias: true, KernelRegularizer: "l2"}, layertest.Case{
			Inputs: shapes{{2, 4}}, Output: graph.Shape{2, 5}, Weights: []string{"kernel (4, 5)"}}},
		"EinsumDense": {&EinsumDense{Equation: "abc,cde->abde", OutputShape: []int{graph.None, 5, 6}, BiasAxes: "e"}, layertest.Case{
			Inputs: shapes{x}, Output: graph.Shape{2, 3, 5, 6}, Weights: []string{"kernel (4, 5, 6)", "bias (6,)"}, Mask: layertest.Drops}},
		"EinsumDense, axes ahead": {&EinsumDense{Equation: "...x,xy->...y", OutputShape: []int{5}, BiasAxes: "y"}, layertest.Case{
			Inputs: shapes{x}, Output: graph.Shape{2, 3, 5}, Weights: []string{"kernel (4, 5)", "bias (5,)"}}},
		"EinsumDense, axes behind": {&EinsumDense{Equation: "bx...,xy->by...", OutputShape: []int{5}, BiasAxes: "y"}, layertest.Case{
			Inputs: shapes{x}, Output: graph.Shape{2, 5, 4}, Weights: []string{"kernel (3, 5)", "bias (5, 1)"}}},
		"Embedding": {&Embedding{InputDim: 7, OutputDim: 3, MaskZero: true}, layertest.Case{
			Inputs: shapes{{2, 4}}, Dtype: graph.Int32, Below: 7, Output: graph.Shape{2, 4, 3}, Weights: []string{"embeddings (7, 3)"}}},
		"ReversibleEmbedding": {&ReversibleEmbedding{InputDim: 7, OutputDim: 3}, layertest.Case{
			Inputs: shapes{{2, 4}}, Dtype: graph.Int32, Below: 7, Output: graph.Shape{2, 4, 3}, Weights: []string{"embeddings (7, 3)"}}},
		"Activation":    {&Activation{Activation: "relu"}, one(x, x, layertest.Passes)},
		"ReLU":          {&ReLU{MaxValue: 1, NegativeSlope: 0.1, Threshold: 0.2}, one(x, x, layertest.Passes)},
		"LeakyReLU":     {&LeakyReLU{}, one(x, x, layertest.Passes)},
		"ELU":           {&ELU{}, one(x, x, layertest.Passes)},
		"Softmax":       {&Softmax{Axis: []int{1, 2}}, one(x, x, layertest.NotChecked)},
		"PReLU":         {&PReLU{SharedAxes: []int{1}, AlphaInitializer: "ones"}, layertest.Case{Inputs: shapes{x}, Output: x, Weights: []string{"alpha (1, 4)"}, Mask: layertest.Passes}},
		"Flatten":       {&Flatten{}, one(x, graph.Shape{2, 12}, layertest.Drops)},
		"Flatten first": {&Flatten{DataFormat: ChannelsFirst}, one(x, graph.Shape{2, 12}, layertest.Drops)},
		"Reshape":       {&Reshape{TargetShape: []int{-1, 2}}, one(x, graph.Shape{2, 6, 2}, layertest.Drops)},
		"Permute":       {&Permute{Dims: []int{2, 1}}, one(x, graph.Shape{2, 4, 3}, layertest.Drops)},
		"RepeatVector":  {&RepeatVector{N: 3}, one(graph.Shape{2, 4}, graph.Shape{2, 3, 4}, layertest.NotChecked)},
		"Identity":      {&Identity{}, one(x, x, layertest.Passes)},
		"Masking":       {&Masking{}, one(x, x, layertest.NotChecked)},
		"Rescaling":     {&Rescaling{Scale: 0.5, Offset: -1.0}, one(x, x, layertest.Passes)},

		"Dropout":                {&Dropout{Rate: 0.5, NoiseShape: []int{graph.None, 1, graph.None}}, one(x, x, layertest.Passes)},
		"SpatialDropout1D":       {&SpatialDropout1D{Rate: 0.5}, one(x, x, layertest.Passes)},
		"SpatialDropout2D":       {&SpatialDropout2D{Rate: 0.5}, one(graph.Shape{2, 3, 3, 4}, graph.Shape{2, 3, 3, 4}, layertest.NotChecked)},
		"SpatialDropout3D":       {&SpatialDropout3D{Rate: 0.5, DataFormat: ChannelsFirst}, one(graph.Shape{2, 3, 3, 3, 4}, graph.Shape{2, 3, 3, 3, 4}, layertest.NotChecked)},
		"GaussianNoise":          {&GaussianNoise{Stddev: 0.1}, one(x, x, layertest.Passes)},
		"GaussianDropout":        {&GaussianDropout{Rate: 0.5}, one(x, x, layertest.Passes)},
		"AlphaDropout":           {&AlphaDropout{Rate: 0.5}, one(x, x, layertest.Passes)},
		"ActivityRegularization": {&ActivityRegularization{L1: 0.1, L2: 0.2}, one(x, x, layertest.Passes)},
	} {
		t.Run(name, func(t *testing.T) { layertest.Run(t, test.layer, test.c) })
	}
}

func TestCoreErrors(t *testing.T) {
	x := graph.Shape{2, 3, 4}
	layertest.Fails(t, &Dense{}, "Units is 0", x)
	layertest.Fails(t, &Dense{Units: 2}, "want (batch, ..., features)", graph.Shape{2})
	layertest.Fails(t, &Dense{Units: 2}, "known only at run time", graph.Shape{2, graph.None})
	layertest.Fails(t, &EinsumDense{Equation: "ab,bc"}, `Equation is "ab,bc"`, x)
	layertest.Fails(t, &EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{2}}, "names 2 axes", x)
	layertest.Fails(t, &EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{2}}, "has 2 axes", x)
	layertest.Fails(t, &EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{9, 2}}, "axis b of Equation", x)
	layertest.Fails(t, &EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{3, graph.None}}, "axis d of the kernel", x)
	layertest.Fails(t, &EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{3, 2}, BiasAxes: "z"}, "BiasAxes names z", x)
	layertest.Fails(t, &Embedding{InputDim: 3}, "OutputDim 0", x)
	layertest.Fails(t, &ReLU{MaxValue: -1}, "MaxValue -1", x)
	layertest.Fails(t, &PReLU{SharedAxes: []int{3}}, "SharedAxes has the axis 3", x)
	layertest.Fails(t, &Softmax{}, "got 3 inputs", x, x, x)
	layertest.Fails(t, &Reshape{TargetShape: []int{5}}, "has 12 elements", x)
	layertest.Fails(t, &Permute{Dims: []int{1}}, "Dims [1] has 1 axes", x)
	layertest.Fails(t, &RepeatVector{}, "want (batch, features)", x)
	layertest.Fails(t, &Lambda{}, "want a func", x)
	layertest.Fails(t, &Rescaling{}, "Scale is not set", x)
	layertest.Fails(t, &Dropout{Rate: 1.5}, "Rate is 1.5", x)
	layertest.Fails(t, &SpatialDropout1D{Rate: 0.5}, "want 3 axes", graph.Shape{2, 3})
	layertest.Fails(t, &GaussianNoise{Stddev: 2}, "Stddev is 2", x)
}

// evaluate computes nodes on inputs.
func evaluate(t *testing.T, in, out graph.Nodes, training bool, values ...any) [][]float32 {
	t.Helper()
	if err := in[0].Graph().Err(); err != nil {
		t.Fatal(err)
	}
	f, err := engine.Compile(engine.Config{Inputs: in, Outputs: out, Training: training})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Run(context.Background(), values...)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]float32
	for _, y := range got {
		switch v := y.Data().(type) {
		case []float32:
			all = append(all, v)
		case float32:
			all = append(all, []float32{v})
		default:
			t.Fatalf("an output is a %T", v)
		}
	}
	return all
}

func TestEmbeddingMask(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 3}, graph.Int32)
	y := Call(&Embedding{InputDim: 3, OutputDim: 2, MaskZero: true}, x)
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{ops.Cast(graph.Mask(y), graph.Float32)}, false, [][]int{{2, 0, 1}})
	if want := []float32{1, 0, 1}; !equal(got[0], want) {
		t.Errorf("the mask is %v, want %v", got[0], want)
	}
}

func TestReversibleEmbedding(t *testing.T) {
	g := graph.New("test")
	l := &ReversibleEmbedding{InputDim: 3, OutputDim: 2, EmbeddingsInitializer: "ones", LogitSoftCap: 1}
	x := g.Input("x", graph.Shape{1, 2})
	y := CallArgs(l, Args{Inputs: graph.Nodes{x}, Keywords: map[string]*graph.Node{"reverse": g.Const(true)}})
	got := evaluate(t, graph.Nodes{x}, y, false, [][]float32{{30, 40}})
	if want := []float32{1, 1, 1}; !equal(got[0], want) {
		t.Errorf("the logits are %v, want %v", got[0], want)
	}
}

func TestLora(t *testing.T) {
	l := &Dense{Units: 2, NoBias: true, LoraRank: 1, LoraAlpha: 3, KernelInitializer: "ones"}
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 2})
	y := Call(l, x)
	if p := l.Params(); len(p) != 3 || p[0].Trainable() || !p[1].Trainable() {
		t.Fatalf("the weights are %v, want a frozen kernel and a trainable pair", p)
	}
	l.SetTrainable(true)
	if l.Params()[0].Trainable() {
		t.Error("unfreezing the layer unfreezes the kernel beside the low-rank update")
	}
	for i, v := range []any{[][]float32{{1}, {1}}, [][]float32{{1, 2}}} {
		if err := l.Params()[1+i].SetValue(v); err != nil {
			t.Fatal(err)
		}
	}
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, false, [][]float32{{1, 1}})
	if want := []float32{8, 14}; !equal(got[0], want) { // 2 + 3·2·(1, 2)
		t.Errorf("got %v, want %v", got[0], want)
	}
}

func equal(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if d := a[i] - b[i]; d > 1e-5 || d < -1e-5 || d != d {
			return false
		}
	}
	return true
}
