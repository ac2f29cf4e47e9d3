package graph

import (
	"slices"
	"strings"
	"testing"
)

func TestCallsNest(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{2})
	yes := true
	outer := g.BeginCall("model", "model", Nodes{x}, nil)
	outer.Training = &yes
	seed, _ := NewParam("seed", []int64{1, 0})
	outer.Seed = func() *Param { return seed }
	inner := g.BeginCall("dense", "dense", Nodes{x}, "args")
	y := Apply(scale{1}, x)
	if g.CurrentCall() != inner || g.SeedParam() != seed {
		t.Error("an inner call does not inherit the seed")
	}
	in := g.EndCall(inner, "dense", Nodes{y}, nil)
	out := g.EndCall(outer, "model", Nodes{in[0], y}, nil)
	if g.CurrentCall() != nil || len(g.Calls()) != 2 {
		t.Fatal(g.CurrentCall(), len(g.Calls()))
	}
	if inner.Parent != outer || outer.Parent != nil || inner.Training != &yes || inner.Index() != 1 || inner.Path != "model/dense" || inner.Args != "args" {
		t.Errorf("%+v", inner)
	}
	for _, c := range []struct {
		n           *Node
		name, layer string
	}{{y, "model/dense/scale", "model/dense"}, {in[0], "model/dense/output", "model/dense"}, {out[0], "model/output", "model"}, {out[1], "model/output_1", "model"}} {
		if c.n.Name() != c.name || c.n.Layer() != c.layer || !c.n.Shape().Equal(Shape{2}) {
			t.Errorf("got %v in %q, want %q in %q", c.n, c.n.Layer(), c.name, c.layer)
		}
	}
	if in[0] == out[0] || in[0] == y || out[0] == out[1] {
		t.Error("markers of equal values are merged")
	}
	if bad := g.EndCall(g.BeginCall(nil, "l", nil, nil), "l", Nodes{x, nil}, nil); bad[1].Err() == nil || !strings.Contains(bad[1].Err().Error(), "output 1 of 2 is a nil node") {
		t.Error(bad[1].Err())
	}
}

func TestMasks(t *testing.T) {
	g := New("g")
	x, m := g.Input("x", Shape{2, 3}), g.Input("m", Shape{2, 3}, Bool)
	c := g.BeginCall(nil, "l", Nodes{x}, nil)
	out := g.EndCall(c, "l", Nodes{x, x}, Nodes{nil, m})
	masked := WithMask(x, m)
	for name, test := range map[string]struct{ n, want *Node }{
		"an input":                  {x, nil},
		"nil":                       {nil, nil},
		"a poisoned node":           {g.Errorf("bad"), nil},
		"an output without mask":    {out[0], nil},
		"an output with mask":       {out[1], m},
		"a value with mask":         {masked, m},
		"its name keeps it":         {masked.Named("a"), m},
		"an operation drops it":     {Apply(scale{}, masked), nil},
		"a name of a name keeps it": {masked.Named("b").Named("c"), m},
	} {
		if got := Mask(test.n); got != test.want {
			t.Errorf("%s: the mask is %v, want %v", name, got, test.want)
		}
	}
	if WithMask(x, nil) != x {
		t.Error("a nil mask makes a node")
	}
	if n := WithMask(x, x); n.Err() == nil || !strings.Contains(n.Err().Error(), "the mask is float32 (2, 3), want bool") {
		t.Error(n.Err())
	}
}

// A state reads within a call as the call itself left it, in the next call as a leaf of that call.
func TestReadState(t *testing.T) {
	g := New("g")
	p, _ := NewParam("mean", []float32{1})
	if n := g.ReadState(p); n != g.Param(p) {
		t.Error("outside of calls the state is not the parameter", n)
	}
	var read []*Node
	for _, name := range []string{"a", "b"} {
		c := g.BeginCall(nil, name, nil, nil)
		first := g.ReadState(p)
		if first != g.ReadState(p) {
			t.Error("reading twice makes two nodes")
		}
		next := Apply(scale{2}, first)
		g.Update(p, next)
		if g.ReadState(p) != next {
			t.Error("a call does not see its own update")
		}
		g.EndCall(c, name, Nodes{next}, nil)
		if len(c.Updates) != 1 || c.Updates[0].Value != next || c.Updates[0].Param != p {
			t.Errorf("%+v", c.Updates)
		}
		if first.Param() != p || next.Param() != nil {
			t.Error("Param", first, next)
		}
		read = append(read, first)
	}
	if read[0] == read[1] {
		t.Error("two calls read one state")
	}
	if len(g.Updates()) != 0 {
		t.Error("the updates of calls are listed as the graph's own")
	}
}

func TestSeeds(t *testing.T) {
	g := New("g")
	s := g.SeedParam()
	if s != g.SeedParam() || s.Trainable() || !s.Spec().Shape.Equal(Shape{2}) || s.Spec().Dtype != Int64 {
		t.Error(s)
	}
	if New("h").SeedParam() == s {
		t.Error("two graphs share a seed")
	}
	for seed, want := range map[uint64]int64{0: 0, 5: 5, 1 << 32: 1, 1<<33 | 7: 5, 1<<64 - 1: 0} {
		v, err := InitSeed(seed)
		if err != nil || !slices.Equal(v.([]int64), []int64{want, 0}) {
			t.Errorf("seed %d gives the state %v, want [%d 0]", seed, v, want)
		}
	}
	n := g.Stateful(func() *Node {
		p := g.SeedParam()
		v := g.ReadState(p)
		g.Update(p, v)
		return v
	})
	c := g.Calls()[0]
	if o, ok := n.Op().(LayerOut); !ok || o.Call != c || c.Layer != nil || len(c.Updates) != 1 || n.Layer() != "" {
		t.Errorf("a random value outside of layers has no call of its own: %v", n)
	}
	outer := g.BeginCall(nil, "l", nil, nil)
	x := g.Input("x", Shape{})
	if got := g.Stateful(func() *Node { return x }); got != x || len(g.Calls()) != 2 {
		t.Error("inside a call another one is made")
	}
	g.EndCall(outer, "l", nil, nil)
}

func TestLayerNames(t *testing.T) {
	g := New("g")
	a, b, c, d, e := new(int), new(int), new(int), new(int), new(int)
	for _, step := range []struct {
		layer            *int
		want, base, name string
	}{
		{a, "", "dense", "dense"}, {b, "", "dense", "dense_1"}, {a, "", "dense", "dense"}, {c, "dense_2", "dense", "dense_2"},
		{d, "", "dense", "dense_3"}, {e, "", "conv2d", "conv2d"}, {c, "renamed", "dense", "dense_2"},
	} {
		got, err := g.LayerName(step.layer, step.want, step.base)
		if err != nil || got != step.name || g.NameOf(step.layer) != got {
			t.Errorf("%+v: got %q, %v", step, got, err)
		}
	}
	if _, err := g.LayerName(new(int), "dense_1", "dense"); err == nil || !strings.Contains(err.Error(), `the name "dense_1" is another layer's in graph "g"`) {
		t.Error(err)
	}
	if g.NameOf(new(int)) != "" {
		t.Error("a layer without a name has one")
	}
}
