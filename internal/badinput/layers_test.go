package badinput_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// on calls a layer on an input of (None, shape...).
func on(l layers.Layer, shape ...int) func(t *testing.T) error {
	return func(*testing.T) error {
		x := functional.Input(graph.New("net"), "x", shape)
		_, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(l, x)})
		return err
	}
}

// onAll calls a layer on several inputs, the first two without their batch axis.
func onAll(l layers.Layer, shapes ...graph.Shape) func(t *testing.T) error {
	return func(*testing.T) error {
		g := graph.New("net")
		var in graph.Nodes
		for _, s := range shapes {
			in = append(in, functional.Input(g, "", s))
		}
		_, err := functional.New(in, graph.Nodes{functional.Call(l, in...)})
		return err
	}
}

var layerMistakes = []mistake{
	{"negative units", []string{"layers_test.go:N", "layer dense", "Units", "-5"}, on(&layers.Dense{Units: -5}, 4)},
	{"no units", []string{"layer lstm", "0 units"}, on(&layers.LSTM{}, 4, 3)},
	{"no filters", []string{"Filters"}, on(&layers.Conv2D{KernelSize: [2]int{3, 3}}, 8, 8, 1)},
	{"no kernel size", []string{"KernelSize"}, on(&layers.Conv2D{Filters: 3}, 8, 8, 1)},
	{"a kernel larger than the picture", []string{"layer conv2d", "(?, 4, 4, 1)", "(5, 5, 1, 3)", "valid"}, on(&layers.Conv2D{Filters: 3, KernelSize: [2]int{5, 5}}, 4, 4, 1)},
	{"strides and dilation", []string{"Strides", "DilationRate"}, on(&layers.Conv2D{Filters: 3, KernelSize: [2]int{2, 2}, Strides: [2]int{2, 2}, DilationRate: [2]int{2, 2}}, 8, 8, 1)},
	{"groups that do not divide", []string{"Groups", "3", "4"}, on(&layers.Conv2D{Filters: 3, KernelSize: [2]int{2, 2}, Groups: 3}, 8, 8, 4)},
	{"an unknown padding", []string{`"smae"`, "valid, same"}, on(&layers.Conv2D{Filters: 3, KernelSize: [2]int{2, 2}, Padding: "smae"}, 8, 8, 4)},
	{"an unknown data format", []string{`"channel_last"`, `"channels_last"`}, on(&layers.MaxPooling2D{DataFormat: "channel_last"}, 8, 8, 4)},
	{"an unknown activation", []string{`"rellu"`, `"relu"`, "Activation"}, on(&layers.Dense{Units: 2, Activation: "rellu"}, 4)},
	{"an activation of a wrong type", []string{"Activation", "int"}, on(&layers.Dense{Units: 2, Activation: 7}, 4)},
	{"an activation that returns nil", []string{"layer dense", "nil"}, on(&layers.Dense{Units: 2, Activation: func(*graph.Node) *graph.Node { return nil }}, 4)},
	{"an unknown initializer", []string{`"glorot"`, "weight kernel"}, on(&layers.Dense{Units: 2, KernelInitializer: "glorot"}, 4)},
	{"an unknown regularizer", []string{`"l3"`, "weight kernel", `"l2"`}, on(&layers.Dense{Units: 2, KernelRegularizer: "l3"}, 4)},
	{"an unknown constraint", []string{`"nonneg"`, "weight bias", `"non_neg"`}, on(&layers.Dense{Units: 2, BiasConstraint: "nonneg"}, 4)},
	{"an unknown dtype", []string{`"flaot16"`, `"float16"`}, on(&layers.Dense{Units: 2, Base: layers.Base{Dtype: "flaot16"}}, 4)},
	{"a dropout rate above 1", []string{"Rate", "1.5"}, on(&layers.Dropout{Rate: 1.5}, 4)},
	{"a negative dropout rate", []string{"Rate", "-0.1"}, on(&layers.Dropout{Rate: -0.1}, 4)},
	{"a reshape that does not fit", []string{"(3, 5)", "16"}, on(&layers.Reshape{TargetShape: []int{3, 5}}, 16)},
	{"a permutation of too few axes", []string{"(None, 3, 4)"}, on(&layers.Permute{Dims: []int{1}}, 3, 4)},
	{"a recurrent layer without a time axis", []string{"LSTM", "(None, 4)", "(batch, steps, features)"}, on(&layers.LSTM{Units: 2}, 4)},
	{"an unknown number of features", []string{"dense"}, on(&layers.Dense{Units: 2}, graph.None)},
	{"an axis that is not there", []string{"BatchNormalization", "5"}, on(&layers.BatchNormalization{Axis: 5}, 4)},
	{"a pool larger than the picture", []string{"layer max_pooling2d", "(?, 2, 2, 1)", "3"}, on(&layers.MaxPooling2D{PoolSize: [2]int{3, 3}}, 2, 2, 1)},
	{"an embedding without a size", []string{"InputDim"}, on(&layers.Embedding{OutputDim: 4}, 4)},
	{"heads without a size", []string{"KeyDim"}, onAll(&layers.MultiHeadAttention{NumHeads: 2}, graph.Shape{4, 6}, graph.Shape{4, 6})},
	{"a sum of two shapes", []string{"layer add", "(?, 3)", "(?, 4)"}, onAll(&layers.Add{}, graph.Shape{3}, graph.Shape{4})},
	{"a difference of three", []string{"layer subtract", "3 inputs"}, onAll(&layers.Subtract{}, graph.Shape{3}, graph.Shape{3}, graph.Shape{3})},
	{"a concatenation of two lengths", []string{"concatenate", "(None, 2, 3)", "(None, 4, 4)"}, onAll(&layers.Concatenate{}, graph.Shape{2, 3}, graph.Shape{4, 4})},
	{"two inputs to a layer of one", []string{"dense", "1"}, onAll(&layers.Dense{Units: 2}, graph.Shape{3}, graph.Shape{3})},
	{"a wrapper of nothing", []string{"Layer"}, on(&layers.TimeDistributed{}, 4, 3)},
	{"a bidirectional wrapper of a dense layer", []string{"Bidirectional", "Dense"}, on(&layers.Bidirectional{Layer: four(2)}, 4, 3)},
	{"an unknown merge mode", []string{`"concatt"`, `"concat"`}, on(&layers.Bidirectional{Layer: &layers.LSTM{Units: 2}, MergeMode: "concatt"}, 4, 3)},
	{"an rnn without a cell", []string{"Cell"}, on(&layers.RNN{}, 4, 3)},
	{"a stateful layer without a batch size", []string{"stateful", "batch size"}, on(&layers.LSTM{Units: 2, Stateful: true}, 4, 3)},
	{"a lambda of nothing", []string{"Function"}, on(&layers.Lambda{}, 4)},
	{"a vocabulary that was not learned", []string{"vocabulary"}, on(&layers.IntegerLookup{}, 4)},
	{"an adapt on nothing", []string{"nil"}, func(t *testing.T) error { return (&layers.Normalization{}).Adapt(ctx, nil) }},
	{"an adapt on other features", []string{"3", "(None, 4)"}, func(t *testing.T) error {
		l := &layers.Normalization{}
		if err := l.Adapt(ctx, data.Arrays{X: [][]float32{{1, 2, 3}, {3, 4, 5}}}); err != nil {
			return err
		}
		return on(l, 4)(t)
	}},
	{"an unknown activity regularizer", []string{`"l9"`, "ActivityRegularizer"}, on(&layers.Activation{Activation: activations.Softmax, Base: layers.Base{ActivityRegularizer: "l9"}}, 4)},
}
