package graph_test

import (
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func TestHome(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{3})
	outer := g.Body("outer")
	inner := outer.Body("inner")
	a, b := outer.Input("a", graph.Shape{3}), inner.Input("b", graph.Shape{3})
	for name, c := range map[string]struct {
		in   graph.Nodes
		want *graph.Graph
	}{
		"no nodes":        {nil, nil},
		"nil nodes":       {graph.Nodes{nil}, nil},
		"root":            {graph.Nodes{x}, g},
		"body and root":   {graph.Nodes{x, a}, outer},
		"inner and outer": {graph.Nodes{b, x, a}, inner},
	} {
		if got := graph.Home(c.in...); got != c.want {
			t.Errorf("%s: the home is %v, want %v", name, got, c.want)
		}
	}
	if inner.Depth() != 2 || inner.Root() != g || inner.Parent() != outer || g.Parent() != nil || g.Depth() != 0 {
		t.Error("depth, root or parent")
	}
}

// Inside the branch of a condition what is computed of outer nodes stays there; inside a loop it is hoisted.
func TestHoisting(t *testing.T) {
	for _, branch := range []bool{false, true} {
		g := graph.New("g")
		x := g.Input("x", graph.Shape{3})
		body := g.Body("body")
		leave := body.Enter(branch)
		if g.Innermost() != body || body.Innermost() != body {
			t.Error("the body being built is not the innermost")
		}
		y := ops.Exp(x)
		leave()
		if inside := y.Graph() == body; inside != branch {
			t.Errorf("branch %v: computed inside %v", branch, inside)
		}
		if z := ops.Sin(x); z.Graph() != g || g.Innermost() != g {
			t.Error("Enter lasts after leave")
		}
	}
}

func TestCapture(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{3})
	five := g.Const([]float32{5, 5, 5})
	outer := g.Body("outer")
	inner := outer.Body("inner")
	leaf := inner.Capture(x)
	if leaf == nil || leaf.Graph() != inner || len(inner.Captured()) != 1 || len(outer.Captured()) != 1 {
		t.Fatal("a node two graphs out is not captured through both bodies", leaf)
	}
	if mid := inner.Captured()[0]; mid != outer.Leaves()[0] || outer.Captured()[0] != x || inner.Leaves()[0] != leaf {
		t.Error("captured", mid)
	}
	if inner.Capture(x) != leaf || inner.Capture(leaf) != leaf {
		t.Error("a node is captured twice")
	}
	if c := inner.Capture(five); c.Op() != five.Op() || c.Graph() != inner || len(inner.Captured()) != 1 {
		t.Error("a constant is captured, not copied", c)
	}
	inner.Close()
	if inner.Capture(g.Input("late", graph.Shape{})) != nil || inner.Capture(x) != leaf {
		t.Error("a closed body captures more, or forgets what it has")
	}
	if outer.Capture(inner.Input("own", graph.Shape{})) != nil || graph.New("other").Capture(x) != nil {
		t.Error("a graph captures what is not around it")
	}
}

func TestUseOutsideOfABody(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{3})
	body := g.Body("body")
	y := ops.Exp(body.Input("c", graph.Shape{3}))
	for name, n := range map[string]*graph.Node{"alone in the root": g.Apply(ops.FinalOp{}, y), "beside": g.Body("other").Apply(ops.FinalOp{}, x, y)} {
		if n.Err() == nil || !strings.Contains(n.Err().Error(), "input") {
			t.Errorf("%s: %v", name, n)
		}
	}
}

// scan makes running sums of x times an outer node, with a condition inside the loop.
func scan(x, w *graph.Node) *graph.Node {
	ys, _ := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
		big := ops.Cond(ops.Greater(ops.Sum(x), 0), func() *graph.Node { return ops.Mul(x, w) }, func() *graph.Node { return ops.Neg(x) })
		next := ops.Add(state[0], big)
		return next, graph.Nodes{next}
	}, x, graph.Nodes{ops.ZerosLike(w)})
	return ys
}

func TestCopyOfBodies(t *testing.T) {
	g := graph.New("g")
	x, w := g.Input("x", graph.Shape{2, graph.None, 3}), g.Input("w", graph.Shape{2, 3})
	y := scan(x, w)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	if err := graph.Verify(y); err != nil {
		t.Fatal(err)
	}
	h := graph.New("h")
	z, v := h.Input("z", graph.Shape{2, 5, 3}), h.Input("v", graph.Shape{2, 3})
	out, err := (&graph.Copier{Dst: h, Sub: map[*graph.Node]*graph.Node{x: z, w: v}, Bind: true}).Copy(y)
	if err != nil {
		t.Fatal(err)
	}
	if !out[0].Shape().Equal(graph.Shape{2, 5, 3}) {
		t.Error(out[0])
	}
	if err := graph.Verify(out...); err != nil {
		t.Error(err)
	}
	bodies := 0
	var inspect func(nodes ...*graph.Node)
	inspect = func(nodes ...*graph.Node) {
		for n := range graph.Walk(nodes...) {
			if n.Graph().Root() != h {
				t.Errorf("%v of the copy is in graph %s", n, n.Graph().Root().Name())
			}
			if b, ok := n.Op().(graph.BodyOp); ok {
				for _, body := range b.Bodies() {
					bodies++
					for m := range body.Nodes() {
						inspect(m)
					}
				}
			}
		}
	}
	inspect(out...)
	if bodies < 3 {
		t.Errorf("the copy has %d bodies, want a loop and two branches", bodies)
	}
	if out, err := (&graph.Copier{Dst: h, Sub: map[*graph.Node]*graph.Node{x: z, w: h.Input("bad", graph.Shape{2, 4})}}).Copy(y); err == nil || !strings.Contains(err.Error(), "4") {
		t.Errorf("a body copied for other sizes: %v, %v", out, err)
	}
}
