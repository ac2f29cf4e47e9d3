package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func einsum(equation string) func(a, b *graph.Node) *graph.Node {
	return func(a, b *graph.Node) *graph.Node { return ops.Einsum(equation, a, b) }
}

func init() {
	a, b := Arg{Shape: []int{3, 4}, None: []int{0}}, Arg{Shape: []int{4, 2}}
	two(a, b, binary{
		"matmul": ops.MatMul,
		"dot":    ops.Dot,
		"matmul_trans": func(a, b *graph.Node) *graph.Node {
			return graph.Apply(ops.MatMulOp{TransA: true, TransB: true}, ops.Transpose(a), ops.Transpose(b))
		},
		"matmul_trans_a": func(a, b *graph.Node) *graph.Node {
			return graph.Apply(ops.MatMulOp{TransA: true}, ops.Transpose(a), b)
		},
		"matmul_vector": func(a, b *graph.Node) *graph.Node {
			return ops.MatMul(a, ops.Squeeze(ops.SliceAxis(b, 1, 0, 1), 1))
		},
		"tensordot":        func(a, b *graph.Node) *graph.Node { return ops.Tensordot(a, b, 1) },
		"outer":            ops.Outer,
		"kron":             ops.Kron,
		"einsum_matmul":    einsum("ij,jk->ik"),
		"einsum_transpose": einsum("ij,jk->ki"),
		"einsum_total":     einsum("ij,jk->"),
		"einsum_implicit":  einsum("ij,jk"),
		"einsum_outer":     einsum("ij,kl->ikjl"),
	})
	two(Arg{Shape: []int{2, 1, 3, 4}, None: []int{0}}, Arg{Shape: []int{5, 4, 3}, None: []int{0}}, binary{
		"matmul_batch": ops.MatMul,
	})
	heads := Arg{Shape: []int{2, 3, 2, 4}, None: []int{0, 1}}
	two(heads, heads, binary{
		"einsum_attention": einsum("aecd,abcd->acbe"),
		"einsum_dots":      einsum("...cd,...cd->...c"),
		"inner":            ops.Inner,
		"vdot":             ops.Vdot,
	})
	two(Arg{Shape: []int{2, 3, 4}, None: []int{0, 1}}, Arg{Shape: []int{4, 2, 3}}, binary{
		"einsum_dense":   einsum("abc,cde->abde"),
		"einsum_project": einsum("...x,xyz->...yz"),
		"tensordot_axes": func(a, b *graph.Node) *graph.Node {
			return ops.TensordotAxes(a, b, []int{2, 1}, []int{0, 2})
		},
	})
	two(Arg{Shape: []int{3, 3}}, Arg{Shape: []int{3}}, binary{
		"einsum_diagonal": einsum("ii,i->i"),
		"einsum_trace":    einsum("ii,j->j"),
		"cross":           ops.Cross,
	})
}
