package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMerging(t *testing.T) {
	g := New("g")
	x, y := g.Input("x", Shape{4}), g.Input("y", Shape{4})
	a := Apply(scale{2}, x)
	for name, c := range map[string]struct {
		n    *Node
		same bool
	}{
		"the same op and input": {Apply(scale{2}, x), true},
		"through Graph.Apply":   {g.Apply(scale{2}, x), true},
		"another attribute":     {Apply(scale{3}, x), false},
		"another input":         {Apply(scale{2}, y), false},
		"another op":            {Apply(sized{2}, x, y), false},
	} {
		if (c.n == a) != c.same {
			t.Errorf("%s: merged %v, want %v", name, c.n == a, c.same)
		}
	}
	if Apply(add{}, x, y) == Apply(add{}, y, x) {
		t.Error("the order of inputs is forgotten")
	}
	if n := g.Len(); Apply(scale{3}, x).Poisoned() || g.Len() != n {
		t.Error("a merged node is appended")
	}
	if got := x.Consumers(); len(got) != 5 || got[0] != a || !slices.IsSortedFunc(got, func(m, n *Node) int { return m.ID() - n.ID() }) {
		t.Errorf("x is read by %v, want 5 nodes in the order they were made", got)
	}
	if c := Apply(add{}, a, a); len(a.Consumers()) != 1 || a.Consumers()[0] != c {
		t.Error("a node that reads its input twice is no single consumer", a.Consumers())
	}
}

func TestTuples(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{4, 3})
	pair := Apply(halves{}, x)
	if !pair.IsTuple() || len(pair.Specs()) != 2 {
		t.Fatal(pair)
	}
	if h := Apply(half{1}, pair); !h.Shape().Equal(Shape{2, 3}) || h.IsTuple() || h == Apply(half{0}, pair) {
		t.Error(h)
	}
	for want, n := range map[string]*Node{
		"is a tuple: read one of its results": Apply(scale{1}, pair),
		"there are two halves":                Apply(half{2}, pair),
		"its input is no tuple":               Apply(half{0}, x),
		"odd size 3":                          Apply(halves{}, g.Input("y", Shape{3})),
	} {
		if n.Err() == nil || !strings.Contains(n.Err().Error(), want) {
			t.Errorf("got the error %v, want %q", n.Err(), want)
		}
	}
}

func TestApplyErrors(t *testing.T) {
	g, h := New("first"), New("second")
	x, z := g.Input("x", Shape{4}), h.Input("z", Shape{4})
	for want, n := range map[string]*Node{
		"no inputs: use Graph.Apply":                        Apply(scale{}),
		`input 1 belongs to graph "second", not to "first"`: Apply(add{}, x, z),
		"input 1 is a nil node":                             Apply(add{}, x, nil),
		"input 0 is a nil node":                             g.Apply(add{}, nil, x),
		"op type graph.nothing has no method Infer":         Apply(nothing{}, x),
		"computed from an unknown size":                     g.Apply(shaped{MakeInts(2 * None)}),
		"the size -3":                                       g.Apply(shaped{MakeInts(-3)}),
	} {
		if !n.Poisoned() || !strings.Contains(n.Err().Error(), want) {
			t.Errorf("got the error %v, want %q", n.Err(), want)
		}
		if n.Spec().Shape.Rank() != 0 || n.ID() != -1 {
			t.Errorf("a poisoned node has the spec %v and the id %d", n.Spec(), n.ID())
		}
	}
	if g.Len() != 1 || h.Len() != 1 {
		t.Errorf("mistakes leave %d and %d nodes", g.Len(), h.Len())
	}
}

func TestNames(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{4})
	p, err := MakeParam(ParamConfig{Name: "kernel", Path: "dense/kernel", Spec: Spec{Float32, Shape{4}}})
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := Apply(scale{1}, x), Apply(scale{2}, x), Apply(scale{3}, x)
	g.Push("hidden")
	d, w := Apply(scale{4}, x), g.Param(p)
	g.Push("inner")
	e := Apply(scale{5}, x)
	restore := g.PushPath("elsewhere/deep")
	f := Apply(scale{6}, x)
	restore()
	named := Apply(scale{7}, x).Named("logits")
	g.Pop()
	g.Pop()
	again := Apply(scale{8}, x).Named("logits")
	fresh := g.Input("", Shape{})
	for _, test := range []struct {
		n           *Node
		name, layer string
	}{
		{x, "x", ""}, {a, "scale", ""}, {b, "scale_1", ""}, {c, "scale_2", ""}, {d, "hidden/scale", "hidden"},
		{w, "dense/kernel", "hidden"}, {e, "hidden/inner/scale", "hidden/inner"}, {f, "elsewhere/deep/scale", "elsewhere/deep"},
		{named, "logits", "hidden/inner"}, {again, "logits_1", ""}, {fresh, "input", ""}, {g.Input("", Shape{}), "input_1", ""},
	} {
		if test.n.Name() != test.name || test.n.Layer() != test.layer {
			t.Errorf("got %q in layer %q, want %q in %q", test.n.Name(), test.n.Layer(), test.name, test.layer)
		}
		if found, ok := g.Node(test.name); !ok || found != test.n {
			t.Errorf("%s is not found by its name", test.name)
		}
	}
	if _, ok := g.Node("scale_9"); ok {
		t.Error("a name that does not exist is found")
	}
	if a.Named("").Err() == nil {
		t.Error("an empty name is no error")
	}
}

// A name chosen by the user that looks like a generated one is not given twice.
func TestNamesStayUnique(t *testing.T) {
	g := New("g")
	x := g.Input("scale_1", Shape{4})
	seen := map[string]bool{}
	for i := range 30 {
		Apply(scale{i}, x)
		Apply(scale{100 + i}, x).Named([]string{"scale", "scale_2", "scale_1_1"}[i%3])
	}
	for n := range g.Nodes() {
		if seen[n.Name()] {
			t.Errorf("two nodes have the name %q", n.Name())
		}
		seen[n.Name()] = true
	}
}

func TestInputs(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{None, 3}, Int32)
	if x.Dtype() != Int32 || x.AxisName(0) != "batch" || x.AxisName(1) != "" || x.AxisName(7) != "" {
		t.Error(x, x.AxisName(0))
	}
	if y := g.Input("y", Shape{2, None}, ""); y.Dtype() != Float32 || y.AxisName(0) != "" {
		t.Error(y)
	}
	g.NameAxes(x, "rows", "columns")
	if x.AxisName(0) != "rows" || x.AxisName(1) != "columns" || Apply(scale{}, x).AxisName(0) != "" {
		t.Error("axis names")
	}
	for want, n := range map[string]*Node{
		`has an input "x" already`:      g.Input("x", Shape{}),
		`the unknown dtype "int"`:       g.Input("z", Shape{}, "int"),
		"has 2 dtypes":                  g.Input("z", Shape{}, Int8, Int8),
		"computed from an unknown size": g.Input("z", Shape{None * 3}),
	} {
		if n.Err() == nil || !strings.Contains(n.Err().Error(), want) {
			t.Errorf("got the error %v, want %q", n.Err(), want)
		}
	}
}

func TestWalkPutsInputsFirst(t *testing.T) {
	g := New("g")
	x, y := g.Input("x", Shape{4}), g.Input("y", Shape{4})
	a := Apply(scale{1}, y)
	b := Apply(add{}, x, a)
	c := Apply(add{}, b, a)
	Apply(scale{9}, x)
	var got []string
	for n := range Walk(c, nil, a) {
		got = append(got, n.Name())
	}
	if want := []string{"x", "y", "scale", "add", "add_1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	steps := 0
	for range Walk(c) {
		if steps++; steps == 2 {
			break
		}
	}
	if steps != 2 {
		t.Errorf("a walk that is left goes on for %d nodes", steps)
	}
	// a chain that is long and full of diamonds is walked once and without recursion
	n := x
	for range 20000 {
		n = Apply(add{}, n, n)
	}
	if count := len(slices.Collect(Walk(n))); count != 20001 {
		t.Errorf("got %d nodes, want 20001", count)
	}
}

func TestStrings(t *testing.T) {
	g := New("g")
	x := g.Input("x", Shape{None, 3})
	for want, v := range map[string]any{
		"scale float32 (None, 3) = scale{By: 2}": Apply(scale{2}, x),
		"x float32 (None, 3) = input{Label: x}":  x,
		"<nil node>":                             (*Node)(nil),
		"shaped{Dims: [2 3]}":                    OpString(shaped{MakeInts(2, 3)}),
		"const{2.5}":                             OpString(g.Const(2.5).Op()),
		"const":                                  OpString(g.Const([]int{1, 2}).Op()),
	} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
