package ops

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// lateSum is the cotangent of a captured value that need not be summed step by step: what is summed is kept of all
// steps, and one operation after the loop does the rest. For the kernel of a recurrent layer that is one large matmul
// instead of a small one and an addition in each step.
type lateSum struct {
	kept   graph.Nodes                          // scratch nodes
	finish func(stacks graph.Nodes) *graph.Node // of the values of kept at all steps
}

// sumLater takes the cotangents that can be summed after the loop out of r.grad, by number of the captured value.
func (r *reverseScan) sumLater() map[int]lateSum {
	late := map[int]lateSum{}
	from := len(r.Loop.Carry) + len(r.Loop.X)
	for j := range r.Loop.Body.Leaves() {
		d := r.grad[from+j]
		if d == nil || r.scratch.steady[d] {
			continue
		}
		l := lateSum{}
		switch op := d.Op().(type) {
		case MatMulOp:
			if !op.TransA || op.TransB || d.In(0).Shape().Rank() != 2 || d.In(1).Shape().Rank() != 2 {
				continue
			}
			l = lateSum{d.Inputs(), func(s graph.Nodes) *graph.Node {
				return graph.Apply(op, MergeAxes(s[0], 0, 2), MergeAxes(s[1], 0, 2))
			}}
		case SumToOp, SumLikeOp:
			l = lateSum{d.Inputs()[:1], func(s graph.Nodes) *graph.Node { return SumLike(s[0], r.n.In(from+j)) }}
		default:
			continue
		}
		for _, k := range l.kept {
			r.need(k)
		}
		late[j], r.grad[from+j] = l, nil
	}
	return late
}

// stack is the value of a scratch node at all steps, where m is the gradient's scan.
func (r *reverseScan) stack(m, k *graph.Node) *graph.Node {
	if i := slices.Index(r.loop.X, r.sub[k]); i >= 0 {
		return r.seqs[i]
	}
	return historyOf(m, r.sub[k])
}
