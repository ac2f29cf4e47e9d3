package gorgonia

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	for name, f := range map[string]formula{"sum": reduction(G.Sum), "max": reduction(G.Max), "any": reduction(G.Max), "min": reduction(smallest), "all": reduction(smallest)} {
		register(name, f)
	}
	registerLoop("prod", prod)
	register("sum_to", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		from, to := in[0].Shape(), n.Shape()
		var axes []int
		for i := range from {
			if k := i - len(from) + len(to); k < 0 || to[k] != from[i] {
				axes = append(axes, i)
			}
		}
		return reduce(G.Sum, in[0], axes)
	})
	register("softmax", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		e, sum, err := exponentials(in[0], n.Op().(ops.SoftmaxOp).Axis)
		if err != nil {
			return nil, err
		}
		return G.HadamardDiv(e, sum) // the sum is at least 1
	})
	register("log_softmax", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		axis := n.Op().(ops.LogSoftmaxOp).Axis
		x, err := centred(in[0], axis)
		if err != nil {
			return nil, err
		}
		_, sum, err := exponentials(in[0], axis)
		if err != nil {
			return nil, err
		}
		if sum, err = G.Log(sum); err != nil {
			return nil, err
		}
		return G.Sub(x, sum)
	})
	register("matmul", matmul)
}

type reducer func(x *G.Node, along ...int) (*G.Node, error)

func reduction(f reducer) formula {
	return func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		return reduce(f, in[0], n.Op().(ops.ReduceOp).Axes.Slice())
	}
}

// prod multiplies the elements along axes.
func prod(n *graph.Node) body {
	s, axes := n.In(0).Shape(), n.Op().(ops.ReduceOp).Axes.Slice()
	return func(in [][]float64, out []float64) error {
		for i := range out {
			out[i] = 1
		}
		for i, v := range in[0] {
			to, step, rest := 0, 1, i
			for axis := len(s) - 1; axis >= 0; axis-- {
				if !slices.Contains(axes, axis) {
					to += rest % s[axis] * step
					step *= s[axis]
				}
				rest /= s[axis]
			}
			out[to] *= v
		}
		return nil
	}
}

// smallest is the minimum: Gorgonia reduces by sum, maximum and mean only.
func smallest(x *G.Node, along ...int) (*G.Node, error) {
	x, err := G.Neg(x)
	if err != nil {
		return nil, err
	}
	if x, err = G.Max(x, along...); err != nil {
		return nil, err
	}
	return G.Neg(x)
}

// reduce joins the elements along axes, which it moves behind the others: Gorgonia then sees rows of a matrix.
func reduce(f reducer, x *G.Node, axes []int) (*G.Node, error) {
	s := x.Shape()
	var kept []int
	for axis := range s {
		if !slices.Contains(axes, axis) {
			kept = append(kept, axis)
		}
	}
	rows, columns := 1, 1
	for _, axis := range kept {
		rows *= s[axis]
	}
	columns = s.TotalSize() / rows
	if columns == 1 {
		return x, nil
	}
	front := len(axes) < len(s) && slices.Max(append([]int{-1}, axes...)) < len(axes)
	if front && rows > 1 { // nothing has to move
		x, err := reshape(x, tensor.Shape{columns, rows})
		if err != nil {
			return nil, err
		}
		return f(x, 0)
	}
	x, err := transpose(x, slices.Concat(kept, axes)...)
	if err != nil {
		return nil, err
	}
	if rows == 1 {
		if x, err = reshape(x, tensor.Shape{columns}); err != nil {
			return nil, err
		}
		return f(x, 0)
	}
	if x, err = reshape(x, tensor.Shape{rows, columns}); err != nil {
		return nil, err
	}
	return f(x, 1)
}

// along reduces along an axis and repeats the result there.
func along(f reducer, x *G.Node, axis int) (*G.Node, error) {
	s := x.Shape()
	y, err := reduce(f, x, []int{axis})
	if err != nil {
		return nil, err
	}
	kept := s.Clone()
	kept[axis] = 1
	if y, err = reshape(y, kept); err != nil {
		return nil, err
	}
	return stretch(y, s)
}

// centred is x less its maximum along an axis.
func centred(x *G.Node, axis int) (*G.Node, error) {
	top, err := along(G.Max, x, axis)
	if err != nil {
		return nil, err
	}
	return G.Sub(x, top)
}

// exponentials is exp(x - max) and its sum along an axis.
func exponentials(x *G.Node, axis int) (e, sum *G.Node, err error) {
	if x, err = centred(x, axis); err != nil {
		return nil, nil, err
	}
	if e, err = G.Exp(x); err != nil {
		return nil, nil, err
	}
	sum, err = along(G.Sum, e, axis)
	return e, sum, err
}

// matmul multiplies matrices; a batch of them is multiplied one after the other.
func matmul(n *graph.Node, in []*G.Node) (*G.Node, error) {
	o, out := n.Op().(ops.MatMulOp), n.Shape()
	batch := out[:len(out)-2].Size()
	a, err := factor(in[0], o.TransA, out)
	if err != nil {
		return nil, err
	}
	b, err := factor(in[1], o.TransB, out)
	if err != nil {
		return nil, err
	}
	var products []*G.Node
	for i := range batch {
		p, err := product(a, b, i)
		if err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return concat(0, products...)
}

// factor is an operand of a matrix product with its batch repeated and merged to one axis, (batch, rows, columns), not transposed.
func factor(x *G.Node, trans bool, out graph.Shape) (*G.Node, error) {
	rank := x.Dims()
	if trans {
		perm := make([]int, rank)
		for i := range perm {
			perm[i] = i
		}
		perm[rank-1], perm[rank-2] = rank-2, rank-1
		var err error
		if x, err = transpose(x, perm...); err != nil {
			return nil, err
		}
	}
	to := append(tensor.Shape(out[:len(out)-2].Clone()), x.Shape()[rank-2:]...)
	x, err := stretch(x, to)
	if err != nil {
		return nil, err
	}
	return reshape(x, tensor.Shape{to[:len(to)-2].TotalSize(), to[len(to)-2], to[len(to)-1]})
}

// product is the product of matrices i of two batches, with a batch axis of 1.
func product(a, b *G.Node, i int) (*G.Node, error) {
	rows, inner, columns := a.Shape()[1], a.Shape()[2], b.Shape()[2]
	x, err := cut(a, 0, i, i+1)
	if err != nil {
		return nil, err
	}
	y, err := cut(b, 0, i, i+1)
	if err != nil {
		return nil, err
	}
	if x, err = reshape(x, tensor.Shape{rows, inner}); err != nil {
		return nil, err
	}
	if y, err = reshape(y, tensor.Shape{inner, columns}); err != nil {
		return nil, err
	}
	return G.ApplyOp(matrixProduct(), x, y)
}

// matrixProduct is Gorgonia's operation for a product of matrices. Its function Mul would choose another one for those of one row or
// column, and not return a matrix.
func matrixProduct() G.Op {
	g := G.NewGraph()
	square := func(name string) *G.Node { return G.NewMatrix(g, G.Float64, G.WithShape(2, 2), G.WithName(name)) }
	return G.Must(G.Mul(square("a"), square("b"))).Op()
}
