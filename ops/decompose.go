package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// inferMatrix splits the shape of matrices in the last two axes.
func inferMatrix(a graph.Spec) (batch graph.Shape, m, n int, err error) {
	r := len(a.Shape)
	if r < 2 || !a.Dtype.IsFloat() {
		return nil, 0, 0, fmt.Errorf("%v: want matrices of a floating point type", a)
	}
	return a.Shape[:r-2], a.Shape[r-2], a.Shape[r-1], nil
}

// smaller is the smaller of two sizes, None if that is not known.
func smaller(m, n int) int {
	if m == graph.None || n == graph.None {
		return graph.None
	}
	return min(m, n)
}

// QROp is a tuple q, r with a = q r of matrices a: (..., m, n): q (..., m, k) has orthonormal columns and r (..., k, n) is upper
// triangular, where k = min(m, n), or m if Complete.
type QROp struct{ Complete bool }

// Name is "qr".
func (QROp) Name() string { return "qr" }

// InferTuple returns q and r.
func (o QROp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	batch, m, n, err := inferMatrix(in[0])
	k := smaller(m, n)
	if o.Complete {
		k = m
	}
	d := in[0].Dtype
	return []graph.Spec{{Dtype: d, Shape: append(batch.Clone(), m, k)}, {Dtype: d, Shape: append(batch.Clone(), k, n)}}, err
}

// VJPTuple is (dq + q C) r⁻ᵀ, where C is symmetric with the lower triangle of r drᵀ - dqᵀ q. Columns of a beyond the rows, a = [x y] and
// r = [u v], add y dvᵀ to dq and get q dv. (Walter and Lehmann, 2012)
func (o QROp) VJPTuple(node *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	d, out := cotangents(node, dys), results(node, 2)
	a, q, r := node.In(0), out[0], out[1]
	m, k, n := a.Shape().Dim(-2), q.Shape().Dim(-1), r.Shape().Dim(-1)
	switch {
	case m == graph.None || n == graph.None:
		return grads(node.Graph().Fail("qr", fmt.Errorf("the gradient needs to know the numbers of rows and columns"), a))
	case k > n:
		return grads(node.Graph().Fail("qr", fmt.Errorf("there is no gradient of the complete form of matrices with more rows than columns"), a))
	}
	dq, dr := zeroUnless(d[0], q), zeroUnless(d[1], r)
	if k == n {
		return grads(deepQRGrad(q, r, dq, dr))
	}
	y, dv := SliceAxis(a, -1, m, End), SliceAxis(dr, -1, m, End)
	dq = Add(dq, matMul(y, dv, false, true))
	dx := deepQRGrad(q, SliceAxis(r, -1, 0, m), dq, SliceAxis(dr, -1, 0, m))
	return grads(Concatenate(graph.Nodes{dx, matMul(q, dv, false, false)}, -1))
}

// deepQRGrad is the gradient for matrices with at least as many rows as columns.
func deepQRGrad(q, r, dq, dr *graph.Node) *graph.Node {
	p := Sub(matMul(r, dr, false, true), matMul(dq, q, true, false))
	c := Add(Tril(p, 0), transposed(Tril(p, -1)))
	right := Add(dq, matMul(q, c, false, false))
	return transposed(graph.Apply(TriangularSolveOp{}, r, transposed(right)))
}

// zeroUnless is d, or zeros like y for none.
func zeroUnless(d, y *graph.Node) *graph.Node {
	if d == nil {
		return ZerosLike(y)
	}
	return d
}

// QR is q and r with a = q r of matrices a: (..., m, n). Mode "reduced" (the default) gives q: (..., m, k) and r: (..., k, n) with k = min(m,
// n), "complete" k = m. https://keras.io/api/ops/linalg/#qr-function
func QR(a *graph.Node, mode ...string) (q, r *graph.Node) {
	m := append(mode, "reduced")[0]
	if !ready(a) || m != "reduced" && m != "complete" {
		bad := graph.FailCall("qr", fmt.Errorf("there is no mode %q: use reduced or complete", m), a)
		return bad, bad
	}
	out := results(graph.Apply(QROp{m == "complete"}, floated(a)), 2)
	return out[0], out[1]
}

// EighOp is a tuple of the eigenvalues, ascending, and the eigenvectors, in columns, of symmetric matrices in the last two axes, of which
// the lower triangle is read.
type EighOp struct{}

// Name is "eigh".
func (EighOp) Name() string { return "eigh" }

// InferTuple returns values and vectors.
func (EighOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	a, err := inferSquare(in[0])
	if err != nil {
		return nil, err
	}
	return []graph.Spec{{Dtype: a.Dtype, Shape: a.Shape[:len(a.Shape)-1].Clone()}, a}, nil
}

// VJPTuple is the symmetric part of v (diag(dw) + F vᵀ dv) vᵀ with F[i, j] = 1 / (w[j] - w[i]) off the diagonal. (Giles, 2008)
func (EighOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	d, out := cotangents(n, dys), results(n, 2)
	w, v := out[0], out[1]
	inner := ZerosLike(v)
	if d[0] != nil {
		inner = Where(onDiagonal(v), ExpandDims(d[0], -1), 0)
	}
	if d[1] != nil {
		inner = Add(inner, Mul(gaps(w), matMul(v, d[1], true, false)))
	}
	da := matMul(matMul(v, inner, false, false), v, false, true)
	return grads(Mul(Add(da, transposed(da)), 0.5))
}

// onDiagonal tells the elements on the diagonal of matrices like a.
func onDiagonal(a *graph.Node) *graph.Node {
	r := a.Shape().Rank()
	return Equal(IotaLike(a, r-2, graph.Int32), IotaLike(a, r-1, graph.Int32))
}

// gaps is the matrix of 1 / (w[j] - w[i]), 0 on the diagonal.
func gaps(w *graph.Node) *graph.Node {
	diff := Sub(ExpandDims(w, -2), ExpandDims(w, -1))
	same := onDiagonal(diff)
	return Where(same, 0, Reciprocal(Where(same, 1, diff)))
}

// Eigh is the eigenvalues (..., n), ascending, and the eigenvectors (..., n, n), in columns, of symmetric matrices a: (..., n, n), of
// which the lower triangle is read. https://keras.io/api/ops/linalg/#eigh-function
func Eigh(a *graph.Node) (w, v *graph.Node) {
	out := results(graph.Apply(EighOp{}, floated(a)), 2)
	return out[0], out[1]
}
