package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
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
		c.chosen[u] = len(u.nodes) > 1 && c.onlyUpdates(u)
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
			c.unit[n] = u
			for _, x := range n.Inputs() {
				c.readers[x] = append(c.readers[x], n)
			}
		}
	}
}

// onlyUpdates reports that nothing but new values of parameters leaves the unit.
func (c *committer) onlyUpdates(u *unit) bool {
	for _, n := range u.nodes {
		leaves := slices.ContainsFunc(c.readers[n], func(r *graph.Node) bool { return c.unit[r] != u })
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
