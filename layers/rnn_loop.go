package layers

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// plan is how a cell of ours computes its steps. What does not depend on the states is taken out of the loop: input computes
// it, for one step or with all steps along axis 0.
type plan struct {
	input func(x *graph.Node) *graph.Node
	step  func(x *graph.Node, states graph.Nodes) (y *graph.Node, next graph.Nodes)
	// whole computes all steps of x (batch, steps, ...) in one operation: the outputs in the order of x, and the last states. nil if
	// there is none.
	whole func(x *graph.Node, states graph.Nodes, backwards bool) (ys *graph.Node, last graph.Nodes)
	state int         // the index of the state that equals the output
	bad   *graph.Node // a recorded mistake
}

// fused adds the operation over a whole sequence if the cell's settings are those that it serves. In 16 bits each operation of a step
// rounds, which it would not.
func (p plan) fused(c *Context, whole func(x *graph.Node, states graph.Nodes, backwards bool) (ys *graph.Node, last graph.Nodes), fits bool) plan {
	if fits && (c.compute == graph.Float32 || c.compute == graph.Float64) {
		p.whole = whole
	}
	return p
}

// planner is a cell that makes a plan: its weights, and dropout masks that all steps share. in is the shape of one step's
// input and like a node whose axis 0 is the batch, outside of the loop.
type planner interface {
	Cell
	plan(c *Context, in graph.Shape, like *graph.Node) plan
}

// planOf makes the plan of any cell; state is -1 if no state is known to be the output.
func planOf(c *Context, cell Cell, in graph.Shape, like *graph.Node) plan {
	if p, ok := cell.(planner); ok {
		return p.plan(c, in, like)
	}
	return plan{
		input: func(x *graph.Node) *graph.Node { return x },
		step: func(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
			return cell.Step(c, x, states)
		},
		state: -1,
	}
}

// one computes a single step.
func (p plan) one(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	if p.bad != nil {
		return p.bad, poisoned(len(states), p.bad)
	}
	return p.step(p.input(x), states)
}

// recurrence is a recurrent layer: a cell, its name inside the layer, and the settings of the loop.
type recurrence struct {
	cell                                        Cell
	name                                        string
	sequences, state, backwards, stateful, zero bool
}

// recur runs the cell over the steps of in[0]: (batch, steps, ...); further inputs are first states.
func (c *Context) recur(r recurrence, in []*graph.Node) graph.Nodes {
	fail := func(bad *graph.Node) graph.Nodes { return poisoned(numOutputs(c.layer.(Layer), c.args), bad) }
	if len(in) == 0 {
		return fail(c.Errorf("there is no input: pass the sequences as first input or in Args.Inputs"))
	}
	x := in[0]
	if x.Shape().Rank() < 3 {
		return fail(c.Errorf("the input has the shape %v, want (batch, steps, features)", x.Shape()))
	}
	cell := c.Enter(r.name, r.cell)
	defer cell.seeded()()
	if x.Dtype() != cell.compute {
		x = ops.Cast(x, cell.compute)
	}
	p := planOf(cell, r.cell, withoutSteps(x.Shape()), x)
	if p.bad != nil {
		return fail(p.bad)
	}
	initial, zeros, err := c.firstStates(r, cell, x, in)
	if err != nil {
		return fail(c.Fail(err))
	}
	mask, err := stepMask(c.stepsMask(in), x)
	if err != nil {
		return fail(c.Fail(err))
	}
	y, states := r.loop(p, x, mask, initial, zeros)
	if r.stateful {
		for i, s := range states {
			c.g.Update(c.memory(i), ops.Cast(s, c.variable))
		}
	}
	out := graph.Nodes{y}
	if r.state {
		out = append(out, states...)
	}
	for i, n := range out {
		if !n.Poisoned() && n.Dtype() != c.compute {
			out[i] = ops.Cast(n, c.compute)
		}
	}
	if r.sequences {
		c.PassMask()
	}
	return out
}

// seeded makes random operations draw from the cell's own seed state until the returned function is called.
func (c *Context) seeded() func() {
	old := c.call.Seed
	c.call.Seed = func() *graph.Param { return c.seed() }
	return func() { c.call.Seed = old }
}

// stepMask is a mask (batch, steps) as bools with the steps first: (steps, batch).
func stepMask(mask, x *graph.Node) (*graph.Node, error) {
	if mask == nil {
		return nil, nil
	}
	if mask.Shape().Rank() == 3 && mask.Shape().Dim(2) == 1 {
		mask = ops.Squeeze(mask, 2)
	}
	if mask.Shape().Rank() != 2 {
		return nil, fmt.Errorf("the mask has the shape %v, want (batch, steps) for the input %v", mask.Shape(), x.Shape())
	}
	return ops.SwapAxes(ops.Cast(mask, graph.Bool), 0, 1), nil
}

// loop builds the loop over the steps of x and returns the output and the last states. zeros says that the first states are
// zeros.
func (r recurrence) loop(p plan, x, mask *graph.Node, initial graph.Nodes, zeros bool) (*graph.Node, graph.Nodes) {
	if p.whole != nil && mask == nil {
		ys, last := p.whole(x, initial, r.backwards)
		switch {
		case !r.sequences:
			return last[p.state], last
		case r.backwards:
			return ops.Flip(ys, 1), last
		}
		return ys, last
	}
	n := len(initial)
	seqs := graph.Nodes{p.input(ops.SwapAxes(x, 0, 1))}
	if mask != nil {
		seqs = append(seqs, mask)
	}
	// The output before is carried, unless a state is always equal to it.
	carries := p.state < 0 || mask != nil && (r.zero || !zeros)
	if carries {
		var y *graph.Node // for its shape
		if p.state >= 0 {
			y = initial[p.state]
		} else {
			y, _ = p.one(ops.Squeeze(ops.SliceAxis(x, 1, 0, 1), 1), initial)
		}
		initial = append(slices.Clone(initial), ops.ZerosLike(y))
	}
	outputs := 0
	if r.sequences {
		outputs = 1
	}
	ys, last := ops.ScanOver(ops.ScanConfig{
		Initial: initial, Sequences: seqs, Reverse: r.backwards, Outputs: outputs,
		Step: func(xs, carry graph.Nodes) (ys, next graph.Nodes) {
			y, next := p.step(xs[0], carry[:n])
			if mask != nil {
				next = keep(xs[1], next, carry[:n])
			}
			switch {
			case !carries:
				y = next[p.state]
			case mask != nil && r.zero:
				y = keep(xs[1], graph.Nodes{y}, graph.Nodes{ops.ZerosLike(y)})[0]
			case mask != nil:
				y = keep(xs[1], graph.Nodes{y}, carry[n:])[0]
			}
			if carries {
				next = append(slices.Clone(next), y)
			}
			return graph.Nodes{y}[:outputs], next
		},
	})
	switch {
	case r.sequences && r.backwards:
		return ops.SwapAxes(ops.Flip(ys[0], 0), 0, 1), last[:n]
	case r.sequences:
		return ops.SwapAxes(ys[0], 0, 1), last[:n]
	case carries:
		return last[n], last[:n]
	}
	return last[p.state], last[:n]
}

// keep takes new where mask: (batch) is true and old elsewhere.
func keep(mask *graph.Node, new, old graph.Nodes) graph.Nodes {
	out := make(graph.Nodes, min(len(new), len(old)))
	for i := range out {
		m := mask
		for m.Shape().Rank() < new[i].Shape().Rank() {
			m = ops.ExpandDims(m, -1)
		}
		out[i] = ops.Where(m, new[i], old[i])
	}
	return out
}

// stepsMask is the mask of the sequences. One that travels with them is not looked at where first states are given: Keras hands
// such masks on only in calls with one tensor argument.
func (c *Context) stepsMask(in []*graph.Node) *graph.Node {
	if c.args.Mask == nil && len(in)+len(c.args.InitialState) > 1 {
		return nil
	}
	return c.Mask(0)
}
