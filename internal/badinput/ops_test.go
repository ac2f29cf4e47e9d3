package badinput_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// op builds one thing on a (2, 3) input and returns the graph's mistakes.
func op(build func(x *graph.Node) *graph.Node) func(t *testing.T) error {
	return func(t *testing.T) error {
		g := graph.New("g")
		y := build(g.Input("x", graph.Shape{2, 3}))
		if y == nil {
			t.Error("the operation returned nil")
		} else if !y.Poisoned() {
			t.Errorf("the operation gave %v", y)
		}
		return g.Err()
	}
}

var opMistakes = []mistake{
	{"shapes that do not broadcast", []string{"ops_test.go:N", "add of (2, 3) and (4,)"}, op(func(x *graph.Node) *graph.Node {
		return ops.Add(x, x.Graph().Input("y", graph.Shape{4}))
	})},
	{"inner sizes of a product", []string{"matmul of (2, 3) and (2, 3)", "3 and 2"}, op(func(x *graph.Node) *graph.Node { return ops.MatMul(x, x) })},
	{"an axis that is not there", []string{"no axis 2 in shape (2, 3)"}, op(func(x *graph.Node) *graph.Node { return ops.Sum(x, 2) })},
	{"a reshape that does not fit", []string{"reshape of (2, 3)", "4"}, op(func(x *graph.Node) *graph.Node { return ops.Reshape(x, 4) })},
	{"a nil node", []string{"add", "nil"}, func(*testing.T) error { return ops.Add[*graph.Node](nil, 1).Err() }},
	{"a nil first node", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return ops.Maximum((*graph.Node)(nil), x) })},
	{"a concatenation of nothing", []string{"concatenate", "no nodes"}, func(*testing.T) error { return ops.Concatenate(nil, 0).Err() }},
	{"a stack of different shapes", []string{"stack of (2, 3) and (2,)"}, op(func(x *graph.Node) *graph.Node { return ops.Stack(graph.Nodes{x, ops.Sum(x, 1)}, 0) })},
	{"an unknown dtype", []string{`"flt32"`}, op(func(x *graph.Node) *graph.Node { return ops.Cast(x, "flt32") })},
	{"a choice between shapes", []string{"select of (2, 3) and (4,)"}, op(func(x *graph.Node) *graph.Node {
		return ops.Where(ops.Greater(x, 0), x.Graph().Input("y", graph.Shape{4}), 0)
	})},
	{"a take by fractions", []string{"float32", "int32"}, op(func(x *graph.Node) *graph.Node { return ops.Take(x, x, 0) })},
	{"a wrong einsum", []string{"einsum", "ij,jk->ik"}, op(func(x *graph.Node) *graph.Node { return ops.Einsum("ij,jk->ik", x) })},
	{"a one-hot of fewer than no classes", []string{"one_hot", "-2"}, op(func(x *graph.Node) *graph.Node { return ops.OneHot(ops.Cast(x, graph.Int32), -2) })},
	{"an unknown mode of padding", []string{`"mirror"`, "reflect"}, op(func(x *graph.Node) *graph.Node { return ops.PadMirror(x, [][2]int{{0, 0}, {1, 1}}, "mirror") })},
	{"a matrix that is not square", []string{"(2, 3)", "square"}, op(func(x *graph.Node) *graph.Node { return ops.Det(x) })},
	{"a top k of too many", []string{"top_k", "5", "3"}, op(func(x *graph.Node) *graph.Node { v, _ := ops.TopK(x, 5); return v })},
	{"a constant of no array", []string{"map"}, op(func(x *graph.Node) *graph.Node { return x.Graph().Const(map[string]int{"a": 1}) })},
	{"a ragged constant", []string{"2", "1"}, op(func(x *graph.Node) *graph.Node { return x.Graph().Const([][]float32{{1, 2}, {3}}) })},
	{"a nil constant", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return x.Graph().Const(nil) })},
	{"a nil parameter", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return x.Graph().Param(nil) })},
	{"a scan whose carry changes shape", []string{"carr", "(2,)", "(2, 1)"}, op(func(x *graph.Node) *graph.Node {
		ys, _ := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
			return x, graph.Nodes{ops.ExpandDims(x, 1)}
		}, x, graph.Nodes{ops.Sum(x, 1)})
		return ys
	})},
	{"a scan that loses a carry", []string{"1", "2"}, op(func(x *graph.Node) *graph.Node {
		s := ops.Sum(x, 1)
		ys, last := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) { return x, s[:1] }, x, graph.Nodes{s, s})
		if len(last) != 2 {
			t := last // as many nodes as a good call returns
			return t[1]
		}
		return ys
	})},
	{"a scan with a nil carry", []string{"nil"}, op(func(x *graph.Node) *graph.Node {
		ys, _ := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) { return x, graph.Nodes{nil} }, x, graph.Nodes{ops.Sum(x, 1)})
		return ys
	})},
	{"a scan without a body", []string{"scan", "nil"}, op(func(x *graph.Node) *graph.Node {
		ys, _ := ops.Scan(nil, x, nil)
		return ys
	})},
	{"a scan over a vector", []string{"scan", "(2,)"}, op(func(x *graph.Node) *graph.Node {
		ys, _ := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) { return x, s }, ops.Sum(x, 1), nil)
		return ys
	})},
	{"branches of different shapes", []string{"cond", "(2, 3)", "(2,)"}, op(func(x *graph.Node) *graph.Node {
		return ops.Cond(ops.Greater(ops.Sum(x), 0), func() *graph.Node { return x }, func() *graph.Node { return ops.Sum(x, 1) })
	})},
	{"a condition that is no scalar", []string{"cond", "(2, 3)", "bool scalar", "Where"}, op(func(x *graph.Node) *graph.Node {
		return ops.Cond(x, func() *graph.Node { return x }, func() *graph.Node { return x })
	})},
	{"a branch that is nil", []string{"cond", "nil"}, op(func(x *graph.Node) *graph.Node {
		return ops.Cond(ops.Greater(ops.Sum(x), 0), nil, func() *graph.Node { return x })
	})},
	{"a while that changes its state", []string{"while", "(2, 3)"}, op(func(x *graph.Node) *graph.Node {
		return ops.While(func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(s[0]), 9) }, func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Sum(s[0])} }, graph.Nodes{x})[0]
	})},
	{"a reshape by an unknown size", []string{"unknown size"}, func(*testing.T) error {
		g := graph.New("g")
		x := g.Input("x", graph.Shape{graph.None, 4})
		return ops.Reshape(x, 2*x.Shape()[0], 2).Err()
	}},
	{"a shape that fits no number at run time", []string{"batch is 8 in p axis 0 and 1 in q axis 0"}, func(t *testing.T) error {
		g := graph.New("g")
		p, q := g.Input("p", graph.Shape{graph.None, 2}), g.Input("q", graph.Shape{graph.None, 2})
		f := must(engine.Compile(engine.Config{Inputs: graph.Nodes{p, q}, Outputs: graph.Nodes{ops.Add(p, q)}}))(t)
		_, err := f.Run(ctx, make2(8, 2), make2(1, 2))
		return err
	}},
}

// make2 is a matrix of zeros.
func make2(rows, columns int) [][]float32 {
	out := make([][]float32, rows)
	for i := range out {
		out[i] = make([]float32, columns)
	}
	return out
}
