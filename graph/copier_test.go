package graph

import (
	"strings"
	"testing"
)

// A copy of a part of a graph starts at the nodes that are replaced, and leaves the source as it was.
func TestCopySubGraph(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{None, 4})
	a := Apply(scale{1}, x)
	b := Apply(add{}, a, a)
	pair := Apply(halves{}, Apply(scale{7}, g.Input("unused", Shape{2})))
	before := g.Len()
	h := New("h")
	z := h.Input("z", Shape{6, 4})
	out, err := (&Copier{Dst: h, Sub: map[*Node]*Node{a: z}}).Copy(b, b, a)
	if err != nil {
		t.Fatal(err)
	}
	if out[0] != out[1] || out[2] != z || out[0].In(0) != z || !out[0].Shape().Equal(Shape{6, 4}) || h.Len() != 2 {
		t.Errorf("%v in a graph of %d nodes", out, h.Len())
	}
	if g.Len() != before || pair.Poisoned() {
		t.Error("the source is changed")
	}
	if out[0].Pos() != b.Pos() {
		t.Errorf("the copy's position is %s, the source's %s", out[0].Pos(), b.Pos())
	}
}

func TestCopyErrors(t *testing.T) {
	g := New("g")
	x, y := g.Input("x", Shape{2}), g.Input("y", Shape{2})
	sum := Apply(add{}, x, y)
	h := New("h")
	for want, c := range map[string]struct {
		sub   map[*Node]*Node
		roots Nodes
	}{
		"input y: add (copier_test.go:": {map[*Node]*Node{x: h.Input("x", Shape{2})}, Nodes{sum}},
		"add it to the inputs":          {nil, Nodes{sum}},
		"it is not among the inputs":    {nil, Nodes{x}},
		"said before":                   {nil, Nodes{g.Errorf("said before")}},
		"sizes 3 and 5 differ":          {map[*Node]*Node{x: h.Input("x3", Shape{3}), y: h.Input("y5", Shape{5})}, Nodes{sum}},
	} {
		if out, err := (&Copier{Dst: h, Sub: c.sub}).Copy(c.roots...); err == nil || out != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
}

func TestCopyRewrites(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{2})
	y := Apply(scale{5}, Apply(scale{1}, x))
	h := New("h")
	z := h.Input("z", Shape{2})
	var seen []string
	k := Copier{Dst: h, Sub: map[*Node]*Node{x: z}, Rewrite: func(n *Node, in Nodes) *Node {
		seen = append(seen, n.Name())
		if n.Op() == (scale{1}) {
			return in[0] // scaling by 1 is nothing
		}
		if n.Op() == (scale{5}) {
			return Apply(scale{2}, Apply(scale{3}, in[0]))
		}
		return nil
	}}
	out, err := k.Copy(y)
	if err != nil {
		t.Fatal(err)
	}
	if got := OpString(out[0].Op()) + " of " + OpString(out[0].In(0).Op()); got != "scale{By: 2} of scale{By: 3}" || out[0].In(0).In(0) != z {
		t.Error(got)
	}
	if out[0].Pos() != y.Pos() || out[0].In(0).Pos() != y.Pos() {
		t.Errorf("what a rewrite makes stands at %s, want %s", out[0].Pos(), y.Pos())
	}
	if strings.Join(seen, " ") != "scale scale_1" {
		t.Errorf("rewritten are %q", seen)
	}
	failing := Copier{Dst: h, Sub: map[*Node]*Node{x: z}, Rewrite: func(_ *Node, in Nodes) *Node { return h.Errorf("cannot") }}
	if _, err := failing.Copy(y); err == nil || !strings.HasSuffix(err.Error(), "cannot") {
		t.Error(err)
	}
}

func TestCopyBindsSizes(t *testing.T) {
	g := New("g")
	x, like := g.Input("x", Shape{2}), g.Input("like", Shape{None, 3})
	y := Apply(sized{}, x, like)
	h := New("h")
	sub := map[*Node]*Node{x: h.Input("x", Shape{2}), like: h.Input("like", Shape{4, 3})}
	out, err := (&Copier{Dst: h, Sub: sub, Bind: true}).Copy(y)
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Op() != (sized{12}) || len(out[0].Inputs()) != 1 {
		t.Errorf("bound to %v", out[0])
	}
	sub = map[*Node]*Node{x: sub[x], like: sub[like]}
	if out, err = (&Copier{Dst: h, Sub: sub}).Copy(y); err != nil || len(out[0].Inputs()) != 2 {
		t.Errorf("without Bind: %v, %v", out, err)
	}
}

// model makes a graph with a call inside a call; the inner one updates a parameter and adds a loss.
func model(t *testing.T) (x, out *Node, p *Param) {
	g := New("g")
	x = g.Input("x", Shape{None, 2})
	p, err := NewParam("mean", []float32{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	outer := g.BeginCall("outer layer", "model", Nodes{x}, nil)
	inner := g.BeginCall("inner layer", "norm", Nodes{x}, nil)
	m := g.ReadState(p)
	g.Update(p, Apply(scale{2}, m))
	inner.Losses = Nodes{Apply(scale{3}, m)}
	y := g.EndCall(inner, "norm", Nodes{Apply(add{}, x, m)}, nil)[0]
	return x, g.EndCall(outer, "model", Nodes{y}, nil)[0], p
}

func TestCopyRecordsCalls(t *testing.T) {
	x, out, p := model(t)
	h := New("h")
	z := h.Input("z", Shape{5, 2})
	host := h.BeginCall("host", "host", Nodes{z}, nil)
	clone, _ := NewParam("clone", []float32{3, 4})
	k := Copier{
		Dst: h, Sub: map[*Node]*Node{x: z},
		CloneParam: func(q *Param) *Param {
			if q != p {
				t.Errorf("asked to clone %v", q)
			}
			return clone
		},
		CloneLayer: func(l any) any { return "clone of " + l.(string) },
	}
	r, err := k.Copy(out)
	if err != nil {
		t.Fatal(err)
	}
	h.EndCall(host, "host", r, nil)
	calls := h.Calls()
	if len(calls) != 3 {
		t.Fatalf("got %d calls, want 3", len(calls))
	}
	byLayer := map[any]*LayerCall{}
	for i, c := range calls {
		if byLayer[c.Layer] = c; c.Index() != i {
			t.Errorf("call %d has the index %d", i, c.Index())
		}
	}
	outer, inner := byLayer["clone of outer layer"], byLayer["clone of inner layer"]
	if outer == nil || inner == nil {
		t.Fatal(byLayer)
	}
	if inner.Parent != outer || outer.Parent != host {
		t.Error("the parents of the copied calls are not the copies of the parents")
	}
	if inner.Path != "host/model/norm" || inner.Inputs[0] != z || outer.Outputs[0] != r[0] {
		t.Errorf("path %q, inputs %v, outputs %v", inner.Path, inner.Inputs, outer.Outputs)
	}
	if len(inner.Updates) != 1 || inner.Updates[0].Param != clone || len(inner.Losses) != 1 || inner.Losses[0].Graph() != h {
		t.Errorf("updates %v, losses %v", inner.Updates, inner.Losses)
	}
	if ps := h.Params(); len(ps) != 1 || ps[0] != clone {
		t.Errorf("the copy reads %v", ps)
	}
	if r[0].Layer() != "host/model" {
		t.Errorf("the copy is of layer %q", r[0].Layer())
	}
	if err := Verify(r...); err != nil {
		t.Error(err)
	}
}

// One copier used twice makes one copy of each call; two copiers make two.
func TestCopyTwice(t *testing.T) {
	x, out, p := model(t)
	h := New("h")
	z := h.Input("z", Shape{5, 2})
	k := Copier{Dst: h, Sub: map[*Node]*Node{x: z}}
	a, err := k.Copy(out)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := k.Copy(out); err != nil || b[0] != a[0] || len(h.Calls()) != 2 {
		t.Errorf("a second copy is made: %v, %d calls", err, len(h.Calls()))
	}
	c, err := (&Copier{Dst: h, Sub: map[*Node]*Node{x: z}}).Copy(out)
	if err != nil || c[0] == a[0] || len(h.Calls()) != 4 {
		t.Errorf("another copier shares calls: %v, %d calls", err, len(h.Calls()))
	}
	if ps := h.Params(); len(ps) != 1 || ps[0] != p {
		t.Errorf("the copies read %v, want the shared %v", ps, p)
	}
}

func TestVerifyFindsFaults(t *testing.T) {
	p, _ := NewParam("p", []float32{1})
	for want, plant := range map[string]func(g *Graph, x, y *Node){
		"input 0 is of another graph":       func(_ *Graph, _, y *Node) { y.in[0] = New("h").Input("z", Shape{2}) },
		"input 0 is node 7, after node 1":   func(_ *Graph, x, _ *Node) { x.id = 7 },
		"it is float32 (3,), its op infers": func(_ *Graph, _, y *Node) { y.spec.Shape = Shape{3} },
		"it is float64 (2,), its op infers": func(_ *Graph, _, y *Node) { y.spec.Dtype = Float64 },
		"its input is no tuple":             func(_ *Graph, _, y *Node) { y.op = half{} },
		"do not broadcast": func(g *Graph, x, y *Node) {
			y.op, y.in = add{}, Nodes{x, g.leaf(InputOp{"w"}, Spec{Float32, Shape{3}}, position{})}
			y.in[1].id = 0
		},
		"has no method Infer":                     func(_ *Graph, _, y *Node) { y.op = nothing{} },
		"said before":                             func(g *Graph, _, y *Node) { y.in[0] = g.Errorf("said before") },
		"it is float32 (2,), the parameter is":    func(g *Graph, x, _ *Node) { x.op = ParamOp{p} },
		"result 1 is float32 (9,), its op infers": func(_ *Graph, _, y *Node) { y.op, y.specs = halves{}, []Spec{{Float32, Shape{1}}, {Float32, Shape{9}}} },
		"it is float32 (2,), its op infers  ()":   func(_ *Graph, _, y *Node) { y.op = halves{} },
	} {
		g := New("g")
		x := g.Input("x", Shape{2})
		y := Apply(scale{}, x)
		if err := Verify(y); err != nil {
			t.Fatal(err)
		}
		plant(g, x, y)
		if err := Verify(y); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
}

// A call inside of one whose result is not copied becomes a call of what surrounds the copy.
func TestCopyOfAnInnerCall(t *testing.T) {
	x, out, _ := model(t)
	inner := out.In(0)
	for _, hosted := range []bool{false, true} {
		h := New("h")
		z := h.Input("z", Shape{5, 2})
		var host *LayerCall
		if hosted {
			host = h.BeginCall("host", "host", Nodes{z}, nil)
		}
		if _, err := (&Copier{Dst: h, Sub: map[*Node]*Node{x: z}}).Copy(inner); err != nil {
			t.Fatal(err)
		}
		calls := h.Calls()
		if last := calls[len(calls)-1]; last.Layer != "inner layer" || last.Parent != host || len(last.Updates) != 1 {
			t.Errorf("hosted %v: %d calls, the last of %v in %v", hosted, len(calls), last.Layer, last.Parent)
		}
		for _, c := range calls {
			if c.Layer == "outer layer" {
				t.Errorf("hosted %v: a call is recorded of which nothing is copied", hosted)
			}
		}
	}
}
