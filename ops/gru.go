package ops

import "github.com/gorgonin/gorgonin/graph"

// GRUOp is a gated recurrent unit over the steps of a sequence, the last one first with Reverse (Cho et al., 2014), with the reset gate
// behind the recurrent kernel. Inputs: x (batch, steps, 3·units), what the input adds to the update gate, the reset gate and
// the new state; the recurrent kernel (units, 3·units) and its bias (3·units); the first state h (batch, units). Results: the h of
// all steps (batch, steps, units), the last h, and for the gradient update gate, reset gate, new state and the recurrent
// part of the new state (batch, steps, 4·units), and the h before each step (batch, steps, units).
type GRUOp struct{ Reverse bool }

// Name is "gru".
func (GRUOp) Name() string { return "gru" }

// InferTuple returns the specs of the four results.
func (GRUOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[1], 3, in[0], 3, in[3:4])
	if err == nil {
		_, err = same(in[2].Shape, graph.Shape{graph.Prod(3, s.units)})
	}
	return []graph.Spec{s.wide(1), s.state(), s.wide(4), s.wide(1)}, err
}

// Expand is a scan.
func (o GRUOp) Expand(in graph.Nodes) graph.Nodes {
	out := overSteps(o.Reverse, in[:1], in[3:4], 3, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		a, b := Split(x[0], 3, -1), Split(Add(MatMul(state[0], in[1]), in[2]), 3, -1)
		z, r := Sigmoid(Add(a[0], b[0])), Sigmoid(Add(a[1], b[1]))
		n := Tanh(Add(a[2], Mul(r, b[2])))
		h := Add(Mul(z, state[0]), Mul(Sub(1, z), n))
		return graph.Nodes{h, Concatenate(graph.Nodes{z, r, n, b[2]}, -1), state[0]}, graph.Nodes{h}
	})
	return graph.Nodes{out[0], out[3], out[1], out[2]}
}

// VJPTuple is a pass over the steps the other way; the gradient of the recurrent kernel is one product over all steps.
func (o GRUOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	d, out := cotangents(n, dys), results(n, 4)
	if d[2] != nil || d[3] != nil {
		return throughExpansion(o, n, d, vjp)
	}
	in := graph.Nodes{n.In(1), out[2], out[3], zeroUnless(d[1], out[1])}
	if d[0] != nil {
		in = append(in, d[0])
	}
	g := results(graph.Apply(GRUGradOp(o), in...), 3)
	return grads(g[0], perStep(out[3], g[1]), Sum(g[1], 0, 1), g[2])
}

// GRUGradOp is the gradient of [GRUOp], whose Reverse it has. Inputs: the recurrent kernel, the gates as [GRUOp] returns them and the h
// before each step, the cotangent of the last h, and optionally those of the h of all steps. Results: the cotangents of x and of
// what the recurrent kernel gave (batch, steps, 3·units), and of the first h.
type GRUGradOp struct{ Reverse bool }

// Name is "gru_dx".
func (GRUGradOp) Name() string { return "gru_dx" }

// InferTuple returns the specs of the three results.
func (GRUGradOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[0], 3, in[1], 4, in[3:4], append(in[2:3:3], in[4:]...)...)
	return []graph.Spec{s.wide(3), s.wide(3), s.state()}, err
}

// Expand is a scan.
func (o GRUGradOp) Expand(in graph.Nodes) graph.Nodes {
	sequences := append(graph.Nodes{in[1], in[2]}, in[4:]...)
	return overSteps(!o.Reverse, sequences, in[3:4], 2, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		dh, before := state[0], x[1]
		if len(x) > 2 {
			dh = Add(dh, x[2])
		}
		a := Split(x[0], 4, -1)
		z, r, n, s := a[0], a[1], a[2], a[3]
		dn := Mul(Mul(dh, Sub(1, z)), Sub(1, Square(n)))
		dz := Mul(Mul(dh, Sub(before, n)), slope(z))
		dr := Mul(Mul(dn, s), slope(r))
		dx, ds := Concatenate(graph.Nodes{dz, dr, dn}, -1), Concatenate(graph.Nodes{dz, dr, Mul(dn, r)}, -1)
		return graph.Nodes{dx, ds}, graph.Nodes{Add(Mul(dh, z), matMul(ds, in[0], false, true))}
	})
}

// GRU runs [GRUOp] over x: (batch, steps, 3·units), with the recurrent kernel (units, 3·units), its bias (3·units) and the first state h
// (batch, units). It returns the h of all steps (batch, steps, units) and the last one.
func GRU(x, kernel, bias, h *graph.Node, reverse bool) (ys, last *graph.Node) {
	out := results(graph.Apply(GRUOp{reverse}, x, kernel, bias, h), 2)
	return out[0], out[1]
}
