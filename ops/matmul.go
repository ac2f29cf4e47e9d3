package ops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// MatMulOp is the product of matrices in the last two axes of its inputs, each transposed first where TransA or TransB
// says so. The axes before are a batch that broadcasts.
type MatMulOp struct{ TransA, TransB bool }

// Name is "matmul".
func (MatMulOp) Name() string { return "matmul" }

// Infer returns (..., rows of a, columns of b).
func (o MatMulOp) Infer(in []graph.Spec) (graph.Spec, error) {
	a, b := in[0].Shape, in[1].Shape
	if in[0].Dtype != in[1].Dtype {
		return graph.Spec{}, fmt.Errorf("the operands are %s and %s: cast one of them", in[0].Dtype, in[1].Dtype)
	}
	if len(a) < 2 || len(b) < 2 {
		return graph.Spec{}, fmt.Errorf("shapes %v and %v: both operands need at least 2 axes", a, b)
	}
	n, k := matrix(a, o.TransA)
	k2, m := matrix(b, o.TransB)
	if k != k2 && k != graph.None && k2 != graph.None {
		return graph.Spec{}, fmt.Errorf("inner sizes %d and %d differ", k, k2)
	}
	batch, err := graph.BroadcastShapes(a[:len(a)-2], b[:len(b)-2])
	return graph.Spec{Dtype: in[0].Dtype, Shape: append(batch, n, m)}, err
}

// matrix is the number of rows and columns of the last two axes.
func matrix(s graph.Shape, trans bool) (rows, cols int) {
	rows, cols = s[len(s)-2], s[len(s)-1]
	if trans {
		return cols, rows
	}
	return rows, cols
}

// VJP is two products with the cotangent: da = dy·bᵀ and db = aᵀ·dy, transposed back where the operand was.
func (o MatMulOp) VJP(y, dy *graph.Node) []*graph.Node {
	a, b := y.In(0), y.In(1)
	pulled := pull
	if a.Shape().Rank() == 2 && b.Shape().Rank() == 2 {
		pulled = lazily // nothing was repeated
	}
	return pulled(y,
		func() *graph.Node {
			if o.TransA {
				return graph.Apply(MatMulOp{o.TransB, true}, b, dy)
			}
			return graph.Apply(MatMulOp{false, !o.TransB}, dy, b)
		},
		func() *graph.Node {
			if o.TransB {
				return graph.Apply(MatMulOp{true, o.TransA}, dy, a)
			}
			return graph.Apply(MatMulOp{!o.TransA, false}, a, dy)
		})
}

// factors promotes operands to one dtype in which their products can be added up: int32 for bools and small integers. The
// result is that of the promotion, int32 for int8 alone if widen.
func factors(in graph.Nodes, widen bool) (out graph.Nodes, result graph.Dtype) {
	different := slices.ContainsFunc(in, func(n *graph.Node) bool { return n.Dtype() != graph.Int8 })
	in = promoteAll(in)
	result = in[0].Dtype()
	d := result
	switch d {
	case graph.Bool, graph.Int8, graph.Int16, graph.Uint8, graph.Uint16:
		d = graph.Int32
	case graph.Uint32:
		d = graph.Int64
	}
	if widen && !different && len(in) > 1 {
		result = graph.Int32
	}
	return each(in, func(n *graph.Node) *graph.Node { return Cast(n, d) }), result
}

// MatMul is the product of a: (..., n, k) and b: (..., k, m), shape (..., n, m); the axes before broadcast. A vector is taken as a
// row on the left and as a column on the right, and its axis of 1 is dropped. Two int8 give int32.
func MatMul(a, b *graph.Node) *graph.Node {
	if !ready(a, b) {
		return refuse("matmul", a, b)
	}
	row, column := a.Shape().Rank() == 1, b.Shape().Rank() == 1
	if a.Shape().Rank() == 0 || b.Shape().Rank() == 0 {
		return a.Graph().Fail("matmul", errors.New("a scalar has no rows and columns: use Mul"), a, b)
	}
	in, result := factors(graph.Nodes{a, b}, true)
	if row {
		in[0] = ExpandDims(in[0], 0)
	}
	if column {
		in[1] = ExpandDims(in[1], 1)
	}
	y := graph.Apply(MatMulOp{}, in...)
	if column {
		y = Squeeze(y, -1)
	}
	if row && column {
		y = Squeeze(y, -1)
	} else if row {
		y = Squeeze(y, -2)
	}
	return Cast(y, result)
}
