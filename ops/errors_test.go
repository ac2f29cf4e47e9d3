package ops_test

import (
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// TestMistakes builds what cannot be right: one error each, which says what is wrong.
func TestMistakes(t *testing.T) {
	type nodes = graph.Nodes
	a := func(shape ...int) graph.Shape { return shape }
	cases := []struct {
		name   string
		shapes []graph.Shape
		build  func(in nodes) *graph.Node
		want   string
	}{
		{"add", []graph.Shape{a(2, 3), a(4)}, func(in nodes) *graph.Node { return ops.Add(in[0], in[1]) }, "(2, 3) and (4,) do not broadcast"},
		{"matmul", []graph.Shape{a(2, 3), a(4, 5)}, func(in nodes) *graph.Node { return ops.MatMul(in[0], in[1]) }, "inner sizes 3 and 4 differ"},
		{"matmul scalar", []graph.Shape{a(2, 3), a()}, func(in nodes) *graph.Node { return ops.MatMul(in[0], in[1]) }, "use Mul"},
		{"reshape", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Reshape(in[0], 4, -1) }, "6 elements of shape (2, 3) do not fit"},
		{"reshape two", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Reshape(in[0], -1, -1) }, "at most one"},
		{"reshape unknown", []graph.Shape{a(graph.None, 4)}, func(in nodes) *graph.Node { return ops.Reshape(in[0], in[0].Shape()[0]*2, 2) }, "unknown size"},
		{"transpose", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Transpose(in[0], 0, 0) }, "no order of the 2 axes"},
		{"sum", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Sum(in[0], 2) }, "no axis 2 in shape (2, 3)"},
		{"sum twice", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Sum(in[0], 1, -1) }, "one axis twice"},
		{"max of nothing", []graph.Shape{a(0, 3)}, func(in nodes) *graph.Node { return ops.Max(in[0], 0) }, "no elements"},
		{"concatenate", []graph.Shape{a(2, 3), a(2, 4)}, func(in nodes) *graph.Node { return ops.Concatenate(in, 0) }, "input 1 is (2, 4)"},
		{"split", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Split(in[0], 2, 1)[1] }, "does not split into 2"},
		{"split unknown", []graph.Shape{a(graph.None)}, func(in nodes) *graph.Node { return ops.Split(in[0], 2, 0)[1] }, "must be known"},
		{"slice", []graph.Shape{a(graph.None)}, func(in nodes) *graph.Node { return ops.SliceAxis(in[0], 0, 0, in[0].Shape()[0]-1) }, "unknown size"},
		{"broadcast", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.BroadcastTo(in[0], 4, 3) }, "does not broadcast to (4, 3)"},
		{"index", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Index(in[0], 1, 3) }, "no element 3 along axis 1"},
		{"quantile", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Quantile(in[0], 0.5, "best") }, "no method"},
		{"correlate", []graph.Shape{a(4), a(2)}, func(in nodes) *graph.Node { return ops.Correlate(in[0], in[1], "some") }, "no mode"},
		{"histogram", []graph.Shape{a(4)}, func(in nodes) *graph.Node { n, _ := ops.Histogram(in[0], 0, 0, 1); return n }, "at least 1"},
		{"average", []graph.Shape{a(2, 3), a(3)}, func(in nodes) *graph.Node { return ops.Average(in[0], in[1]) }, "a vector with one axis"},
		{"squeeze", []graph.Shape{a(2, 3)}, func(in nodes) *graph.Node { return ops.Squeeze(in[0], 1) }, "is not 1"},
		{"cast", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Cast(in[0], "float8") }, "float8"},
		{"clip", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Clip(in[0], 1, 0) }, "must not be above"},
		{"bits", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.BitwiseNot(in[0]) }, "no bits"},
		{"einsum operands", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Einsum("i,j->ij", in[0]) }, "2 operands, 1 are given"},
		{"einsum axes", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Einsum("ij->i", in[0]) }, "another number of axes"},
		{"einsum result", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Einsum("i->k", in[0]) }, "must occur once"},
		{"pad", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.Pad(in[0], [][2]int{{1, -1}}) }, "at least 0"},
		{"reflect", []graph.Shape{a(2)}, func(in nodes) *graph.Node { return ops.PadMirror(in[0], [][2]int{{2, 0}}, "reflect") }, "cannot be mirrored"},
		{"cross", []graph.Shape{a(4), a(4)}, func(in nodes) *graph.Node { return ops.Cross(in[0], in[1]) }, "want 2 or 3"},
		{"rearrange", []graph.Shape{a(6)}, func(in nodes) *graph.Node { return ops.Rearrange(in[0], "(a b) -> a b", nil) }, "give all but one"},
		{"numbers", nil, func(nodes) *graph.Node { return ops.Add(1, 2) }, "at least one must be a node"},
	}
	for _, c := range cases {
		g := graph.New(c.name)
		var in nodes
		for _, s := range c.shapes {
			in = append(in, g.Input("", s))
		}
		y := c.build(in)
		if !y.Poisoned() || !strings.Contains(y.Err().Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.name, y.Err(), c.want)
		}
	}
}

// TestPoisonPasses gives a poisoned node to functions that look at shapes: they return that node and record nothing more.
func TestPoisonPasses(t *testing.T) {
	g := graph.New("poison")
	bad := g.Errorf("the first mistake")
	good := g.Input("x", graph.Shape{2, 3})
	one := map[string]func(x *graph.Node) *graph.Node{
		"sum": func(x *graph.Node) *graph.Node { return ops.Sum(x) }, "mean": func(x *graph.Node) *graph.Node { return ops.Mean(x, 0) },
		"var": func(x *graph.Node) *graph.Node { return ops.Var(x) }, "reshape": func(x *graph.Node) *graph.Node { return ops.Reshape(x, -1) },
		"cast":      func(x *graph.Node) *graph.Node { return ops.Cast(x, graph.Int32) },
		"transpose": func(x *graph.Node) *graph.Node { return ops.Transpose(x) }, "expand": func(x *graph.Node) *graph.Node { return ops.ExpandDims(x, 0) },
		"squeeze": func(x *graph.Node) *graph.Node { return ops.Squeeze(x) }, "slice": func(x *graph.Node) *graph.Node { return ops.SliceAxis(x, 0, 0, 1) },
		"split": func(x *graph.Node) *graph.Node { return ops.Split(x, 3, 0)[2] }, "stack": func(x *graph.Node) *graph.Node { return ops.Stack(graph.Nodes{good, x}, 0) },
		"pad": func(x *graph.Node) *graph.Node { return ops.Pad(x, [][2]int{{1, 1}}) }, "tile": func(x *graph.Node) *graph.Node { return ops.Tile(x, 2) },
		"repeat": func(x *graph.Node) *graph.Node { return ops.Repeat(x, 2) }, "roll": func(x *graph.Node) *graph.Node { return ops.Roll(x, 2) },
		"tril": func(x *graph.Node) *graph.Node { return ops.Tril(x, 0) }, "diag": func(x *graph.Node) *graph.Node { return ops.Diag(x, 0) },
		"zeros": func(x *graph.Node) *graph.Node { return ops.ZerosLike(x) }, "ones": func(x *graph.Node) *graph.Node { return ops.OnesLike(x) },
		"size": ops.Size, "argmax": func(x *graph.Node) *graph.Node { return ops.Argmax(x) }, "clip": func(x *graph.Node) *graph.Node { return ops.Clip(x, 0, 1) },
		"round": func(x *graph.Node) *graph.Node { return ops.Round(x, 2) }, "where": func(x *graph.Node) *graph.Node { return ops.Where(x, 1, 0) },
		"pow": func(x *graph.Node) *graph.Node { return ops.Pow(x, 2) }, "add": func(x *graph.Node) *graph.Node { return ops.Add(1, x) },
		"matmul": func(x *graph.Node) *graph.Node { return ops.MatMul(good, x) }, "einsum": func(x *graph.Node) *graph.Node { return ops.Einsum("ij,jk", good, x) },
		"dot": func(x *graph.Node) *graph.Node { return ops.Dot(x, good) }, "kron": func(x *graph.Node) *graph.Node { return ops.Kron(x, good) },
		"cross": func(x *graph.Node) *graph.Node { return ops.Cross(good, x) }, "unstack": func(x *graph.Node) *graph.Node { return ops.Unstack(x, 0)[0] },
		"average": func(x *graph.Node) *graph.Node { return ops.Average(x, good, 0) }, "nanmean": func(x *graph.Node) *graph.Node { return ops.NanMean(x) },
		"corrcoef": ops.Corrcoef, "moveaxis": func(x *graph.Node) *graph.Node { return ops.MoveAxis(x, []int{0}, []int{1}) },
		"rearrange": func(x *graph.Node) *graph.Node { return ops.Rearrange(x, "a b -> b a", nil) }, "flip": func(x *graph.Node) *graph.Node { return ops.Flip(x) },
		"cumsum": func(x *graph.Node) *graph.Node { return ops.CumSum(x, 0) }, "meshgrid": func(x *graph.Node) *graph.Node { return ops.Meshgrid(graph.Nodes{good, x}, "xy")[1] },
		"like": func(x *graph.Node) *graph.Node { return ops.SumLike(good, x) }, "select": func(x *graph.Node) *graph.Node {
			return ops.Select(graph.Nodes{good, good}, graph.Nodes{good, x}, 0)
		},
		"saturate": func(x *graph.Node) *graph.Node { return ops.SaturateCast(x, graph.Int8) },
		"unravel":  func(x *graph.Node) *graph.Node { return ops.UnravelIndex(x, 2, 3)[0] },
	}
	for name, f := range one {
		if y := f(bad); y != bad {
			t.Errorf("%s of a poisoned node is %v", name, y)
		}
		if y := f(nil); y == nil || !y.Poisoned() {
			t.Errorf("%s of a nil node is %v", name, y)
		}
	}
	if got := bad.Err().Error(); !strings.Contains(got, "the first mistake") {
		t.Errorf("the mistake is %q", got)
	}
}
