package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// sequence is the sizes of an operation over the steps of a sequence.
type sequence struct {
	dtype               graph.Dtype
	batch, steps, units int
}

// wide is a tensor (batch, steps, n·units).
func (s sequence) wide(n int) graph.Spec {
	return graph.Spec{Dtype: s.dtype, Shape: graph.Shape{s.batch, s.steps, graph.Prod(n, s.units)}}
}

// state is a tensor (batch, units).
func (s sequence) state() graph.Spec {
	return graph.Spec{Dtype: s.dtype, Shape: graph.Shape{s.batch, s.units}}
}

// inferSequence reads the sizes that all inputs agree on: the recurrent kernel (units, gates·units), a sequence of n values for
// each unit (batch, steps, n·units), states (batch, units), and perhaps the cotangents of the outputs (batch, steps, units).
func inferSequence(kernel graph.Spec, gates int, x graph.Spec, n int, states []graph.Spec, dys ...graph.Spec) (sequence, error) {
	s := sequence{x.Dtype, graph.None, graph.None, graph.None}
	if len(kernel.Shape) != 2 || len(x.Shape) != 3 || !x.Dtype.IsFloat() {
		return s, fmt.Errorf("the recurrent kernel is %v and the sequence %v, want (units, %d units) and (batch, steps, %d units) in a floating point type", kernel, x, gates, n)
	}
	s.units = kernel.Shape[0]
	s.batch, s.steps = x.Shape[0], x.Shape[1]
	for _, state := range states {
		if len(state.Shape) == 2 {
			s.batch, s.units = firstKnown(s.batch, state.Shape[0]), firstKnown(s.units, state.Shape[1])
		}
	}
	for _, dy := range dys {
		if len(dy.Shape) == 3 {
			s.batch, s.steps, s.units = firstKnown(s.batch, dy.Shape[0]), firstKnown(s.steps, dy.Shape[1]), firstKnown(s.units, dy.Shape[2])
		}
	}
	want := func(got, want graph.Spec) error {
		if graph.Fits(got, want) {
			return nil
		}
		return fmt.Errorf("an operand is %v, want %v", got, want)
	}
	err := want(kernel, graph.Spec{Dtype: s.dtype, Shape: graph.Shape{s.units, graph.Prod(gates, s.units)}})
	if err == nil {
		err = want(x, s.wide(n))
	}
	for _, state := range states {
		if err == nil {
			err = want(state, s.state())
		}
	}
	for _, dy := range dys {
		if err == nil {
			err = want(dy, s.wide(1))
		}
	}
	return s, err
}

// firstKnown is the first of two sizes that is known.
func firstKnown(a, b int) int {
	if a == graph.None {
		return b
	}
	return a
}

// overSteps is a scan along axis 1 of sequences (batch, steps, ...): the outputs of all steps along axis 1, then the last states.
func overSteps(reverse bool, sequences, states graph.Nodes, outputs int, step func(x, states graph.Nodes) (y, next graph.Nodes)) graph.Nodes {
	swapped := make(graph.Nodes, len(sequences))
	for i, x := range sequences {
		swapped[i] = SwapAxes(x, 0, 1)
	}
	ys, last := ScanOver(ScanConfig{Initial: states, Sequences: swapped, Reverse: reverse, Outputs: outputs, Step: step})
	out := make(graph.Nodes, 0, len(ys)+len(last))
	for _, y := range ys {
		out = append(out, SwapAxes(y, 0, 1))
	}
	return append(out, last...)
}

// perStep is the gradient of a recurrent kernel: the sum over batch and steps of what it was applied to, h: (batch, steps, units),
// times the cotangent of what it gave, dz: (batch, steps, gates·units).
func perStep(h, dz *graph.Node) *graph.Node {
	return matMul(MergeAxes(h, 0, 2), MergeAxes(dz, 0, 2), true, false)
}

// throughExpansion differentiates what a composite tuple operation stands for. d is the cotangents of its results, nil for none.
func throughExpansion(op graph.Composite, n *graph.Node, d graph.Nodes, vjp graph.VJPFunc) []*graph.Node {
	var ys, dys graph.Nodes
	for i, y := range op.Expand(n.Inputs()) {
		if d[i] != nil {
			ys, dys = append(ys, y), append(dys, d[i])
		}
	}
	return vjp(ys, dys, n.Inputs())
}
