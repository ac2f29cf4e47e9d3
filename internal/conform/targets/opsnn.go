package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// neural are the functions of keras.ops.nn.
var neural = map[string]opFunc{
	"celu":         one(func(c *call) *graph.Node { return ops.Celu(c.node("x"), c.Float("alpha", 1)) }),
	"elu":          one(func(c *call) *graph.Node { return ops.Elu(c.node("x"), c.Float("alpha", 1)) }),
	"gelu":         one(func(c *call) *graph.Node { return ops.Gelu(c.node("x"), c.Bool("approximate", true)) }),
	"glu":          one(func(c *call) *graph.Node { return ops.Glu(c.node("x"), c.Int("axis", -1)) }),
	"hard_shrink":  one(func(c *call) *graph.Node { return ops.HardShrink(c.node("x"), c.Float("threshold", 0.5)) }),
	"soft_shrink":  one(func(c *call) *graph.Node { return ops.SoftShrink(c.node("x"), c.Float("threshold", 0.5)) }),
	"hard_sigmoid": unary(ops.HardSigmoid), "hard_silu": unary(ops.HardSilu), "hard_tanh": unary(ops.HardTanh),
	"leaky_relu":  one(func(c *call) *graph.Node { return ops.LeakyRelu(c.node("x"), c.Float("negative_slope", 0.2)) }),
	"log_sigmoid": unary(ops.LogSigmoid), "relu": unary(ops.Relu), "relu6": unary(ops.Relu6), "selu": unary(ops.Selu),
	"sigmoid": unary(ops.Sigmoid), "silu": unary(ops.Silu), "softplus": unary(ops.Softplus), "softsign": unary(ops.Softsign),
	"sparse_plus": unary(ops.SparsePlus), "sparse_sigmoid": unary(ops.SparseSigmoid), "tanh_shrink": unary(ops.TanhShrink),
	"sparsemax":  one(func(c *call) *graph.Node { return ops.Sparsemax(c.node("x"), c.Int("axis", -1)) }),
	"squareplus": one(func(c *call) *graph.Node { return ops.Squareplus(c.node("x"), c.Float("b", 4)) }),
	"threshold": one(func(c *call) *graph.Node {
		return ops.Threshold(c.node("x"), c.Float("threshold", 0), c.Float("default_value", 0))
	}),
	"softmax":     one(func(c *call) *graph.Node { return ops.Softmax(c.node("x"), c.Ints("axis", -1)...) }),
	"log_softmax": one(func(c *call) *graph.Node { return ops.LogSoftmax(c.node("x"), c.Ints("axis", -1)...) }),

	"binary_crossentropy": one(func(c *call) *graph.Node {
		return ops.BinaryCrossentropy(c.node("target"), c.node("output"), c.Bool("from_logits", false))
	}),
	"categorical_crossentropy": one(func(c *call) *graph.Node {
		return ops.CategoricalCrossentropy(c.node("target"), c.node("output"), c.Bool("from_logits", false), c.Int("axis", -1))
	}),
	"sparse_categorical_crossentropy": one(func(c *call) *graph.Node {
		if axis := c.Int("axis", -1); axis != -1 {
			return c.unsupported("argument axis of %s", c.name)
		}
		return ops.SparseCategoricalCrossentropy(c.node("target"), c.node("output"), c.Bool("from_logits", false))
	}),
	"ctc_loss": one(func(c *call) *graph.Node {
		return ops.CTCLoss(c.node("target"), c.node("output"), c.node("target_length"), c.node("output_length"), c.Int("mask_index", 0))
	}),
	"ctc_decode": func(c *call) graph.Nodes {
		if s := c.Str("strategy", "greedy"); s != "greedy" {
			return graph.Nodes{c.unsupported("ctc_decode with strategy %s", s)}
		}
		labels, scores := ops.CTCGreedyDecode(c.node("inputs"), c.node("sequence_lengths"), c.Bool("merge_repeated", true), c.Int("mask_index", 0))
		return graph.Nodes{labels, scores}
	},

	"conv":           one(func(c *call) *graph.Node { return ops.Conv(c.node("inputs"), c.node("kernel"), c.conv()) }),
	"depthwise_conv": one(func(c *call) *graph.Node { return ops.DepthwiseConv(c.node("inputs"), c.node("kernel"), c.conv()) }),
	"conv_transpose": one(func(c *call) *graph.Node { return ops.ConvTranspose(c.node("inputs"), c.node("kernel"), c.conv()) }),
	"separable_conv": one(func(c *call) *graph.Node {
		return ops.SeparableConv(c.node("inputs"), c.node("depthwise_kernel"), c.node("pointwise_kernel"), c.conv())
	}),
	"max_pool":     one(func(c *call) *graph.Node { return ops.MaxPool(c.node("inputs"), c.Ints("pool_size"), c.pool()) }),
	"average_pool": one(func(c *call) *graph.Node { return ops.AveragePool(c.node("inputs"), c.Ints("pool_size"), c.pool()) }),

	"normalize": one(func(c *call) *graph.Node {
		return ops.Normalize(c.node("x"), c.Int("axis", -1), ops.NormalizeOptions{Order: c.Float("order", 2), Epsilon: c.Float("epsilon", 0)})
	}),
	"batch_normalization": one(func(c *call) *graph.Node {
		return ops.BatchNormalization(c.node("x"), c.node("mean"), c.node("variance"), c.Int("axis", -1), c.node("offset"), c.node("scale"), c.Float("epsilon", 1e-3))
	}),
	"layer_normalization": one(func(c *call) *graph.Node {
		return ops.LayerNormalization(c.node("x"), c.node("gamma"), c.node("beta"), c.Float("epsilon", 1e-7), c.Ints("axis", -1)...)
	}),
	"rms_normalization": one(func(c *call) *graph.Node {
		return ops.RMSNormalization(c.node("x"), c.node("scale"), c.Float("epsilon", 1e-7), c.Ints("axis", -1)...)
	}),
	"psnr": one(func(c *call) *graph.Node { return ops.PSNR(c.node("x1"), c.node("x2"), c.Float("max_val", 0)) }),
	"dot_product_attention": one(func(c *call) *graph.Node {
		c.alone("flash_attention", func(v *cases.Value) bool { return true }) // how it is computed, not what
		return ops.DotProductAttention(c.node("query"), c.node("key"), c.node("value"), ops.AttentionOptions{
			Bias: c.node("bias"), Mask: c.node("mask"), Scale: c.Float("scale", 0), IsCausal: c.Bool("is_causal", false),
			LogitsSoftCap: c.Float("attn_logits_soft_cap", 0),
		})
	}),
}

func (c *call) conv() ops.ConvOptions {
	return ops.ConvOptions{
		Strides: c.Ints("strides"), DilationRate: c.Ints("dilation_rate"), Padding: c.Str("padding", "valid"),
		DataFormat: c.format(), OutputPadding: c.Ints("output_padding"),
	}
}

func (c *call) pool() ops.PoolOptions {
	return ops.PoolOptions{Strides: c.Ints("strides"), Padding: c.Str("padding", "valid"), DataFormat: c.format()}
}
