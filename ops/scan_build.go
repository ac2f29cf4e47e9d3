package ops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// ScanConfig describes a loop that [ScanOver] builds.
type ScanConfig struct {
	// Initial are the values that the first step finds carried.
	Initial graph.Nodes
	// Sequences are cut along axis 0: step t gets element t of each, without that axis.
	Sequences graph.Nodes
	// Length stands in for sequences where there are none: the size of its axis 0 is the number of steps.
	Length *graph.Node
	// Reverse runs from the last element to the first. The ys stay in the order of the sequences.
	Reverse bool
	// Outputs is the number of ys that Step returns.
	Outputs int
	// Step computes one step. It may use any node of the graphs around it.
	Step func(xs, carry graph.Nodes) (ys, next graph.Nodes)
}

// ScanOver builds a loop over axis 0 of sequences. Each y is the stack of the ys of all steps along a new axis 0; last are
// the carried values after the last step. It is what recurrent layers are made of; [Scan] is the simpler form.
//
// The number of steps may be unknown. A carried value keeps its dtype and shape from step to step. What Step computes
// from outer nodes only is computed once, outside.
func ScanOver(c ScanConfig) (ys, last graph.Nodes) {
	in := slices.Concat(c.Initial, c.Sequences)
	if c.Length != nil {
		in = append(in, c.Length)
	}
	fail := func(err error) (ys, last graph.Nodes) {
		bad := graph.FailCall("scan", err, in...)
		return repeatNode(bad, c.Outputs), repeatNode(bad, len(c.Initial))
	}
	if len(in) == 0 {
		return fail(errors.New("there is neither a sequence nor an initial value"))
	}
	if err := in.FirstErr(); err != nil {
		return fail(err)
	}
	g := graph.Home(in...).Innermost()
	for i, n := range in {
		if in[i] = g.Capture(n); in[i] == nil {
			in[i] = n
			return fail(fmt.Errorf("%s belongs to another graph than %s", n.Name(), in[0].Name()))
		}
	}
	l := &Loop{Body: g.Body("scan")}
	for _, n := range in[:len(c.Initial)] {
		l.addCarry(n.Spec())
	}
	for i, n := range in[len(c.Initial) : len(c.Initial)+len(c.Sequences)] {
		if n.Shape().Rank() == 0 {
			return fail(fmt.Errorf("sequence %d (%s) is a scalar, want its steps along axis 0", i, n.Name()))
		}
		l.addX(n.Spec())
	}
	stacked, err := c.run(l)
	if bad := poisonedOf(slices.Concat(stacked, l.Next)); bad != nil {
		return repeatNode(bad, c.Outputs), repeatNode(bad, len(c.Initial))
	}
	if err != nil {
		return fail(err)
	}
	return c.results(g, l, in, stacked)
}

// run builds the body and checks what Step returns.
func (c ScanConfig) run(l *Loop) (stacked graph.Nodes, err error) {
	defer l.Body.Close()
	defer l.Body.Enter(false)()
	ys, next := c.Step(slices.Clone(l.X), slices.Clone(l.Carry))
	stacked, l.Next = slices.Clone(ys), slices.Clone(next)
	if len(next) != len(c.Initial) || len(ys) != c.Outputs {
		return stacked, fmt.Errorf("the body returns %d outputs and %d carried values, want %d and %d", len(ys), len(next), c.Outputs, len(c.Initial))
	}
	if err := bodyError("carry", l.Next, l.Body); err != nil {
		return stacked, err
	}
	return stacked, bodyError("output", stacked, l.Body)
}

// results applies the scan and reads it.
func (c ScanConfig) results(g *graph.Graph, l *Loop, in, stacked graph.Nodes) (ys, last graph.Nodes) {
	fixed := len(c.Initial) + len(c.Sequences)
	args := slices.Concat(in[:fixed], l.Body.Captured())
	if len(c.Sequences) == 0 {
		args = append(args, in[fixed:]...)
	}
	n := g.Apply(ScanOp{Loop: l, Reverse: c.Reverse, Steps: -1}, args...)
	if n.Poisoned() {
		return repeatNode(n, c.Outputs), repeatNode(n, len(c.Initial))
	}
	for _, y := range stacked {
		ys = append(ys, historyOf(n, y))
	}
	for i := range c.Initial {
		last = append(last, g.Apply(FinalOp{i}, n))
	}
	return ys, last
}

func poisonedOf(in graph.Nodes) *graph.Node {
	for _, n := range in {
		if n != nil && n.Poisoned() {
			return n
		}
	}
	return nil
}

// Scan runs body once for each step of xs, whose axis 1 is time: (batch, steps, ...). The body gets the step's x: (batch, ...)
// and the carried state, at first initial, and returns the step's y and the next state. ys is the stack of the ys along axis
// 1, last the state after the last step. A body that returns no y (nil) makes ys nil.
//
//	total, _ := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
//		s := ops.Add(state[0], x)
//		return s, graph.Nodes{s}
//	}, xs, graph.Nodes{zeros})
//
// The batch and the number of steps may be unknown. Gradients of any order go through.
func Scan(body func(x *graph.Node, state graph.Nodes) (y *graph.Node, next graph.Nodes), xs *graph.Node, initial graph.Nodes) (ys *graph.Node, last graph.Nodes) {
	all := append(graph.Nodes{xs}, initial...)
	err := all.FirstErr()
	if body == nil {
		err = errors.Join(err, errors.New("the body is a nil function"))
	}
	if err != nil {
		bad := graph.FailCall("scan", err, all...)
		return bad, repeatNode(bad, len(initial))
	}
	if xs.Shape().Rank() < 2 {
		bad := xs.Graph().Fail("scan", fmt.Errorf("xs has the shape %v, want (batch, steps, ...): see ScanOver for time first", xs.Shape()), xs)
		return bad, repeatNode(bad, len(initial))
	}
	silent := false
	step := func(x, carry graph.Nodes) (graph.Nodes, graph.Nodes) {
		y, next := body(x[0], carry)
		if y == nil {
			silent, y = true, x[0]
		}
		return graph.Nodes{y}, next
	}
	out, last := ScanOver(ScanConfig{Initial: initial, Sequences: graph.Nodes{SwapAxes(xs, 0, 1)}, Outputs: 1, Step: step})
	if silent && !out[0].Poisoned() {
		return nil, last
	}
	return SwapAxes(out[0], 0, 1), last
}

// Map applies f to each element of axis 0 of x and stacks the results, as Keras's map. Operations on whole tensors are
// faster where there are any.
func Map(f func(x *graph.Node) *graph.Node, x *graph.Node) *graph.Node {
	if f == nil {
		return graph.FailCall("map", errors.New("the function is nil"), x)
	}
	ys, _ := ScanOver(ScanConfig{Sequences: graph.Nodes{x}, Outputs: 1, Step: func(xs, _ graph.Nodes) (graph.Nodes, graph.Nodes) {
		return graph.Nodes{f(xs[0])}, nil
	}})
	return ys[0]
}
