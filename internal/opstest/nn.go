package opstest

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	shaped([]int{2, 3, 4}, []int{0, 1}, unary{
		"softmax":       func(x *graph.Node) *graph.Node { return ops.Softmax(x) },
		"softmax_1":     func(x *graph.Node) *graph.Node { return ops.Softmax(x, 1) },
		"softmax_both":  func(x *graph.Node) *graph.Node { return ops.Softmax(x, 0, 2) },
		"log_softmax":   func(x *graph.Node) *graph.Node { return ops.LogSoftmax(x) },
		"log_softmax_0": func(x *graph.Node) *graph.Node { return ops.LogSoftmax(x, 0) },
		"logsumexp":     func(x *graph.Node) *graph.Node { return ops.LogSumExp(x, 0, -1) },
		"logsumexp_all": func(x *graph.Node) *graph.Node { return ops.LogSumExp(x) },
		"sparsemax":     func(x *graph.Node) *graph.Node { return ops.Sparsemax(x, -1) },
		"normalize":     func(x *graph.Node) *graph.Node { return ops.Normalize(x, 1) },
		"normalize_3": func(x *graph.Node) *graph.Node {
			return ops.Normalize(ops.Add(x, 2), -1, ops.NormalizeOptions{Order: 3})
		},
		"moments": func(x *graph.Node) *graph.Node {
			mean, variance := ops.Moments(x, []int{0, 1}, false)
			return ops.Mul(mean, variance)
		},
		"glu": func(x *graph.Node) *graph.Node { return ops.Glu(x, -1) },
	})
	each1(0.1, 0.9, "", false, unary{
		"leaky_relu": func(x *graph.Node) *graph.Node { return ops.LeakyRelu(x, 0.2) },
		"elu":        func(x *graph.Node) *graph.Node { return ops.Elu(x, 1) },
		"celu":       func(x *graph.Node) *graph.Node { return ops.Celu(x, 0.5) },
		"relu6":      ops.Relu6, "selu": ops.Selu, "silu": ops.Silu, "softsign": ops.Softsign,
		"hard_sigmoid": ops.HardSigmoid, "hard_silu": ops.HardSilu, "hard_tanh": ops.HardTanh, "tanh_shrink": ops.TanhShrink,
		"sparse_plus": ops.SparsePlus, "sparse_sigmoid": ops.SparseSigmoid,
		"gelu":       func(x *graph.Node) *graph.Node { return ops.Gelu(x, true) },
		"gelu_exact": func(x *graph.Node) *graph.Node { return ops.Gelu(x, false) },
		"squareplus": func(x *graph.Node) *graph.Node { return ops.Squareplus(x, 4) },
	})
	each1(-2, -1.1, "", false, unary{
		"leaky_relu_negative": func(x *graph.Node) *graph.Node { return ops.LeakyRelu(x, 0.2) },
		"elu_negative":        func(x *graph.Node) *graph.Node { return ops.Elu(x, 1) },
		"celu_negative":       func(x *graph.Node) *graph.Node { return ops.Celu(x, 0.5) },
		"selu_negative":       ops.Selu, "silu_negative": ops.Silu, "softsign_negative": ops.Softsign, "hard_silu_negative": ops.HardSilu,
		"soft_shrink": func(x *graph.Node) *graph.Node { return ops.SoftShrink(x, 0.5) },
		"hard_shrink": func(x *graph.Node) *graph.Node { return ops.HardShrink(x, 0.5) },
		"threshold":   func(x *graph.Node) *graph.Node { return ops.Threshold(x, -3, 7) },
	})
}

func init() {
	logits := Arg{Shape: []int{2, 3, 4}, None: []int{0, 1}}
	positive := Arg{Shape: []int{2, 3, 4}, Lo: 0.1, Hi: 0.9, None: []int{0, 1}}
	two(positive, logits, binary{
		"softmax_cross_entropy": func(t, x *graph.Node) *graph.Node { return ops.CategoricalCrossentropy(t, x, true) },
		"softmax_cross_entropy_1": func(t, x *graph.Node) *graph.Node {
			return ops.CategoricalCrossentropy(t, x, true, 1)
		},
		"binary_crossentropy_logits": func(t, x *graph.Node) *graph.Node { return ops.BinaryCrossentropy(t, x, true) },
	})
	two(positive, positive, binary{
		"categorical_crossentropy": func(t, x *graph.Node) *graph.Node { return ops.CategoricalCrossentropy(t, x, false) },
		"binary_crossentropy":      func(t, x *graph.Node) *graph.Node { return ops.BinaryCrossentropy(t, x, false) },
	})
	two(open(labels(graph.Int32, 4, 2, 3), 0), logits, binary{
		"sparse_softmax_cross_entropy": func(t, x *graph.Node) *graph.Node { return ops.SparseCategoricalCrossentropy(t, x, true) },
	})
	two(open(labels(graph.Int64, 4, 2, 3, 1), 0), positive, binary{
		"sparse_categorical_crossentropy": func(t, x *graph.Node) *graph.Node { return ops.SparseCategoricalCrossentropy(t, x, false) },
	})
	vector := Arg{Shape: []int{4}, Lo: 0.5, Hi: 2}
	register(
		Sample{Name: "batch_normalization", In: []Arg{logits, vector, vector, vector, vector}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.BatchNormalization(in[0], in[1], in[2], -1, in[3], in[4], 1e-3))
		}},
		Sample{Name: "layer_normalization", In: []Arg{logits, vector, vector}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.LayerNormalization(in[0], in[1], in[2], 1e-3))
		}},
		Sample{Name: "layer_normalization_axes", In: []Arg{{Shape: []int{2, 3, 4}, None: []int{0}}, {Shape: []int{3, 4}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.LayerNormalization(in[0], in[1], nil, 1e-3, 1, 2))
		}},
		Sample{Name: "rms_normalization", In: []Arg{logits, vector}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.RMSNormalization(in[0], in[1], 1e-3))
		}},
		Sample{Name: "psnr", In: []Arg{logits, positive}, Build: func(in graph.Nodes) *graph.Node { return ops.PSNR(in[0], in[1], 2) }},
	)
	q, kv := Arg{Shape: []int{2, 3, 4, 2}, None: []int{0, 1}}, Arg{Shape: []int{2, 5, 2, 2}, None: []int{0, 1}}
	register(
		Sample{Name: "dot_product_attention", In: []Arg{q, kv, kv}, Build: func(in graph.Nodes) *graph.Node {
			return ops.DotProductAttention(in[0], in[1], in[2], ops.AttentionOptions{IsCausal: true, LogitsSoftCap: 3})
		}},
		Sample{Name: "attention", In: []Arg{q, kv, kv}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.DotProductAttention(in[0], in[1], in[2]))
		}},
		Sample{Name: "attention_causal", In: []Arg{q, q, {Shape: []int{2, 3, 4, 3}, None: []int{0, 1}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.DotProductAttention(in[0], in[1], in[2], ops.AttentionOptions{IsCausal: true, Scale: 0.7}))
		}},
		Sample{Name: "attention_hidden", In: []Arg{q, q, q, {Shape: []int{2, 1, 1, 3}, Dtype: graph.Bool, None: []int{0}}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.DotProductAttention(in[0], in[1], in[2], ops.AttentionOptions{Mask: in[3]}))
		}},
		Sample{Name: "attention_hidden_causal", In: []Arg{q, q, q, {Shape: []int{2, 4, 3, 3}, Dtype: graph.Bool}}, Build: func(in graph.Nodes) *graph.Node {
			return ops.Square(ops.DotProductAttention(in[0], in[1], in[2], ops.AttentionOptions{Mask: in[3], IsCausal: true}))
		}},
		Sample{Name: "dot_product_attention_masked", In: []Arg{q, q, q, {Shape: []int{2, 4, 3, 3}, None: []int{0}}, {Shape: []int{2, 1, 3, 3}, Dtype: graph.Bool, None: []int{0}}},
			Build: func(in graph.Nodes) *graph.Node {
				return ops.DotProductAttention(in[0], in[1], in[2], ops.AttentionOptions{Bias: in[3], Mask: in[4], Scale: 0.7})
			}},
	)
}

func init() {
	ints := func(x *graph.Node, v any) *graph.Node { return ops.Cast(x.Graph().Const(v), graph.Int32) }
	logits := Arg{Shape: []int{3, 5, 4}, None: []int{0, 1}}
	register(
		Sample{Name: "ctc_loss", In: []Arg{logits}, Build: func(in graph.Nodes) *graph.Node {
			x := in[0]
			return ops.CTCLoss(ints(x, [][]int{{1, 2, 3}, {2, 2, 0}, {1, 0, 0}}), x, ints(x, []int{3, 2, 1}), ints(x, []int{5, 4, 3}), 0)
		}},
		Sample{Name: "ctc_greedy_decode", NoGrad: true, In: []Arg{logits}, Build: func(in graph.Nodes) *graph.Node {
			labels, _ := ops.CTCGreedyDecode(in[0], ints(in[0], []int{5, 4, 3}), true, 0)
			return labels
		}},
	)
}
