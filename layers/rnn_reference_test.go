package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
)

// vec is a row of numbers, mat a matrix by rows.
type vec []float64

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// times is x·m for a matrix of cols columns.
func (x vec) times(m vec, cols int) vec {
	y := make(vec, cols)
	for i, a := range x {
		for j := range y {
			y[j] += a * m[i*cols+j]
		}
	}
	return y
}

func (x vec) plus(b vec) vec {
	y := slices.Clone(x)
	for i := range b {
		y[i] += b[i]
	}
	return y
}

// cell is one step of a recurrent layer, written from the formulas: the output is the first state.
type cell func(x vec, states []vec, w []vec) []vec

// lstm is Keras's LSTM: gates in the order i, f, c, o.
func lstm(x vec, s []vec, w []vec) []vec {
	u := len(s[0])
	z := x.times(w[0], 4*u).plus(s[0].times(w[1], 4*u)).plus(w[2])
	h, c := make(vec, u), make(vec, u)
	for i := range u {
		c[i] = sigmoid(z[u+i])*s[1][i] + sigmoid(z[i])*math.Tanh(z[2*u+i])
		h[i] = sigmoid(z[3*u+i]) * math.Tanh(c[i])
	}
	return []vec{h, c}
}

// gruAfter is Keras's GRU, gates z, r, h, with the reset gate applied after the product, gruBefore with it before.
func gruAfter(x vec, s []vec, w []vec) []vec {
	u := len(s[0])
	a, b := x.times(w[0], 3*u).plus(w[2][:3*u]), s[0].times(w[1], 3*u).plus(w[2][3*u:])
	h := make(vec, u)
	for i := range u {
		z, r := sigmoid(a[i]+b[i]), sigmoid(a[u+i]+b[u+i])
		h[i] = z*s[0][i] + (1-z)*math.Tanh(a[2*u+i]+r*b[2*u+i])
	}
	return []vec{h}
}

func gruBefore(x vec, s []vec, w []vec) []vec {
	u := len(s[0])
	a, b := x.times(w[0], 3*u).plus(w[2]), s[0].times(w[1], 3*u)
	reset := make(vec, u)
	for i := range u {
		reset[i] = sigmoid(a[u+i]+b[u+i]) * s[0][i]
	}
	c := reset.times(w[1], 3*u)
	h := make(vec, u)
	for i := range u {
		z := sigmoid(a[i] + b[i])
		h[i] = z*s[0][i] + (1-z)*math.Tanh(a[2*u+i]+c[2*u+i])
	}
	return []vec{h}
}

func simple(x vec, s []vec, w []vec) []vec {
	u := len(s[0])
	h := x.times(w[0], u).plus(s[0].times(w[1], u)).plus(w[2])
	for i := range h {
		h[i] = math.Tanh(h[i])
	}
	return []vec{h}
}

// setting is how a recurrent layer walks through the steps.
type setting struct{ backwards, zeroOutput bool }

// loop runs a cell over one sequence; a masked step keeps the states and repeats the output. It returns all outputs and
// the last states.
func (s setting) loop(step cell, xs []vec, mask []bool, states []vec, w []vec) (ys, last []vec) {
	y := make(vec, len(states[0]))
	for t := range xs {
		if s.backwards {
			t = len(xs) - 1 - t
		}
		if !mask[t] {
			if s.zeroOutput {
				ys = append(ys, make(vec, len(y)))
			} else {
				ys = append(ys, y)
			}
			continue
		}
		states = step(xs[t], states, w)
		y = states[0]
		ys = append(ys, y)
	}
	return ys, states
}

const (
	batch, steps, features, units = 3, 4, 2, 3
)

// sample are an input, a mask with gaps, and first states.
func sample() (x []float32, mask []bool, first []float32) {
	r := rand.New(rand.NewPCG(5, 6))
	x, first = make([]float32, batch*steps*features), make([]float32, batch*units)
	for _, v := range [][]float32{x, first} {
		for i := range v {
			v[i] = float32(r.NormFloat64())
		}
	}
	return x, []bool{true, true, true, true, false, true, false, true, true, true, false, false}, first
}

func randomize(t *testing.T, l layers.Layer) []vec {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 8))
	var w []vec
	for _, p := range l.Params() {
		v := make([]float32, p.Spec().Shape.Size())
		for i := range v {
			v[i] = float32(r.NormFloat64())
		}
		if err := p.SetValue(array.Dense(v, p.Spec().Shape)); err != nil {
			t.Fatal(err)
		}
		w = append(w, array.Float64s(v))
	}
	return w
}

// rows cuts a batch of sequences out of a flat slice.
func rows(v []float32, b, n, width int) []vec {
	out := make([]vec, n)
	for i := range out {
		out[i] = array.Float64s(v[(b*n+i)*width:][:width])
	}
	return out
}

func TestRecurrentLayersFollowTheirFormulas(t *testing.T) {
	type seq = func(sequences, backwards, zero bool) layers.Layer
	for name, c := range map[string]struct {
		step   cell
		states int
		layer  seq
	}{
		"SimpleRNN": {simple, 1, func(s, b, z bool) layers.Layer {
			return &layers.SimpleRNN{Units: units, ReturnSequences: s, GoBackwards: b, ReturnState: true, ZeroOutputForMask: z}
		}},
		"LSTM": {lstm, 2, func(s, b, z bool) layers.Layer {
			return &layers.LSTM{Units: units, ReturnSequences: s, GoBackwards: b, ReturnState: true, ZeroOutputForMask: z}
		}},
		"GRU": {gruAfter, 1, func(s, b, z bool) layers.Layer {
			return &layers.GRU{Units: units, ReturnSequences: s, GoBackwards: b, ReturnState: true, ZeroOutputForMask: z}
		}},
		"GRU, reset before": {gruBefore, 1, func(s, b, z bool) layers.Layer {
			return &layers.GRU{Units: units, ReturnSequences: s, GoBackwards: b, ReturnState: true, ZeroOutputForMask: z, ResetBefore: true}
		}},
		"RNN of LSTMCell": {lstm, 2, func(s, b, z bool) layers.Layer {
			return &layers.RNN{Cell: &layers.LSTMCell{Units: units}, ReturnSequences: s, GoBackwards: b, ReturnState: true, ZeroOutputForMask: z}
		}},
	} {
		for k := range 16 {
			sequences, backwards, zero, masked := k&1 > 0, k&2 > 0, k&4 > 0, k&8 > 0
			t.Run(fmt.Sprintf("%s, sequences %v, backwards %v, zero %v, masked %v", name, sequences, backwards, zero, masked), func(t *testing.T) {
				checkLoop(t, c.layer(sequences, backwards, zero), c.step, c.states, setting{backwards, zero}, sequences, masked)
			})
		}
	}
}

func checkLoop(t *testing.T, l layers.Layer, step cell, states int, s setting, sequences, masked bool) {
	x, mask, first := sample()
	if !masked {
		mask = slices.Repeat([]bool{true}, len(mask))
	}
	g := graph.New("test")
	in := graph.Nodes{g.Input("x", graph.Shape{graph.None, graph.None, features}), g.Input("mask", graph.Shape{graph.None, graph.None}, graph.Bool),
		g.Input("first", graph.Shape{graph.None, units})}
	args := layers.Args{Inputs: graph.Nodes{in[0]}, InitialState: slices.Repeat(graph.Nodes{in[2]}, states)}
	if masked {
		args.Mask = in[1]
	}
	out := layers.CallArgs(l, args)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	w := randomize(t, l)
	got := run(t, in, out, array.Dense(x, []int{batch, steps, features}), array.Dense(mask, []int{batch, steps}), array.Dense(first, []int{batch, units}))
	want := make([][]float64, 1+states)
	for b := range batch {
		start := slices.Repeat(rows(first, b, 1, units), states)
		ys, last := s.loop(step, rows(x, b, steps, features), mask[b*steps:][:steps], start, w)
		if !sequences {
			ys = ys[len(ys)-1:]
		}
		want[0] = append(want[0], slices.Concat(ys...)...)
		for i, v := range last {
			want[1+i] = append(want[1+i], v...)
		}
	}
	for i := range want {
		if !close(got[i], want[i]) {
			t.Errorf("output %d is\n%.4f, by the formulas\n%.4f", i, got[i], want[i])
		}
	}
}

func close(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 2e-5*max(1, math.Abs(y)) })
}

// Bidirectional walks both ways, with zeros for what is masked, and turns what the backward layer gives around.
func TestBidirectionalFollowsItsFormula(t *testing.T) {
	x, mask, _ := sample()
	for mode, merge := range map[string]func(a, b float64) float64{
		"sum": func(a, b float64) float64 { return a + b }, "mul": func(a, b float64) float64 { return a * b }, "ave": func(a, b float64) float64 { return (a + b) / 2 },
		"concat": nil,
	} {
		l := &layers.Bidirectional{Layer: &layers.LSTM{Units: units, ReturnSequences: true}, MergeMode: mode}
		g := graph.New("test")
		in := graph.Nodes{g.Input("x", graph.Shape{batch, steps, features}), g.Input("mask", graph.Shape{batch, steps}, graph.Bool)}
		out := layers.Call(l, graph.WithMask(in[0], in[1]))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		w := randomize(t, l)
		got := run(t, in, graph.Nodes{out}, array.Dense(x, []int{batch, steps, features}), array.Dense(mask, []int{batch, steps}))[0]
		var want []float64
		for b := range batch {
			zero := []vec{make(vec, units), make(vec, units)}
			xs, m := rows(x, b, steps, features), mask[b*steps:][:steps]
			forward, _ := setting{zeroOutput: true}.loop(lstm, xs, m, zero, w[:3])
			backward, _ := setting{backwards: true, zeroOutput: true}.loop(lstm, xs, m, zero, w[3:])
			slices.Reverse(backward)
			for i := range steps {
				if merge == nil {
					want = append(append(want, forward[i]...), backward[i]...)
					continue
				}
				for k := range units {
					want = append(want, merge(forward[i][k], backward[i][k]))
				}
			}
		}
		if !close(got, want) {
			t.Errorf("%s: got\n%.4f, by the formula\n%.4f", mode, got, want)
		}
	}
}
