package functional_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// kinds are models of every kind that a file can hold.
func kinds(t *testing.T) map[string]*functional.Model {
	t.Helper()
	out := map[string]*functional.Model{"several inputs, shared layer": twoTasks(t), "mask and state": seqToSeq(t)}

	inner := twoTasks(t)
	g := graph.New("nested")
	p := functional.Input(g, "p", graph.Shape{3})
	n := functional.CallN(inner, p, functional.Call(&layers.Dense{Units: 3}, p))
	out["nested, output of the inner model"] = made(t, graph.Nodes{p}, graph.Nodes{n[0], n[1].Named("second")})

	g = graph.New("operations")
	x := functional.Input(g, "x", graph.Shape{4, 3})
	h := functional.Call(&layers.Dense{Units: 3}, x)
	y := ops.Sum(ops.Mul(ops.Relu(ops.Add(h, x)), 0.5), 1)
	out["operations"] = made(t, graph.Nodes{x}, graph.Nodes{ops.Reshape(ops.Transpose(ops.Concatenate(graph.Nodes{y, y}, -1)), 6, -1)})

	g = graph.New("attention")
	x = functional.Input(g, "x", graph.Shape{4, 6})
	att := functional.CallArgs(&layers.MultiHeadAttention{NumHeads: 2, KeyDim: 3}, layers.Args{Query: x, Value: x, UseCausalMask: true})
	out["self-attention"] = made(t, graph.Nodes{x}, graph.Nodes{functional.Call(&layers.LayerNormalization{}, functional.Call(&layers.Add{}, x, att[0]))})

	seq, err := functional.NewSequential(&layers.Input{Shape: graph.Shape{6}}, &layers.Dense{Units: 3}, &layers.BatchNormalization{}, &layers.Dropout{Rate: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	out["sequential"] = seq
	return out
}

// seqToSeq has masks, states as outputs and as arguments.
func seqToSeq(t *testing.T) *functional.Model {
	t.Helper()
	g := graph.New("translate")
	a := functional.Input(g, "source", graph.Shape{5}, graph.Int32)
	b := functional.Input(g, "target", graph.Shape{4}, graph.Int32)
	emb := &layers.Embedding{InputDim: 9, OutputDim: 3, MaskZero: true}
	enc := functional.CallN(&layers.LSTM{Units: 4, ReturnState: true}, functional.Call(emb, a))
	dec := functional.CallArgs(&layers.LSTM{Units: 4, ReturnSequences: true}, layers.Args{Inputs: graph.Nodes{functional.Call(emb, b)}, InitialState: enc[1:]})
	return made(t, graph.Nodes{a, b}, graph.Nodes{functional.Call(&layers.TimeDistributed{Layer: &layers.Dense{Units: 9}}, dec[0])})
}

func TestJSONRoundTrip(t *testing.T) {
	for name, m := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			first, err := m.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			again, err := functional.FromJSON(first, nil)
			if err != nil {
				t.Fatal(err)
			}
			second, err := again.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first, second) {
				t.Errorf("got\n%s\nwant\n%s", second, first)
			}
			if err := again.SetWeights(m.Weights()); err != nil {
				t.Fatal(err)
			}
			x := inputsFor(m)
			same(t, "prediction", predict(t, again, x), predict(t, m, x))
		})
	}
}

// inputsFor makes three samples for every input of a model.
func inputsFor(m *functional.Model) any {
	var out []any
	for _, n := range m.Inputs() {
		s := n.Shape().With(0, 3)
		if n.Dtype() == graph.Int32 {
			v := make([]int32, s.Size())
			for i := range v {
				v[i] = int32(1 + i%4)
				if columns := s.Dim(-1); i%columns == columns-1 {
					v[i] = 0 // the last step is masked
				}
			}
			out = append(out, dense(v, s))
			continue
		}
		v := make([]float32, s.Size())
		for i := range v {
			v[i] = float32((i*5)%13)/13 - 0.3
		}
		out = append(out, dense(v, s))
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

func TestJSONFloats(t *testing.T) {
	m := twoTasks(t)
	b, err := m.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	seq, err := functional.NewSequential(&layers.Input{Shape: graph.Shape{2}}, &layers.Dropout{Rate: graph.Zero})
	if err != nil {
		t.Fatal(err)
	}
	if b, err = seq.MarshalJSON(); err != nil || !strings.Contains(string(b), `"rate":0.0`) {
		t.Errorf("%v in %s: Keras wants a float to have a fraction", err, b)
	}
}

func TestGradientHasNoForm(t *testing.T) {
	g := graph.New("gradient")
	x := functional.Input(g, "x", graph.Shape{3})
	y := functional.Call(&layers.Dense{Units: 1, Activation: "tanh"}, x)
	m := made(t, graph.Nodes{x}, graph.Nodes{autodiff.Grad(ops.Sum(y), x)[0].Named("gradient")})
	if _, err := m.MarshalJSON(); err == nil {
		t.Error("a gradient was written")
	}
	if _, err := m.Predict(context.Background(), rows(2, 3)); err != nil {
		t.Error(err)
	}
}

func TestBadJSON(t *testing.T) {
	good, err := twoTasks(t).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	text := string(good)
	for _, c := range []struct{ old, new, want string }{
		{`{`, `[`, "reading a model"},
		{`"class_name":"Functional"`, `"class_name":"Other"`, "Other"},
		{`"class_name":"Concatenate"`, `"class_name":"Concatenat"`, "unknown layer class Concatenat"},
		{`"keras_history":["shared",0,0]`, `"keras_history":["nobody",0,0]`, "names no layer of the model"},
		{`"keras_history":["shared",1,0]`, `"keras_history":["shared",7,0]`, "cycle, or read a layer that is not there"},
		{`"keras_history":["shared",0,0]`, `"keras_history":["shared",0,3]`, "has 1 outputs"},
		{`"batch_shape":[null,3]`, `"batch_shape":["x",3]`, "axis 0 of a shape is x"},
		{`"units":1`, `"units":"one"`, "units"},
		{`"name":"class"`, `"name":"score"`, `two layers are named "score"`},
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if c.old == `"name":"class"` {
			changed = strings.ReplaceAll(text, c.old, c.new)
		}
		if changed == text {
			t.Errorf("%s is not in the text", c.old)
		}
		if _, err := functional.FromJSON([]byte(changed), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.new, err, c.want)
		}
	}
}
