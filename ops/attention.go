package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// AttentionOptions are the settings of [DotProductAttention].
type AttentionOptions struct {
	// Bias is added to the scores; it broadcasts to (batch, heads, targets, sources).
	Bias *graph.Node
	// Mask is true where a target may look at a source; it broadcasts to (batch, heads, targets, sources).
	Mask *graph.Node
	// Scale multiplies the scores; 1 / sqrt(size) by default.
	Scale float64
	// IsCausal lets no target look at later sources.
	IsCausal bool
	// LogitsSoftCap c replaces scores by c tanh(scores / c), if it is not 0.
	LogitsSoftCap float64
}

// DotProductAttention is softmax(query keyᵀ * scale + bias) value in each head: query: (batch, targets, heads, size), key: (batch, sources,
// key heads, size), value: (batch, sources, key heads, size), result: (batch, targets, heads, size). Heads may be a multiple of the
// key heads, which then are each read by as many neighbouring heads. (Vaswani et al., 2017; Ainslie et al., 2023)
// https://keras.io/api/ops/nn/#dotproductattention-function
func DotProductAttention(query, key, value *graph.Node, opts ...AttentionOptions) *graph.Node {
	const name = "dot_product_attention"
	if !ready(query, key, value) || len(opts) > 1 {
		return graph.FailCall(name, fmt.Errorf("an operand is nil, or there are several options"), query, key, value)
	}
	o := append(opts, AttentionOptions{})[0]
	g := query.Graph()
	for _, x := range (graph.Nodes{query, key, value}) {
		if x.Shape().Rank() != 4 {
			return g.Fail(name, fmt.Errorf("query, key and value must have the axes (batch, positions, heads, size)"), query, key, value)
		}
	}
	query, key = promote(floated(query), floated(key))
	query, value = promote(query, floated(value))
	key = Cast(key, query.Dtype())
	key, value = repeatHeads(key, query), repeatHeads(value, query)
	if !ready(key, value) {
		return g.Fail(name, fmt.Errorf("the heads of the query must be a multiple of those of key and value"), key, value)
	}
	if o.Bias != nil || o.LogitsSoftCap != 0 {
		return weighted(attentionWeights(query, key, value.Dtype(), o), value)
	}
	in := graph.Nodes{query, key, value}
	if o.Mask != nil {
		in = append(in, Cast(o.Mask, graph.Bool))
	}
	return results(graph.Apply(AttentionOp{o.Scale, o.IsCausal}, in...), 2)[0]
}

// weighted is the mean of the values under the weights: (batch, targets, heads, width).
func weighted(weights, value *graph.Node) *graph.Node {
	return headsFirst(matMul(weights, headsFirst(value), false, false))
}

// attentionWeights is the softmax of the scores: (batch, heads, targets, sources).
func attentionWeights(query, key *graph.Node, d graph.Dtype, o AttentionOptions) *graph.Node {
	scores := matMul(headsFirst(query), headsFirst(key), false, true)
	scores = maskScores(Cast(scores, Promote(scores.Dtype(), graph.Float32)), query, o)
	return Cast(Softmax(scores, -1), d)
}

// headsFirst exchanges positions and heads.
func headsFirst(x *graph.Node) *graph.Node { return Transpose(x, 0, 2, 1, 3) }

// repeatHeads repeats each head of x so that there are as many as in like.
func repeatHeads(x, like *graph.Node) *graph.Node {
	have, want := x.Shape().Dim(2), like.Shape().Dim(2)
	if have == want || have == graph.None || want == graph.None {
		return x
	}
	if have == 0 || want%have != 0 {
		return x.Graph().Fail("repeat", fmt.Errorf("%d heads cannot share %d", want, have), like, x)
	}
	return Repeat(x, want/have, 2)
}

// scaled multiplies the scores, or their gradient, by the scale.
func (o AttentionOptions) scaled(scores, query *graph.Node) *graph.Node {
	if o.Scale != 0 {
		return Mul(scores, o.Scale)
	}
	if size := query.Shape().Dim(-1); size != graph.None {
		return Mul(scores, 1/math.Sqrt(float64(size)))
	}
	return Mul(scores, Rsqrt(SizeOf(query, scores.Dtype(), -1)))
}

// shown is true where a target may look at a source; nil if it always may.
func (o AttentionOptions) shown(scores *graph.Node) *graph.Node {
	if !o.IsCausal {
		return o.Mask
	}
	past := GreaterEqual(positions(scores, 2), positions(scores, 3))
	if o.Mask == nil {
		return past
	}
	return LogicalAnd(Cast(o.Mask, graph.Bool), past)
}

// maskScores scales, caps, biases and masks the scores: (batch, heads, targets, sources).
func maskScores(scores, query *graph.Node, o AttentionOptions) *graph.Node {
	scores = o.scaled(scores, query)
	if c := o.LogitsSoftCap; c != 0 {
		scores = Mul(Tanh(Div(scores, c)), c)
	}
	if o.Bias != nil {
		scores = Add(scores, Cast(o.Bias, scores.Dtype()))
	}
	mask := o.shown(scores)
	if mask == nil {
		return scores
	}
	return Where(mask, scores, maskedScore)
}

// maskedScore is finite, so that a row without any source stays so.
const maskedScore = -0.7 * math.MaxFloat32

// positions counts along an axis of x, with axes of 1 for those behind it.
func positions(x *graph.Node, axis int) *graph.Node {
	n := IotaFrom(x, 0, graph.Int32, []int{graph.None}, []int{axis})
	return alongAxis(n, axis, x.Shape().Rank())
}
