package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
)

// committer finds the fused units that may run while the parameters are written: their results are new values of
// parameters, which then go straight into the parameters' memory, tile by tile, instead of waiting in the arena. For an
// optimizer's step this saves most of its traffic.
type committer struct {
	param   map[*graph.Node]*graph.Param // by new value
	outputs map[*graph.Node]bool
	readers map[*graph.Node]graph.Nodes
	unit    map[*graph.Node]*unit
	chosen  map[*unit]bool
}

// deferCommits moves such units to the end of the order and returns how many there are. Each of their results is given
// its parameter in unit.into.
func deferCommits(units []*unit, src source) ([]*unit, int) {
	c := committer{map[*graph.Node]*graph.Param{}, map[*graph.Node]bool{}, map[*graph.Node]graph.Nodes{}, map[*graph.Node]*unit{}, map[*unit]bool{}}
	c.enter(units, src)
	reads := map[*graph.Param]*graph.Node{}
	for _, u := range units {
		if op, ok := u.head().Op().(graph.ParamOp); ok {
			reads[op.Param] = u.head()
		}
		c.chosen[u] = len(u.nodes) > 1 && u.product == nil && c.onlyUpdates(u)
	}
	for changed := true; changed; {
		changed = false
		for u := range c.chosen {
			if c.chosen[u] && !c.undisturbed(u, reads) {
				c.chosen[u], changed = false, true
			}
		}
	}
	var first, last []*unit
	for _, u := range units {
		if !c.chosen[u] {
			first = append(first, u)
			continue
		}
		u.into = map[*graph.Node]*graph.Param{}
		for _, n := range u.nodes {
			if p := c.param[n]; p != nil {
				u.into[n] = p
			}
		}
		last = append(last, u)
	}
	return append(first, last...), len(last)
}

func (c *committer) enter(units []*unit, src source) {
	for _, u := range src.updates {
		if c.param[u.Value] != nil { // one value for two parameters is copied
			c.outputs[u.Value] = true
		}
		c.param[u.Value] = u.Param
	}
	for _, n := range src.outputs {
		c.outputs[n] = true
	}
	for _, u := range units {
		for _, n := range u.nodes {
			if !u.copies[n] {
				c.unit[n] = u
			}
			for _, x := range n.Inputs() {
				c.readers[x] = append(c.readers[x], n)
				if u.copies[n] && !u.holds(x) { // the unit of n is not all that reads x
					c.outputs[x] = true
				}
			}
		}
	}
}

// onlyUpdates reports that nothing but new values of parameters leaves the unit.
func (c *committer) onlyUpdates(u *unit) bool {
	for _, n := range u.nodes {
		_, folds := foldOf(n)
		leaves := folds || slices.ContainsFunc(c.readers[n], func(r *graph.Node) bool { return c.unit[r] != u })
		if leaves || c.outputs[n] {
			return false
		}
	}
	return true
}

// undisturbed reports that no other unit that runs while parameters are written reads a parameter that u writes.
func (c *committer) undisturbed(u *unit, reads map[*graph.Param]*graph.Node) bool {
	for _, n := range u.nodes {
		p := c.param[n]
		if p == nil || reads[p] == nil {
			continue
		}
		for _, r := range c.readers[reads[p]] {
			v := c.unit[r]
			if isView(r) || isBroadcast(r) || v != u && c.chosen[v] {
				return false
			}
		}
	}
	return true
}

// separate keeps the scratch memory of the steps that write parameters apart, since they run at the same time.
func (p *program) separate(l *liveness) {
	for _, s := range p.steps[len(p.steps)-p.commits:] {
		if s.scratch != nil {
			s.scratch.first, s.scratch.last = l.end-p.commits, l.end
		}
	}
}

// piece is some iterations of one of several loops.
type piece struct{ loop, lo, hi int }

// together is one loop over the iterations of several that need not wait for one another, cut as each of them is: little ones make
// a chunk together.
func together(loops []par.Loop) par.Loop {
	var groups [][]piece
	size := chunk // of the last group
	for i, l := range loops {
		step := l.Chunk
		if step <= 0 {
			step = max(l.N, 1)
		}
		for lo := 0; lo < l.N; lo += step {
			p := piece{i, lo, min(lo+step, l.N)}
			if n := p.hi - p.lo; size+n <= chunk {
				groups[len(groups)-1], size = append(groups[len(groups)-1], p), size+n
				continue
			}
			groups, size = append(groups, []piece{p}), p.hi-p.lo
		}
	}
	return par.Loop{N: len(groups), Chunk: 1, Body: func(worker, lo, hi int) {
		for _, g := range groups[lo:hi] {
			for _, p := range g {
				loops[p.loop].Body(worker, p.lo, p.hi)
			}
		}
	}}
}
