package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
)

// buffer is memory that one or more nodes use: at a place in the arena, a parameter's own, or a constant.
type buffer struct {
	spec        graph.Spec // of the first node that uses it
	first, last int        // the steps between which it holds something needed
	offset      int        // in the arena
	param       *graph.Param
	constant    any
	outer       int // 1 + the number of the slice that is given; 0 for none
	index       int // in program.buffers
}

// fixed reports that the memory is not in the arena and must not be overwritten by a step.
func (b *buffer) fixed() bool { return b.param != nil || b.constant != nil || b.outer > 0 }

// align is the alignment of every buffer: a cache line, and the widest vector.
const align = 64

// bytes is the memory that a tensor takes, rounded up to whole lines.
func bytes(s graph.Spec) int {
	return (s.Shape.Size()*s.Dtype.Size() + align - 1) &^ (align - 1)
}

func (p *program) newBuffer(spec graph.Spec, first, last int) *buffer {
	return p.enter(&buffer{spec: spec, first: first, last: last})
}

// enter adds a buffer to the program.
func (p *program) enter(b *buffer) *buffer {
	b.index = len(p.buffers)
	p.buffers = append(p.buffers, b)
	return b
}

// place gives every buffer its offset: the largest first, each at the lowest place that is free during its life.
func (p *program) place() {
	var todo []*buffer
	for _, b := range p.buffers {
		if !b.fixed() && b.spec.Dtype != graph.String {
			todo = append(todo, b)
			p.total += bytes(b.spec)
		}
	}
	slices.SortStableFunc(todo, func(a, b *buffer) int { return bytes(b.spec) - bytes(a.spec) })
	var placed []*buffer // by offset
	for _, b := range todo {
		size, at := bytes(b.spec), 0
		for _, q := range placed {
			if q.last < b.first || b.last < q.first {
				continue
			}
			if q.offset >= at+size {
				break
			}
			at = max(at, q.offset+bytes(q.spec))
		}
		b.offset = at
		p.arena = max(p.arena, at+size)
		i, _ := slices.BinarySearchFunc(placed, at, func(q *buffer, at int) int { return q.offset - at })
		placed = slices.Insert(placed, i, b)
	}
}

// liveness is who reads what, and when last.
type liveness struct {
	end     int                         // the number of units
	at      map[*graph.Node]int         // position in the order of steps
	last    map[*graph.Node]int         // when the memory of a node, seen through its views, is read last
	virtual map[*graph.Node]bool        // broadcasts that are not computed: their readers read repeatedly
	escapes map[*graph.Node]bool        // results that are read outside of the unit that computes them
	parts   map[*graph.Node]map[int]int // when each result of a tuple is read last
}

// newLiveness looks at the units in the order in which they run. What the roots hold is needed to the end.
func newLiveness(units []*unit, roots graph.Nodes) *liveness {
	l := &liveness{len(units), map[*graph.Node]int{}, map[*graph.Node]int{}, map[*graph.Node]bool{}, map[*graph.Node]bool{}, map[*graph.Node]map[int]int{}}
	readers := map[*graph.Node]graph.Nodes{}
	fused := map[*graph.Node]bool{}
	for i, u := range units {
		for _, n := range u.nodes {
			if !u.copies[n] {
				l.at[n], l.last[n], fused[n] = i, i, len(u.nodes) > 1 && (u.product == nil || n != u.product.node)
			}
			for _, x := range n.Inputs() {
				readers[x] = append(readers[x], n)
				l.escapes[x] = l.escapes[x] || !u.holds(x)
			}
		}
	}
	for _, r := range roots {
		l.last[r], l.escapes[r] = len(units), true
	}
	for n, list := range readers {
		l.virtual[n] = isBroadcast(n) && l.last[n] < len(units) && allStrided(list, fused)
	}
	// Backwards, so that a view's reads count for what it views.
	for i := len(units) - 1; i >= 0; i-- {
		for _, n := range units[i].nodes {
			l.reads(n, i)
		}
	}
	return l
}

// reads notes that n reads its inputs at a position in the order.
func (l *liveness) reads(n *graph.Node, at int) {
	if _, ok := n.Op().(graph.Projection); ok {
		l.part(n.In(0), backend.ResultOf(n), l.last[n])
		return
	}
	if isView(n) || l.virtual[n] {
		at = max(at, l.last[n])
	}
	for _, x := range n.Inputs() {
		l.last[x] = max(l.last[x], at)
	}
}

func (l *liveness) part(tuple *graph.Node, i, last int) {
	if l.parts[tuple] == nil {
		l.parts[tuple] = map[int]int{}
	}
	l.parts[tuple][i] = max(l.parts[tuple][i], last)
}

// results is when result i of a node is read last.
func (l *liveness) results(n *graph.Node, i int) int {
	if n.IsTuple() {
		return max(l.at[n], l.parts[n][i])
	}
	return l.last[n]
}

// read reports whether a projection reads result i of a tuple.
func (l *liveness) read(tuple *graph.Node, i int) bool {
	_, ok := l.parts[tuple][i]
	return ok
}

// isView reports that a node is its input's memory under another shape.
func isView(n *graph.Node) bool {
	switch n.Op().Name() {
	case "reshape", "merge_axes", "barrier":
		return true
	}
	_, transparent := n.Op().(graph.Transparent)
	return transparent
}

func isBroadcast(n *graph.Node) bool { return n.Op().Name() == "broadcast_to" }

// allStrided reports that every reader can read its operands repeated.
func allStrided(readers graph.Nodes, fused map[*graph.Node]bool) bool {
	for _, r := range readers {
		k := registry[r.Op().Name()]
		if !fused[r] && (k == nil || !k.strided) {
			return false
		}
	}
	return true
}
