package layers_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// TestValuesOfLayers compares layers on a few numbers with what is worked out by hand from Keras's formulas. Weights are set
// before, in Keras's order.
func TestValuesOfLayers(t *testing.T) {
	rows, row := [][]float32{{1, 2, 3}, {4, 5, 9}}, [][]float32{{-2, -0.5, 0, 3}}
	steps, image := [][][]float32{{{1}, {2}, {4}, {8}}}, [][][][]float32{{{{1}, {2}}, {{3}, {4}}}}
	s := func(v float64) float32 { return float32(v) }
	for name, c := range map[string]struct {
		layer   Layer
		in      any
		weights []any
		want    []float32
	}{
		"Dense":            {&Dense{Units: 2, Activation: "relu"}, rows, []any{[][]float32{{1, 0}, {0, -1}, {2, 0}}, []float32{0.5, 1}}, []float32{7.5, 0, 22.5, 0}},
		"EinsumDense":      {&EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{1}}, rows, []any{[][]float32{{1}, {2}, {3}}}, []float32{14, 41}},
		"ReLU":             {&ReLU{MaxValue: 2, NegativeSlope: 0.5, Threshold: 1}, row, nil, []float32{-1.5, -0.75, -0.5, 2}},
		"LeakyReLU":        {&LeakyReLU{}, row, nil, []float32{-0.6, -0.15, 0, 3}},
		"ELU":              {&ELU{Alpha: 2}, row, nil, []float32{s(2 * math.Expm1(-2)), s(2 * math.Expm1(-0.5)), 0, 3}},
		"PReLU":            {&PReLU{}, row, []any{[]float32{0.5, 2, 1, 7}}, []float32{-1, -1, 0, 3}},
		"Softmax":          {&Softmax{}, [][]float32{{0, s(math.Log(3))}}, nil, []float32{0.25, 0.75}},
		"Rescaling":        {&Rescaling{Scale: 2.0, Offset: -1.0}, row, nil, []float32{-5, -2, -1, 5}},
		"Embedding":        {&Embedding{InputDim: 3, OutputDim: 2}, [][]int32{{2, 0}}, []any{[][]float32{{1, 2}, {3, 4}, {5, 6}}}, []float32{5, 6, 1, 2}},
		"Flatten first":    {&Flatten{DataFormat: ChannelsFirst}, [][][]float32{{{1, 2}, {3, 4}}}, nil, []float32{1, 3, 2, 4}},
		"Permute":          {&Permute{Dims: []int{2, 1}}, [][][]float32{{{1, 2}, {3, 4}}}, nil, []float32{1, 3, 2, 4}},
		"RepeatVector":     {&RepeatVector{N: 2}, [][]float32{{1, 2}}, nil, []float32{1, 2, 1, 2}},
		"Masking":          {&Masking{MaskValue: 2}, [][][]float32{{{2, 2}, {2, 1}}}, nil, []float32{0, 0, 2, 1}},
		"LayerNorm":        {&LayerNormalization{Epsilon: graph.Zero}, [][]float32{{1, 3}}, []any{[]float32{2, 1}, []float32{0, 5}}, []float32{-2, 6}},
		"RMSNormalization": {&RMSNormalization{Epsilon: graph.Zero}, [][]float32{{1, 7}}, []any{[]float32{5, 10}}, []float32{1, 14}},
		"Unit":             {&UnitNormalization{}, [][]float32{{3, 4}}, nil, []float32{0.6, 0.8}},
		"GroupNorm":        {&GroupNormalization{Groups: 2, Epsilon: graph.Zero}, [][]float32{{1, 3, 10, 30}}, []any{[]float32{1, 1, 1, 1}, []float32{0, 0, 0, 1}}, []float32{-1, 1, -1, 2}},
		"BatchNorm":        {&BatchNormalization{Epsilon: graph.Zero}, [][]float32{{5}}, []any{[]float32{3}, []float32{1}, []float32{1}, []float32{4}}, []float32{7}},
		"Normalization":    {&Normalization{Axis: []int{-1}, Mean: []float64{1, 2, 3}, Variance: []float64{1, 4, 9}}, rows, nil, []float32{0, 0, 0, 3, 1.5, 2}},
		"inverted":         {&Normalization{Axis: []int{-1}, Mean: []float64{1, 2, 3}, Variance: []float64{1, 4, 9}, Invert: true}, rows, nil, []float32{2, 6, 12, 5, 12, 30}},
		"Conv1D":           {&Conv1D{Filters: 1, KernelSize: 2, Padding: Causal}, steps, []any{[][][]float32{{{10}}, {{1}}}, []float32{0}}, []float32{1, 12, 24, 48}},
		"Conv1DTranspose":  {&Conv1DTranspose{Filters: 1, KernelSize: 2, Strides: 2}, steps, []any{[][][]float32{{{1}}, {{-1}}}, []float32{1}}, []float32{2, 0, 3, -1, 5, -3, 9, -7}},
		"DepthwiseConv1D":  {&DepthwiseConv1D{KernelSize: 1, DepthMultiplier: 2}, steps, []any{[][][]float32{{{1, -1}}}, []float32{0, 0}}, []float32{1, -1, 2, -2, 4, -4, 8, -8}},
		"MaxPooling1D":     {&MaxPooling1D{PoolSize: 3, Strides: 1, Padding: Same}, steps, nil, []float32{2, 4, 8, 8}},
		"AveragePooling1D": {&AveragePooling1D{PoolSize: 3, Strides: 1, Padding: Same}, steps, nil, []float32{1.5, s(7. / 3), s(14. / 3), 6}},
		"GlobalMax":        {&GlobalMaxPooling1D{}, steps, nil, []float32{8}},
		"GlobalAverage":    {&GlobalAveragePooling1D{}, steps, nil, []float32{3.75}},
		"AdaptiveMax":      {&AdaptiveMaxPooling1D{OutputSize: 3}, steps, nil, []float32{2, 4, 8}},
		"AdaptiveAverage":  {&AdaptiveAveragePooling1D{OutputSize: 3}, steps, nil, []float32{1.5, 3, 6}},
		"ZeroPadding1D":    {&ZeroPadding1D{Padding: [2]int{1, 0}}, steps, nil, []float32{0, 1, 2, 4, 8}},
		"Cropping1D":       {&Cropping1D{Cropping: [2]int{1, 2}}, steps, nil, []float32{2}},
		"UpSampling2D":     {&UpSampling2D{Size: [2]int{1, 2}}, image, nil, []float32{1, 1, 2, 2, 3, 3, 4, 4}},
		"CenterCrop":       {&CenterCrop{Height: 1, Width: 2}, image, nil, []float32{1, 2}},
		"multi-hot":        {&CategoryEncoding{NumTokens: 4}, [][]int32{{3, 1, 1}}, nil, []float32{0, 1, 0, 1}},
		"Discretization":   {&Discretization{BinBoundaries: []float64{0, 2}}, row, nil, []float32{0, 0, 1, 2}},
		"TimeDistributed":  {&TimeDistributed{Layer: &Dense{Units: 1}}, steps, []any{[][]float32{{3}}, []float32{1}}, []float32{4, 7, 13, 25}},
		"Activation":       {&Activation{Activation: "softsign"}, row, nil, []float32{s(-2. / 3), s(-1. / 3), 0, 0.75}},
		"Identity":         {&Identity{}, row, nil, []float32{-2, -0.5, 0, 3}},
		"Dropout infers":   {&Dropout{Rate: 0.9}, row, nil, []float32{-2, -0.5, 0, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			v, shape, err := array.From(c.in)
			if err != nil {
				t.Fatal(err)
			}
			g := graph.New("test")
			x := g.Input("x", shape, graph.Dtype(array.DtypeOf(v)))
			y := Call(c.layer, x)
			if err := g.Err(); err != nil {
				t.Fatal(err)
			}
			for i, w := range c.weights {
				if err := c.layer.Params()[i].SetValue(w); err != nil {
					t.Fatal(err)
				}
			}
			if got := evaluate(t, graph.Nodes{x}, graph.Nodes{ops.Cast(y, graph.Float32)}, false, c.in)[0]; !equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// What is dropped in training is dropped along whole axes, and the moments of what is left are those of the input.
func TestNoiseInTraining(t *testing.T) {
	const n = 4000
	shape := graph.Shape{1, n, 2}
	for name, c := range map[string]struct {
		layer           Layer
		mean, deviation float64 // of inputs that are 1 throughout
		levels          int     // different values, 0 for many
	}{
		"Dropout":         {&Dropout{Rate: 0.25}, 1, math.Sqrt(1. / 3), 2},
		"GaussianNoise":   {&GaussianNoise{Stddev: 0.5}, 1, 0.5, 0},
		"GaussianDropout": {&GaussianDropout{Rate: 0.2}, 1, 0.5, 0},
	} {
		g := graph.New(name)
		x := g.Input("x", shape)
		y := Call(c.layer, x)
		v := make([]float32, shape.Size())
		for i := range v {
			v[i] = 1
		}
		got := evaluate(t, graph.Nodes{x}, graph.Nodes{y}, true, array.Dense(v, shape))[0]
		mean, deviation := 0.0, 0.0
		for _, y := range got {
			mean += float64(y) / float64(len(got))
		}
		for _, y := range got {
			deviation += (float64(y) - mean) * (float64(y) - mean) / float64(len(got))
		}
		if deviation = math.Sqrt(deviation); math.Abs(mean-c.mean) > 0.05 || math.Abs(deviation-c.deviation) > 0.05 {
			t.Errorf("%s: mean %v and deviation %v, want %v and %v", name, mean, deviation, c.mean, c.deviation)
		}
		slices.Sort(got)
		if levels := len(slices.Compact(got)); c.levels > 0 && levels != c.levels || c.levels == 0 && levels < n {
			t.Errorf("%s: %d different values", name, levels)
		}
	}
}

// AlphaDropout keeps mean 0 and variance 1, and drops to -α' scaled alike everywhere (Klambauer et al., 2017).
func TestAlphaDropoutKeepsMoments(t *testing.T) {
	shape := graph.Shape{1, 20000}
	g := graph.New("test")
	x := g.Input("x", shape)
	y := Call(&AlphaDropout{Rate: 0.3}, ops.Zeros(g, shape))
	z := Call(&AlphaDropout{Rate: 0.3}, x)
	v := ramp(shape.Size())
	for i := range v {
		v[i] *= float32(math.Sqrt(12) / 4) // variance 1
	}
	got := evaluate(t, graph.Nodes{x}, graph.Nodes{y, z}, true, array.Dense(v, shape))
	var mean, square float64
	for _, a := range got[1] {
		mean, square = mean+float64(a)/float64(len(v)), square+float64(a)*float64(a)/float64(len(v))
	}
	if math.Abs(mean) > 0.04 || math.Abs(square-mean*mean-1) > 0.06 {
		t.Errorf("mean %v and variance %v, want 0 and 1", mean, square-mean*mean)
	}
	const p, alpha = -1.7580993408473766, 0.3 // -scale·alpha of SELU, the rate
	a := 1 / math.Sqrt((1-alpha)*(1+alpha*p*p))
	b := -a * p * alpha
	kept, dropped := float32(b), float32(a*p+b)
	slices.Sort(got[0])
	if levels := slices.Compact(got[0]); !equal(levels, []float32{dropped, kept}) {
		t.Errorf("zeros become %v, want %v and %v", levels[:min(4, len(levels))], dropped, kept)
	}
}
