package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// cheap are the operations that cost less than memory traffic.
var cheap = map[string]bool{
	"add": true, "sub": true, "mul": true, "neg": true, "abs": true, "square": true, "relu": true, "select": true, "maximum": true,
	"minimum": true, "greater": true, "greater_equal": true, "less": true, "less_equal": true, "equal": true, "not_equal": true,
}

// recomputer lets units compute cheap values of other units for themselves, where this moves fewer bytes than writing the values to
// memory and reading them back.
type recomputer struct {
	*fuser
	readers map[*graph.Node]graph.Nodes
	roots   map[*graph.Node]bool
	units   []*unit // those that hold copies
}

func newRecomputer(f *fuser, nodes, roots graph.Nodes) *recomputer {
	r := &recomputer{fuser: f, readers: map[*graph.Node]graph.Nodes{}, roots: map[*graph.Node]bool{}}
	for _, n := range nodes {
		for _, x := range n.Inputs() {
			r.readers[x] = append(r.readers[x], n)
		}
	}
	for _, n := range roots {
		r.roots[n] = true
	}
	return r
}

// run looks at the last nodes first, so that a chain of cheap values goes from unit to unit as a whole.
func (r *recomputer) run(nodes graph.Nodes) {
	for _, m := range slices.Backward(nodes) {
		if fusable(m) && cheap[m.Op().Name()] && !r.roots[m] && !readsParam(m) {
			r.try(m)
		}
	}
}

// readsParam reports whether a parameter is an operand: which units may run while parameters are written is decided by what
// they read.
func readsParam(n *graph.Node) bool {
	for _, x := range n.Inputs() {
		for isView(x) || isBroadcast(x) {
			x = x.In(0)
		}
		if _, ok := x.Op().(graph.ParamOp); ok {
			return true
		}
	}
	return false
}

// holders are the units that compute a node.
func (r *recomputer) holders(n *graph.Node) []*unit {
	out := []*unit{r.of[n]}
	for _, u := range r.units {
		if u.copies[n] {
			out = append(out, u)
		}
	}
	return out
}

// outside are the units that read what n leaves in memory.
func (r *recomputer) outside(n *graph.Node) []*unit {
	var out []*unit
	for _, m := range r.readers[n] {
		for _, u := range r.holders(m) {
			if !u.holds(n) && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

// try gives all units that read m from memory a copy of it.
func (r *recomputer) try(m *graph.Node) {
	units := r.outside(m)
	if len(units) == 0 || !r.pays(m, units) {
		return
	}
	for _, u := range units {
		if u.copies == nil {
			u.copies = map[*graph.Node]bool{}
			r.units = append(r.units, u)
		}
		u.copies[m] = true
		u.nodes = append(u.nodes, m)
		slices.SortFunc(u.nodes, func(a, b *graph.Node) int { return a.ID() - b.ID() })
	}
	home := r.of[m]
	if r.neededAtHome(m) {
		return
	}
	home.nodes = slices.DeleteFunc(home.nodes, func(n *graph.Node) bool { return n == m })
	r.of[m] = units[0]
	delete(units[0].copies, m)
}

// neededAtHome reports whether other nodes of its unit read m.
func (r *recomputer) neededAtHome(m *graph.Node) bool {
	return slices.ContainsFunc(r.of[m].nodes, func(n *graph.Node) bool { return slices.Contains(n.Inputs(), m) })
}

// pays reports whether the units can hold m, and move fewer bytes then: each reads the operands of m instead of m, which is no
// longer written; an operand may have to be.
func (r *recomputer) pays(m *graph.Node, units []*unit) bool {
	size := func(n *graph.Node) int { return n.Dtype().Size() }
	saved := size(m)
	for _, u := range units {
		shape, ok := extent(u.head())
		if !ok || !shape.Equal(m.Shape()) || len(u.nodes) >= maxFused {
			return false
		}
		saved += size(m)
		for _, x := range m.Inputs() {
			if !isBroadcast(x) && x.Shape().Equal(shape) && !r.reads(u, x) {
				saved -= size(x)
			}
		}
	}
	if home := r.of[m]; !r.neededAtHome(m) {
		for _, x := range m.Inputs() {
			others := slices.ContainsFunc(home.nodes, func(n *graph.Node) bool { return n != m && slices.Contains(n.Inputs(), x) })
			if !isBroadcast(x) && x.Shape().Equal(m.Shape()) && !others && !home.holds(x) {
				saved += size(x)
			}
		}
	}
	for _, x := range m.Inputs() {
		inMemory := !fusable(x) || r.roots[x] || len(r.of[x].nodes) == 1 || len(r.outside(x)) > 0
		if !inMemory && x.Shape().Equal(m.Shape()) {
			saved -= size(x)
		}
	}
	return saved >= 0
}

// reads reports whether a unit has the elements of x at hand.
func (r *recomputer) reads(u *unit, x *graph.Node) bool {
	return u.holds(x) || slices.ContainsFunc(u.nodes, func(n *graph.Node) bool { return slices.Contains(n.Inputs(), x) })
}
