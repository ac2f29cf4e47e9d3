package graph

import (
	"errors"
	"strings"
	"testing"
)

type add struct{}

func (add) Name() string { return "add" }
func (add) Infer(in []Spec) (Spec, error) {
	s, err := BroadcastShapes(in[0].Shape, in[1].Shape)
	return Spec{in[0].Dtype, s}, err
}

func TestApplyMergesAndNames(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{None, 3})
	a := Apply(add{}, x, x)
	if b := Apply(add{}, x, x); a != b {
		t.Error("equal nodes are not merged")
	}
	if !a.Shape().Equal(Shape{None, 3}) || a.Name() != "add" {
		t.Error(a)
	}
	c := g.Const(2.0)
	if c != g.Const(2.0) || c.Dtype() != Float32 || c == g.Const(-2.0) {
		t.Error("constants", c)
	}
	if !strings.HasPrefix(a.Pos(), "graph_test.go:") {
		t.Error(a.Pos())
	}
	if err := Verify(a, c); err != nil {
		t.Error(err)
	}
}

func TestStickyErrors(t *testing.T) {
	g := New("g")
	x, y := g.Input("x", Shape{None, 3}), g.Input("y", Shape{None, 4})
	bad := Apply(add{}, x, y)
	if !bad.Poisoned() || Apply(add{}, bad, x) != bad {
		t.Error("poison does not stick")
	}
	var e *Error
	if !errors.As(g.Err(), &e) || e.Op != "add" || !strings.HasPrefix(e.Pos, "graph_test.go:") {
		t.Errorf("%v", g.Err())
	}
	want := "add of (?, 3) and (?, 4): shapes (?, 3) and (?, 4) do not broadcast together: sizes 3 and 4 differ and none is 1"
	if !strings.HasSuffix(g.Err().Error(), want) {
		t.Errorf("got %q", g.Err())
	}
	if Apply(add{}, nil, x) == nil || Apply(add{}, nil, nil).Err() == nil {
		t.Error("nil inputs")
	}
}

func TestCopierBindsAndRecordsCalls(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{None, 3})
	p, err := NewParam("w", []float32{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	c := g.BeginCall(p, "layer", Nodes{x}, nil)
	state := g.ReadState(p)
	y := Apply(add{}, x, state)
	g.Update(p, state)
	out := g.EndCall(c, "layer", Nodes{y}, nil)[0]
	h := New("h")
	z := h.Input("z", Shape{2, 3})
	k := Copier{Dst: h, Sub: map[*Node]*Node{x: z}}
	r, err := k.Copy(out)
	if err != nil {
		t.Fatal(err)
	}
	if !r[0].Shape().Equal(Shape{2, 3}) || r[0].Layer() != "layer" {
		t.Error(r[0], r[0].Layer())
	}
	calls := h.Calls()
	if len(calls) != 1 || len(calls[0].Updates) != 1 || calls[0].Inputs[0] != z || calls[0].Outputs[0] != r[0] {
		t.Errorf("%+v", calls[0])
	}
	if _, err := (&Copier{Dst: New("i")}).Copy(out); err == nil || !strings.Contains(err.Error(), "not fed") {
		t.Error(err)
	}
}

func TestBodyCaptures(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{3})
	b := g.Body("body")
	c := b.Input("c", Shape{3})
	if n := Apply(add{}, x, x); n.Graph() != g {
		t.Error("an op on outer nodes is not hoisted")
	}
	n := Apply(add{}, c, x)
	if n.Graph() != b || len(b.Captured()) != 1 || b.Captured()[0] != x {
		t.Error("capture", n, b.Captured())
	}
}
