package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
)

// product is a matrix product or convolution in a unit: what follows it is done on blocks of its result while they are in the cache.
type product struct {
	node *graph.Node
	// bias is the vector along the last axis that is added, nil for none; relu tells whether what is below 0 is then set to 0. The
	// kernel does both, and value is the node that has the result.
	bias  *graph.Node
	relu  bool
	value *graph.Node
	// absorbed are the nodes up to value.
	absorbed graph.Nodes
}

func (p *product) absorb(n *graph.Node) {
	p.absorbed, p.value = append(p.absorbed, n), n
}

// absorbs reports whether the kernel of the unit's product computes a node.
func (u *unit) absorbs(n *graph.Node) bool {
	return u.product != nil && slices.Contains(u.product.absorbed, n)
}

// epiloguer joins products with the units that read them.
type epiloguer struct {
	*recomputer
	// blocks: any elementwise operation may follow a product. In a loop's body only bias and relu do: others may read what lies
	// elsewhere in each step.
	blocks  bool
	updated map[*graph.Node]bool
}

func (e *epiloguer) run(nodes graph.Nodes, updates []graph.Update) {
	e.updated = map[*graph.Node]bool{}
	for _, u := range updates {
		e.updated[u.Value] = true
	}
	for _, n := range nodes {
		if e.able(n) {
			e.attach(n)
		}
	}
}

// able reports whether the kernel of a node takes an epilogue.
func (e *epiloguer) able(n *graph.Node) bool {
	k := registry[n.Op().Name()]
	float := n.Dtype() == graph.Float32 || n.Dtype() == graph.Float64
	return k != nil && k.epilogue && float && n.Shape().Size() > 1 && !e.roots[n]
}

// attach finds what the kernel of a product can do after it.
func (e *epiloguer) attach(n *graph.Node) {
	p := &product{node: n, value: n, absorbed: graph.Nodes{n}}
	m := e.onlyReader(n)
	if m != nil && m.Op().Name() == "add" {
		if p.bias = biasOf(m, n); p.bias != nil && !e.of[m].holds(p.bias) {
			p.absorb(m)
			m = e.onlyReader(m)
		} else {
			p.bias, m = nil, nil
		}
	}
	if m != nil && m.Op().Name() == "relu" && (p.bias == nil || e.of[m] == e.of[p.value]) {
		p.relu = true
		p.absorb(m)
	}
	readers := e.outside(n)
	if len(readers) != 1 {
		return
	}
	u := readers[0]
	switch {
	case e.blocks && e.follows(u, n):
		u.nodes = withNode(u.nodes, n)
		e.enter(u, p)
	case len(p.absorbed) > 1 && u.product == nil:
		u.nodes = slices.DeleteFunc(u.nodes, func(m *graph.Node) bool { return slices.Contains(p.absorbed, m) })
		e.enter(&unit{nodes: slices.Clone(p.absorbed)}, p)
	}
}

// enter makes the product part of a unit that holds it.
func (e *epiloguer) enter(u *unit, p *product) {
	u.product = p
	for _, n := range p.absorbed {
		e.of[n] = u
	}
	if !slices.Contains(e.joined, u) {
		e.joined = append(e.joined, u)
	}
}

// onlyReader is the elementwise node that alone reads n, in one unit; nil for none.
func (e *epiloguer) onlyReader(n *graph.Node) *graph.Node {
	if len(e.readers[n]) != 1 || e.roots[n] {
		return nil
	}
	if m := e.readers[n][0]; fusable(m) && m.Shape().Equal(n.Shape()) && len(e.holders(m)) == 1 && !e.updated[m] {
		return m
	}
	return nil
}

// biasOf is the vector along the last axis, perhaps repeated, that the sum m adds to n; nil if it adds anything else.
func biasOf(m, n *graph.Node) *graph.Node {
	for i, x := range m.Inputs() {
		if x == n || m.In(1-i) != n {
			continue
		}
		v := x
		if isBroadcast(x) {
			v = x.In(0)
		}
		if d := n.Shape().Dim(-1); v.Shape().Size() == d && v.Shape().Rank() > 0 && v.Shape().Dim(-1) == d {
			return x
		}
	}
	return nil
}

// follows reports whether all of a unit can be done on blocks of the product n: it takes no sums, which would depend on the blocks,
// and does not run while parameters are written.
func (e *epiloguer) follows(u *unit, n *graph.Node) bool {
	if u.product != nil || len(u.nodes) >= maxFused {
		return false
	}
	for _, m := range u.nodes {
		if _, folds := foldOf(m); folds || e.updated[m] || !fusable(m) || !m.Shape().Equal(n.Shape()) {
			return false
		}
	}
	return e.closed(&unit{nodes: withNode(u.nodes, n)})
}

// withNode is the nodes with one more, by id.
func withNode(nodes graph.Nodes, n *graph.Node) graph.Nodes {
	all := append(slices.Clone(nodes), n)
	slices.SortFunc(all, func(a, b *graph.Node) int { return a.ID() - b.ID() })
	return all
}

// epilogue is what a product's kernel does with blocks of its result, tied to memory.
type epilogue struct {
	bias  backend.Slice // without elements for none
	relu  bool
	block func(worker, row, col, rows, cols int)
}

// epilogueOf is the epilogue as kernels take it, nil for none.
func epilogueOf[T kernels.Number](c *call) *kernels.Epilogue[T] {
	if c.epilogue == nil {
		return nil
	}
	e := &kernels.Epilogue[T]{Relu: c.epilogue.relu, Block: c.epilogue.block}
	if c.epilogue.bias.Len() > 0 {
		e.Bias = backend.Elements[T](c.epilogue.bias)
	}
	return e
}

// addProduct makes the product's part of a fused step. Its operands and its result come behind those of the tiles.
func (c *tiler) addProduct() {
	p, at := c.u.product, c.l.at[c.u.head()]
	n := p.node
	buf := c.p.newBuffer(n.Spec(), at, max(at, c.l.last[p.value]))
	c.p.values[p.value] = []*buffer{buf}
	s := &step{node: n, kernel: registry[n.Op().Name()], out: []graph.Spec{n.Spec()}, to: []*buffer{buf}}
	for _, x := range n.Inputs() {
		s.in, s.from = append(s.in, x.Spec()), append(s.from, c.p.operand(x, n, c.l))
	}
	if p.bias != nil {
		o := c.p.operand(p.bias, n, c.l) // of a repeated one that lies in memory, the first row
		o.spec.Shape = graph.Shape{n.Shape().Dim(-1)}
		s.in, s.from = append(s.in, o.spec), append(s.from, o)
	}
	if s.kernel.scratch != nil {
		if size := s.kernel.scratch(n.Op(), s.in[:len(n.Inputs())], s.out); size > 0 {
			s.scratch = c.p.newBuffer(graph.Spec{Dtype: graph.Uint8, Shape: graph.Shape{size}}, at, at)
		}
	}
	c.s.product = s
}

// joinProduct puts the product's operands and result into the lists of the step.
func (c *tiler) joinProduct() {
	if p := c.s.product; p != nil {
		c.s.in, c.s.from = append(c.s.in, p.in...), append(c.s.from, p.from...)
		c.s.out, c.s.to = append(c.s.out, p.out...), append(c.s.to, p.to...)
	}
}

// productReads reports whether the unit's product still reads a buffer while results are written.
func (c *tiler) productReads(b *buffer) bool {
	return c.s.product != nil && slices.ContainsFunc(c.s.product.from, func(o operand) bool { return o.buf == b })
}

// tieProduct makes the loops of a product and of the tiles that follow it. c is the call of the whole step.
func (x *instance) tieProduct(s *step, c *call) ([]par.Loop, error) {
	p, e := s.product, &epilogue{relu: s.unit.product.relu}
	inputs := c.inputs[len(c.inputs)-len(p.in):]
	if s.unit.product.bias != nil {
		e.bias = inputs[len(inputs)-1]
	}
	if len(s.tiles.code) > 0 {
		e.block = s.tiles.tie(c.inputs, c.outputs, c.scratch, x.p.pool.Threads()).block
	}
	n := len(p.node.Inputs())
	q := &call{op: p.node.Op(), in: p.in[:n], out: p.out, inputs: inputs[:n], outputs: c.outputs[len(c.outputs)-1:], fault: c.fault, epilogue: e}
	if p.scratch != nil {
		q.scratch = backend.Elements[byte](x.slots[p.scratch.index])
	}
	return p.kernel.types.find(p.kernel.dtype(q.in, q.out))(q)
}
