package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Random numbers are others in every run, as the state advances, so no gradient can be compared with differences.
func init() {
	each1(-1, 1, "", true, unary{
		"random_uniform":            func(x *graph.Node) *graph.Node { return ops.Mul(x, ops.RandomUniformLike(x)) },
		"random_normal":             func(x *graph.Node) *graph.Node { return ops.Mul(x, ops.RandomNormalLike(x)) },
		"random_normal_in_training": func(x *graph.Node) *graph.Node { return ops.Mul(x, ops.RandomNormalInTraining(x)) },
		"random_uniform_known": func(x *graph.Node) *graph.Node {
			return ops.Mul(x, ops.RandomUniform(x.Graph(), graph.Shape{4}, 1, 2, x.Dtype()))
		},
		"random_normal_known": func(x *graph.Node) *graph.Node {
			return ops.Mul(x, ops.RandomNormal(x.Graph(), graph.Shape{4}, 1, 2, x.Dtype()))
		},
		"truncated_normal": func(x *graph.Node) *graph.Node {
			return ops.Mul(x, ops.TruncatedNormal(x.Graph(), graph.Shape{4}, 0, 1, x.Dtype()))
		},
		"dropout":       func(x *graph.Node) *graph.Node { return ops.Dropout(x, 0.4) },
		"dropout_noise": func(x *graph.Node) *graph.Node { return ops.Dropout(x, 0.4, graph.None, 1) },
		"shuffle":       func(x *graph.Node) *graph.Node { return ops.Shuffle(x) },
	})
	each1(0.1, 0.9, "", true, unary{
		"bernoulli":          ops.Bernoulli,
		"random_categorical": func(x *graph.Node) *graph.Node { return ops.Categorical(x, 5) },
		"random_int": func(x *graph.Node) *graph.Node {
			return ops.RandInt(x.Graph(), graph.Shape{5}, -2, 9)
		},
	})
}
