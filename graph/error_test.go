package graph

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorTexts(t *testing.T) {
	reason := errors.New("the reason")
	for _, c := range []struct {
		e    Error
		want string
	}{
		{Error{Op: "add", Err: reason}, "add: the reason"},
		{Error{Op: "add", Pos: "?", Err: reason}, "add: the reason"},
		{Error{Op: "add", Pos: "a.go:1", Layer: "m/dense", Shapes: []Shape{{None, 2}, {}}, Err: reason},
			"a.go:1: layer m/dense: add of (?, 2) and (): the reason"},
	} {
		if got := c.e.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if !errors.Is(&c.e, reason) {
			t.Errorf("%q does not unwrap to its reason", c.want)
		}
	}
}

// Err reports independent mistakes, each once, and not more than ten.
func TestErrJoins(t *testing.T) {
	g := New("g")
	if g.Err() != nil {
		t.Fatal(g.Err())
	}
	x := g.Input("x", Shape{2})
	first := g.Fail("first", errors.New("mistake 0"), x)
	for range 5 {
		if next := Apply(scale{1}, first); next != first {
			t.Fatal("what is built on a mistake is another node")
		}
	}
	if n := g.Fail("second", errors.New("a consequence"), x, first); n != first {
		t.Error("a consequence is recorded as a mistake of its own")
	}
	if got := strings.Count(g.Err().Error(), "mistake"); got != 1 {
		t.Errorf("one mistake is reported %d times: %v", got, g.Err())
	}
	for i := 1; i < 15; i++ {
		g.Errorf("mistake %d", i)
	}
	lines := strings.Split(g.Err().Error(), "\n")
	if len(lines) != 10 || !strings.HasSuffix(lines[0], "mistake 0") || !strings.HasSuffix(lines[9], "mistake 9") {
		t.Errorf("got %d lines: %q", len(lines), lines)
	}
	var e *Error
	if !errors.As(g.Err(), &e) || e.Op != "first" || len(e.Shapes) != 1 || !e.Shapes[0].Equal(Shape{2}) {
		t.Errorf("%+v", e)
	}
}

// Mistakes in a body and in layers are recorded in the root, with the layer's path.
func TestErrorsNameTheirPlace(t *testing.T) {
	g := New("model")
	x := g.Input("x", Shape{2})
	b := g.Body("body")
	g.BeginCall("some layer", "outer", Nodes{x}, nil)
	c := g.BeginCall("another", "inner", Nodes{x}, nil)
	bad := Apply(add{}, b.Input("c", Shape{3}), x)
	said := g.Errorf("said by the caller")
	g.EndCall(c, "inner", Nodes{bad}, nil)
	after := g.Errorf("after")
	for _, test := range []struct {
		n         *Node
		op, layer string
	}{{bad, "add", "outer/inner"}, {said, "call", "outer/inner"}, {after, "call", "outer"}, {New("h").Errorf("x"), "graph h", ""}} {
		var e *Error
		if !errors.As(test.n.Err(), &e) || e.Op != test.op || e.Layer != test.layer {
			t.Errorf("got %+v, want op %q in layer %q", e, test.op, test.layer)
		}
	}
	if c.Outputs[0] != bad || len(strings.Split(g.Err().Error(), "\n")) != 3 {
		t.Errorf("%v", g.Err())
	}
}

func TestDetachedErrors(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{})
	bad := g.Errorf("known")
	for name, c := range map[string]struct {
		n        *Node
		recorded bool
	}{
		"no node at all": {FailCall("op", errors.New("lost")), false},
		"nil nodes only": {FailCall("op", errors.New("lost"), nil, nil), false},
		"a node behind":  {FailCall("op", errors.New("found"), nil, x), true},
	} {
		if c.n.Err() == nil || strings.Contains(g.Err().Error(), fmt.Sprint(c.n.Err())) != c.recorded {
			t.Errorf("%s: the error %v is recorded in the graph: %v, want %v", name, c.n.Err(), !c.recorded, c.recorded)
		}
	}
	if FailCall("op", errors.New("another"), nil, bad) != bad {
		t.Error("a poisoned input is not passed on")
	}
	if n := FailCall("op", errors.New("lost")); !strings.HasPrefix(n.Err().Error(), "error_test.go:") {
		t.Error(n.Err())
	}
}

func TestFirstErr(t *testing.T) {
	g := New("g")
	x, bad := g.Input("x", Shape{}), g.Errorf("bad")
	if err := (Nodes{x, bad, nil}).FirstErr(); err != bad.Err() {
		t.Error(err)
	}
	if err := (Nodes{x, nil, bad}).FirstErr(); err == nil || err.Error() != "node 1 of 3 is nil" {
		t.Error(err)
	}
	if err := (Nodes{x}).FirstErr(); err != nil {
		t.Error(err)
	}
}

func TestUpdateErrors(t *testing.T) {
	g := New("g")
	p, _ := NewParam("p", []float32{1, 2})
	b := g.Body("body")
	inside := Apply(scale{}, b.Input("c", Shape{2}))
	for _, c := range []struct {
		p    *Param
		v    *Node
		want string
	}{
		{nil, g.Param(p), "without a parameter"},
		{p, nil, "the update of p has a nil value"},
		{p, g.Input("i", Shape{2}, Int32), "the update of p is int32 (2,), the parameter is float32 (2,)"},
		{p, g.Input("s", Shape{3}), "the update of p is float32 (3,)"},
		{p, inside, "updated inside the body of a loop or condition"},
	} {
		before := len(g.Updates())
		g.Update(c.p, c.v)
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.want) || len(g.Updates()) != before {
			t.Errorf("got the error %v, want %q", err, c.want)
		}
	}
	h := New("h")
	h.Update(p, h.Errorf("the only mistake"))
	if got := strings.Count(h.Err().Error(), "\n"); got != 0 || len(h.Updates()) != 0 {
		t.Errorf("a poisoned value: %v", h.Err())
	}
	h.Update(p, h.Param(p))
	last := Apply(scale{}, h.Param(p))
	h.Update(p, last)
	if u := h.Updates(); len(u) != 1 || u[0].Value != last {
		t.Errorf("the last update is not the one that holds: %v", u)
	}
}
