package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// lora adds a trainable product of low rank to a frozen kernel (Hu et al., 2021): kernel + alpha/rank·a·b, where a has the
// kernel's shape with the last axis cut to the rank and b is (rank, last axis). alpha 0 means the rank. name is the name of
// the kernel in Keras's names of a and b.
func (c *Context) lora(name string, kernel *graph.Node, rank, alpha int, w Weight) *graph.Node {
	a, b := c.loraPair(name, kernel, rank, w)
	return ops.Add(kernel, ops.Mul(ops.MatMul(a, b), loraScale(rank, alpha)))
}

func loraScale(rank, alpha int) float64 {
	if alpha == 0 {
		return 1
	}
	return float64(alpha) / float64(rank)
}

// loraPair makes a and b, and takes the kernel out of training.
func (c *Context) loraPair(name string, kernel *graph.Node, rank int, w Weight) (a, b *graph.Node) {
	if p := c.byNode[kernel]; p != nil {
		s := c.layer.base().own()
		p.SetFrozen(true)
		if !slices.Contains(s.lora, p) {
			s.lora = append(s.lora, p)
		}
	}
	shape := kernel.Shape()
	last := shape.Rank() - 1
	a = c.Param("lora_"+name+"_a", Weight{Shape: shape.With(last, rank), Initializer: "he_uniform", Regularizer: w.Regularizer})
	b = c.Param("lora_"+name+"_b", Weight{Shape: graph.Shape{rank, shape[last]}, Initializer: "zeros", Regularizer: w.Regularizer})
	return a, b
}
