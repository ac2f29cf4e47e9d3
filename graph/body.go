package graph

// Body makes a graph for the body of a loop or a condition that is used in g. Its operations may use nodes of the graphs
// around it: they are captured.
func (g *Graph) Body(name string) *Graph {
	b := New(name)
	b.parent, b.depth = g, g.depth+1
	return b
}

// Home is the graph in which an operation on the given nodes is made: the innermost of their graphs, or the branch being
// built in it. It is nil without nodes.
func Home(in ...*Node) *Graph {
	var g *Graph
	for _, n := range in {
		if n != nil && n.g != nil && (g == nil || n.g.depth > g.depth) {
			g = n.g
		}
	}
	if g == nil {
		return nil
	}
	if b := g.Root().branch; b.within(g) {
		return b
	}
	return g
}

// within reports whether g is outer or inside of it.
func (g *Graph) within(outer *Graph) bool {
	for ; g != nil; g = g.parent {
		if g == outer {
			return true
		}
	}
	return false
}

// Enter begins the building of the body g; leave ends it. The branch of a condition keeps what it computes: until leave
// is called, operations on nodes of the graphs around it are made in it. A loop leaves them outside.
func (g *Graph) Enter(branch bool) (leave func()) {
	r := g.Root()
	oldInner, oldBranch := r.inner, r.branch
	r.inner = g
	if branch {
		r.branch = g
	}
	return func() { r.inner, r.branch = oldInner, oldBranch }
}

// Innermost is the innermost body being built inside of g, g itself if there is none.
func (g *Graph) Innermost() *Graph {
	if b := g.Root().inner; b.within(g) {
		return b
	}
	return g
}

// Capture returns the node that stands for n in g: n itself, or the leaf of a body for a node of a graph around it.
// It is nil if n's graph is not around g, or if the body is closed and has no such leaf.
func (g *Graph) Capture(n *Node) *Node {
	if n.g == g {
		return n
	}
	if g.parent == nil {
		return nil
	}
	outer := g.parent.Capture(n)
	if outer == nil {
		return nil
	}
	if _, ok := outer.op.(ConstOp); ok { // a constant is copied, so that it folds inside
		return g.apply(outer.op, nil, outer.pos)
	}
	for i, c := range g.captured {
		if c == outer {
			return g.leaves[i]
		}
	}
	if g.closed {
		return nil
	}
	leaf := g.leaf(CapturedOp{len(g.leaves)}, outer.spec, outer.pos)
	g.captured = append(g.captured, outer)
	g.leaves = append(g.leaves, leaf)
	return leaf
}

// Captured lists the outer nodes that a body reads, in the order of [Graph.Leaves]. It is empty for a body that was
// bound: there the inputs of the op that holds the body say what is read.
func (g *Graph) Captured() Nodes { return g.captured }

// Leaves lists the nodes of a body that stand for captured ones.
func (g *Graph) Leaves() Nodes { return g.leaves }

// Close ends the capturing: later operations may use only what is captured already.
func (g *Graph) Close() { g.closed = true }

// Rebody makes an empty closed body in parent with the same number of captured leaves, of the given specs.
func (g *Graph) Rebody(parent *Graph, captured []Spec) *Graph {
	b := parent.Body(g.name)
	for i, s := range captured {
		b.leaves = append(b.leaves, b.leaf(CapturedOp{i}, s, g.leaves[i].pos))
	}
	b.closed = true
	return b
}
