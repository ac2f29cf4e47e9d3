package layers

import (
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// GroupQueryAttention is [MultiHeadAttention] in which groups of query heads share a head of key and value (Ainslie et al.,
// 2023). Inputs: query (batch, targets, size), value (batch, sources, size) and optionally key; result (batch, targets, size),
// with ReturnAttentionScores followed by the weights (batch, query heads, targets, sources). Keras's configurations name it
// GroupedQueryAttention. Weights: query/kernel (size, NumQueryHeads, HeadDim), query/bias (NumQueryHeads, HeadDim), key with
// NumKeyValueHeads, gate with UseGate, value, attention_output/kernel (NumQueryHeads, HeadDim, size), attention_output/bias.
// https://keras.io/api/layers/attention_layers/group_query_attention
type GroupQueryAttention struct {
	HeadDim           int
	NumQueryHeads     int
	NumKeyValueHeads  int               // NumQueryHeads is a multiple of it
	Dropout           float64           // of the weights
	NoBias            bool              `keras:"use_bias,not"`
	UseGate           bool              // the results are multiplied by σ(query·gate/kernel + gate/bias)
	SlidingWindow     int               `default:"none"` // above 0: sources less than so many positions away only
	FlashAttention    bool              `keras:"-"`      // says how Keras computes; the results are the same
	KernelInitializer initializers.Like `default:"glorot_uniform"`
	BiasInitializer   initializers.Like `default:"zeros"`
	KernelRegularizer regularizers.Like
	BiasRegularizer   regularizers.Like
	KernelConstraint  constraints.Like
	BiasConstraint    constraints.Like
	Seed              int `default:"none"`
	Name              string
	Base
}

// Call is the first output of CallN.
func (l *GroupQueryAttention) Call(c *Context, in ...*graph.Node) *graph.Node {
	return first(l.CallN(c, in...))
}

// CallN: query, value and optionally key to the result and, if asked for, the weights.
func (l *GroupQueryAttention) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	l = config.Resolve(l)
	fail := func(bad *graph.Node) graph.Nodes { return poisoned(withScores(c.args), bad) }
	if l.HeadDim < 1 || l.NumQueryHeads < 1 || l.NumKeyValueHeads < 1 || l.NumQueryHeads%l.NumKeyValueHeads != 0 {
		return fail(c.Errorf("HeadDim is %d, NumQueryHeads %d and NumKeyValueHeads %d: want at least 1, and the second a multiple of the third",
			l.HeadDim, l.NumQueryHeads, l.NumKeyValueHeads))
	}
	q, bad := c.attentionInputs(in)
	if bad != nil {
		return fail(bad)
	}
	for _, n := range []*graph.Node{q.query, q.value, q.key} {
		if n.Shape().Rank() != 3 {
			return fail(c.Errorf("an input has the shape %v, want (batch, positions, size)", n.Shape()))
		}
	}
	h, err := headsOver(4, []int{1})
	if err != nil {
		return fail(c.Fail(err))
	}
	p := projections{
		noBias: l.NoBias, kernelInitializer: l.KernelInitializer, biasInitializer: l.BiasInitializer,
		kernelRegularizer: l.KernelRegularizer, biasRegularizer: l.BiasRegularizer, activityRegularizer: l.ActivityRegularizer,
		kernelConstraint: l.KernelConstraint, biasConstraint: l.BiasConstraint,
	}
	inner := func(name string, x *graph.Node, heads int) *graph.Node {
		return p.project(c, name, "abc,cde->abde", "de", []int{graph.None, heads, l.HeadDim}, x)
	}
	mask := h.spread(c.attentionMask(q, l.SlidingWindow))
	x, queryMask := q.query, q.queryMask
	groups := l.NumQueryHeads / l.NumKeyValueHeads
	q.query = inner("query", x, l.NumQueryHeads)
	q.key = repeatHeads(inner("key", q.key, l.NumKeyValueHeads), groups)
	var gate *graph.Node
	if l.UseGate {
		gate = inner("gate", x, l.NumQueryHeads)
	}
	q.value = repeatHeads(inner("value", q.value, l.NumKeyValueHeads), groups)
	y, scores := c.attendHeads(h, q, mask, l.HeadDim, l.Dropout)
	if gate != nil {
		y = ops.Mul(y, gate)
	}
	size := x.Shape().Dim(-1)
	y = p.project(c, "attention_output", "abcd,cde->abe", "e", []int{graph.None, size}, y)
	c.SetMask(0, queryMask)
	if !c.args.ReturnAttentionScores {
		return graph.Nodes{y}
	}
	c.SetMask(1, mask)
	return graph.Nodes{y, scores}
}

// repeatHeads lets n neighbouring heads of the query read each head of x: (batch, positions, heads, size).
func repeatHeads(x *graph.Node, n int) *graph.Node {
	if n == 1 {
		return x
	}
	return ops.Repeat(x, n, 2)
}

// NumOutputs is 2 with ReturnAttentionScores, else 1.
func (l *GroupQueryAttention) NumOutputs(a Args) int { return withScores(a) }

// FileName is the name of a projection in Keras's files.
func (l *GroupQueryAttention) FileName(sub Sub) string {
	if sub.Name == "attention_output" {
		return "_output_dense"
	}
	return "_" + sub.Name + "_dense"
}

func init() { registry.Add("GroupedQueryAttention", &GroupQueryAttention{}, "GroupQueryAttention") }
