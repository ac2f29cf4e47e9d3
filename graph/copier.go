package graph

import (
	"fmt"
	"slices"
)

// Copier replays nodes into a graph. Nested models, bodies, the binding of sizes and every pass of the engine are this
// one function.
type Copier struct {
	Dst *Graph
	// Sub maps nodes to what stands for them in Dst; it grows by every node copied. Nodes before them are not visited.
	Sub map[*Node]*Node
	// Rewrite may answer another node for n, whose inputs are copied to in; nil copies n.
	Rewrite func(n *Node, in Nodes) *Node
	// Bind replaces inputs of which only the size is read by numbers: all specs must be known.
	Bind bool
	// CloneParam gives the parameter to read instead of p; nil shares the parameters.
	CloneParam func(p *Param) *Param
	// CloneLayer gives the layer to record instead of l in calls; nil shares the layers.
	CloneLayer func(l any) any

	outer   *Copier // of a body: the copier around it
	base    string  // the layer path under which the copies are made
	calls   map[*LayerCall]*LayerCall
	reached map[*LayerCall]bool // calls of which an output is copied
	order   []*LayerCall        // sources of calls, as met
	done    int                 // how many of order are complete
}

// Inside makes the copier that does in a body what c does around it.
func (c *Copier) Inside(body *Graph) *Copier {
	return &Copier{
		Dst: body, Sub: map[*Node]*Node{}, Rewrite: c.Rewrite, Bind: c.Bind,
		CloneParam: c.CloneParam, CloneLayer: c.CloneLayer, outer: c,
	}
}

// Copy copies the roots with all they depend on and returns their copies. Layer calls met on the way are recorded in
// Dst with their updates. The error is the first mistake found when shapes are inferred anew, or a missing input.
func (c *Copier) Copy(roots ...*Node) (Nodes, error) {
	if c.Sub == nil {
		c.Sub = map[*Node]*Node{}
	}
	if c.calls == nil {
		c.calls, c.reached = map[*LayerCall]*LayerCall{}, map[*LayerCall]bool{}
	}
	c.base = c.Dst.Root().path()
	if err := c.copyAll(roots); err != nil {
		return nil, err
	}
	if err := c.copyCalls(); err != nil {
		return nil, err
	}
	out := make(Nodes, len(roots))
	for i, n := range roots {
		out[i] = c.Sub[n]
	}
	return out, nil
}

// copyAll visits what the roots depend on in the order of ids, which puts inputs first.
func (c *Copier) copyAll(roots []*Node) error {
	var todo Nodes
	seen := map[*Node]bool{}
	stack := slices.Clone(roots)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == nil {
			continue
		}
		if n.err != nil {
			return n.err
		}
		if seen[n] || c.Sub[n] != nil {
			continue
		}
		seen[n] = true
		todo = append(todo, n)
		stack = append(stack, n.in...)
	}
	for _, n := range todo {
		if o, ok := n.op.(LayerOut); ok {
			c.reached[o.Call] = true
		}
	}
	slices.SortFunc(todo, func(a, b *Node) int { return a.id - b.id })
	for _, n := range todo {
		m, err := c.node(n, todo)
		if err != nil {
			return err
		}
		c.Sub[n] = m
	}
	return nil
}

func (c *Copier) node(n *Node, all Nodes) (*Node, error) {
	in := make(Nodes, len(n.in))
	for i, x := range n.in {
		in[i] = c.Sub[x]
	}
	if n.layer != "" {
		c.Dst.Push(n.layer)
		defer c.Dst.Pop()
	}
	var m *Node
	if c.Rewrite != nil {
		r := c.Dst.Root()
		outer := r.at
		r.at = &n.pos // what a rewrite makes stands where n stood
		m = c.Rewrite(n, in)
		r.at = outer
	}
	if m == nil {
		var err error
		if m, err = c.plain(n, in, all); err != nil {
			return nil, err
		}
	}
	return m, m.err
}

// plain copies n without a rewrite.
func (c *Copier) plain(n *Node, in, all Nodes) (*Node, error) {
	op := n.op
	switch o := op.(type) {
	case InputOp:
		if n.g == c.Dst {
			return n, nil
		}
		return nil, missing(n, all)
	case CapturedOp:
		if n.g == c.Dst {
			return n, nil
		}
		return nil, missing(n, all)
	case ParamOp:
		return c.Dst.Root().leaf(ParamOp{c.param(o.Param)}, n.spec, n.pos), nil
	case StateOp:
		return c.Dst.Root().leaf(StateOp{c.call(o.Call), c.param(o.Param)}, n.spec, n.pos), nil
	case LayerOut:
		return c.layerOut(n, o, in), nil
	case BodyOp:
		if n.g.Root() != c.Dst.Root() || c.Rewrite != nil || c.Bind || !sameSpecs(in, n.in) {
			bound, err := o.Rebind(c, specsOf(in))
			if err != nil {
				return nil, &Error{Op: op.Name(), Layer: n.layer, Pos: n.pos.String(), Err: err}
			}
			op = bound
		}
	}
	if b, ok := op.(Binder); ok && c.Bind {
		return c.bind(n, b, in)
	}
	return c.Dst.apply(op, in, n.pos), nil
}

// bind checks b with its shape-only inputs, then puts numbers in their place.
func (c *Copier) bind(n *Node, b Binder, in Nodes) (*Node, error) {
	if _, _, err := infer(b, in); err != nil {
		return c.Dst.fail(b.Name(), err, in, n.pos), nil
	}
	var keep Nodes
	for i, x := range in {
		if !b.ShapeOnly(i) {
			keep = append(keep, x)
		}
	}
	return c.Dst.apply(b.Bind(specsOf(in)), keep, n.pos), nil
}

func (c *Copier) param(p *Param) *Param {
	if c.CloneParam == nil {
		return p
	}
	return c.CloneParam(p)
}

// call returns the copy of a layer call.
func (c *Copier) call(old *LayerCall) *LayerCall {
	if k := c.calls[old]; k != nil {
		return k
	}
	r := c.Dst.Root()
	parent := r.current()
	for k := c; k != nil; k = k.outer {
		if old.Parent != nil && k.reached[old.Parent] { // an outer call whose result is not copied does not exist in Dst
			parent = k.call(old.Parent)
			break
		}
	}
	k := &LayerCall{Parent: parent, Layer: old.Layer, Path: join(c.base, old.Path), Args: old.Args, Training: old.Training, Seed: old.Seed, index: len(r.calls), Outputs: make(Nodes, len(old.Outputs))}
	if c.CloneLayer != nil && old.Layer != nil {
		k.Layer = c.CloneLayer(old.Layer)
	}
	r.calls = append(r.calls, k)
	c.calls[old] = k
	c.order = append(c.order, old)
	return k
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "/" + b
}

func (c *Copier) layerOut(n *Node, o LayerOut, in Nodes) *Node {
	call := c.call(o.Call)
	at := in[0].g
	if len(in) == 2 && in[1].g.depth > at.depth {
		at = in[1].g
	}
	m := at.apply(LayerOut{call, o.I}, in, n.pos)
	for len(call.Outputs) <= o.I {
		call.Outputs = append(call.Outputs, nil)
	}
	call.Outputs[o.I] = m
	return m
}

// copyCalls completes the calls that were met: their inputs where copied, updates and losses in full.
func (c *Copier) copyCalls() error {
	for ; c.done < len(c.order); c.done++ {
		old := c.order[c.done]
		k := c.calls[old]
		for _, x := range old.Inputs {
			k.Inputs = append(k.Inputs, c.Sub[x])
		}
		roots := slices.Clone(old.Losses)
		for _, u := range old.Updates {
			roots = append(roots, u.Value)
		}
		if err := c.copyAll(roots); err != nil {
			return err
		}
		for _, x := range old.Losses {
			k.Losses = append(k.Losses, c.Sub[x])
		}
		for _, u := range old.Updates {
			k.Updates = append(k.Updates, Update{c.param(u.Param), c.Sub[u.Value]})
		}
	}
	return nil
}

func sameSpecs(a, b Nodes) bool {
	for i := range a {
		if a[i].spec.Dtype != b[i].spec.Dtype || !a[i].spec.Shape.Equal(b[i].spec.Shape) {
			return false
		}
	}
	return true
}

// missing says which operation needs an input that is not there.
func missing(n *Node, all Nodes) error {
	e := &Error{Op: "input " + n.name, Pos: n.pos.String()}
	for _, x := range all {
		if slices.Contains(x.in, n) {
			e.Layer = x.layer
			e.Err = fmt.Errorf("%s (%s) needs it, but it is not fed: add it to the inputs, or feed a node between them", x.name, x.Pos())
			return e
		}
	}
	e.Err = fmt.Errorf("it is not among the inputs")
	return e
}
