package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Attention is dot-product attention (Luong et al., 2015): the mean of the values, weighted for each query by a softmax over
// its scores with the keys. Inputs: query (batch, targets, size), value (batch, sources, width) and optionally key (batch,
// sources, size), by default the value, as positional inputs or by name in [Args]; result (batch, targets, width), with
// ReturnAttentionScores followed by the weights (batch, targets, sources). The value's mask hides sources, UseCausalMask those
// behind the target; the query's mask sets results to 0 and is handed on.
// https://keras.io/api/layers/attention_layers/attention
type Attention struct {
	UseScale  bool    // the weight scale multiplies the scores
	ScoreMode string  `default:"dot"` // "dot": query·key; "concat": the weight concat_score_weight times Σ tanh(query + key)
	Dropout   float64 // of the weights
	Seed      int     `default:"none"`
	Name      string
	Base
}

// Call is the first output of CallN.
func (l *Attention) Call(c *Context, in ...*graph.Node) *graph.Node { return first(l.CallN(c, in...)) }

// CallN: query, value and optionally key to the result and, if asked for, the weights.
func (l *Attention) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	l = config.Resolve(l)
	q, bad := c.attentionInputs(in)
	if bad != nil {
		return poisoned(l.NumOutputs(c.args), bad)
	}
	var scale *graph.Node
	if l.UseScale {
		scale = c.Param("scale", Weight{Shape: graph.Shape{}, Initializer: "ones"})
	}
	var scores *graph.Node
	switch l.ScoreMode {
	case "dot":
		scores = ops.Einsum("...ts,...vs->...tv", q.query, q.key)
		if scale != nil {
			scores = ops.Mul(scores, scale)
		}
	case "concat":
		sum := ops.Add(ops.ExpandDims(q.query, -2), ops.ExpandDims(q.key, -3))
		if scale != nil {
			sum = ops.Mul(sum, scale)
		}
		w := c.Param("concat_score_weight", Weight{Shape: graph.Shape{}, Initializer: "ones"})
		scores = ops.Mul(ops.Sum(ops.Tanh(sum), -1), w)
	default:
		return poisoned(l.NumOutputs(c.args), c.Errorf(`ScoreMode is %q, want "dot" or "concat"`, l.ScoreMode))
	}
	return c.attend(q, scores, l.Dropout)
}

// NumOutputs is 2 with ReturnAttentionScores, else 1.
func (l *Attention) NumOutputs(a Args) int { return withScores(a) }

// AdditiveAttention is attention (see [Attention]) whose scores are Σ scale·tanh(query + key) (Bahdanau et al., 2015). Inputs
// and outputs are those of Attention; query and key are equally wide. Weights: scale (size), unless NoScale.
// https://keras.io/api/layers/attention_layers/additive_attention
type AdditiveAttention struct {
	NoScale bool    `keras:"use_scale,not"`
	Dropout float64 // of the weights
	Seed    int     `default:"none"`
	Name    string
	Base
}

// Call is the first output of CallN.
func (l *AdditiveAttention) Call(c *Context, in ...*graph.Node) *graph.Node {
	return first(l.CallN(c, in...))
}

// CallN: query, value and optionally key to the result and, if asked for, the weights.
func (l *AdditiveAttention) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	q, bad := c.attentionInputs(in)
	if bad != nil {
		return poisoned(l.NumOutputs(c.args), bad)
	}
	sum := ops.Tanh(ops.Add(ops.ExpandDims(q.query, -2), ops.ExpandDims(q.key, -3)))
	if !l.NoScale {
		sum = ops.Mul(sum, c.Param("scale", Weight{Shape: graph.Shape{q.query.Shape().Dim(-1)}}))
	}
	return c.attend(q, ops.Sum(sum, -1), l.Dropout)
}

// NumOutputs is 2 with ReturnAttentionScores, else 1.
func (l *AdditiveAttention) NumOutputs(a Args) int { return withScores(a) }

func withScores(a Args) int {
	if a.ReturnAttentionScores {
		return 2
	}
	return 1
}

// attended are the tensors of a call of an attention layer with their masks, nil for none.
type attended struct {
	query, value, key             *graph.Node
	queryMask, valueMask, keyMask *graph.Node
}

// attentionInputs finds query, value and key among positional and named inputs. A mask that an argument names goes before
// the one that travels with the tensor.
func (c *Context) attentionInputs(in []*graph.Node) (q attended, bad *graph.Node) {
	a := c.args
	if len(in) > 3 {
		return q, c.Errorf("got %d inputs, want query, value and perhaps key", len(in))
	}
	list := append(append(graph.Nodes{}, in...), nil, nil, nil)
	take := func(named *graph.Node, i int) *graph.Node {
		if named != nil {
			return named
		}
		return list[i]
	}
	q.query, q.value, q.key = take(a.Query, 0), take(a.Value, 1), take(a.Key, 2)
	if q.query == nil || q.value == nil {
		return q, c.Errorf("query and value are needed: pass them as the first two inputs, or as Args.Query and Args.Value")
	}
	q.queryMask, q.valueMask = a.QueryMask, a.ValueMask
	if q.queryMask == nil {
		q.queryMask = graph.Mask(q.query)
	}
	if q.valueMask == nil {
		q.valueMask = graph.Mask(q.value)
	}
	if q.keyMask = a.KeyMask; q.keyMask == nil && q.key != nil {
		q.keyMask = graph.Mask(q.key)
	}
	if q.key == nil {
		q.key = q.value
	}
	for _, n := range []*graph.Node{q.query, q.value, q.key} {
		if n.Shape().Rank() < 3 {
			return q, c.Errorf("an input has the shape %v, want (batch, positions, size)", n.Shape())
		}
	}
	return q, nil
}

// attend weights the values by a softmax of the scores: (batch, targets, sources).
func (c *Context) attend(q attended, scores *graph.Node, dropout float64) graph.Nodes {
	var mask *graph.Node
	if q.valueMask != nil {
		mask = ops.ExpandDims(ops.Cast(q.valueMask, graph.Bool), -2)
	}
	if c.args.UseCausalMask {
		mask = both(mask, past(scores, scores.Shape().Rank()-2))
	}
	if mask != nil {
		low := 1e9
		if scores.Dtype() == graph.Float16 {
			low = 65504
		}
		scores = ops.Where(mask, scores, ops.Sub(scores, low))
	}
	weights := ops.Softmax(scores, -1)
	y := ops.MatMul(c.dropout(weights, dropout), q.value)
	if q.queryMask != nil {
		y = ops.Where(ops.ExpandDims(q.queryMask, -1), y, 0)
		c.SetMask(0, q.queryMask)
	}
	return graph.Nodes{y, weights}[:withScores(c.args)]
}

// both is the conjunction of masks that may be nil.
func both(a, b *graph.Node) *graph.Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return ops.LogicalAnd(a, b)
}

// past is true where a target, along axis of scores, is not before a source, along the axis behind it: (1, targets, sources).
func past(scores *graph.Node, axis int) *graph.Node {
	return ops.ExpandDims(ops.GreaterEqual(positions(scores, axis, 1), positions(scores, axis+1, 0)), 0)
}

// positions counts along an axis of x, as a column or a row.
func positions(x *graph.Node, axis, as int) *graph.Node {
	n := ops.IotaFrom(x, 0, graph.Int32, []int{graph.None}, []int{axis})
	return ops.ExpandDims(n, as)
}

func init() { register(&Attention{}, &AdditiveAttention{}) }
