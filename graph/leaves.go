package graph

import (
	"fmt"
	"slices"
)

// InputOp is a value that is fed. Inputs are never merged; the spec is the node's, not the op's.
type InputOp struct{ Label string }

// Name is "input".
func (InputOp) Name() string { return "input" }

// ParamOp reads a parameter. A graph has one such node for each parameter.
type ParamOp struct{ Param *Param }

// Name is "param".
func (ParamOp) Name() string { return "param" }

// StateOp reads a parameter as it stands when the given call begins: what the previous call of the compiled function
// that updates the parameter left, else the parameter's value.
type StateOp struct {
	Call  *LayerCall
	Param *Param
}

// Name is "state".
func (StateOp) Name() string { return "state" }

// CapturedOp is the leaf of a body that stands for outer value number I.
type CapturedOp struct{ I int }

// Name is "captured".
func (CapturedOp) Name() string { return "captured" }

// leaf appends a node whose spec is not computed from inputs.
func (g *Graph) leaf(op Op, spec Spec, pos position) *Node {
	key := keyOf(op, nil)
	r := g.Root()
	r.mu.Lock()
	old := g.index[key]
	r.mu.Unlock()
	if old != nil {
		return old
	}
	if err := spec.Shape.check(); err != nil {
		return g.fail(op.Name(), err, nil, pos)
	}
	return g.append(key, nil, spec.Clone(), nil, pos)
}

// Input makes a node that is fed when a compiled function runs. The shape is whole, the batch axis included; axes that
// are known only then are None. The dtype is float32 unless given. A first axis that is None is named "batch": axes of
// one name must have one size in a run; see [Graph.NameAxes].
func (g *Graph) Input(name string, s Shape, d ...Dtype) *Node {
	spec := Spec{Float32, s}
	if len(d) > 0 && d[0] != "" {
		spec.Dtype = d[0]
	}
	if g == nil {
		return detached("input", fmt.Errorf("the graph of input %q is nil: make one with graph.New", name))
	}
	pos := here()
	var err error
	switch {
	case len(d) > 1:
		err = fmt.Errorf("input %q has %d dtypes, want at most one", name, len(d))
	case !spec.Dtype.Valid():
		err = fmt.Errorf("input %q has the unknown dtype %q: use one of the constants of package graph, \"float32\" for instance", name, spec.Dtype)
	case name == "":
		name = g.unique("input")
	case g.index[keyOf(InputOp{name}, nil)] != nil:
		err = fmt.Errorf("the graph has an input %q already: inputs need names of their own", name)
	}
	if err != nil {
		return g.fail("input", err, nil, pos)
	}
	n := g.leaf(InputOp{name}, spec, pos)
	if len(s) > 0 && s[0] == None && g.parent == nil {
		g.axes[name] = []string{"batch"}
	}
	return n
}

// NameAxes names the axes of an input, outermost first; "" leaves an axis without a name. Axes of one name must have one
// size in a run, so that 8 rows never meet 1 row by broadcasting unnoticed.
func (g *Graph) NameAxes(input *Node, names ...string) {
	if op, ok := input.op.(InputOp); ok {
		g.Root().axes[op.Label] = slices.Clone(names)
	}
}

// AxisName is the name of axis i of an input, "" for none.
func (n *Node) AxisName(i int) string {
	if op, ok := n.op.(InputOp); ok {
		if names := n.g.Root().axes[op.Label]; i < len(names) {
			return names[i]
		}
	}
	return ""
}

// Param returns the node that reads p.
func (g *Graph) Param(p *Param) *Node {
	if p == nil {
		return g.Fail("param", fmt.Errorf("the parameter is nil"))
	}
	return g.Root().leaf(ParamOp{p}, p.spec, here())
}

// Params lists the parameters read in the graph, in the order of first use.
func (g *Graph) Params() []*Param {
	var out []*Param
	for _, n := range g.Root().nodes {
		if p := n.Param(); p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Update records that p takes the value v when a compiled function has run. Inside a layer call the update belongs to
// the call; outside, it is listed by Updates for the caller to compile.
func (g *Graph) Update(p *Param, v *Node) {
	r := g.Root()
	u := Update{p, v}
	if v != nil && v.err != nil {
		return
	}
	if err := u.Check(); err != nil {
		g.fail("update", err, nil, here())
		return
	}
	if v.g.parent != nil {
		g.fail("update", fmt.Errorf("%s is updated inside the body of a loop or condition: carry the value and update after it", p.Path()), nil, here())
		return
	}
	list := &r.updates
	if c := r.current(); c != nil {
		list = &c.Updates
	}
	for i := range *list {
		if (*list)[i].Param == p {
			(*list)[i].Value = v
			return
		}
	}
	*list = append(*list, u)
}

// Updates lists the updates recorded outside of layer calls.
func (g *Graph) Updates() []Update { return slices.Clone(g.Root().updates) }

// ReadState returns the value of a parameter that calls change as they go (a moving average, a seed): in a layer call
// what the call itself last recorded for it, else what the calls before it leave.
func (g *Graph) ReadState(p *Param) *Node {
	r := g.Root()
	c := r.current()
	if c == nil {
		return r.Param(p)
	}
	for _, u := range c.Updates {
		if u.Param == p {
			return u.Value
		}
	}
	return r.leaf(StateOp{c, p}, p.spec, here())
}
