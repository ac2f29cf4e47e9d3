package ops_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// mt is aᵀ of matrices.
func mt(a *graph.Node) *graph.Node { return ops.SwapAxes(a, -1, -2) }

// eye is the identity of the size of square matrices a.
func eye(a *graph.Node) *graph.Node {
	n := a.Shape().Dim(-1)
	return ops.BroadcastTo(ops.Eye(a.Graph(), n, n, 0, a.Dtype()), a.Shape()...)
}

// laws are equations between the results of an operation on matrices a and right sides b: the differences that must be 0.
var laws = map[string]func(a, b *graph.Node) []*graph.Node{
	"qr reduced":  func(a, _ *graph.Node) []*graph.Node { return qrLaws(a, "reduced") },
	"qr complete": func(a, _ *graph.Node) []*graph.Node { return qrLaws(a, "complete") },
	"svd": func(a, _ *graph.Node) []*graph.Node {
		u, s, vt := ops.SVD(a, false)
		falling := ops.Relu(ops.Sub(ops.SliceAxis(s, -1, 1, ops.End), ops.SliceAxis(s, -1, 0, -1)))
		return []*graph.Node{
			ops.Sub(ops.MatMul(ops.Mul(u, ops.ExpandDims(s, -2)), vt), a), falling, ops.Minimum(s, 0),
			ops.Sub(ops.MatMul(mt(u), u), eye(ops.MatMul(mt(u), u))), ops.Sub(ops.MatMul(vt, mt(vt)), eye(ops.MatMul(vt, mt(vt)))),
		}
	},
	"full svd": func(a, _ *graph.Node) []*graph.Node {
		u, s, vt := ops.SVD(a, true)
		k := s.Shape().Dim(-1)
		product := ops.MatMul(ops.Mul(ops.SliceAxis(u, -1, 0, k), ops.ExpandDims(s, -2)), ops.SliceAxis(vt, -2, 0, k))
		return []*graph.Node{ops.Sub(product, a), ops.Sub(ops.MatMul(u, mt(u)), eye(u)), ops.Sub(ops.MatMul(vt, mt(vt)), eye(vt))}
	},
	"pinv": func(a, _ *graph.Node) []*graph.Node { // the four conditions of Penrose
		p := ops.Pinv(a)
		ap, pa := ops.MatMul(a, p), ops.MatMul(p, a)
		return []*graph.Node{ops.Sub(ops.MatMul(ap, a), a), ops.Sub(ops.MatMul(pa, p), p), ops.Sub(mt(ap), ap), ops.Sub(mt(pa), pa)}
	},
	"lstsq": func(a, b *graph.Node) []*graph.Node { // the rest is orthogonal to the columns
		if a.Shape().Rank() != 2 {
			return nil
		}
		x := ops.Lstsq(a, b)
		return []*graph.Node{ops.MatMul(mt(a), ops.Sub(ops.MatMul(a, x), b))}
	},
	"frobenius": func(a, _ *graph.Node) []*graph.Node {
		s := ops.SingularValues(a)
		return []*graph.Node{ops.Sub(ops.Sqrt(ops.Sum(ops.Square(s), -1)), ops.Sqrt(ops.Sum(ops.Square(a), -1, -2)))}
	},
}

// squareLaws need square matrices; those that need more make them of a.
var squareLaws = map[string]func(a, b *graph.Node) []*graph.Node{
	"solve": func(a, b *graph.Node) []*graph.Node { return []*graph.Node{ops.Sub(ops.MatMul(a, ops.Solve(a, b)), b)} },
	"inv": func(a, _ *graph.Node) []*graph.Node {
		return []*graph.Node{ops.Sub(ops.MatMul(a, ops.Inv(a)), eye(a)), ops.Sub(ops.MatrixPower(a, -2), ops.MatMul(ops.Inv(a), ops.Inv(a)))}
	},
	"det": func(a, _ *graph.Node) []*graph.Node {
		sign, logAbs := ops.Slogdet(a)
		d := ops.Det(a)
		return []*graph.Node{
			ops.Sub(ops.Mul(sign, ops.Exp(logAbs)), d), ops.Sub(ops.Det(mt(a)), d), ops.Sub(ops.Det(ops.MatMul(a, a)), ops.Square(d)),
			ops.Sub(ops.Mul(ops.Det(ops.Inv(a)), d), ops.OnesLike(d)),
		}
	},
	"eigh": func(a, _ *graph.Node) []*graph.Node {
		s := ops.Add(a, mt(a))
		w, v := ops.Eigh(s)
		rising := ops.Relu(ops.Sub(ops.SliceAxis(w, -1, 0, -1), ops.SliceAxis(w, -1, 1, ops.End)))
		return []*graph.Node{ops.Sub(ops.MatMul(s, v), ops.Mul(v, ops.ExpandDims(w, -2))), ops.Sub(ops.MatMul(mt(v), v), eye(v)), rising}
	},
	"cholesky": func(a, _ *graph.Node) []*graph.Node {
		s := ops.Add(ops.MatMul(a, mt(a)), eye(a))
		l, u := ops.Cholesky(s), ops.Cholesky(s, true)
		return []*graph.Node{
			ops.Sub(ops.MatMul(l, mt(l)), s), ops.Triu(l, 1), ops.Sub(u, mt(l)), ops.Sub(ops.LogDet(s), ops.Log(ops.Det(s))),
			ops.Sub(ops.MatMul(ops.CholeskyInverse(l), s), eye(a)), ops.Sub(ops.CholeskyInverse(u, true), ops.CholeskyInverse(l)),
		}
	},
	"triangular": func(a, b *graph.Node) []*graph.Node {
		l, u := ops.Add(ops.Tril(a, -1), ops.Mul(eye(a), 2)), ops.Add(ops.Triu(a, 1), ops.Mul(eye(a), 2))
		return []*graph.Node{
			ops.Sub(ops.MatMul(l, ops.SolveTriangular(l, b, true)), b), ops.Sub(ops.MatMul(u, ops.SolveTriangular(u, b, false)), b),
			ops.Sub(ops.SolveTriangular(ops.Add(l, ops.Triu(a, 1)), b, true), ops.SolveTriangular(l, b, true)), // the other triangle is not read
		}
	},
	"power": func(a, _ *graph.Node) []*graph.Node {
		return []*graph.Node{
			ops.Sub(ops.MatrixPower(a, 5), ops.MatMul(a, ops.MatMul(a, ops.MatMul(a, ops.MatMul(a, a))))),
			ops.Sub(ops.MatrixPower(a, 0), eye(a)), ops.Sub(ops.MatrixPower(a, 1), a),
		}
	},
}

func qrLaws(a *graph.Node, mode string) []*graph.Node {
	q, r := ops.QR(a, mode)
	qtq := ops.MatMul(mt(q), q)
	return []*graph.Node{ops.Sub(ops.MatMul(q, r), a), ops.Tril(r, -1), ops.Sub(qtq, eye(qtq))}
}

func TestLawsOfLinearAlgebra(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 8))
	for _, shape := range []graph.Shape{{1, 1}, {3, 3}, {2, 4, 4}, {7, 7}, {5, 2}, {2, 5}, {3, 1, 4, 3}} {
		for _, d := range []graph.Dtype{graph.Float64, graph.Float32} {
			near := map[graph.Dtype]float64{graph.Float64: 1e-10, graph.Float32: 2e-3}[d]
			g := graph.New("laws")
			a := ops.Cast(g.ConstOf(graph.Float64, shape, random(r, shape...).v), d)
			sides := shape.With(-1, 2)
			b := ops.Cast(g.ConstOf(graph.Float64, sides, random(r, sides...).v), d)
			all := []map[string]func(a, b *graph.Node) []*graph.Node{laws}
			if shape.Dim(-1) == shape.Dim(-2) {
				all = append(all, squareLaws)
			}
			var nodes graph.Nodes
			var names []string
			for _, group := range all {
				for name, law := range group {
					for i, n := range law(a, b) {
						if n.Poisoned() {
							t.Fatalf("%s of %v: %v", name, shape, n.Err())
						}
						nodes, names = append(nodes, n), append(names, fmt.Sprintf("law %d of %s", i, name))
					}
				}
			}
			for i, v := range computed(t, engine.Config{Outputs: nodes}) {
				for _, x := range v {
					if !(math.Abs(x) <= near*float64(shape.Size())) {
						t.Errorf("%s fails for %s %v: off by %v", names[i], d, shape, x)
						break
					}
				}
			}
		}
	}
}
