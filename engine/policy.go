package engine

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// policies maps the dtype policies that a function may be compiled under to the dtype in which products are taken.
var policies = map[string]graph.Dtype{
	"": "", "float32": "", "mixed_bfloat16": graph.BFloat16, "mixed_float16": graph.Float16,
}

// CheckPolicy refuses a dtype policy that no function can be compiled under.
func CheckPolicy(name string) error {
	if _, ok := policies[name]; ok {
		return nil
	}
	return config.Unknown("dtype policy", name, []string{"float32", "mixed_bfloat16", "mixed_float16"})
}

// applyPolicy rounds the operands of matrix products and convolutions to 16 bits and sums them in float32, which is what
// hardware for mixed precision does. Layers that were called under a policy of their own are in 16 bits already.
func applyPolicy(s *state) error {
	d := policies[s.c.DtypePolicy]
	if d == "" {
		return nil
	}
	return s.rewrite(func(n *graph.Node, in graph.Nodes) *graph.Node {
		switch n.Op().(type) {
		case ops.MatMulOp, ops.ConvOp:
		default:
			return nil
		}
		if n.Dtype() != graph.Float32 {
			return nil
		}
		rounded := make(graph.Nodes, len(in))
		for i, x := range in {
			rounded[i] = ops.Cast(ops.Cast(x, d), graph.Float32)
		}
		return graph.Apply(n.Op(), rounded...)
	})
}
