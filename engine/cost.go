package engine

import (
	"fmt"
	"strconv"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Cost is what one run takes.
type Cost struct {
	FLOPs           int64 // floating point operations; a multiply-add counts as 2
	ParamBytes      int64 // of the parameters that are read or updated
	ActivationBytes int64 // of all intermediate results together
	PeakBytes       int64 // of the memory that a run holds at once: intermediate results that share memory, and parameters
}

// Estimate tells what a run of a function with the given batch size takes, without running it. The first axis of an input is
// the batch where it is unknown; any other unknown axis is an error.
func Estimate(c Config, batch int) (Cost, error) {
	if batch < 1 {
		return Cost{}, fmt.Errorf("the batch size is %d, want at least 1", batch)
	}
	f, err := Compile(c)
	if err != nil {
		return Cost{}, err
	}
	shapes := make([]graph.Shape, len(f.t.inputs))
	for i, n := range f.t.inputs {
		shapes[i] = n.Shape().Clone()
		for axis, d := range shapes[i] {
			switch {
			case d != graph.None:
			case axis == 0:
				shapes[i][0] = batch
			default:
				return Cost{}, fmt.Errorf("axis %d of input %s, shape %v, is unknown: give it a size to estimate the cost", axis, n.Name(), n.Shape())
			}
		}
	}
	b, err := f.bind(shapes)
	if err != nil {
		return Cost{}, fmt.Errorf("%s with %s: %w", f.c.Name, f.fed(shapes), err)
	}
	var cost Cost
	for _, p := range f.t.params() {
		cost.ParamBytes += int64(p.Spec().Shape.Size() * p.Spec().Dtype.Size())
	}
	cost.FLOPs = flops(b.f.Roots())
	if r, ok := b.exe.(backend.Reporter); ok {
		stats := r.Stats()
		cost.ActivationBytes, cost.PeakBytes = stats.ActivationBytes, stats.ArenaBytes+cost.ParamBytes
	}
	return cost, nil
}

// flops adds up the operations of all nodes.
func flops(roots graph.Nodes) (total int64) {
	for n := range graph.Walk(roots...) {
		total += nodeFLOPs(n)
	}
	return total
}

// nodeFLOPs counts a product by its multiply-adds, a loop by its steps, a composite by what it stands for, moves as nothing,
// and anything else as one operation for each element of the larger side.
func nodeFLOPs(n *graph.Node) int64 {
	switch op := n.Op().(type) {
	case graph.Composite:
		return flops(expansion(op, n))
	case graph.InputOp, graph.ParamOp, graph.ConstOp, graph.CapturedOp, graph.Projection, ops.ReshapeOp, ops.MergeAxesOp, ops.TransposeOp,
		ops.BroadcastOp, ops.SliceOp, ops.PlaceOp, ops.FlipOp, ops.PadOp, ops.ConcatOp, ops.ZeroOp, ops.IotaOp:
		return 0
	case ops.MatMulOp:
		k := n.In(0).Shape().Dim(-1)
		if op.TransA {
			k = n.In(0).Shape().Dim(-2)
		}
		return 2 * int64(n.Shape().Size()) * int64(k)
	case ops.ConvOp:
		return convFLOPs(n)
	case ops.ScanOp:
		op = op.Bind(specsOf(n.Inputs())).(ops.ScanOp) // in the expansion of a composite it is not bound yet
		roots := append(op.Loop.Next, op.Loop.Histories()...)
		return int64(op.Steps) * flops(roots)
	case graph.BodyOp:
		var most int64
		for _, body := range op.Bodies() {
			var all graph.Nodes
			for m := range body.Nodes() {
				all = append(all, m)
			}
			most = max(most, flops(all))
		}
		return most
	}
	size := n.Shape().Size()
	for _, x := range n.Inputs() {
		size = max(size, x.Shape().Size())
	}
	return int64(size)
}

// expansion is a composite's results made of smaller operations, on inputs that cost nothing.
func expansion(op graph.Composite, n *graph.Node) graph.Nodes {
	g := graph.New(op.Name())
	in := make(graph.Nodes, len(n.Inputs()))
	for i, x := range n.Inputs() {
		in[i] = g.Input(strconv.Itoa(i), x.Shape(), x.Dtype())
	}
	return op.Expand(in)
}

// convFLOPs is the same for all roles: each element of the convolution's result takes the kernel's window and channels.
func convFLOPs(n *graph.Node) int64 {
	y, w := n.Shape(), n.In(1).Shape()
	switch n.Op().(ops.ConvOp).Role {
	case "dx":
		y = n.In(0).Shape()
	case "dw":
		y, w = n.In(1).Shape(), n.Shape()
	}
	return 2 * int64(y.Size()) * int64(graph.Prod(w[:len(w)-1]...))
}
