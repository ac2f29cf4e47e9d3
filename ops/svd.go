package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SVDOp is a tuple u, s, vt with a = u diag(s) vt of matrices a: (..., m, n), s (..., k) descending, k = min(m, n): u (..., m, k) and vt
// (..., k, n), or with Full (..., m, m) and (..., n, n).
type SVDOp struct{ Full bool }

// Name is "svd".
func (SVDOp) Name() string { return "svd" }

// InferTuple returns u, s and vt.
func (o SVDOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	batch, m, n, err := inferMatrix(in[0])
	k := smaller(m, n)
	ku, kv := k, k
	if o.Full {
		ku, kv = m, n
	}
	d := in[0].Dtype
	return []graph.Spec{
		{Dtype: d, Shape: append(batch.Clone(), m, ku)},
		{Dtype: d, Shape: append(batch.Clone(), k)},
		{Dtype: d, Shape: append(batch.Clone(), kv, n)},
	}, err
}

// VJPTuple is u (diag(ds) + (F U) S + S (F V)) vᵀ plus the parts of du and dv outside of the spans, with U = uᵀdu - duᵀu, V = vᵀdv - dvᵀv
// and F[i, j] = 1 / (s[j]² - s[i]²). (Townsend, "Differentiating the singular value decomposition", 2016)
func (o SVDOp) VJPTuple(node *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	d, out := cotangents(node, dys), results(node, 3)
	u, s, vt := out[0], out[1], out[2]
	if o.Full && (d[0] != nil || d[2] != nil) {
		return grads(node.Graph().Fail("svd", fmt.Errorf("there is no gradient through the vectors of the full form: ask for the reduced one"), node.In(0)))
	}
	if o.Full { // only the vectors that belong to singular values count
		reduced := graph.Apply(SVDOp{}, node.In(0))
		return SVDOp{}.VJPTuple(reduced, dys, nil)
	}
	f := gaps(Square(s))
	core := Where(onDiagonal(f), ExpandDims(zeroUnless(d[1], s), -1), 0)
	row, col := ExpandDims(s, -2), ExpandDims(s, -1)
	var outside *graph.Node
	if du := d[0]; du != nil {
		p := matMul(u, du, true, false)
		core = Add(core, Mul(Mul(f, Sub(p, transposed(p))), row))
		rest := Div(Sub(du, matMul(u, p, false, false)), row)
		outside = matMul(rest, vt, false, false)
	}
	if dvt := d[2]; dvt != nil {
		p := matMul(vt, dvt, false, true)
		core = Add(core, Mul(Mul(f, Sub(p, transposed(p))), col))
		rest := Div(Sub(dvt, matMul(p, vt, true, false)), col)
		outside = sumOf(outside, matMul(u, rest, false, false))
	}
	return grads(sumOf(outside, matMul(matMul(u, core, false, false), vt, false, false)))
}

// sumOf adds b to a, which may be nil.
func sumOf(a, b *graph.Node) *graph.Node {
	if a == nil {
		return b
	}
	return Add(a, b)
}

// SVD is u, s and vt with a = u diag(s) vt of matrices a: (..., m, n), s (..., k) descending, k = min(m, n): u (..., m, k) and vt (..., k,
// n), or if full, Keras's default, (..., m, m) and (..., n, n). https://keras.io/api/ops/linalg/#svd-function
func SVD(a *graph.Node, full bool) (u, s, vt *graph.Node) {
	out := results(graph.Apply(SVDOp{full}, floated(a)), 3)
	return out[0], out[1], out[2]
}

// SingularValues are the singular values of matrices a: (..., m, n), descending: (..., min(m, n)).
func SingularValues(a *graph.Node) *graph.Node {
	_, s, _ := SVD(a, false)
	return s
}
