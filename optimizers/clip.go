package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// clip limits the gradients as the settings say; nil gradients stay nil.
func (c *Common) clip(grads graph.Nodes) graph.Nodes {
	switch {
	case c.ClipNorm != 0:
		return each(grads, func(d *graph.Node) *graph.Node {
			return ops.Div(ops.Mul(d, c.ClipNorm), ops.Maximum(norm(d), c.ClipNorm))
		})
	case c.GlobalClipNorm != 0:
		scale := globalScale(grads, c.GlobalClipNorm)
		return each(grads, func(d *graph.Node) *graph.Node { return ops.Mul(d, ops.Cast(scale, d.Dtype())) })
	case c.ClipValue != 0:
		return each(grads, func(d *graph.Node) *graph.Node { return ops.Clip(d, -c.ClipValue, c.ClipValue) })
	}
	return grads
}

func each(grads graph.Nodes, f func(*graph.Node) *graph.Node) graph.Nodes {
	out := make(graph.Nodes, len(grads))
	for i, d := range grads {
		if d != nil {
			out[i] = f(d)
		}
	}
	return out
}

// norm is the Euclidean norm of all elements.
func norm(x *graph.Node) *graph.Node { return ops.Sqrt(ops.Sum(ops.Square(x))) }

// globalScale is what brings the norm of all gradients together down to limit. A norm that is not finite makes it NaN, so
// that the parameters show it.
func globalScale(grads graph.Nodes, limit float64) *graph.Node {
	var squares *graph.Node
	for _, d := range grads {
		if d == nil {
			continue
		}
		if s := ops.Sum(ops.Square(d)); squares == nil {
			squares = s
		} else {
			squares = ops.Add(squares, s)
		}
	}
	total := ops.Sqrt(squares)
	scale := ops.Mul(ops.Minimum(ops.Reciprocal(total), 1/limit), limit)
	return ops.Add(scale, ops.Sub(total, total))
}
