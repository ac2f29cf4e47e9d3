package layers_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

var sequence = graph.Shape{2, 5, 3}

func TestRecurrentLayers(t *testing.T) {
	lstm := []string{"kernel (3, 16)", "recurrent_kernel (4, 16)", "bias (16,)"}
	gru := []string{"kernel (3, 12)", "recurrent_kernel (4, 12)", "bias (2, 12)"}
	for name, c := range map[string]struct {
		layer layers.Layer
		check layertest.Case
	}{
		"SimpleRNN": {&layers.SimpleRNN{Units: 4}, layertest.Case{
			Output: graph.Shape{2, 4}, Weights: []string{"kernel (3, 4)", "recurrent_kernel (4, 4)", "bias (4,)"}, Mask: layertest.Drops,
		}},
		"LSTM": {&layers.LSTM{Units: 4, ReturnState: true}, layertest.Case{Output: graph.Shape{2, 4}, Weights: lstm, Mask: layertest.Drops}},
		"LSTM sequences": {&layers.LSTM{Units: 4, ReturnSequences: true, Dropout: 0.2, RecurrentDropout: 0.2, GoBackwards: true}, layertest.Case{
			Output: graph.Shape{2, 5, 4}, Weights: lstm, Mask: layertest.Passes,
		}},
		"LSTM without bias": {&layers.LSTM{Units: 4, NoBias: true}, layertest.Case{Output: graph.Shape{2, 4}, Weights: lstm[:2]}},
		"GRU": {&layers.GRU{Units: 4, ReturnSequences: true, RecurrentDropout: 0.1}, layertest.Case{
			Output: graph.Shape{2, 5, 4}, Weights: gru, Mask: layertest.Passes,
		}},
		"GRU reset before": {&layers.GRU{Units: 4, ResetBefore: true, ZeroOutputForMask: true}, layertest.Case{
			Output: graph.Shape{2, 4}, Weights: []string{gru[0], gru[1], "bias (12,)"},
		}},
		"RNN of stacked cells": {&layers.RNN{ReturnSequences: true, Cell: &layers.StackedRNNCells{Cells: []layers.Cell{
			&layers.LSTMCell{Units: 4, Dropout: 0.1}, &layers.GRUCell{Units: 2, RecurrentDropout: 0.1}, &layers.SimpleRNNCell{Units: 3},
		}}}, layertest.Case{
			Output: graph.Shape{2, 5, 3},
			Weights: append(slices.Clone(lstm), "kernel (4, 6)", "recurrent_kernel (2, 6)", "bias (2, 6)",
				"kernel (2, 3)", "recurrent_kernel (3, 3)", "bias (3,)"),
		}},
		"Bidirectional": {&layers.Bidirectional{Layer: &layers.LSTM{Units: 4, ReturnSequences: true}}, layertest.Case{
			Output: graph.Shape{2, 5, 8}, Weights: append(slices.Clone(lstm), lstm...), Mask: layertest.Passes,
		}},
		"Bidirectional sum": {&layers.Bidirectional{Layer: &layers.LSTM{Units: 4}, MergeMode: "sum"}, layertest.Case{
			Output: graph.Shape{2, 4}, Weights: append(slices.Clone(lstm), lstm...), Mask: layertest.Drops,
		}},
		"Bidirectional none": {&layers.Bidirectional{Layer: &layers.LSTM{Units: 4}, MergeMode: "none"}, layertest.Case{
			Output: graph.Shape{2, 4}, Weights: append(slices.Clone(lstm), lstm...), NoTraining: true,
		}},
		"TimeDistributed": {&layers.TimeDistributed{Layer: &layers.Dense{Units: 6}}, layertest.Case{
			Output: graph.Shape{2, 5, 6}, Weights: []string{"kernel (3, 6)", "bias (6,)"}, Mask: layertest.Passes,
		}},
		"TimeDistributed of BatchNormalization": {&layers.TimeDistributed{Layer: &layers.BatchNormalization{}}, layertest.Case{
			Output: graph.Shape{2, 5, 3}, Weights: []string{"gamma (3,)", "beta (3,)", "moving_mean (3,)", "moving_variance (3,)"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c.check.Inputs = []graph.Shape{sequence}
			layertest.Run(t, c.layer, c.check)
		})
	}
}

func TestConvLSTM(t *testing.T) {
	layertest.Run(t, &layers.ConvLSTM1D{Filters: 2, KernelSize: 3, ReturnSequences: true}, layertest.Case{
		Inputs: []graph.Shape{{2, 3, 5, 4}}, Output: graph.Shape{2, 3, 3, 2},
		Weights: []string{"kernel (3, 4, 8)", "recurrent_kernel (3, 2, 8)", "bias (8,)"},
	})
	layertest.Run(t, &layers.ConvLSTM2D{Filters: 2, KernelSize: [2]int{3, 3}, Padding: "same", Strides: [2]int{2, 2}, Dropout: 0.2, RecurrentDropout: 0.2}, layertest.Case{
		Inputs: []graph.Shape{{2, 3, 5, 4, 2}}, Output: graph.Shape{2, 3, 2, 2},
		Weights: []string{"kernel (3, 3, 2, 8)", "recurrent_kernel (3, 3, 2, 8)", "bias (8,)"},
	})
	layertest.Run(t, &layers.ConvLSTM3D{Filters: 2, KernelSize: [3]int{2, 2, 2}, DataFormat: layers.ChannelsFirst, Padding: "same"}, layertest.Case{
		Inputs: []graph.Shape{{2, 2, 3, 3, 3, 3}}, Output: graph.Shape{2, 2, 3, 3, 3},
		Weights: []string{"kernel (2, 2, 2, 3, 8)", "recurrent_kernel (2, 2, 2, 2, 8)", "bias (8,)"},
	})
}

func TestRecurrentMistakes(t *testing.T) {
	layertest.Fails(t, &layers.LSTM{Units: 4}, "want (batch, steps, features)", graph.Shape{2, 3})
	layertest.Fails(t, &layers.LSTM{}, "has 0 units", sequence)
	layertest.Fails(t, &layers.RNN{}, "Cell is not set", sequence)
	layertest.Fails(t, &layers.GRU{Units: 4}, "got 2 first states", sequence, graph.Shape{2, 4}, graph.Shape{2, 4})
	layertest.Fails(t, &layers.GRU{Units: 4}, "first state 0 has the shape (2, 3), want (2, 4)", sequence, graph.Shape{2, 3})
	layertest.Fails(t, &layers.LSTM{Units: 4, Stateful: true}, "known batch size", graph.Shape{graph.None, 5, 3})
	layertest.Fails(t, &layers.TimeDistributed{Layer: &layers.Dense{Units: 4}}, "want (batch, steps, ...)", graph.Shape{2, 3})
	layertest.Fails(t, &layers.Bidirectional{Layer: &layers.Dense{Units: 4}}, "want a recurrent layer", sequence)
	layertest.Fails(t, &layers.Bidirectional{Layer: &layers.LSTM{Units: 4}, MergeMode: "max"}, `MergeMode is "max"`, sequence)
	layertest.Fails(t, &layers.ConvLSTM1D{Filters: 2, KernelSize: 3}, "no known size", graph.Shape{2, 3, graph.None, 4})
}

// run computes nodes for values of the inputs.
func run(t *testing.T, in, out graph.Nodes, values ...any) [][]float64 {
	t.Helper()
	f, err := engine.Compile(engine.Config{Inputs: in, Outputs: out})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Run(context.Background(), values...)
	if err != nil {
		t.Fatal(err)
	}
	all := make([][]float64, len(got))
	for i, y := range got {
		all[i] = array.Float64s(array.Cast(array.Elements(y), "float64"))
	}
	return all
}

// TestMaskedStepsAreSkipped compares a padded sequence with the same sequence without padding.
func TestMaskedStepsAreSkipped(t *testing.T) {
	for _, l := range []layers.Layer{
		&layers.LSTM{Units: 3, ReturnState: true}, &layers.GRU{Units: 3, GoBackwards: true},
		&layers.Bidirectional{Layer: &layers.SimpleRNN{Units: 3}},
		&layers.RNN{Cell: &sum{}, ReturnSequences: false},
	} {
		g := graph.New("test")
		x := g.Input("x", graph.Shape{1, graph.None, 2})
		mask := g.Input("mask", graph.Shape{1, graph.None}, graph.Bool)
		y := layers.Call(l, graph.WithMask(x, mask))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		in := graph.Nodes{x, mask}
		short := run(t, in, graph.Nodes{y}, array.Dense([]float32{1, -1, 0.5, 2}, []int{1, 2, 2}), array.Dense([]bool{true, true}, []int{1, 2}))
		long := run(t, in, graph.Nodes{y}, array.Dense([]float32{9, 9, 1, -1, 7, 7, 0.5, 2, 8, 8}, []int{1, 5, 2}),
			array.Dense([]bool{false, true, false, true, false}, []int{1, 5}))
		if fmt.Sprint(short) != fmt.Sprint(long) {
			t.Errorf("%s: padded it computes %v, without padding %v", layers.ClassName(l), long, short)
		}
	}
}

// sum is a cell without a field Name whose output is not a state: twice the sum of what it has seen.
type sum struct{ layers.Base }

func (*sum) StateShapes(in graph.Shape) []graph.Shape { return []graph.Shape{in[1:]} }

func (*sum) Step(_ *layers.Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	s := ops.Add(states[0], x)
	return ops.Mul(s, 2.0), graph.Nodes{s}
}

func TestMaskedOutputs(t *testing.T) {
	want := map[bool]string{false: "[0 2 2 6]", true: "[0 2 0 6]"}
	for zero, want := range want {
		g := graph.New("test")
		x := g.Input("x", graph.Shape{1, 4, 1})
		mask := g.Input("mask", graph.Shape{1, 4}, graph.Bool)
		y := layers.CallN(&layers.RNN{Cell: &sum{}, ReturnSequences: true, ReturnState: true, ZeroOutputForMask: zero}, graph.WithMask(x, mask))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		got := run(t, graph.Nodes{x, mask}, y, array.Dense([]float32{5, 1, 5, 2}, []int{1, 4, 1}), array.Dense([]bool{false, true, false, true}, []int{1, 4}))
		if fmt.Sprint(got[0]) != want || fmt.Sprint(got[1]) != "[3]" {
			t.Errorf("ZeroOutputForMask %v: got %v, want %s and the state 3", zero, got, want)
		}
	}
}

func TestStatefulContinuesAndResets(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, graph.None, 1})
	l := &layers.RNN{Cell: &sum{}, Stateful: true}
	y := layers.Call(l, x)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}})
	if err != nil {
		t.Fatal(err)
	}
	next := func() float64 {
		out, err := f.Run(context.Background(), array.Dense([]float32{1, 2}, []int{1, 2, 1}))
		if err != nil {
			t.Fatal(err)
		}
		return float64(out[0].Data().([]float32)[0])
	}
	first, second := next(), next()
	l.ResetStates()
	if third := next(); first != 6 || second != 12 || third != 6 {
		t.Errorf("the calls return %v, %v and after the reset %v, want 6, 12 and 6", first, second, third)
	}
	if n := len(l.Params()); n != 0 {
		t.Errorf("the layer lists %d weights, but states are none", n)
	}
}

func TestMixedPrecision(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{2, 3, 2})
	l := &layers.LSTM{Units: 2, ReturnState: true, Stateful: true, Base: layers.Base{Dtype: "mixed_bfloat16"}}
	y := layers.CallN(l, x)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	if y[0].Dtype() != graph.BFloat16 || y[2].Dtype() != graph.BFloat16 || l.Params()[0].Spec().Dtype != graph.Float32 {
		t.Errorf("it computes in %v and keeps weights in %v", y[0].Dtype(), l.Params()[0].Spec())
	}
}

func TestInitialStates(t *testing.T) {
	g := graph.New("test")
	x, s := g.Input("x", graph.Shape{graph.None, 2, 1}), g.Input("s", graph.Shape{graph.None, 1})
	l := &layers.RNN{Cell: &sum{}}
	y := graph.Nodes{layers.Call(l, x, s), layers.CallArgs(l, layers.Args{Inputs: graph.Nodes{x}, InitialState: graph.Nodes{s}})[0]}
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	got := run(t, graph.Nodes{x, s}, y, array.Dense([]float32{1, 2, 3, 4}, []int{2, 2, 1}), array.Dense([]float32{10, 20}, []int{2, 1}))
	if want := "[[26 54] [26 54]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestNamesOfParts(t *testing.T) {
	g := graph.New("test")
	cells := &layers.StackedRNNCells{Cells: []layers.Cell{&layers.LSTMCell{Units: 2}, &layers.LSTMCell{Units: 2}}}
	l := &layers.Bidirectional{Layer: &layers.LSTM{Units: 2}}
	stack := &layers.RNN{Cell: cells}
	x := g.Input("x", graph.Shape{2, 3, 1})
	layers.Call(l, x)
	layers.Call(stack, x)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, p := range append(l.Params(), stack.Params()...) {
		if p.Name() == "kernel" {
			paths = append(paths, p.Path())
		}
	}
	want := []string{
		"bidirectional/forward_lstm/lstm_cell/kernel", "bidirectional/backward_lstm/lstm_cell/kernel",
		"rnn/stacked_rnn_cells/lstm_cell/kernel", "rnn/stacked_rnn_cells/lstm_cell_1/kernel",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("the kernels are %q, want %q", paths, want)
	}
	var files []string
	for _, sub := range append(layers.Subs(l), layers.Subs(stack)...) {
		var owner layers.Part = l
		if sub.Part == layers.Part(cells) {
			owner = stack
		}
		files = append(files, layers.FileName(owner, sub))
	}
	for _, sub := range layers.Subs(cells) {
		files = append(files, layers.FileName(cells, sub))
	}
	if want := []string{"forward_layer", "backward_layer", "cell", "cells/lstm_cell", "cells/lstm_cell_1"}; !slices.Equal(files, want) {
		t.Errorf("in files the parts are %q, want %q", files, want)
	}
}

func ExampleRNN() {
	g := graph.New("example")
	x := g.Input("x", graph.Shape{graph.None, 10, 3})
	out := layers.CallN(&layers.LSTM{Units: 8, ReturnSequences: true, ReturnState: true}, x)
	fmt.Println(out[0].Shape(), out[1].Shape(), out[2].Shape())
	both := layers.Call(&layers.Bidirectional{Layer: &layers.GRU{Units: 5}}, x)
	fmt.Println(both.Shape())
	// Output:
	// (None, 10, 8) (None, 8) (None, 8)
	// (None, 10)
}
