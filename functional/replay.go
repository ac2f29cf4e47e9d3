package functional

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// NumOutputs is the number of outputs.
func (m *Model) NumOutputs(layers.Args) int {
	if m.seq != nil {
		return 1
	}
	return len(m.outputs)
}

// KeepInputDtype marks the model as a layer that casts its inputs itself.
func (m *Model) KeepInputDtype() {}

// Call calls the model on nodes and returns its first output.
func (m *Model) Call(c *layers.Context, in ...*graph.Node) *graph.Node { return m.CallN(c, in...)[0] }

// CallN calls the model on nodes of any graph: its nodes are replayed there with the same weights.
func (m *Model) CallN(c *layers.Context, in ...*graph.Node) graph.Nodes {
	fail := func(err error) graph.Nodes {
		out := make(graph.Nodes, m.NumOutputs(c.Args()))
		bad := c.Fail(err)
		for i := range out {
			out[i] = bad
		}
		return out
	}
	if err := m.buildFor(in); err != nil {
		return fail(err)
	}
	out, err := m.replay(in, c.Args().Training)
	if err != nil {
		return fail(err)
	}
	for i, n := range out {
		c.SetMask(i, graph.Mask(n))
	}
	return out
}

// Replay builds the model on nodes of another graph and returns its outputs. Layer calls, updates and masks come along.
func (m *Model) Replay(in graph.Nodes) (graph.Nodes, error) { return m.replay(in, nil) }

// replay copies the model's nodes where that means the same as calling its layers again, and calls them where it does not:
// for inputs with a mask or of another kind, for a fixed mode, under another dtype policy.
func (m *Model) replay(in graph.Nodes, training *bool) (graph.Nodes, error) {
	if len(in) != len(m.inputs) {
		return nil, fmt.Errorf("model %s takes %d inputs %v, got %d", m.name, len(m.inputs), m.inNames, len(in))
	}
	if err := in.FirstErr(); err != nil {
		return nil, err
	}
	again := training != nil || in[0].Graph().DtypePolicy() != m.g.DtypePolicy()
	sub := map[*graph.Node]*graph.Node{}
	for i, n := range m.inputs {
		x := in[i]
		if x.Dtype() != n.Dtype() {
			x = graph.WithMask(ops.Cast(x, n.Dtype()), graph.Mask(in[i]))
		}
		again = again || graph.Mask(x) != nil || !graph.Refines(x.Spec(), n.Spec())
		sub[n] = x
	}
	if again {
		return m.recall(sub, training, nil)
	}
	c := graph.Copier{Dst: in[0].Graph(), Sub: sub}
	return c.Copy(m.outputs...)
}

// recaller calls the layers of a model again on other nodes.
type recaller struct {
	m        *Model
	sub      map[*graph.Node]*graph.Node
	training *bool
	layer    func(layers.Layer) layers.Layer // nil: the same layers
	dst      *graph.Graph
	copier   graph.Copier
	done     map[*graph.LayerCall]bool
}

func (m *Model) recall(sub map[*graph.Node]*graph.Node, training *bool, layer func(layers.Layer) layers.Layer) (graph.Nodes, error) {
	r := recaller{m: m, sub: sub, training: training, layer: layer, done: map[*graph.LayerCall]bool{}}
	for _, n := range sub {
		r.dst = n.Graph()
	}
	r.copier = graph.Copier{Dst: r.dst, Sub: sub}
	out := make(graph.Nodes, len(m.outputs))
	for i, n := range m.outputs {
		var err error
		if out[i], err = r.node(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// node returns what stands for n.
func (r *recaller) node(n *graph.Node) (*graph.Node, error) {
	if n == nil {
		return nil, nil
	}
	if x := r.sub[n]; x != nil {
		return x, nil
	}
	if o, ok := n.Op().(graph.LayerOut); ok && o.Call.Layer != nil && r.top(o.Call) {
		if err := r.call(o.Call); err != nil {
			return nil, err
		}
		return r.sub[n], nil
	}
	if n.Layer() != "" && len(n.Inputs()) > 0 && !r.plain(n) {
		return nil, fmt.Errorf("model %s reads %s inside layer %s (a gradient, say): its layers cannot be called again, as inputs with a mask, of another kind, or a fixed mode ask for", r.m.name, n.Name(), n.Layer())
	}
	for _, x := range n.Inputs() {
		if _, err := r.node(x); err != nil {
			return nil, err
		}
	}
	out, err := r.copier.Copy(n)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// plain reports whether n depends on nothing but inputs of the graph and outputs of the model's layers: an operation outside
// that equals one inside a layer is the same node.
func (r *recaller) plain(n *graph.Node) bool {
	if r.sub[n] != nil || n.Param() != nil {
		return r.sub[n] != nil
	}
	switch o := n.Op().(type) {
	case ops.InTrainingOp:
		return false
	case graph.LayerOut:
		return o.Call.Layer != nil && r.top(o.Call)
	}
	return !slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool { return !r.plain(x) })
}

// top reports whether a call is the model's own and not made inside one of its layers.
func (r *recaller) top(c *graph.LayerCall) bool { return c.Parent == nil }

// call calls a layer with the arguments it was called with before.
func (r *recaller) call(c *graph.LayerCall) error {
	args, _ := c.Args.(layers.Args)
	mapped, err := args.Map(r.node)
	if err != nil {
		return err
	}
	if mapped.Training == nil {
		mapped.Training = r.training
	}
	l := c.Layer.(layers.Layer)
	if r.layer != nil {
		l = r.layer(l)
	}
	out := layers.CallArgs(l, mapped)
	if err := out.FirstErr(); err != nil {
		return err
	}
	for i, old := range c.Outputs {
		if old != nil && i < len(out) {
			r.sub[old] = out[i]
		}
	}
	return nil
}

// Clone makes a model of the same architecture with weights of its own, drawn from seed 0, and the same compile settings to
// be given again. Keras's clone_model.
func (m *Model) Clone() (*Model, error) {
	made := map[layers.Layer]layers.Layer{}
	fresh := func(l layers.Layer) layers.Layer {
		if made[l] == nil {
			made[l] = layers.Clone(l)
		}
		return made[l]
	}
	if m.seq != nil {
		return m.seq.clone(m, fresh)
	}
	g := graph.New(m.g.Name())
	g.SetDtypePolicy(m.g.DtypePolicy())
	sub := map[*graph.Node]*graph.Node{}
	inputs := make(graph.Nodes, len(m.inputs))
	for i, n := range m.inputs {
		inputs[i] = g.Input(m.inNames[i], n.Shape(), n.Dtype())
		sub[n] = inputs[i]
	}
	out, err := m.recall(sub, nil, fresh)
	if err != nil {
		return nil, err
	}
	c, err := New(inputs, out)
	if err == nil {
		c.name, c.auto = m.name, m.auto
	}
	return c, err
}

// CloneLayer makes the clone that stands for the model inside the clone of another one.
func (m *Model) CloneLayer() layers.Layer {
	c, err := m.Clone()
	if err != nil {
		return m // a model that cannot be called again was refused where it was called
	}
	return c
}
