package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// CholeskyOp is the lower triangular L with a = L Lᵀ of symmetric positive definite matrices in the last two axes. Only the lower
// triangle is read; a matrix that is not positive definite is an error of the run.
type CholeskyOp struct{}

// Name is "cholesky".
func (CholeskyOp) Name() string { return "cholesky" }

// Infer returns the spec of the input.
func (CholeskyOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSquare(in[0]) }

// inferSquare checks for square matrices and unifies their two sizes.
func inferSquare(a graph.Spec) (graph.Spec, error) {
	if !a.Dtype.IsFloat() || len(a.Shape) < 2 {
		return graph.Spec{}, fmt.Errorf("%v: want matrices of a floating point type", a)
	}
	n, ok := graph.Same(a.Shape[len(a.Shape)-1:], a.Shape[len(a.Shape)-2:len(a.Shape)-1])
	if !ok {
		return graph.Spec{}, fmt.Errorf("matrices of shape %v are not square", a.Shape)
	}
	a.Shape = append(a.Shape[:len(a.Shape)-2].Clone(), n[0], n[0])
	return a, nil
}

// VJP is the symmetric part of L⁻ᵀ Φ(Lᵀ dL) L⁻¹, where Φ is the lower triangle with half the diagonal. (Murray, 2016)
func (CholeskyOp) VJP(l, dl *graph.Node) []*graph.Node {
	p := matMul(l, dl, true, false)
	phi := Mul(Add(Tril(p, 0), Tril(p, -1)), 0.5)
	solve := TriangularSolveOp{Lower: true, Trans: true}
	s := graph.Apply(solve, l, transposed(graph.Apply(solve, l, transposed(phi))))
	return grads(Mul(Add(s, transposed(s)), 0.5))
}

// matMul multiplies matrices that may be transposed first.
func matMul(a, b *graph.Node, transA, transB bool) *graph.Node {
	return graph.Apply(MatMulOp{transA, transB}, a, b)
}

// transposed exchanges the last two axes.
func transposed(a *graph.Node) *graph.Node { return SwapAxes(a, -1, -2) }

// Cholesky is the lower triangular L with a = L Lᵀ of symmetric positive definite matrices a: (..., n, n), of which the lower triangle
// is read, or Lᵀ if upper. A matrix that is not positive definite is an error of the run.
// https://keras.io/api/ops/linalg/#cholesky-function
func Cholesky(a *graph.Node, upper ...bool) *graph.Node {
	l := graph.Apply(CholeskyOp{}, floated(a))
	if len(upper) > 0 && upper[0] {
		return transposed(l)
	}
	return l
}

// CholeskyInverse is the inverse of L Lᵀ for lower triangular matrices l: (..., n, n), or of lᵀ l if upper.
func CholeskyInverse(l *graph.Node, upper ...bool) *graph.Node {
	l = floated(l)
	if len(upper) > 0 && upper[0] {
		l = transposed(l)
	}
	if !ready(l) || l.Shape().Rank() < 2 {
		return graph.FailCall("cholesky_inverse", fmt.Errorf("want matrices (..., n, n)"), l)
	}
	identity := Where(onDiagonal(l), OnesLike(l), 0)
	inverse := graph.Apply(TriangularSolveOp{Lower: true}, l, identity)
	return matMul(inverse, inverse, true, false)
}

// LogDet is the logarithm of the determinant of symmetric positive definite matrices a: (..., n, n), shape (...).
// https://keras.io/api/ops/core/#logdet-function
func LogDet(a *graph.Node) *graph.Node {
	return Mul(Sum(Log(Diagonal(Cholesky(a), 0, -2, -1)), -1), 2)
}

// TriangularSolveOp solves op(a) x = b for triangular matrices a: (..., n, n) and b: (..., n, m), where op transposes if Trans says so.
// Lower tells which triangle of a is read.
type TriangularSolveOp struct{ Lower, Trans bool }

// Name is "triangular_solve".
func (TriangularSolveOp) Name() string { return "triangular_solve" }

// Infer returns the spec of b.
func (TriangularSolveOp) Infer(in []graph.Spec) (graph.Spec, error) { return inferSolve(in) }

// inferSolve checks a: (..., n, n) and b: (..., n, m) with the same axes before.
func inferSolve(in []graph.Spec) (graph.Spec, error) {
	a, err := inferSquare(in[0])
	if err != nil {
		return graph.Spec{}, err
	}
	b, r := in[1], len(in[1].Shape)
	if a.Dtype != b.Dtype || len(a.Shape) != r {
		return graph.Spec{}, fmt.Errorf("matrices %v and right sides %v must have one dtype and the same number of axes", a, b)
	}
	s, ok := graph.Same(b.Shape[:r-1], a.Shape[:r-1])
	if !ok {
		return graph.Spec{}, fmt.Errorf("matrices of shape %v do not fit right sides of shape %v", a.Shape, b.Shape)
	}
	return graph.Spec{Dtype: b.Dtype, Shape: append(s, b.Shape[r-1])}, nil
}

// VJP solves the transposed system for db; da is the triangle of -db xᵀ, transposed where a was.
func (o TriangularSolveOp) VJP(x, dx *graph.Node) []*graph.Node {
	a := x.In(0)
	db := graph.Apply(TriangularSolveOp{o.Lower, !o.Trans}, a, dx)
	da := matMul(db, x, false, true)
	if o.Trans {
		da = matMul(x, db, false, true)
	}
	if o.Lower {
		return grads(Neg(Tril(da, 0)), db)
	}
	return grads(Neg(Triu(da, 0)), db)
}

// SolveTriangular solves a x = b for triangular matrices a: (..., n, n), of which the upper triangle is read, or the lower one, and
// b: (..., n, m) or (..., n). https://keras.io/api/ops/linalg/#solvetriangular-function
func SolveTriangular(a, b *graph.Node, lower bool) *graph.Node {
	return solveWith(TriangularSolveOp{Lower: lower}, a, b)
}

// solveWith applies a solver to right sides that may be vectors.
func solveWith(op graph.Op, a, b *graph.Node) *graph.Node {
	if !ready(a, b) {
		return graph.FailCall(op.Name(), fmt.Errorf("an operand is nil"), a, b)
	}
	a, b = promote(floated(a), floated(b))
	if len(b.Shape()) == len(a.Shape())-1 {
		return Squeeze(graph.Apply(op, a, ExpandDims(b, -1)), -1)
	}
	return graph.Apply(op, a, b)
}
