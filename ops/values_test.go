package ops_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// evaluate computes a node of constants.
func evaluate(t *testing.T, n *graph.Node) value {
	t.Helper()
	if n.Poisoned() {
		t.Fatal(n.Err())
	}
	v, err := evaluator{}.eval(n)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestValues compares with what NumPy gives.
func TestValues(t *testing.T) {
	g := graph.New("values")
	v := g.Const([]int{1, 2, 3})
	m := g.Const([][]int{{1, 2, 3}, {4, 5, 6}})
	f := g.Const([]float32{-2.5, -0.5, 0.5, 1.5})
	compareValues(t, []valueCase{
		{"mod", ops.Mod(g.Const([]int{-7, 7}), g.Const([]int{3, -3})), "(2,) [2 -2]"},
		{"fmod", ops.Fmod(g.Const([]int{-7, 7}), g.Const([]int{3, -3})), "(2,) [-1 1]"},
		{"floor_divide", ops.FloorDivide(g.Const([]int{-7, 7}), 2), "(2,) [-4 3]"},
		{"round", ops.Round(f), "(4,) [-2 -0 0 2]"},
		{"round to tens", ops.Round(g.Const([]int{14, 15, 25}), -1), "(3,) [10 20 20]"},
		{"sign", ops.Sign(f), "(4,) [-1 -1 1 1]"},
		{"add bools", ops.Add(g.Const([]bool{true, false}), g.Const([]bool{true, false})), "(2,) [1 0]"},
		{"hypot", ops.Hypot(g.Const([]float64{3, 0}), g.Const([]float64{4, 0})), "(2,) [5 0]"},
		{"divide_no_nan", ops.DivideNoNaN(g.Const([]float64{3, 1}), g.Const([]float64{2, 0})), "(2,) [1.5 0]"},
		{"heaviside", ops.Heaviside(g.Const([]float64{-1, 0, 2}), 0.5), "(3,) [0 0.5 1]"},
		{"where", ops.Where(g.Const([]bool{true, false, true}), v, 0), "(3,) [1 0 3]"},
		{"clip", ops.Clip(m, 2, 5), "(2, 3) [2 2 3 4 5 5]"},
		{"saturate", ops.SaturateCast(g.Const([]float32{-300, 5.7, 300}), graph.Int8), "(3,) [-128 5 127]"},
		{"transpose", ops.Transpose(m), "(3, 2) [1 4 2 5 3 6]"},
		{"moveaxis", ops.MoveAxis(ops.Zeros(g, graph.Shape{2, 3, 4, 5}), []int{0, 1}, []int{-1, -2}), "(4, 5, 3, 2) zeros"},
		{"roll", ops.Roll(m, 1, 1), "(2, 3) [3 1 2 6 4 5]"},
		{"roll all", ops.Roll(m, -4), "(2, 3) [5 6 1 2 3 4]"},
		{"tile", ops.Tile(v, 2, 2), "(2, 6) [1 2 3 1 2 3 1 2 3 1 2 3]"},
		{"repeat", ops.Repeat(m, 2, 1), "(2, 6) [1 1 2 2 3 3 4 4 5 5 6 6]"},
		{"rot90", ops.Rot90(m, 1, 0, 1), "(3, 2) [3 6 2 5 1 4]"},
		{"rot90 back", ops.Rot90(m, -1, 0, 1), "(3, 2) [4 1 5 2 6 3]"},
		{"pad", ops.Pad(v, [][2]int{{1, 2}}, 9), "(6,) [9 1 2 3 9 9]"},
		{"reflect", ops.PadMirror(v, [][2]int{{2, 1}}, "reflect"), "(6,) [3 2 1 2 3 2]"},
		{"symmetric", ops.PadMirror(v, [][2]int{{2, 1}}, "symmetric"), "(6,) [2 1 1 2 3 3]"},
		{"slice", ops.SliceStep(v, 0, -3, ops.End, 2), "(2,) [1 3]"},
		{"slice outside", ops.SliceAxis(v, 0, 2, 9), "(1,) [3]"},
		{"array_split", ops.ArraySplit(g.Const([]int{1, 2, 3, 4, 5}), 3, 0)[1], "(2,) [3 4]"},
		{"diag", ops.Diag(g.Const([]int{1, 2}), -1), "(3, 3) [0 0 0 1 0 0 0 2 0]"},
		{"diagonal", ops.Diagonal(m, 1, 0, 1), "(2,) [2 6]"},
		{"trace", ops.Trace(m, -1, 0, 1), "() [4]"},
		{"eye", ops.Eye(g, 2, 3, 1), "(2, 3) [0 1 0 0 0 1]"},
		{"tri", ops.Tri(g, 2, 3, 0), "(2, 3) [1 0 0 1 1 0]"},
		{"tril", ops.Tril(m, 0), "(2, 3) [1 0 0 4 5 0]"},
		{"triu", ops.Triu(m, 1), "(2, 3) [0 2 3 0 0 6]"},
		{"arange", ops.Arange(g, 1, 8, 3), "(3,) [1 4 7]"},
		{"linspace", ops.Linspace(g, 0, 1, 5, true), "(5,) [0 0.25 0.5 0.75 1]"},
		{"logspace", ops.Logspace(g, 0, 2, 3, true, 10), "(3,) [1 10 100]"},
		{"hanning", ops.Hanning(g, 3), "(3,) [0 1 0]"},
		{"meshgrid", ops.Meshgrid(graph.Nodes{v, g.Const([]int{7, 8})}, "xy")[1], "(2, 3) [7 7 7 8 8 8]"},
		{"sum", ops.Sum(m, -2), "(3,) [5 7 9]"},
		{"mean", ops.MeanKeepDims(m, 1), "(2, 1) [2 5]"},
		{"var", ops.Var(g.Const([]float32{1, 3})), "() [1]"},
		{"prod", ops.Prod(m, 1), "(2,) [6 120]"},
		{"argmin", ops.Argmin(g.Const([]int{3, 1, 1})), "() [1]"},
		{"cumsum", ops.CumSum(m, 1), "(2, 3) [1 3 6 4 9 15]"},
		{"diff", ops.Diff(g.Const([]int{1, 4, 9, 16}), 2, -1), "(2,) [2 2]"},
		{"trapezoid", ops.Trapezoid(v, nil, 2, -1), "() [8]"},
		{"average", ops.Average(m, g.Const([]float32{1, 0, 3}), 1), "(2,) [2.5 5.5]"},
		{"count_nonzero", ops.CountNonzero(g.Const([][]int{{0, 1}, {2, 3}}), 0), "(2,) [1 2]"},
		{"nanmean", ops.NanMean(g.Const([]float64{1, math.NaN(), 3})), "() [2]"},
		{"nanmax", ops.NanMax(g.Const([][]float64{{1, math.NaN()}, {math.NaN(), math.NaN()}}), 1), "(2,) [1 NaN]"},
		{"matmul vectors", ops.MatMul(v, v), "() [14]"},
		{"matmul row", ops.MatMul(g.Const([]int{1, 1}), m), "(3,) [5 7 9]"},
		{"dot", ops.Dot(m, v), "(2,) [14 32]"},
		{"inner", ops.Inner(m, m), "(2, 2) [14 32 32 77]"},
		{"outer", ops.Outer(v, g.Const([]int{1, 10})), "(3, 2) [1 10 2 20 3 30]"},
		{"tensordot", ops.Tensordot(m, m, 2), "() [91]"},
		{"cross", ops.Cross(v, g.Const([]int{4, 5, 6})), "(3,) [-3 6 -3]"},
		{"kron", ops.Kron(g.Const([]int{1, 10}), v), "(6,) [1 2 3 10 20 30]"},
		{"einsum trace", ops.Einsum("ii", g.Const([][]int{{1, 2}, {3, 4}})), "() [5]"},
		{"einsum three", ops.Einsum("i,ij,j->", g.Const([]int{1, 2}), m, v), "() [78]"},
		{"einsum broadcast", ops.Einsum("...i->...", m), "(2,) [6 15]"},
		{"rearrange", ops.Rearrange(m, "a (b c) -> b (c a)", map[string]int{"b": 3}), "(3, 2) [1 4 2 5 3 6]"},
		{"vander", ops.Vander(v, 3, false), "(3, 3) [1 1 1 4 2 1 9 3 1]"},
		{"unravel", ops.UnravelIndex(g.Const([]int{5, -1}), 2, 3)[1], "(2,) [2 2]"},
		{"size", ops.Size(m), "() [6]"},
		{"signbit", ops.SignBit(g.Const([]float64{math.Copysign(0, -1), 0, -1})), "(3,) [1 0 1]"},
		{"isclose", ops.IsClose(g.Const([]float64{1, math.Inf(1), math.Inf(1)}), g.Const([]float64{1 + 1e-6, math.Inf(1), 1}), 1e-5, 1e-8, false), "(3,) [1 1 0]"},
	})
}

// valueCase is a node of constants and what it must be.
type valueCase struct {
	name string
	got  *graph.Node
	want string
}

func compareValues(t *testing.T, cases []valueCase) {
	t.Helper()
	for _, c := range cases {
		x := evaluate(t, c.got)
		got := fmt.Sprintf("%v %v", x.shape, rounded(x.v))
		if allZero := !slices.ContainsFunc(x.v, func(v float64) bool { return v != 0 }); allZero && len(x.v) > 20 {
			got = fmt.Sprintf("%v zeros", x.shape)
		}
		if got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		}
	}
}

// rounded hides the last digits, in which float32 constants differ.
func rounded(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = math.Round(v[i]*1e5) / 1e5
	}
	return out
}

// TestProdGradientAtZero is where dividing the product by the element would fail.
func TestProdGradientAtZero(t *testing.T) {
	g := graph.New("prod")
	x := g.Const([]float64{2, 0, 5})
	y := ops.Prod(x)
	got := y.Op().(graph.Differentiable).VJP(y, ops.OnesLike(y))[0]
	if v := evaluate(t, got); !slices.Equal(v.v, []float64{0, 10, 0}) {
		t.Errorf("the gradient is %v, want [0 10 0]", v.v)
	}
}

func TestPromote(t *testing.T) {
	g := graph.New("promote")
	x := func(d graph.Dtype) *graph.Node { return g.Input("", graph.Shape{2}, d) }
	cases := []struct {
		got  *graph.Node
		want graph.Dtype
	}{
		{ops.Add(x(graph.Int32), x(graph.Float16)), graph.Float16},
		{ops.Add(x(graph.BFloat16), x(graph.Float16)), graph.Float32},
		{ops.Add(x(graph.Int32), 1), graph.Int32},
		{ops.Add(x(graph.Int32), 1.5), graph.Float32},
		{ops.Add(x(graph.Float16), 1.5), graph.Float16},
		{ops.Add(x(graph.Bool), 1), graph.Int32},
		{ops.Div(x(graph.Int32), x(graph.Int32)), graph.Float32},
		{ops.Sqrt(x(graph.Int64)), graph.Float32},
		{ops.Sum(x(graph.Bool)), graph.Int32},
		{ops.Mean(x(graph.Int32)), graph.Float32},
		{ops.MatMul(x(graph.Int8), x(graph.Int8)), graph.Int32},
		{ops.MatMul(x(graph.Bool), x(graph.Bool)), graph.Bool},
		{ops.Dot(x(graph.Int8), x(graph.Int8)), graph.Int8},
		{ops.Argmax(x(graph.Float32)), graph.Int32},
		{ops.Less(x(graph.Float32), 1), graph.Bool},
		{ops.Hypot(x(graph.Int64), x(graph.Int64)), graph.Float64},
	}
	for i, c := range cases {
		if c.got.Dtype() != c.want {
			t.Errorf("case %d, %v: the dtype is %s, want %s", i, c.got, c.got.Dtype(), c.want)
		}
	}
}
