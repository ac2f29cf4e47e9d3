package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// MultiHeadAttention projects query, key and value for each head, lets every target of the query look at the sources of the
// values with weights softmax(query·key/√KeyDim), and projects the results of all heads back (Vaswani et al., 2017). Inputs:
// query (batch, targets..., size), value (batch, sources..., size) and optionally key, by default the value, as positional
// inputs or by name in [Args]; result (batch, targets..., OutputShape...), by default of the query's size, with
// ReturnAttentionScores followed by the weights (batch, heads, targets, sources). The masks of query, value and key, a causal
// mask and Args.AttentionMask (batch, targets, sources) add up.
// Weights: query/kernel (size, NumHeads, KeyDim), query/bias (NumHeads, KeyDim), likewise key, gate with UseGate, and value,
// attention_output/kernel (NumHeads, ValueDim, OutputShape...), attention_output/bias (OutputShape...).
// https://keras.io/api/layers/attention_layers/multi_head_attention
type MultiHeadAttention struct {
	NumHeads          int
	KeyDim            int               // of each head, for query and key
	ValueDim          int               `default:"none"` // of each head, for the value; default KeyDim
	Dropout           float64           // of the weights
	NoBias            bool              `keras:"use_bias,not"`
	UseGate           bool              // the results are multiplied by σ(query·gate/kernel + gate/bias)
	OutputShape       any               // an int or []int; by default the query's last axis
	AttentionAxes     []int             // the axes along which targets and sources lie; default all but batch and features
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
func (l *MultiHeadAttention) Call(c *Context, in ...*graph.Node) *graph.Node {
	return first(l.CallN(c, in...))
}

// CallN: query, value and optionally key to the result and, if asked for, the weights.
func (l *MultiHeadAttention) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	l = config.Resolve(l)
	fail := func(bad *graph.Node) graph.Nodes { return poisoned(withScores(c.args), bad) }
	if l.NumHeads < 1 || l.KeyDim < 1 {
		return fail(c.Errorf("NumHeads is %d and KeyDim %d, want at least 1", l.NumHeads, l.KeyDim))
	}
	if l.ValueDim == 0 {
		l.ValueDim = l.KeyDim
	}
	q, bad := c.attentionInputs(in)
	if bad != nil {
		return fail(bad)
	}
	rank := q.query.Shape().Rank()
	h, err := headsOver(rank+1, l.axes(rank))
	if err != nil {
		return fail(c.Fail(err))
	}
	size := []int{q.query.Shape().Dim(-1)}
	if out, err := intList(l.OutputShape); err != nil {
		return fail(c.Errorf("OutputShape: %v", err))
	} else if len(out) > 0 {
		size = out
	}
	p := l.projections()
	inner := func(name string, x *graph.Node, dim int) *graph.Node {
		free := x.Shape().Rank() - 2
		equation, biasAxes := projection(free, 1, 2)
		return p.project(c, name, equation, biasAxes, append(slices.Repeat([]int{graph.None}, free), l.NumHeads, dim), x)
	}
	mask := h.spread(c.attentionMask(q, l.SlidingWindow))
	queryMask, x := q.queryMask, q.query
	q.query, q.key = inner("query", x, l.KeyDim), inner("key", q.key, l.KeyDim)
	var gate *graph.Node
	if l.UseGate {
		gate = inner("gate", x, l.ValueDim)
	}
	q.value = inner("value", q.value, l.ValueDim)
	y, scores := c.attendHeads(h, q, mask, l.KeyDim, l.Dropout)
	if gate != nil {
		y = ops.Mul(y, gate)
	}
	equation, biasAxes := projection(rank-2, 2, len(size))
	y = p.project(c, "attention_output", equation, biasAxes, append(slices.Repeat([]int{graph.None}, rank-2), size...), y)
	c.SetMask(0, queryMask)
	if !c.args.ReturnAttentionScores {
		return graph.Nodes{y}
	}
	c.SetMask(1, mask)
	return graph.Nodes{y, scores}
}

// axes are the attended axes of a query of the given rank.
func (l *MultiHeadAttention) axes(rank int) []int {
	var out []int
	if len(l.AttentionAxes) == 0 {
		for i := 1; i < rank-1; i++ {
			out = append(out, i)
		}
	}
	for _, a := range l.AttentionAxes {
		if a < 0 {
			a += rank
		}
		out = append(out, a)
	}
	return out
}

func (l *MultiHeadAttention) projections() projections {
	return projections{
		noBias: l.NoBias, kernelInitializer: l.KernelInitializer, biasInitializer: l.BiasInitializer,
		kernelRegularizer: l.KernelRegularizer, biasRegularizer: l.BiasRegularizer, activityRegularizer: l.ActivityRegularizer,
		kernelConstraint: l.KernelConstraint, biasConstraint: l.BiasConstraint,
	}
}

// NumOutputs is 2 with ReturnAttentionScores, else 1.
func (l *MultiHeadAttention) NumOutputs(a Args) int { return withScores(a) }

// FileName is the name of a projection in Keras's files.
func (l *MultiHeadAttention) FileName(sub Sub) string {
	switch sub.Name {
	case "attention_output":
		return "output_dense"
	case "gate": // the only one without a public name in Keras
		return "_gate_dense"
	}
	return sub.Name + "_dense"
}

func init() { register(&MultiHeadAttention{}) }
