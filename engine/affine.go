package engine

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// foldAffine moves what batch normalization does in inference into the weights of the convolution or product before it: with s and t
// that depend on parameters only, conv(x, w)*s + t is conv(x, w*s) + t.
func foldAffine(s *state) error {
	if b, ok := s.backend.(interface{ Fuses(name string) bool }); !ok || !b.Fuses("affine") || s.c.DtypePolicy != "" || s.c.DebugNaN {
		return nil
	}
	a := affine{readers: map[*graph.Node]graph.Nodes{}, fixed: map[*graph.Node]bool{}, roots: s.roots()}
	nodes := slices.Collect(graph.Walk(a.roots...))
	for _, n := range nodes {
		for _, x := range n.Inputs() {
			a.readers[x] = append(a.readers[x], n)
		}
	}
	length := map[*graph.Node]int{} // of the chain that ends in a node
	for _, n := range nodes {
		if end, k := a.chain(n); k > 0 {
			length[end] = k
		}
	}
	if len(length) == 0 {
		return nil
	}
	return s.rewrite(func(n *graph.Node, in graph.Nodes) *graph.Node {
		if k := length[n]; k > 0 {
			scale, shift, product := a.compose(n.Op(), in, k)
			y := graph.Apply(product.Op(), product.In(0), ops.Mul(product.In(1), scale))
			if shift != nil {
				y = ops.Add(y, shift)
			}
			return y
		}
		return nil
	})
}

type affine struct {
	readers map[*graph.Node]graph.Nodes
	fixed   map[*graph.Node]bool // nodes that depend on parameters only, or not
	roots   graph.Nodes
}

// chain follows a product through the sums and multiplications with fixed vectors, of which one multiplies. k is 0 if scaling the
// weights does not pay.
func (a *affine) chain(n *graph.Node) (end *graph.Node, k int) {
	if !isProduct(n) || !a.isFixed(n.In(1)) || n.Shape().Size() < 2*n.In(1).Shape().Size() {
		return nil, 0
	}
	scales := false
	for end = n; len(a.readers[end]) == 1 && !slices.Contains(a.roots, end); k++ {
		m := a.readers[end][0]
		i := slices.Index(m.Inputs(), end)
		if len(m.Inputs()) != 2 || !m.Shape().Equal(n.Shape()) || !isVector(m.In(1-i), n.Shape()) || !a.isFixed(m.In(1-i)) {
			break
		}
		if name := m.Op().Name(); name != "add" && name != "mul" && (name != "sub" || i != 0) {
			break
		} else if name == "mul" {
			scales = true
		}
		end = m
	}
	if !scales || k < 2 {
		return nil, 0
	}
	return end, k
}

// isProduct reports whether the last axis of the second operand is that of the result.
func isProduct(n *graph.Node) bool {
	switch op := n.Op().(type) {
	case ops.MatMulOp:
		return !op.TransB && len(n.In(1).Shape()) == 2 && n.Dtype().IsFloat()
	case ops.ConvOp:
		return op.Name() == "conv"
	}
	return false
}

// isVector reports whether v runs along the last axis of shape only.
func isVector(v *graph.Node, shape graph.Shape) bool {
	d := v.Shape()
	return len(d) > 0 && d.Dim(-1) == shape.Dim(-1) && d.Size() == d.Dim(-1)
}

// isFixed reports whether a node depends on nothing but parameters and constants.
func (a *affine) isFixed(n *graph.Node) bool {
	if known, ok := a.fixed[n]; ok {
		return known
	}
	fixed := true
	switch n.Op().(type) {
	case graph.ParamOp, graph.ConstOp:
	case ops.Elementwise, ops.ReshapeOp, ops.BroadcastOp:
		for _, x := range n.Inputs() {
			fixed = fixed && a.isFixed(x)
		}
	default:
		fixed = false
	}
	a.fixed[n] = fixed
	return fixed
}

// compose is the vectors that k operations on a product multiply it by and add, nil for none, and the product; op and in are the last
// of them.
func (a *affine) compose(op graph.Op, in graph.Nodes, k int) (scale, shift, product *graph.Node) {
	i := 0
	if v := in[1]; isChain(v, k-1) { // the chain is the operand that leads to a product
		i = 1
	}
	flat := func(v *graph.Node) *graph.Node { return ops.Reshape(v, v.Shape().Size()) }
	below, v := in[i], flat(in[1-i])
	if k > 1 {
		scale, shift, product = a.compose(below.Op(), below.Inputs(), k-1)
	} else {
		product = below
	}
	switch {
	case op.Name() == "mul" && scale == nil:
		scale = v
	case op.Name() == "mul":
		scale = ops.Mul(scale, v)
	}
	switch {
	case op.Name() == "mul" && shift != nil:
		shift = ops.Mul(shift, v)
	case op.Name() == "sub" && shift == nil:
		shift = ops.Neg(v)
	case op.Name() == "sub":
		shift = ops.Sub(shift, v)
	case op.Name() == "add" && shift == nil:
		shift = v
	case op.Name() == "add":
		shift = ops.Add(shift, v)
	}
	return scale, shift, product
}

// isChain reports whether a product lies k operations below n.
func isChain(n *graph.Node, k int) bool {
	if k == 0 {
		return isProduct(n)
	}
	return slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool { return isChain(x, k-1) })
}
