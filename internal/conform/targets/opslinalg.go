package targets

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// products are the functions that multiply vectors and matrices.
var products = map[string]opFunc{
	"matmul": binary(ops.MatMul), "dot": binary(ops.Dot), "inner": binary(ops.Inner), "outer": binary(ops.Outer), "vdot": binary(ops.Vdot),
	"kron": binary(ops.Kron), "cdist": bits(ops.Cdist),
	"cross":     one(func(c *call) *graph.Node { return c.cross() }),
	"correlate": one(func(c *call) *graph.Node { return ops.Correlate(c.node("x1"), c.node("x2"), c.Str("mode", "valid")) }),
	"corrcoef":  unary(ops.Corrcoef),
	"einsum":    one(func(c *call) *graph.Node { return ops.Einsum(c.Str("subscripts", ""), c.nodes("operands")...) }),
	"tensordot": one(func(c *call) *graph.Node { return c.tensordot() }),
	"trapezoid": one(func(c *call) *graph.Node {
		return ops.Trapezoid(c.node("y"), c.node("x"), c.Float("dx", 1), c.Int("axis", -1))
	}),
}

// cross moves the axes of the vectors to the end and back.
func (c *call) cross() *graph.Node {
	a, b := c.pair("x1", "x2")
	axis := c.Int("axis", -1)
	at := func(name string) int { return c.Int(name, axis) }
	y := ops.Cross(ops.MoveAxis(a, []int{at("axisa")}, []int{-1}), ops.MoveAxis(b, []int{at("axisb")}, []int{-1}))
	if to := at("axisc"); to != -1 {
		return ops.MoveAxis(y, []int{-1}, []int{to})
	}
	return y
}

func (c *call) tensordot() *graph.Node {
	a, b := c.pair("x1", "x2")
	v := c.Get("axes")
	if !v.IsSequence() {
		return ops.Tensordot(a, b, c.Int("axes", 2))
	}
	var axes [2][]int
	for i, item := range v.Items() {
		ns, err := item.Ints()
		if err != nil || i > 1 {
			return c.unsupported("argument axes=%v of tensordot", v)
		}
		axes[i] = ns
	}
	return ops.TensordotAxes(a, b, axes[0], axes[1])
}

// linear are the functions of keras.ops.linalg.
var linear = map[string]opFunc{
	"cholesky":         one(func(c *call) *graph.Node { return ops.Cholesky(c.node("x"), c.Bool("upper", false)) }),
	"cholesky_inverse": one(func(c *call) *graph.Node { return ops.CholeskyInverse(c.node("x"), c.Bool("upper", false)) }),
	"det":              unary(ops.Det), "inv": unary(ops.Inv), "logdet": unary(ops.LogDet),
	"lstsq":       one(func(c *call) *graph.Node { return ops.Lstsq(c.node("a"), c.node("b"), c.optional("rcond")...) }),
	"pinv":        one(func(c *call) *graph.Node { return ops.Pinv(c.node("x"), c.optional("rcond")...) }),
	"matrix_rank": one(func(c *call) *graph.Node { return ops.MatrixRank(c.node("x"), c.optional("tol")...) }),
	"solve":       one(func(c *call) *graph.Node { return ops.Solve(c.node("a"), c.node("b")) }),
	"solve_triangular": one(func(c *call) *graph.Node {
		return ops.SolveTriangular(c.node("a"), c.node("b"), c.Bool("lower", false))
	}),
	"norm":      one(func(c *call) *graph.Node { return c.norm() }),
	"qr":        two(func(c *call) (a, b *graph.Node) { return ops.QR(c.node("x"), c.Str("mode", "reduced")) }),
	"slogdet":   two(func(c *call) (a, b *graph.Node) { return ops.Slogdet(c.node("x")) }),
	"eigh":      two(func(c *call) (a, b *graph.Node) { return ops.Eigh(c.node("x")) }),
	"lu_factor": two(func(c *call) (a, b *graph.Node) { return ops.LUFactor(c.node("x")) }),
	"svd": func(c *call) graph.Nodes {
		full := c.Bool("full_matrices", true)
		if !c.Bool("compute_uv", true) {
			return graph.Nodes{ops.SingularValues(c.node("x"))}
		}
		u, s, v := ops.SVD(c.node("x"), full)
		return graph.Nodes{u, s, v}
	},
}

func two(f func(c *call) (a, b *graph.Node)) opFunc {
	return func(c *call) graph.Nodes {
		a, b := f(c)
		return graph.Nodes{a, b}
	}
}

// optional is a number as an optional argument.
func (c *call) optional(name string) []float64 {
	if !c.Has(name) {
		c.Get(name)
		return nil
	}
	return []float64{c.Float(name, 0)}
}

func (c *call) norm() *graph.Node {
	o := ops.NormOptions{Axes: c.Ints("axis"), KeepDims: c.Bool("keepdims", false)}
	switch v := c.Get("ord"); v.Kind() {
	case cases.Null:
	case cases.String:
		o.Kind = c.Str("ord", "")
	default:
		if o.Order = c.Float("ord", 0); o.Order == 0 && !math.Signbit(o.Order) {
			o.Order = graph.Zero
		}
	}
	return ops.Norm(c.node("x"), o)
}
