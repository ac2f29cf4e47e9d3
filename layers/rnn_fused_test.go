package layers_test

import (
	"context"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// A recurrent layer is one operation over all steps, which gives what the loop over steps gives: outputs and gradients.
func TestRecurrentLayersAreFused(t *testing.T) {
	for name, c := range map[string]struct {
		layer layers.Layer
		op    string // "" for the loop
	}{
		"LSTM":                 {&layers.LSTM{Units: 21, ReturnSequences: true, ReturnState: true}, "lstm"},
		"LSTM backwards":       {&layers.LSTM{Units: 16, GoBackwards: true, ReturnSequences: true, NoBias: true}, "lstm"},
		"LSTM last":            {&layers.LSTM{Units: 9, Dropout: 0.5}, "lstm"},
		"GRU":                  {&layers.GRU{Units: 21, ReturnSequences: true, ReturnState: true}, "gru"},
		"GRU without bias":     {&layers.GRU{Units: 8, GoBackwards: true, NoBias: true}, "gru"},
		"SimpleRNN":            {&layers.SimpleRNN{Units: 21, ReturnSequences: true, ReturnState: true}, "simple_rnn"},
		"SimpleRNN relu":       {&layers.SimpleRNN{Units: 5, Activation: "relu", GoBackwards: true}, "simple_rnn"},
		"Bidirectional":        {&layers.Bidirectional{Layer: &layers.LSTM{Units: 5, ReturnSequences: true}}, "lstm"},
		"other activation":     {&layers.LSTM{Units: 5, Activation: "relu"}, ""},
		"dropout of the state": {&layers.GRU{Units: 5, RecurrentDropout: 0.1}, ""},
		"reset before":         {&layers.GRU{Units: 5, ResetBefore: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, shape := range []graph.Shape{{3, 6, 4}, {18, 1, 4}} {
				checkFused(t, c.layer, c.op, shape)
			}
		})
	}
}

func checkFused(t *testing.T, l layers.Layer, op string, shape graph.Shape) {
	t.Helper()
	g := graph.New("test")
	x := g.Input("x", graph.Shape{graph.None, graph.None, shape[2]})
	out := layers.CallArgs(l, layers.Args{Inputs: graph.Nodes{x}})
	y := ops.Sum(ops.Sin(out[0]))
	for _, state := range out[1:] {
		y = ops.Add(y, ops.Sum(ops.Square(state)))
	}
	out = append(append(out, autodiff.ParamGrads(y, l.Params())...), autodiff.Grad(y, x)...)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	found := false
	for n := range graph.Walk(out...) {
		found = found || n.Op().Name() == op
	}
	if op != "" && !found {
		t.Fatalf("there is no node %s", op)
	}
	v := make([]float32, shape.Size())
	for i := range v {
		v[i] = float32(math.Sin(float64(7 * i)))
	}
	var results [2][]any
	for i, b := range []native.Backend{{}, {Without: "lstm, lstm_dx, gru, gru_dx, simple_rnn, simple_rnn_dx"}} {
		f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: out, Backend: b})
		if err != nil {
			t.Fatal(err)
		}
		values, err := f.Run(context.Background(), array.Dense(v, shape))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			results[i] = append(results[i], v.Data())
		}
	}
	for i := range results[0] {
		if got, want := array.Float64s(results[0][i]), array.Float64s(results[1][i]); !close(got, want) {
			t.Fatalf("output %d for %v is\n%.5f, by a loop\n%.5f", i, shape, got, want)
		}
	}
}
