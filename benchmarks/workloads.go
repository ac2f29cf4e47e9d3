package main

import (
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// workload is a model with its compile settings and data.
type workload struct {
	model   func() (*functional.Model, error)
	compile func() train.Config // nil: it is not trained
	data    func(n int) (x, y any)
	batch   int // of training
	bytes   int // of one sample's inputs
}

var workloads = map[string]workload{
	"quickstart": {quickstart, classify("categorical_crossentropy", &optimizers.SGD{LearningRate: 0.01}), func(n int) (any, any) {
		r := source()
		return normal(r, n, 100), oneHot(r, n, 10)
	}, 32, 400},
	"mlp": {mlp, classify("sparse_categorical_crossentropy", &optimizers.Adam{}), func(n int) (any, any) {
		r := source()
		return uniform(r, n, 784), integers(r, 10, n)
	}, 128, 784 * 4},
	"cnn": {cnn, classify("categorical_crossentropy", &optimizers.Adam{}), func(n int) (any, any) {
		r := source()
		return uniform(r, n, 28, 28, 1), oneHot(r, n, 10)
	}, 128, 784 * 4},
	"lstm": {lstm, classify("binary_crossentropy", &optimizers.Adam{}), func(n int) (any, any) {
		r := source()
		return integers(r, 20000, n, 80), floats(integers(r, 2, n, 1))
	}, 32, 320},
	"resnet20": {resnet20, classify("categorical_crossentropy", &optimizers.SGD{LearningRate: 0.01, Momentum: 0.9}), func(n int) (any, any) {
		r := source()
		return uniform(r, n, 32, 32, 3), oneHot(r, n, 10)
	}, 32, 32 * 32 * 12},
	"transformer": {transformer, classify("sparse_categorical_crossentropy", &optimizers.Adam{}), func(n int) (any, any) {
		r := source()
		return integers(r, 20000, n, 200), integers(r, 2, n)
	}, 32, 800},
	"functional": {shared, func() train.Config {
		return train.Config{
			Optimizer:   &optimizers.RMSprop{},
			Loss:        train.ByOutput{"main": "binary_crossentropy", "aux": "mse"},
			LossWeights: map[string]float64{"main": 1, "aux": 0.2},
		}
	}, func(n int) (any, any) {
		r := source()
		return map[string]any{"a": normal(r, n, 64, 256), "b": normal(r, n, 64, 256)},
			map[string]any{"main": floats(integers(r, 2, n, 1)), "aux": normal(r, n, 1)}
	}, 32, 2 * 64 * 256 * 4},
	"mobilenet": {mobilenet, nil, func(n int) (any, any) {
		r := source()
		return fill([]int{n, 224, 224, 3}, func() float32 { return 2*r.Float32() - 1 }), nil
	}, 1, 224 * 224 * 12},
}

func names() []string { return slices.Sorted(maps.Keys(workloads)) }

// classify compiles with accuracy. The optimizer is copied, since it keeps state.
func classify(loss string, opt optimizers.Optimizer) func() train.Config {
	return func() train.Config {
		return train.Config{Optimizer: optimizers.Clone(opt), Loss: loss, Metrics: "accuracy"}
	}
}

// chain makes a functional model of one chain.
func chain(input *graph.Node, ls ...layers.Layer) (*functional.Model, error) {
	return functional.New(graph.Nodes{input}, graph.Nodes{functional.Chain(input, ls...)})
}

func quickstart() (*functional.Model, error) {
	return chain(functional.Input(graph.New("quickstart"), "x", []int{100}),
		&layers.Dense{Units: 64, Activation: "relu"}, &layers.Dense{Units: 10, Activation: "softmax"})
}

func mlp() (*functional.Model, error) {
	return chain(functional.Input(graph.New("mlp"), "x", []int{784}),
		&layers.Dense{Units: 512, Activation: "relu"}, &layers.Dense{Units: 512, Activation: "relu"},
		&layers.Dense{Units: 10, Activation: "softmax"})
}

func cnn() (*functional.Model, error) {
	return functional.NewSequential(
		&layers.Input{Shape: []int{28, 28, 1}},
		&layers.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: "relu"}, &layers.MaxPooling2D{},
		&layers.Conv2D{Filters: 64, KernelSize: [2]int{3, 3}, Activation: "relu"}, &layers.MaxPooling2D{},
		&layers.Flatten{}, &layers.Dropout{Rate: 0.5}, &layers.Dense{Units: 10, Activation: "softmax"})
}

func lstm() (*functional.Model, error) {
	return chain(functional.Input(graph.New("lstm"), "tokens", []int{80}, graph.Int32),
		&layers.Embedding{InputDim: 20000, OutputDim: 128}, &layers.LSTM{Units: 128},
		&layers.Dense{Units: 1, Activation: "sigmoid"})
}

// resnet20 is the CIFAR ResNet-20 of version 1 (He et al., 2015).
func resnet20() (*functional.Model, error) {
	g := graph.New("resnet20")
	image := functional.Input(g, "image", []int{32, 32, 3})
	conv := func(x *graph.Node, filters, size, stride int) *graph.Node {
		return functional.Call(&layers.Conv2D{
			Filters: filters, KernelSize: [2]int{size, size}, Strides: [2]int{stride, stride}, Padding: "same", KernelInitializer: "he_normal",
		}, x)
	}
	relu := func(x *graph.Node) *graph.Node { return functional.Call(&layers.Activation{Activation: "relu"}, x) }
	norm := func(x *graph.Node) *graph.Node { return functional.Call(&layers.BatchNormalization{}, x) }
	x := relu(norm(conv(image, 16, 3, 1)))
	for stack, filters := range []int{16, 32, 64} {
		for block := range 3 {
			stride := 1
			if stack > 0 && block == 0 {
				stride = 2
			}
			y := norm(conv(relu(norm(conv(x, filters, 3, stride))), filters, 3, 1))
			if stride == 2 {
				x = conv(x, filters, 1, stride)
			}
			x = relu(functional.Call(&layers.Add{}, x, y))
		}
	}
	y := functional.Chain(x, &layers.AveragePooling2D{PoolSize: [2]int{8, 8}}, &layers.Flatten{},
		&layers.Dense{Units: 10, Activation: "softmax", KernelInitializer: "he_normal"})
	return functional.New(graph.Nodes{image}, graph.Nodes{y})
}

// transformer is keras.io's text classification with a transformer block.
func transformer() (*functional.Model, error) {
	const length, vocabulary, width, heads = 200, 20000, 32, 2
	g := graph.New("transformer")
	tokens := functional.Input(g, "tokens", []int{length}, graph.Int32)
	positions := ops.Arange(g, 0, length, 1, graph.Int32)
	x := ops.Add(
		functional.Call(&layers.Embedding{InputDim: vocabulary, OutputDim: width}, tokens),
		functional.Call(&layers.Embedding{InputDim: length, OutputDim: width}, positions))
	attended := functional.CallArgs(&layers.MultiHeadAttention{NumHeads: heads, KeyDim: width}, layers.Args{Query: x, Value: x})[0]
	attended = functional.Call(&layers.Dropout{Rate: 0.1}, attended)
	out := functional.Call(&layers.LayerNormalization{Epsilon: 1e-6}, ops.Add(x, attended))
	forward := functional.Chain(out, &layers.Dense{Units: width, Activation: "relu"}, &layers.Dense{Units: width}, &layers.Dropout{Rate: 0.1})
	y := functional.Chain(functional.Call(&layers.LayerNormalization{Epsilon: 1e-6}, ops.Add(out, forward)),
		&layers.GlobalAveragePooling1D{}, &layers.Dropout{Rate: 0.1}, &layers.Dense{Units: 20, Activation: "relu"},
		&layers.Dropout{Rate: 0.1}, &layers.Dense{Units: 2, Activation: "softmax"})
	return functional.New(graph.Nodes{tokens}, graph.Nodes{y})
}

// shared has two inputs that one LSTM reads, and two outputs.
func shared() (*functional.Model, error) {
	g := graph.New("functional")
	a, b := functional.Input(g, "a", []int{64, 256}), functional.Input(g, "b", []int{64, 256})
	reader := &layers.LSTM{Units: 64}
	readA, readB := functional.Call(reader, a), functional.Call(reader, b)
	both := functional.Call(&layers.Concatenate{}, readA, readB)
	return functional.New(graph.Nodes{a, b}, graph.Nodes{
		functional.Call(&layers.Dense{Units: 1, Activation: "sigmoid", Name: "main"}, both),
		functional.Call(&layers.Dense{Units: 1, Name: "aux"}, readA),
	})
}

func source() *rand.Rand { return rand.New(rand.NewPCG(0, 0)) }

func fill[T float32 | int32](shape []int, f func() T) *tensor.Dense {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]T, n)
	for i := range v {
		v[i] = f()
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

func normal(r *rand.Rand, shape ...int) *tensor.Dense {
	return fill(shape, func() float32 { return float32(r.NormFloat64()) })
}

func uniform(r *rand.Rand, shape ...int) *tensor.Dense { return fill(shape, r.Float32) }

func integers(r *rand.Rand, below int, shape ...int) *tensor.Dense {
	return fill(shape, func() int32 { return int32(r.IntN(below)) })
}

func floats(t *tensor.Dense) *tensor.Dense {
	in := t.Data().([]int32)
	i := -1
	return fill(t.Shape().Clone(), func() float32 { i++; return float32(in[i]) })
}

func oneHot(r *rand.Rand, n, classes int) *tensor.Dense {
	v := make([]float32, n*classes)
	for i := range n {
		v[i*classes+r.IntN(classes)] = 1
	}
	return tensor.New(tensor.WithShape(n, classes), tensor.WithBacking(v))
}
