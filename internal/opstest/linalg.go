package opstest

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// definite is a symmetric positive definite matrix made of x: (..., n, n).
func definite(x *graph.Node) *graph.Node {
	return ops.Add(ops.MatMul(x, ops.SwapAxes(x, -1, -2)), ops.Eye(x.Graph(), 3, 3, 0, x.Dtype()))
}

// well is a well-conditioned matrix with singular values apart from each other, made of x: (..., 3, 3) in [-1, 1].
func well(x *graph.Node) *graph.Node {
	return ops.Add(ops.Mul(x, 0.3), ops.Diag(x.Graph().Const([]float32{1, 2, 4}), 0))
}

func first(f func(*graph.Node) (a, b *graph.Node), i int) func(*graph.Node) *graph.Node {
	return func(x *graph.Node) *graph.Node {
		a, b := f(x)
		return []*graph.Node{a, b}[i]
	}
}

func init() {
	// A gradient is compared with differences, which cannot leave the symmetric matrices: hence definite.
	shaped([]int{2, 3, 3}, []int{0}, unary{
		"cholesky":         func(x *graph.Node) *graph.Node { return ops.Cholesky(definite(x)) },
		"logdet":           func(x *graph.Node) *graph.Node { return ops.LogDet(definite(x)) },
		"inv":              func(x *graph.Node) *graph.Node { return ops.Inv(well(x)) },
		"det":              func(x *graph.Node) *graph.Node { return ops.Det(well(x)) },
		"cholesky_upper":   func(x *graph.Node) *graph.Node { return ops.Cholesky(definite(x), true) },
		"cholesky_inverse": func(x *graph.Node) *graph.Node { return ops.CholeskyInverse(ops.Cholesky(definite(x))) },
		"matrix_power":     func(x *graph.Node) *graph.Node { return ops.MatrixPower(x, 5) },
		"matrix_power_inv": func(x *graph.Node) *graph.Node { return ops.MatrixPower(well(x), -2) },
		"matrix_power_0":   func(x *graph.Node) *graph.Node { return ops.Mul(ops.MatrixPower(x, 0), x) },
		"pinv":             func(x *graph.Node) *graph.Node { return ops.Pinv(well(x)) },
		"qr_q": func(x *graph.Node) *graph.Node {
			return first(func(x *graph.Node) (a, b *graph.Node) { return ops.QR(x) }, 0)(well(x))
		},
		"qr_r": func(x *graph.Node) *graph.Node {
			return first(func(x *graph.Node) (a, b *graph.Node) { return ops.QR(x) }, 1)(well(x))
		},
		"eigh_values": func(x *graph.Node) *graph.Node {
			return first(ops.Eigh, 0)(ops.Add(well(x), ops.SwapAxes(well(x), -1, -2)))
		},
		"eigh_vectors": func(x *graph.Node) *graph.Node {
			return first(ops.Eigh, 1)(ops.Add(well(x), ops.SwapAxes(well(x), -1, -2)))
		},
		"singular_values": func(x *graph.Node) *graph.Node { return ops.SingularValues(well(x)) },
		"svd": func(x *graph.Node) *graph.Node {
			u, s, vt := ops.SVD(ops.SliceAxis(well(x), -1, 0, 2), false)
			return ops.MatMul(ops.Square(u), ops.Mul(ops.ExpandDims(s, -1), ops.Square(vt)))
		},
		"svd_full": func(x *graph.Node) *graph.Node { _, s, _ := ops.SVD(well(x), true); return s },
		"norm":     func(x *graph.Node) *graph.Node { return ops.Norm(x) },
		"norm_3": func(x *graph.Node) *graph.Node {
			return ops.Norm(ops.Add(x, 2), ops.NormOptions{Order: 3, Axes: []int{1}})
		},
		"norm_max": func(x *graph.Node) *graph.Node {
			return ops.Norm(x, ops.NormOptions{Order: math.Inf(1), Axes: []int{-1}})
		},
		"norm_matrix": func(x *graph.Node) *graph.Node {
			return ops.Norm(x, ops.NormOptions{Order: 1, Axes: []int{1, 2}, KeepDims: true})
		},
		"norm_spectral": func(x *graph.Node) *graph.Node {
			return ops.Norm(well(x), ops.NormOptions{Order: 2, Axes: []int{-2, -1}})
		},
	})
	two(Arg{Shape: []int{2, 3, 3}, None: []int{0}}, Arg{Shape: []int{2, 3, 2}, None: []int{0}}, binary{
		"solve":                  func(a, b *graph.Node) *graph.Node { return ops.Solve(well(a), b) },
		"solve_triangular_upper": func(a, b *graph.Node) *graph.Node { return ops.SolveTriangular(well(a), b, false) },
		"solve_triangular_lower": func(a, b *graph.Node) *graph.Node { return ops.SolveTriangular(well(a), b, true) },
	})
	two(Arg{Shape: []int{3, 3}}, Arg{Shape: []int{3}}, binary{
		"solve_vector": func(a, b *graph.Node) *graph.Node { return ops.Solve(well(a), b) },
		"lstsq":        func(a, b *graph.Node) *graph.Node { return ops.Lstsq(ops.SliceAxis(well(a), 1, 0, 2), b) },
	})
	square := []Arg{{Shape: []int{2, 3, 3}, None: []int{0}}}
	register(
		Sample{Name: "lu_factor", NoGrad: true, In: square, Build: func(in graph.Nodes) *graph.Node { return first(ops.LUFactor, 0)(well(in[0])) }},
		Sample{Name: "lu_pivots", NoGrad: true, In: square, Build: func(in graph.Nodes) *graph.Node { return first(ops.LUFactor, 1)(in[0]) }},
		Sample{Name: "slogdet_sign", NoGrad: true, In: square, Build: func(in graph.Nodes) *graph.Node { return first(ops.Slogdet, 0)(in[0]) }},
		Sample{Name: "matrix_rank", NoGrad: true, In: square, Build: func(in graph.Nodes) *graph.Node { return ops.MatrixRank(in[0]) }},
		Sample{Name: "qr_complete", NoGrad: true, In: []Arg{{Shape: []int{4, 2}, None: []int{0}}}, Build: func(in graph.Nodes) *graph.Node {
			q, r := ops.QR(in[0], "complete")
			return ops.MatMul(q, r)
		}},
	)
}
