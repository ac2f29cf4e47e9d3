package engine

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// pruneLoops leaves out of loops what nothing reads: sums for gradients that are not asked for, sequences of which only the
// size was read, histories that another function asked for.
func pruneLoops(s *state) error {
	isScan := func(n *graph.Node) bool { _, ok := n.Op().(ops.ScanOp); return ok }
	if !anyNode(s.roots(), isScan) {
		return nil
	}
	return s.rewrite(ops.PruneLoops(s.roots()...))
}
