package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// BarrierOp is its first input, computed only after its second one. It is no transparent op: what is computed from it is
// not merged with what is computed from its input. So autodiff.Checkpoint computes values anew.
type BarrierOp struct{}

// Name is "barrier".
func (BarrierOp) Name() string { return "barrier" }

// Infer returns the spec of the first input.
func (BarrierOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if len(in) != 2 {
		return graph.Spec{}, fmt.Errorf("%d inputs, want the value and what it waits for", len(in))
	}
	return in[0], nil
}

// VJP passes the cotangent to the value.
func (BarrierOp) VJP(_, dy *graph.Node) []*graph.Node { return grads(dy, nil) }

// Barrier is x, computed only after the given node.
func Barrier(x, after *graph.Node) *graph.Node { return graph.Apply(BarrierOp{}, x, after) }
