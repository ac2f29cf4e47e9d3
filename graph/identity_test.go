package graph

import "testing"

// The markers are identities: their value, spec and gradient are those of their first input, and a mask gets no gradient.
func TestMarkersAreIdentities(t *testing.T) {
	g := New("g")
	x, m, dy := g.Input("x", Shape{None, 3}), g.Input("m", Shape{None, 3}, Bool), g.Input("dy", Shape{None, 3})
	c := g.BeginCall(nil, "l", nil, nil)
	out := g.EndCall(c, "l", Nodes{x}, Nodes{m})[0]
	for _, y := range []*Node{out, WithMask(x, m), x.Named("name")} {
		if _, ok := y.Op().(Transparent); !ok {
			t.Errorf("%v is not transparent", y)
		}
		if y.Dtype() != Float32 || !y.Shape().Equal(x.Shape()) || y.In(0) != x {
			t.Errorf("%v is not its input", y)
		}
		grads := y.Op().(Differentiable).VJP(y, dy)
		if len(grads) != len(y.Inputs()) || grads[0] != dy || len(grads) == 2 && grads[1] != nil {
			t.Errorf("the gradients of %v are %v", y, grads)
		}
	}
	if n := x.Named("again").Named("twice"); n.In(0).In(0) != x || n.Name() != "twice" {
		t.Error(n)
	}
}

// What is set on or asked of a body is the root's.
func TestBodiesShareTheirRoot(t *testing.T) {
	g := New("g")
	b := g.Body("body")
	b.SetDtypePolicy("mixed_bfloat16")
	if g.DtypePolicy() != "mixed_bfloat16" || New("h").DtypePolicy() != "" {
		t.Error("the policy", g.DtypePolicy())
	}
	b.Push("layer")
	x := g.Input("x", Shape{})
	if x.Layer() != "layer" {
		t.Errorf("a scope pushed in a body is %q in the root", x.Layer())
	}
	g.Pop()
	b.Errorf("a mistake")
	if g.Err() == nil || b.Err() == nil || g.Err().Error() != b.Err().Error() {
		t.Error(g.Err(), b.Err())
	}
	c := b.BeginCall(nil, "l", nil, nil)
	if g.CurrentCall() != c || b.CurrentCall() != c || len(g.Calls()) != 1 || b.SeedParam() != g.SeedParam() {
		t.Error("calls or seeds of a body are not the root's")
	}
}

// Specs and lists that a node gives away are copies.
func TestNodesKeepTheirSpecs(t *testing.T) {
	g := New("g")
	shape := Shape{None, 3}
	x := g.Input("x", shape)
	shape[1] = 7
	s := x.Spec()
	s.Shape[1] = 8
	y := Apply(scale{1}, x)
	y.Shape()[0] = 4 // what Infer returned may be its input's own shape
	if !x.Shape().Equal(Shape{None, 3}) {
		t.Errorf("the input's shape became %v", x.Shape())
	}
	x.Consumers()[0] = nil
	if x.Consumers()[0] != y {
		t.Error("Consumers gives the list itself away")
	}
	names := []string{"a", "b"}
	g.NameAxes(x, names...)
	if names[0] = "c"; x.AxisName(0) != "a" {
		t.Error("NameAxes keeps the caller's slice")
	}
}
