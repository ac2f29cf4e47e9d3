package autodiff

import (
	"errors"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Checkpoint is f(in...), whose gradient computes f again instead of keeping what f computed: memory for time. The nodes that
// f uses beside in, parameters for instance, need not be listed.
func Checkpoint(f func(in graph.Nodes) *graph.Node, in ...*graph.Node) *graph.Node {
	if err := graph.Nodes(in).FirstErr(); err != nil || len(in) == 0 {
		return graph.FailCall("checkpoint", errors.Join(err, errors.New("there are no inputs")), in...)
	}
	if f == nil {
		return in[0].Graph().Fail("checkpoint", errors.New("the function is nil"), in...)
	}
	y := f(in)
	if y == nil {
		return in[0].Graph().Fail("checkpoint", errors.New("the function returned a nil node"), in...)
	}
	if y.Poisoned() {
		return y
	}
	return graph.Apply(checkpointOp{}, append(graph.Nodes{y}, boundary(y, in)...)...)
}

// boundary is in and what else the nodes between in and y read.
func boundary(y *graph.Node, in graph.Nodes) graph.Nodes {
	follows := map[*graph.Node]bool{} // nodes that depend on in
	for _, x := range in {
		follows[x] = true
	}
	edge := append(graph.Nodes{}, in...)
	known := map[*graph.Node]bool{}
	for _, x := range in {
		known[x] = true
	}
	for n := range graph.Walk(y) {
		for _, x := range n.Inputs() {
			follows[n] = follows[n] || follows[x]
		}
		if !follows[n] || known[n] {
			continue
		}
		for _, x := range n.Inputs() {
			if !follows[x] && !known[x] {
				known[x] = true
				edge = append(edge, x)
			}
		}
	}
	return edge
}

// checkpointOp is its first input; the others are the values from which its gradient computes it again.
type checkpointOp struct{}

func (checkpointOp) Name() string                              { return "checkpoint" }
func (checkpointOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }
func (checkpointOp) IsTransparent()                            {}

// VJP computes the value again from barriers, which wait for the cotangent, and pulls the cotangent back through that.
func (checkpointOp) VJP(y, dy *graph.Node) []*graph.Node {
	g := graph.Home(y, dy)
	again := map[*graph.Node]*graph.Node{}
	var xs graph.Nodes
	var where []int // of each x: its input
	for i, x := range y.Inputs() {
		if _, constant := x.Op().(graph.ConstOp); i == 0 || constant || again[x] != nil {
			continue
		}
		again[x] = ops.Barrier(x, dy)
		if x.Dtype().IsFloat() {
			xs, where = append(xs, again[x]), append(where, i)
		}
	}
	restore := g.PushPath("")
	copied, err := (&graph.Copier{Dst: g, Sub: again, Rewrite: recompute}).Copy(y.In(0))
	restore()
	if err != nil {
		return []*graph.Node{nil, g.Fail("gradient of checkpoint", err)}
	}
	out := make([]*graph.Node, len(y.Inputs()))
	found, bad := pull(copied, graph.Nodes{dy}, xs, true)
	if bad != nil {
		return []*graph.Node{nil, bad}
	}
	for j, i := range where {
		out[i] = found[j]
	}
	return out
}

// recompute keeps the copies of layer calls from counting as further calls of the layers.
func recompute(n *graph.Node, in graph.Nodes) *graph.Node {
	switch n.Op().(type) {
	case graph.LayerOut:
		return in[0]
	case graph.StateOp:
		return n
	}
	return nil
}
