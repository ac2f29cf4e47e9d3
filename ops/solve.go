package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SolveOp solves a x = b for matrices a: (..., n, n) and b: (..., n, m). A singular matrix is an error of the run.
type SolveOp struct{}

// Name is "solve".
func (SolveOp) Name() string { return "solve" }

// Infer returns the spec of b.
func (SolveOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSolve(in) }

// VJP solves the transposed system for db; da = -db xᵀ.
func (SolveOp) VJP(x, dx *graph.Node) []*graph.Node {
	db := graph.Apply(SolveOp{}, transposed(x.In(0)), dx)
	return grads(Neg(matMul(db, x, false, true)), db)
}

// Solve solves a x = b for matrices a: (..., n, n) and b: (..., n, m) or (..., n). A singular matrix is an error of the run.
// https://keras.io/api/ops/linalg/#solve-function
func Solve(a, b *graph.Node) *graph.Node { return solveWith(SolveOp{}, a, b) }

// InvOp is the inverse of matrices in the last two axes. A singular matrix is an error of the run.
type InvOp struct{}

// Name is "inv".
func (InvOp) Name() string { return "inv" }

// Infer returns the spec of the input.
func (InvOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSquare(in[0]) }

// VJP is -yᵀ dy yᵀ.
func (InvOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Neg(matMul(matMul(y, dy, true, false), y, false, true)))
}

// Inv is the inverse of matrices a: (..., n, n). A singular matrix is an error of the run.
// https://keras.io/api/ops/linalg/#inv-function
func Inv(a *graph.Node) *graph.Node { return graph.Apply(InvOp{}, floated(a)) }

// SlogdetOp is a tuple of the sign of the determinant of matrices in the last two axes and of the logarithm of its magnitude: 0 and -Inf
// for a singular matrix.
type SlogdetOp struct{}

// Name is "slogdet".
func (SlogdetOp) Name() string { return "slogdet" }

// InferTuple returns two results of the shape of the axes before the matrices.
func (SlogdetOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	a, err := inferSquare(in[0])
	if err != nil {
		return nil, err
	}
	a.Shape = a.Shape[:len(a.Shape)-2]
	return []graph.Spec{a, a.Clone()}, nil
}

// VJPTuple is dlog a⁻ᵀ.
func (SlogdetOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, _ graph.VJPFunc) []*graph.Node {
	d := cotangents(n, dys)[1]
	if d == nil {
		return grads(nil)
	}
	return grads(Mul(ExpandDims(ExpandDims(d, -1), -1), transposed(Inv(n.In(0)))))
}

// Slogdet is the sign of the determinant of matrices a: (..., n, n) and the logarithm of its magnitude, both (...).
// https://keras.io/api/ops/linalg/#slogdet-function
func Slogdet(a *graph.Node) (sign, logAbs *graph.Node) {
	r := results(graph.Apply(SlogdetOp{}, floated(a)), 2)
	return r[0], r[1]
}

// Det is the determinant of matrices a: (..., n, n), shape (...). https://keras.io/api/ops/linalg/#det-function
func Det(a *graph.Node) *graph.Node {
	sign, logAbs := Slogdet(a)
	return Mul(sign, Exp(logAbs))
}

// LUOp is a tuple of the factors of matrices with rows exchanged: U with, below its diagonal, L without its ones; and for each row the
// one it was exchanged with, in order, int32.
type LUOp struct{}

// Name is "lu_factor".
func (LUOp) Name() string { return "lu_factor" }

// Why says what to use instead.
func (LUOp) Why() string { return "use Solve, Inv or Det, which have gradients" }

// InferTuple returns the factors and the exchanges.
func (LUOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	a, err := inferSquare(in[0])
	if err != nil {
		return nil, err
	}
	return []graph.Spec{a, {Dtype: graph.Int32, Shape: a.Shape[:len(a.Shape)-1].Clone()}}, nil
}

// LUFactor is the factors of matrices a: (..., n, n) with rows exchanged, U with L below its diagonal, and the exchanges: (..., n).
// https://keras.io/api/ops/linalg/#lufactor-function
func LUFactor(a *graph.Node) (lu, pivots *graph.Node) {
	r := results(graph.Apply(LUOp{}, floated(a)), 2)
	return r[0], r[1]
}

// Pinv is the pseudo-inverse (Moore and Penrose) of matrices a: (..., m, n), shape (..., n, m). Singular values up to rcond times the
// largest count as 0; the default is the larger size times the precision of the dtype.
func Pinv(a *graph.Node, rcond ...float64) *graph.Node {
	a = floated(a)
	if !ready(a) || len(rcond) > 1 {
		return graph.FailCall("pinv", fmt.Errorf("the input is nil, or there is more than one bound"), a)
	}
	u, s, vt := SVD(a, false)
	if !ready(s) {
		return s
	}
	kept := Greater(s, Mul(MaxKeepDims(s, -1), cutoff(a, rcond)))
	inverse := Where(kept, Reciprocal(Where(kept, s, 1)), 0)
	return matMul(Mul(transposed(vt), ExpandDims(inverse, -2)), u, false, true)
}

// MatrixRank is the number of singular values of matrices a: (..., m, n) above tol times the largest, int32; the default is the
// larger size times the precision of the dtype.
func MatrixRank(a *graph.Node, tol ...float64) *graph.Node {
	a = floated(a)
	s := SingularValues(a)
	if !ready(s) {
		return s
	}
	return CountNonzero(Greater(s, Mul(MaxKeepDims(s, -1), cutoff(a, tol))), -1)
}

// cutoff is the share of the largest singular value below which others count as 0.
func cutoff(a *graph.Node, given []float64) *graph.Node {
	if len(given) > 0 {
		return a.Graph().Scalar(a.Dtype(), given[0])
	}
	precision := 0x1p-23
	if a.Dtype() == graph.Float64 {
		precision = 0x1p-52
	}
	return Mul(Maximum(SizeOf(a, a.Dtype(), -1), SizeOf(a, a.Dtype(), -2)), precision)
}

// Lstsq is the x of least norm for which the sum of squares of a x - b is least: a: (m, n), b: (m, k) or (m,). Singular values up to rcond
// times the largest count as 0; the default is the larger size times the precision of the dtype.
// https://keras.io/api/ops/linalg/#lstsq-function
func Lstsq(a, b *graph.Node, rcond ...float64) *graph.Node {
	a, b = promote(floated(a), floated(b))
	return MatMul(Pinv(a, rcond...), b)
}

// MatrixPower is the product of n matrices a: (..., k, k), of -n inverses for a negative n, and the identity for 0.
func MatrixPower(a *graph.Node, n int) *graph.Node {
	a = floated(a)
	if !ready(a) || a.Shape().Rank() < 2 {
		return graph.FailCall("matrix_power", fmt.Errorf("want matrices (..., k, k)"), a)
	}
	if n < 0 {
		a, n = Inv(a), -n
	}
	var y *graph.Node
	for ; n > 0; n /= 2 {
		if n%2 == 1 && y == nil {
			y = a
		} else if n%2 == 1 {
			y = matMul(y, a, false, false)
		}
		if n > 1 {
			a = matMul(a, a, false, false)
		}
	}
	if y == nil && ready(a) {
		return Where(onDiagonal(a), OnesLike(a), 0)
	}
	return y
}
