package engine

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// template is a function before sizes are bound: a graph of its own in which training or inference is decided, markers
// are gone and states are resolved.
type template struct {
	inputs, outputs graph.Nodes
	updates         []graph.Update
	axes            [][]string // names of the inputs' axes
}

// builder makes a template.
type builder struct {
	c      *Config
	dst    *graph.Graph
	copier *graph.Copier
	calls  []*graph.LayerCall   // reached, in the order in which their updates compose
	busy   map[*graph.Node]bool // being copied
}

func newTemplate(c *Config) (*template, error) {
	b := &builder{c: c, dst: graph.New(c.Name), busy: map[*graph.Node]bool{}}
	b.copier = &graph.Copier{Dst: b.dst, Sub: map[*graph.Node]*graph.Node{}, Rewrite: b.rewrite}
	b.collect()
	t := &template{}
	for _, n := range c.Inputs {
		in := b.dst.Input(n.Name(), n.Shape(), n.Dtype())
		t.inputs = append(t.inputs, in)
		t.axes = append(t.axes, axisNames(n))
		b.copier.Sub[n] = in
	}
	updates, err := b.compose()
	if err != nil {
		return nil, err
	}
	for _, n := range c.Outputs {
		m, err := b.copy(n)
		if err != nil {
			return nil, err
		}
		t.outputs = append(t.outputs, m)
	}
	for _, u := range updates {
		m, err := b.copy(u.Value)
		if err != nil {
			return nil, fmt.Errorf("the update of %s: %w", u.Param.Path(), err)
		}
		if op, ok := m.Op().(graph.ParamOp); ok && op.Param == u.Param {
			continue // the parameter keeps its value
		}
		t.updates = append(t.updates, graph.Update{Param: u.Param, Value: m})
	}
	return t, nil
}

// axisNames is kept with the function, because the graph may go on growing while it runs.
func axisNames(n *graph.Node) []string {
	out := make([]string, len(n.Shape()))
	for i := range out {
		out[i] = n.AxisName(i)
	}
	return out
}

// needs lists what a node is computed from in the mode that is bound: for markers and the like, what they stand for.
func (b *builder) needs(n *graph.Node) graph.Nodes {
	switch op := n.Op().(type) {
	case graph.ModeBinder:
		return graph.Nodes{op.BindMode(b.c.Training, n.Inputs())}
	case graph.Transparent:
		return n.Inputs()[:1]
	}
	return n.Inputs()
}

// collect finds the layer calls that are part of what is computed, those whose updates reach further calls included.
func (b *builder) collect() {
	seen, reached := map[*graph.Node]bool{}, map[*graph.LayerCall]bool{}
	for _, n := range b.c.Inputs {
		seen[n] = true
	}
	var stack graph.Nodes
	reach := func(c *graph.LayerCall) {
		if !reached[c] {
			reached[c] = true
			b.calls = append(b.calls, c)
			for _, u := range c.Updates {
				stack = append(stack, u.Value)
			}
		}
	}
	stack = append(stack, b.c.Outputs...)
	for _, u := range b.c.Updates {
		stack = append(stack, u.Value)
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		switch op := n.Op().(type) {
		case graph.LayerOut:
			reach(op.Call)
		case graph.StateOp:
			reach(op.Call)
		case graph.BodyOp:
			for _, body := range op.Bodies() {
				for m := range body.Nodes() {
					stack = append(stack, m)
				}
			}
		}
		stack = append(stack, b.needs(n)...)
	}
	slices.SortFunc(b.calls, func(a, c *graph.LayerCall) int { return a.Index() - c.Index() })
}

// compose resolves what each call finds in the parameters that calls before it update, and returns the last value of every
// parameter.
func (b *builder) compose() ([]graph.Update, error) {
	updates := slices.Clone(b.c.Updates)
	explicit := len(updates)
	for _, c := range b.calls {
		for _, u := range c.Updates {
			i := slices.IndexFunc(updates, func(v graph.Update) bool { return v.Param == u.Param })
			switch {
			case i < 0:
				updates = append(updates, u)
			case i < explicit:
				return nil, fmt.Errorf("%s is updated by Config.Updates and by the call of layer %s: leave one out", u.Param.Path(), c.Path)
			default:
				updates[i].Value = u.Value
			}
		}
	}
	return updates, nil
}

// left is what the calls before c leave in p: a node of the source, nil for the parameter's own value.
func (b *builder) left(c *graph.LayerCall, p *graph.Param) *graph.Node {
	var value *graph.Node
	for _, k := range b.calls {
		if k.Index() >= c.Index() {
			break
		}
		for _, u := range k.Updates {
			if u.Param == p {
				value = u.Value
			}
		}
	}
	return value
}

// copy copies n with what it needs, inputs first. States and modes make other edges than those of the graph, so the order
// of ids is not enough.
func (b *builder) copy(n *graph.Node) (*graph.Node, error) {
	if m := b.copier.Sub[n]; m != nil {
		return m, nil
	}
	if b.busy[n] {
		return nil, fmt.Errorf("%s (%s) depends on itself through the state of a layer", n.Name(), n.Pos())
	}
	b.busy[n] = true
	defer delete(b.busy, n)
	if op, ok := n.Op().(graph.StateOp); ok {
		return b.copyState(n, op)
	}
	needs := b.needs(n)
	for _, x := range needs {
		if x == nil {
			return nil, errors.New("a node stands for nothing in this mode")
		}
		if _, err := b.copy(x); err != nil {
			return nil, err
		}
	}
	if len(needs) == 1 && standsFor(n) {
		b.copier.Sub[n] = b.copier.Sub[needs[0]]
		return b.copier.Sub[n], nil
	}
	if _, ok := n.Op().(graph.InputOp); ok {
		return nil, b.missing(n)
	}
	out, err := b.copier.Copy(n)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// standsFor reports that a node is one of its inputs.
func standsFor(n *graph.Node) bool {
	_, transparent := n.Op().(graph.Transparent)
	_, mode := n.Op().(graph.ModeBinder)
	return transparent || mode
}

func (b *builder) copyState(n *graph.Node, op graph.StateOp) (*graph.Node, error) {
	m := b.dst.Param(op.Param)
	if v := b.left(op.Call, op.Param); v != nil {
		var err error
		if m, err = b.copy(v); err != nil {
			return nil, err
		}
	}
	b.copier.Sub[n] = m
	return m, nil
}

// rewrite serves the bodies, which the copier walks by itself, and binds the seed.
func (b *builder) rewrite(n *graph.Node, in graph.Nodes) *graph.Node {
	switch op := n.Op().(type) {
	case graph.ModeBinder:
		return op.BindMode(b.c.Training, in)
	case graph.Transparent:
		return in[0]
	case graph.SeedBinder:
		return graph.Apply(op.BindSeed(b.c.Seed), in...)
	}
	return nil
}

// missing says which node needs an input that is not fed.
func (b *builder) missing(input *graph.Node) error {
	e := &graph.Error{Op: "input " + input.Name(), Pos: input.Pos(), Err: errors.New("it is needed but not fed: add it to Inputs")}
	for _, r := range input.Consumers() {
		if b.busy[r] {
			e.Layer = r.Layer()
			e.Err = fmt.Errorf("%s (%s) needs it, but it is not fed: add it to Inputs, or feed a node between them", r.Name(), r.Pos())
		}
	}
	return e
}

// roots are the nodes to compute.
func (t *template) roots() graph.Nodes {
	roots := slices.Clone(t.outputs)
	for _, u := range t.updates {
		roots = append(roots, u.Value)
	}
	return roots
}

// read lists the parameters that are read, without those that are only written.
func (t *template) read() []*graph.Param {
	var out []*graph.Param
	for n := range graph.Walk(t.roots()...) {
		if p := n.Param(); p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// params lists the parameters that are read or written.
func (t *template) params() []*graph.Param {
	out := t.read()
	for _, u := range t.updates {
		if !slices.Contains(out, u.Param) {
			out = append(out, u.Param)
		}
	}
	return out
}
