package native

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("moments", kernel{types: floats(moments[float32], moments[float64]), supports: neighbours})
}

// neighbours refuses axes that lie apart: they are left to the operation's expansion.
func neighbours(op graph.Op, _, _ []graph.Spec) error {
	axes := op.(ops.MomentsOp).Axes.Slice()
	if n := len(axes); n == 0 || !slices.IsSorted(axes) || axes[n-1]-axes[0] != n-1 {
		return fmt.Errorf("moments over axes %v, which are not next to one another", axes)
	}
	return nil
}

func moments[T kernels.Float](c *call) ([]par.Loop, error) {
	shape, axes := c.in[0].Shape, c.op.(ops.MomentsOp).Axes.Slice()
	first, end := axes[0], axes[0]+len(axes)
	return kernels.Moments(out[T](c, 0), out[T](c, 1), in[T](c, 0), shape[:first].Size(), shape[first:end].Size(), shape[end:].Size())
}
