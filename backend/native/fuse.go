package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// unit is what becomes one step: a node, or several elementwise nodes of one shape, and sums of them, whose intermediate results
// never leave the cache.
type unit struct {
	nodes graph.Nodes // by id; the last one names the step
	// copies are the nodes that another unit computes as well, which gives them memory if they need any.
	copies  map[*graph.Node]bool
	product *product // what the elementwise nodes follow, nil for nothing
	// into holds the parameters in which results are put, if the unit runs while these are written.
	into map[*graph.Node]*graph.Param
}

// Bounds of a unit: its tiles have to fit in the cache, and the search for a cycle must end.
const (
	maxFused  = 64
	maxVisits = 2000
)

// fuser joins nodes to units.
type fuser struct {
	of     map[*graph.Node]*unit
	joined []*unit // of several nodes, those that have become part of a larger one included
}

// schedule puts the nodes of a source, which are in the order of their ids, into units in an order in which they can run.
func (p *program) schedule(nodes graph.Nodes, src source) []*unit {
	f := &fuser{of: map[*graph.Node]*unit{}}
	tiles := p.fuses("tiles")
	for _, n := range nodes {
		f.of[n] = &unit{nodes: graph.Nodes{n}}
		if tiles {
			f.join(n)
		}
	}
	r := newRecomputer(f, nodes, slices.Concat(src.roots(), src.kept))
	if tiles {
		r.run(nodes)
	}
	if p.fuses("epilogue") {
		e := &epiloguer{recomputer: r, blocks: tiles && len(src.kept)+len(src.outer) == 0}
		e.run(nodes, src.updates)
	}
	return f.order(nodes)
}

// fusable reports whether a node can be part of a larger unit.
func fusable(n *graph.Node) bool {
	_, elementwise := n.Op().(ops.Elementwise)
	return elementwise && !n.IsTuple() && n.Shape().Size() > 1 && microOf(n) != nil
}

// extent is the shape of the elements that a node works through as part of a unit; ok is false for what has to be a step of its own.
func extent(n *graph.Node) (shape graph.Shape, ok bool) {
	if _, folds := foldOf(n); folds {
		return n.In(0).Shape(), true
	}
	return n.Shape(), fusable(n)
}

// shape is the extent of all nodes of a unit of several.
func (u *unit) shape() graph.Shape {
	shape, _ := extent(u.nodes[0])
	return shape
}

// holds reports whether the unit computes a node for itself.
func (u *unit) holds(n *graph.Node) bool { return slices.Contains(u.nodes, n) }

// join merges the unit of n with those of its inputs where the result can still be run at once.
func (f *fuser) join(n *graph.Node) {
	shape, ok := extent(n)
	if !ok {
		return
	}
	for _, x := range n.Inputs() {
		a, b := f.of[n], f.of[x]
		if b == nil || a == b || !fusable(x) || !x.Shape().Equal(shape) || len(a.nodes)+len(b.nodes) > maxFused {
			continue
		}
		both := &unit{nodes: slices.Concat(a.nodes, b.nodes)}
		slices.SortFunc(both.nodes, func(a, b *graph.Node) int { return a.ID() - b.ID() })
		if f.closed(both) {
			f.joined = slices.DeleteFunc(f.joined, func(u *unit) bool { return u == a || u == b })
			f.joined = append(f.joined, both)
			for _, m := range both.nodes {
				f.of[m] = both
			}
		}
	}
}

// closed reports that nothing which the unit reads depends on the unit: else it would have to wait for itself.
func (f *fuser) closed(u *unit) bool {
	member := map[*graph.Node]bool{}
	for _, n := range u.nodes {
		member[n] = true
	}
	done := f.settled(u.nodes[0].ID())
	var stack graph.Nodes
	seen := map[*graph.Node]bool{}
	push := func(nodes graph.Nodes) {
		for _, n := range nodes {
			if !seen[n] {
				seen[n] = true
				stack = append(stack, n)
			}
		}
	}
	for _, n := range u.nodes {
		for _, x := range n.Inputs() {
			if !member[x] {
				push(graph.Nodes{x})
			} else if _, folds := foldOf(x); folds { // a sum is there only when the unit is done
				return false
			}
		}
	}
	for visits := 0; len(stack) > 0; visits++ {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if member[n] || visits > maxVisits {
			return false
		}
		whole := graph.Nodes{n}
		if v := f.of[n]; v != nil {
			whole = v.nodes // n is there only when all of its unit is
		}
		if n.ID() <= done {
			continue
		}
		for _, m := range whole {
			push(m.Inputs())
		}
	}
	return true
}

// settled is the largest id below first such that no unit has nodes on both sides of it: what lies there depends on
// nothing behind it, not even through the units of which it is part.
func (f *fuser) settled(first int) int {
	cut := first - 1
	for again := true; again; {
		again = false
		for _, u := range f.joined {
			if len(u.nodes) == 0 {
				continue
			}
			if lo := u.nodes[0].ID(); lo <= cut && cut < u.head().ID() {
				cut, again = lo-1, true
			}
		}
	}
	return cut
}

// order sorts the units so that inputs come first, otherwise by their last nodes.
func (f *fuser) order(nodes graph.Nodes) []*unit {
	var units []*unit
	placed := map[*unit]bool{}
	var place func(u *unit)
	place = func(u *unit) {
		if placed[u] {
			return
		}
		placed[u] = true
		for _, n := range u.nodes {
			for _, x := range n.Inputs() {
				if !u.holds(x) {
					place(f.of[x])
				}
			}
		}
		units = append(units, u)
	}
	for _, n := range nodes {
		if u := f.of[n]; u.head() == n {
			place(u)
		}
	}
	return units
}

// head is the node that names the unit.
func (u *unit) head() *graph.Node { return u.nodes[len(u.nodes)-1] }
