package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SimpleRNNOp is h = Activation(x + h·kernel) over the steps of a sequence, the last one first with Reverse. Activation is "tanh" or
// "relu". Inputs: x (batch, steps, units), the recurrent kernel (units, units) and the first h (batch, units). Results: the h
// of all steps (batch, steps, units), the last h, and for the gradient the h before each step (batch, steps, units).
type SimpleRNNOp struct {
	Activation string
	Reverse    bool
}

// Name is "simple_rnn".
func (SimpleRNNOp) Name() string { return "simple_rnn" }

// InferTuple returns the specs of the three results.
func (o SimpleRNNOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[1], 1, in[0], 1, in[2:3])
	if o.Activation != "tanh" && o.Activation != "relu" {
		err = fmt.Errorf(`the activation is %q, want "tanh" or "relu"`, o.Activation)
	}
	return []graph.Spec{s.wide(1), s.state(), s.wide(1)}, err
}

// Expand is a scan.
func (o SimpleRNNOp) Expand(in graph.Nodes) graph.Nodes {
	activation := Tanh
	if o.Activation == "relu" {
		activation = Relu
	}
	out := overSteps(o.Reverse, in[:1], in[2:3], 2, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		h := activation(Add(x[0], MatMul(state[0], in[1])))
		return graph.Nodes{h, state[0]}, graph.Nodes{h}
	})
	return graph.Nodes{out[0], out[2], out[1]}
}

// VJPTuple is a pass over the steps the other way; the gradient of the recurrent kernel is one product over all steps.
func (o SimpleRNNOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	d, out := cotangents(n, dys), results(n, 3)
	if d[2] != nil {
		return throughExpansion(o, n, d, vjp)
	}
	in := graph.Nodes{n.In(1), out[0], zeroUnless(d[1], out[1])}
	if d[0] != nil {
		in = append(in, d[0])
	}
	g := results(graph.Apply(SimpleRNNGradOp(o), in...), 2)
	return grads(g[0], perStep(out[2], g[0]), g[1])
}

// SimpleRNNGradOp is the gradient of [SimpleRNNOp], whose fields it has. Inputs: the recurrent kernel, the h of all steps, the cotangent
// of the last h, and optionally those of the h of all steps. Results: the cotangents of x (batch, steps, units) and of the
// first h.
type SimpleRNNGradOp struct {
	Activation string
	Reverse    bool
}

// Name is "simple_rnn_dx".
func (SimpleRNNGradOp) Name() string { return "simple_rnn_dx" }

// InferTuple returns the specs of the two results.
func (SimpleRNNGradOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	s, err := inferSequence(in[0], 1, in[1], 1, in[2:3], in[3:]...)
	return []graph.Spec{s.wide(1), s.state()}, err
}

// Expand is a scan.
func (o SimpleRNNGradOp) Expand(in graph.Nodes) graph.Nodes {
	sequences := append(graph.Nodes{in[1]}, in[3:]...)
	return overSteps(!o.Reverse, sequences, in[2:3], 1, func(x, state graph.Nodes) (ys, next graph.Nodes) {
		dh, y := state[0], x[0]
		if len(x) > 1 {
			dh = Add(dh, x[1])
		}
		dx := Mul(dh, Sub(1, Square(y)))
		if o.Activation == "relu" {
			dx = Where(Greater(y, 0), dh, 0)
		}
		return graph.Nodes{dx}, graph.Nodes{matMul(dx, in[0], false, true)}
	})
}

// SimpleRNN runs [SimpleRNNOp] over x: (batch, steps, units), with the recurrent kernel (units, units) and the first state h (batch,
// units). activation is "tanh" or "relu". It returns the h of all steps (batch, steps, units) and the last one.
func SimpleRNN(x, kernel, h *graph.Node, activation string, reverse bool) (ys, last *graph.Node) {
	out := results(graph.Apply(SimpleRNNOp{activation, reverse}, x, kernel, h), 2)
	return out[0], out[1]
}
