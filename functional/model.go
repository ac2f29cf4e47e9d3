package functional

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// Model is nodes of one graph chosen as inputs and outputs. It is a layer: called on nodes it builds itself there, with the
// same weights. Its methods Compile, Fit, Evaluate, Predict and their like are those of [train.Trainer].
type Model struct {
	layers.Base `keras:"-"`
	*train.Trainer

	name     string
	auto     bool // the name was not chosen by the user: another one may be taken where it is not unique
	g        *graph.Graph
	inputs   graph.Nodes
	outputs  graph.Nodes
	inNames  []string
	outNames []string
	list     []layers.Layer
	seq      *sequence // of a Sequential
	loaded   bool      // from a file, whose batch size is what the model was built with and binds nobody
}

// New makes a model of any nodes of one graph: an intermediate node may be an input (it is fed), a gradient an output. The
// model is named after the graph, its outputs after their layers or by Node.Named. Mistakes made while the graph was built
// are returned here.
func New(inputs, outputs graph.Nodes) (*Model, error) {
	m := &Model{}
	m.Trainer = train.NewTrainer(m)
	return m, m.set(inputs, outputs)
}

// set makes the model one of the given nodes.
func (m *Model) set(inputs, outputs graph.Nodes) error {
	g, err := check(inputs, outputs)
	if err != nil {
		return err
	}
	m.g, m.inputs, m.outputs = g, slices.Clone(inputs), slices.Clone(outputs)
	if m.name == "" {
		if m.name = g.Name(); m.name == "" {
			m.name, m.auto = "functional", true
		}
	}
	if m.inNames, err = names("input", inputs); err != nil {
		return err
	}
	if m.outNames, err = names("output", outputs); err != nil {
		return err
	}
	cut := map[*graph.Node]layers.Layer{}
	for i, n := range inputs {
		cut[n] = inputLayer(n, m.inNames[i])
	}
	m.list = mapNetwork(inputs, outputs, cut).layers()
	return nil
}

// check finds the graph of a model's nodes and what is wrong with them.
func check(inputs, outputs graph.Nodes) (*graph.Graph, error) {
	if len(outputs) == 0 {
		return nil, errors.New("a model needs at least one output")
	}
	all := append(slices.Clone(inputs), outputs...)
	var g *graph.Graph
	for _, n := range all {
		if n != nil && n.Graph() != nil {
			g = n.Graph().Root()
			break
		}
	}
	if g != nil && g.Err() != nil {
		return nil, g.Err()
	}
	if err := all.FirstErr(); err != nil {
		return nil, err
	}
	for i, n := range all {
		switch {
		case n.Graph() != g:
			return nil, fmt.Errorf("node %s is of graph %q, %s of %q: a model's nodes are of one graph", n.Name(), n.Graph().Name(), all[0].Name(), g.Name())
		case i < len(inputs) && slices.Contains(inputs[:i], n):
			return nil, fmt.Errorf("input %s is listed twice", n.Name())
		}
	}
	return g, connected(inputs, outputs)
}

// connected checks that no output needs an input that is not listed.
func connected(inputs, outputs graph.Nodes) error {
	reader := map[*graph.Node]*graph.Node{}
	stop := map[*graph.Node]bool{}
	for _, n := range inputs {
		stop[n] = true
	}
	stack := slices.Clone(outputs)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if stop[n] {
			continue
		}
		stop[n] = true
		if _, ok := n.Op().(graph.InputOp); ok {
			return fmt.Errorf("the graph is disconnected: the outputs need the input %s (read by %s), which is not among the model's inputs", n.Name(), reader[n].Name())
		}
		for _, x := range n.Inputs() {
			reader[x] = n
			stack = append(stack, x)
		}
	}
	return nil
}

// names are the names of inputs or outputs; two of one name are an error.
func names(what string, nodes graph.Nodes) ([]string, error) {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = nodeName(n)
		if j := slices.Index(out[:i], out[i]); j >= 0 {
			return nil, fmt.Errorf("%ss %d and %d are both named %q: name them by Node.Named", what, j, i, out[i])
		}
	}
	return out, nil
}

func nodeName(n *graph.Node) string {
	switch op := n.Op().(type) {
	case graph.NamedOp:
		return op.Label
	case graph.InputOp:
		return op.Label
	case graph.LayerOut:
		if op.Call.Layer != nil {
			return op.Call.Path
		}
	}
	return n.Name()
}

// FeedShape is the shape of what input i is fed: that of its node. A fixed batch size of a model from a file gives way to any
// number of rows where the layers allow it, as Keras does not insist on it either.
func (m *Model) FeedShape(i int) graph.Shape {
	s := m.inputs[i].Shape()
	if m.loaded && s.Rank() > 0 && s[0] != graph.None && m.anyRows() {
		return s.With(0, graph.None)
	}
	return s
}

// anyRows reports whether the model can be built for any number of rows.
func (m *Model) anyRows() bool {
	g := graph.New(m.name)
	in := make(graph.Nodes, len(m.inputs))
	for i, n := range m.inputs {
		s := n.Shape()
		if s.Rank() > 0 {
			s = s.With(0, graph.None)
		}
		in[i] = g.Input(m.inNames[i], s, n.Dtype())
	}
	_, err := m.Replay(in)
	return err == nil && g.Err() == nil
}

// inputLayer stands for an input among the layers.
func inputLayer(n *graph.Node, name string) layers.Layer {
	l := &layers.Input{Dtype: n.Dtype(), Name: name}
	if s := n.Shape(); s.Rank() > 0 {
		l.Shape = append([]int{}, s[1:]...)
		if s[0] != graph.None {
			l.BatchSize = s[0]
		}
	}
	return l
}

// Name is the model's name.
func (m *Model) Name() string { return m.name }

// SetName changes the model's name.
func (m *Model) SetName(name string) { m.name, m.auto = name, false }

// LayerName is the name that the model takes as a layer of another graph.
func (m *Model) LayerName() (want, base string) {
	if m.auto {
		return "", m.name
	}
	return m.name, m.name
}

// Graph is the graph that holds the model's nodes; nil for a Sequential that is not built.
func (m *Model) Graph() *graph.Graph { return m.g }

// Inputs are the nodes that are fed.
func (m *Model) Inputs() graph.Nodes { return slices.Clone(m.inputs) }

// Outputs are the nodes that are computed.
func (m *Model) Outputs() graph.Nodes { return slices.Clone(m.outputs) }

// InputNames are the names by which Predict and Fit take several inputs.
func (m *Model) InputNames() []string { return slices.Clone(m.inNames) }

// OutputNames are the names of the outputs in losses, metrics, logs and PredictNamed.
func (m *Model) OutputNames() []string { return slices.Clone(m.outNames) }

// Layers lists the model's layers, each once, in Keras's order: by falling distance from the outputs. Inputs appear as
// *layers.Input, except in a Sequential.
func (m *Model) Layers() []layers.Layer {
	if m.seq != nil {
		return m.seq.layers()
	}
	return slices.Clone(m.list)
}

// Layer finds a layer by its name; an error lists the names there are.
func (m *Model) Layer(name string) (layers.Layer, error) {
	var known []string
	for _, l := range m.Layers() {
		n := m.layerName(l)
		if n == name {
			return l, nil
		}
		known = append(known, n)
	}
	return nil, config.Unknown("layer", name, known)
}

// layerName is the name of one of the model's layers.
func (m *Model) layerName(l layers.Layer) string {
	if in, ok := l.(*layers.Input); ok {
		return in.Name
	}
	if m.g == nil {
		return describe(graph.New(""), l)
	}
	return describe(m.g, l)
}

// Params lists the model's weights in the order of its layers, each once. Parameters read outside of layers come last.
func (m *Model) Params() []*graph.Param {
	var out []*graph.Param
	seen := map[*graph.Param]bool{}
	add := func(ps []*graph.Param) {
		for _, p := range ps {
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	for _, l := range m.Layers() {
		add(l.Params())
	}
	for _, p := range m.Seeds() {
		seen[p] = true
	}
	if m.g != nil {
		reached := m.reached()
		for n := range m.g.Nodes() { // in the order they were made, not the map's
			if op, ok := n.Op().(graph.ParamOp); ok && reached[n] {
				add([]*graph.Param{op.Param})
			}
		}
	}
	return out
}

// TrainableParams lists the weights that training changes.
func (m *Model) TrainableParams() []*graph.Param {
	return slices.DeleteFunc(m.Params(), func(p *graph.Param) bool { return !p.Trainable() })
}

// Seeds lists the seed states of the model's random layers and operations. They are saved with the training state, but
// count as no weights.
func (m *Model) Seeds() []*graph.Param {
	var out []*graph.Param
	for _, l := range m.Layers() {
		for _, p := range layers.Seeds(l) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// reached is the set of nodes between inputs and outputs.
func (m *Model) reached() map[*graph.Node]bool {
	seen := map[*graph.Node]bool{}
	stop := map[*graph.Node]bool{}
	for _, n := range m.inputs {
		stop[n] = true
	}
	stack := slices.Clone(m.outputs)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] || stop[n] {
			continue
		}
		seen[n] = true
		stack = append(stack, n.Inputs()...)
	}
	return seen
}

// CountParams is the number of elements of all weights.
func (m *Model) CountParams() int {
	n := 0
	for _, p := range m.Params() {
		n += p.Spec().Shape.Size()
	}
	return n
}

// Trainable reports whether training changes any weight.
func (m *Model) Trainable() bool { return m.Base.Trainable() }

// SetTrainable freezes or unfreezes all layers, inner models included. It takes effect at the next Compile.
func (m *Model) SetTrainable(trainable bool) {
	m.Base.SetTrainable(trainable)
	for _, l := range m.Layers() {
		l.SetTrainable(trainable)
	}
}

// Init draws all weights again from the given seed. A new model has those of seed 0.
func (m *Model) Init(seed uint64) error {
	for _, p := range append(m.Params(), m.Seeds()...) {
		if err := p.Init(seed); err != nil {
			return err
		}
	}
	return nil
}

// Weights returns copies of the weights in the order of Params.
func (m *Model) Weights() []*tensor.Dense {
	params := m.Params()
	out := make([]*tensor.Dense, len(params))
	for i, p := range params {
		out[i] = p.Value()
	}
	return out
}

// SetWeights replaces all weights. On an error none is changed.
func (m *Model) SetWeights(weights []*tensor.Dense) error {
	params := m.Params()
	if len(weights) != len(params) {
		return fmt.Errorf("model %s has %d weights, got %d", m.name, len(params), len(weights))
	}
	for i, p := range params {
		if weights[i] == nil {
			return fmt.Errorf("weight %d (%s) is nil", i, p.Path())
		}
		if got := graph.Shape(weights[i].Shape()); !p.Spec().Shape.Equal(got) {
			return fmt.Errorf("weight %d (%s) has the shape %v, got %v", i, p.Path(), p.Spec().Shape, got)
		}
	}
	for i, p := range params {
		if err := p.SetValue(weights[i]); err != nil {
			return err
		}
	}
	return nil
}
