package ops

import "github.com/gorgonin/gorgonin/graph"

// LSTMOp is long short-term memory over the steps of a sequence, the last one first with Reverse (Hochreiter & Schmidhuber, 1997).
// Inputs: z (batch, steps, 4·units), what the input adds to the gates input, forget, cell and output; the recurrent kernel
// (units, 4·units); the first states h and c (batch, units). Results: the h of all steps (batch, steps, units), the last h and
// c, and for the gradient the gates (batch, steps, 4·units) and the h and c before each step (batch, steps, units).
type LSTMOp struct{ Reverse bool }

// Name is "lstm".
func (LSTMOp) Name() string { return "lstm" }

// InferTuple returns the specs of the six results.
func (LSTMOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[1], 4, in[0], 4, in[2:4])
	return []graph.Spec{s.wide(1), s.state(), s.state(), s.wide(4), s.wide(1), s.wide(1)}, err
}

// Expand is a scan.
func (o LSTMOp) Expand(in graph.Nodes) graph.Nodes {
	out := overSteps(o.Reverse, in[:1], in[2:4], 4, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		z := Split(Add(x[0], MatMul(state[0], in[1])), 4, -1)
		i, f, g, q := Sigmoid(z[0]), Sigmoid(z[1]), Tanh(z[2]), Sigmoid(z[3])
		c := Add(Mul(f, state[1]), Mul(i, g))
		h := Mul(q, Tanh(c))
		return graph.Nodes{h, Concatenate(graph.Nodes{i, f, g, q}, -1), state[0], state[1]}, graph.Nodes{h, c}
	})
	return graph.Nodes{out[0], out[4], out[5], out[1], out[2], out[3]}
}

// VJPTuple is a pass over the steps the other way; the gradient of the recurrent kernel is one product over all steps.
func (o LSTMOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	d, out := cotangents(n, dys), results(n, 6)
	if d[3] != nil || d[4] != nil || d[5] != nil {
		return throughExpansion(o, n, d, vjp)
	}
	in := graph.Nodes{n.In(1), out[3], out[5], zeroUnless(d[1], out[1]), zeroUnless(d[2], out[2])}
	if d[0] != nil {
		in = append(in, d[0])
	}
	g := results(graph.Apply(LSTMGradOp(o), in...), 3)
	return grads(g[0], perStep(out[4], g[0]), g[1], g[2])
}

// LSTMGradOp is the gradient of [LSTMOp], whose Reverse it has. Inputs: the recurrent kernel, the gates and the c before each step,
// the cotangents of the last h and c, and optionally those of the h of all steps. Results: the cotangents of z (batch, steps,
// 4·units) and of the first h and c.
type LSTMGradOp struct{ Reverse bool }

// Name is "lstm_dx".
func (LSTMGradOp) Name() string { return "lstm_dx" }

// InferTuple returns the specs of the three results.
func (LSTMGradOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[0], 4, in[1], 4, in[3:5], append(in[2:3:3], in[5:]...)...)
	return []graph.Spec{s.wide(4), s.state(), s.state()}, err
}

// Expand is a scan.
func (o LSTMGradOp) Expand(in graph.Nodes) graph.Nodes {
	sequences := append(graph.Nodes{in[1], in[2]}, in[5:]...)
	return overSteps(!o.Reverse, sequences, in[3:5], 1, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		dh, dc, before := state[0], state[1], x[1]
		if len(x) > 2 {
			dh = Add(dh, x[2])
		}
		a := Split(x[0], 4, -1)
		i, f, g, q := a[0], a[1], a[2], a[3]
		t := Tanh(Add(Mul(f, before), Mul(i, g)))
		dc = Add(dc, Mul(Mul(dh, q), Sub(1, Square(t))))
		dz := Concatenate(graph.Nodes{
			Mul(Mul(dc, g), slope(i)), Mul(Mul(dc, before), slope(f)), Mul(Mul(dc, i), Sub(1, Square(g))), Mul(Mul(dh, t), slope(q)),
		}, -1)
		return graph.Nodes{dz}, graph.Nodes{matMul(dz, in[0], false, true), Mul(dc, f)}
	})
}

// slope is the derivative of the sigmoid where it is y.
func slope(y *graph.Node) *graph.Node { return Mul(y, Sub(1, y)) }

// LSTM runs [LSTMOp] over z: (batch, steps, 4·units), with the recurrent kernel (units, 4·units) and the first states h and c (batch,
// units). It returns the h of all steps (batch, steps, units) and the last states h and c.
func LSTM(z, kernel, h, c *graph.Node, reverse bool) (ys, lastH, lastC *graph.Node) {
	out := results(graph.Apply(LSTMOp{reverse}, z, kernel, h, c), 3)
	return out[0], out[1], out[2]
}
