package ops_test

import (
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// TestReductionValues compares with what NumPy gives.
func TestReductionValues(t *testing.T) {
	g := graph.New("reductions")
	m := g.Const([][]int{{1, 2, 3}, {4, 5, 6}})
	f := g.Const([][]float64{{1, 3}, {5, 11}})
	holes := g.Const([]float64{3, math.NaN(), 1})
	b := g.Const([][]bool{{true, false}, {true, true}})
	compareValues(t, []valueCase{
		{"prod keep", ops.ProdKeepDims(m, 0), "(1, 3) [4 10 18]"},
		{"min keep", ops.MinKeepDims(m, 1), "(2, 1) [1 4]"},
		{"any keep", ops.AnyKeepDims(b, 0), "(1, 2) [1 1]"},
		{"all", ops.All(b, 0), "(2,) [1 0]"},
		{"var keep", ops.VarKeepDims(f, 1), "(2, 1) [1 9]"},
		{"std keep", ops.StdKeepDims(f, 1), "(2, 1) [1 3]"},
		{"argmax keep", ops.ArgmaxKeepDims(m), "(1, 1) [5]"},
		{"argmax axis", ops.ArgmaxKeepDims(m, 0), "(1, 3) [1 1 1]"},
		{"cumsum in a row", ops.CumSum(m), "(6,) [1 3 6 10 15 21]"},
		{"nanprod", ops.NanProd(holes), "() [3]"},
		{"nanstd", ops.NanStd(holes), "() [1]"},
		{"nancumsum", ops.NanCumSum(holes, 0), "(3,) [3 3 4]"},
		{"nancumprod", ops.NanCumProd(holes), "(3,) [3 3 3]"},
		{"nanargmin", ops.NanArgmin(holes), "() [2]"},
		{"nanargmax of nothing", ops.NanArgmax(g.Const([]float64{math.NaN()})), "() [-1]"},
		{"nan_to_num", ops.NanToNum(g.Const([]float64{math.NaN(), math.Inf(1), 2}), 0, ops.LargestOf(graph.Float16), -1), "(3,) [0 65504 2]"},
		{"allclose", ops.AllClose(f, ops.Add(f, 1e-9), 1e-5, 1e-8, false), "() [1]"},
	})
}

// TestMakingValues checks what makes tensors or joins and cuts them.
func TestMakingValues(t *testing.T) {
	g := graph.New("making")
	v := g.Const([]int{1, 2, 3})
	m := g.Const([][]int{{1, 2}, {3, 4}})
	compareValues(t, []valueCase{
		{"ones", ops.Ones(g, graph.Shape{2}, graph.Int32), "(2,) [1 1]"},
		{"full", ops.Full(g, graph.Shape{2, 1}, 7), "(2, 1) [7 7]"},
		{"identity", ops.Identity(g, 2), "(2, 2) [1 0 0 1]"},
		{"diagflat", ops.Diagflat(g.Const([][]int{{1}, {2}}), 0), "(2, 2) [1 0 0 2]"},
		{"geomspace", ops.Geomspace(g, 1, 100, 3, true), "(3,) [1 10 100]"},
		{"linspace open", ops.Linspace(g, 0, 1, 4, false), "(4,) [0 0.25 0.5 0.75]"},
		{"bartlett", ops.Bartlett(g, 5), "(5,) [0 0.5 1 0.5 0]"},
		{"hamming", ops.Hamming(g, 3), "(3,) [0.08 1 0.08]"},
		{"blackman", ops.Blackman(g, 3), "(3,) [-0 1 -0]"},
		{"kaiser", ops.Kaiser(g, 3, 2), "(3,) [0.43868 1 0.43868]"},
		{"one point", ops.Hanning(g, 1), "(1,) [1]"},
		{"fliplr", ops.Fliplr(m), "(2, 2) [2 1 4 3]"},
		{"flipud", ops.Flipud(m), "(2, 2) [3 4 1 2]"},
		{"rot180", ops.Rot90(m, 2, 0, 1), "(2, 2) [4 3 2 1]"},
		{"column_stack", ops.ColumnStack(graph.Nodes{v, v}), "(3, 2) [1 1 2 2 3 3]"},
		{"append", ops.Append(v, m), "(7,) [1 2 3 1 2 3 4]"},
		{"append rows", ops.Append(m, m, 0), "(4, 2) [1 2 3 4 1 2 3 4]"},
		{"hstack", ops.HStack(graph.Nodes{m, m}), "(2, 4) [1 2 1 2 3 4 3 4]"},
		{"hsplit", ops.HSplit(m, 2)[1], "(2, 1) [2 4]"},
		{"hsplit vector", ops.HSplit(v, 3)[2], "(1,) [3]"},
		{"vsplit", ops.VSplit(m, 2)[0], "(1, 2) [1 2]"},
		{"dsplit", ops.DSplit(ops.Reshape(m, 1, 2, 2), 2)[1], "(1, 2, 1) [2 4]"},
		{"squeeze all", ops.Squeeze(ops.Reshape(v, 1, 3, 1)), "(3,) [1 2 3]"},
		{"ldexp", ops.Ldexp(v, g.Const([]int{1, 2, 3})), "(3,) [2 8 24]"},
		{"where numbers", ops.Where(g.Const([]int{0, 5}), 1, 2), "(2,) [2 1]"},
		{"pow", ops.Pow(v, 3), "(3,) [1 8 27]"},
		{"cbrt", ops.Cbrt(g.Const([]float64{-8, 27})), "(2,) [-2 3]"},
		{"fmax", ops.Fmax(g.Const([]float64{math.NaN(), 2}), 1.0), "(2,) [1 2]"},
		{"array_split", ops.ArraySplit(v, 2, 0)[0], "(2,) [1 2]"},
	})
}

// TestHistogramEdges needs no data but the range.
func TestHistogramEdges(t *testing.T) {
	g := graph.New("histogram")
	counts, edges := ops.Histogram(g.Const([]float64{0, 0.5, 1, 1, 3}), 2, 0, 1)
	compareValues(t, []valueCase{
		{"counts", counts, "(2,) [1 3]"},
		{"edges", edges, "(3,) [0 0.5 1]"},
	})
}

// TestInTrainingBinds checks which input stands for the node in which mode.
func TestInTrainingBinds(t *testing.T) {
	g := graph.New("mode")
	a, b := g.Input("a", graph.Shape{2}), g.Input("b", graph.Shape{2})
	y := ops.InTraining(a, b)
	op := y.Op().(graph.ModeBinder)
	if op.BindMode(true, y.Inputs()) != a || op.BindMode(false, y.Inputs()) != b {
		t.Error("InTraining must be its first input in training and its second else")
	}
	if ops.InTraining(a, a) != a {
		t.Error("the same node for both modes needs no choice")
	}
}
