package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// together weighs results so that each has a gradient of its own.
func together(results ...*graph.Node) *graph.Node {
	total := ops.Sum(ops.Sin(results[0]))
	for i, r := range results[1:] {
		total = ops.Add(total, ops.Sum(ops.Mul(ops.Square(r), 0.3+float64(i))))
	}
	return total
}

func init() {
	const units = 3
	free := []int{0, 1}
	wide := func(n int) Arg { return Arg{Shape: []int{2, 4, n * units}, None: free} }
	kernel := func(n int) Arg { return Arg{Shape: []int{units, n * units}} }
	state := Arg{Shape: []int{2, units}, None: free[:1]}
	register(
		Sample{Name: "lstm", In: []Arg{wide(4), kernel(4), state, state}, Build: func(in graph.Nodes) *graph.Node {
			return together(ops.LSTM(in[0], in[1], in[2], in[3], false))
		}},
		Sample{Name: "lstm_reverse", In: []Arg{wide(4), kernel(4), state, state}, Build: func(in graph.Nodes) *graph.Node {
			return together(ops.LSTM(in[0], in[1], in[2], in[3], true))
		}},
		Sample{Name: "lstm_last", In: []Arg{wide(4), kernel(4), state, state}, Build: func(in graph.Nodes) *graph.Node {
			_, h, _ := ops.LSTM(in[0], in[1], in[2], in[3], false)
			return h
		}},
		Sample{Name: "gru", In: []Arg{wide(3), kernel(3), {Shape: []int{3 * units}}, state}, Build: func(in graph.Nodes) *graph.Node {
			return together(ops.GRU(in[0], in[1], in[2], in[3], false))
		}},
		Sample{Name: "gru_reverse", In: []Arg{wide(3), kernel(3), {Shape: []int{3 * units}}, state}, Build: func(in graph.Nodes) *graph.Node {
			_, h := ops.GRU(in[0], in[1], in[2], in[3], true)
			return h
		}},
		Sample{Name: "simple_rnn", In: []Arg{wide(1), kernel(1), state}, Build: func(in graph.Nodes) *graph.Node {
			return together(ops.SimpleRNN(in[0], in[1], in[2], "tanh", false))
		}},
		Sample{Name: "simple_rnn_relu", In: []Arg{wide(1), kernel(1), state}, Build: func(in graph.Nodes) *graph.Node {
			_, h := ops.SimpleRNN(in[0], in[1], in[2], "relu", true)
			return h
		}},
	)
}
