package engine

import (
	"context"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// foldLimit is the number of elements up to which a result is computed at compile.
const foldLimit = 1024

// foldConstants computes what depends on constants only. A broadcast stays: it costs less than what it would make.
func foldConstants(_ *state, op graph.Op, in graph.Nodes, s graph.Spec) *graph.Node {
	if _, broadcast := op.(ops.BroadcastOp); broadcast || s.Shape.Size() > foldLimit || s.Dtype == graph.String {
		return nil
	}
	for _, x := range in {
		if _, ok := x.Op().(graph.ConstOp); !ok || x.Shape().Size() > 16*foldLimit {
			return nil
		}
	}
	specs := specsOf(in)
	single := native.Backend{Threads: 1}
	if single.Supports(op, specs, []graph.Spec{s}) != nil && op.Name() != "reshape" {
		return nil
	}
	values := graph.MakeValues(s.Dtype, s.Shape.Size())
	out, err := backend.Wrap(s.Dtype, values)
	if err != nil {
		return nil
	}
	g := graph.New("fold")
	copies, err := (&graph.Copier{Dst: g}).Copy(in...)
	if err != nil {
		return nil
	}
	exe, err := single.Compile(&backend.Func{Name: "fold", Outputs: graph.Nodes{g.Apply(op, copies...)}})
	if err != nil {
		return nil
	}
	if err := exe.Run(context.Background(), &backend.Run{Out: []backend.Slice{out}}); err != nil {
		return nil // it fails again when it runs, with the position of the node
	}
	return in[0].Graph().ConstOf(s.Dtype, s.Shape, values)
}
