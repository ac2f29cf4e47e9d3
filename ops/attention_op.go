package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// AttentionOp is a tuple of attention, weights·value with weights = softmax(query keyᵀ * Scale) in each head, and of these weights: (batch,
// heads, targets, sources). The inputs are query: (batch, targets, heads, size), key: (batch, sources, heads, size), value: (batch, sources,
// heads, width) and perhaps a mask of bools that broadcasts to the weights, true where a target may look at a source; the first result is
// (batch, targets, heads, width). Scale 0 stands for 1 / sqrt(size). Causal hides later sources. A backend need not hold weights that are
// not read. (Dao, Fu, Ermon, Rudra and Ré, "FlashAttention", 2022)
type AttentionOp struct {
	Scale  float64
	Causal bool
}

// Name is "attention".
func (AttentionOp) Name() string { return "attention" }

// InferTuple returns the specs of the result and of the weights.
func (o AttentionOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	q, k, v, err := inferAttention(in)
	if err != nil {
		return nil, err
	}
	weights := graph.Shape{q.Shape[0], q.Shape[2], q.Shape[1], k.Shape[1]}
	if len(in) == 4 {
		if err := inferAttentionMask(in[3], weights); err != nil {
			return nil, err
		}
	}
	y := graph.Shape{q.Shape[0], q.Shape[1], q.Shape[2], v.Shape[3]}
	return []graph.Spec{{Dtype: q.Dtype, Shape: y}, {Dtype: q.Dtype, Shape: weights}}, nil
}

// inferAttention checks the operands and joins what is known of their sizes.
func inferAttention(in []graph.Spec) (q, k, v graph.Spec, err error) {
	if len(in) < 3 {
		return q, k, v, fmt.Errorf("got %d operands, want query, key and value", len(in))
	}
	q, k, v = in[0].Clone(), in[1].Clone(), in[2].Clone()
	for _, x := range in[:3] {
		if len(x.Shape) != 4 || !x.Dtype.IsFloat() || x.Dtype != q.Dtype {
			return q, k, v, fmt.Errorf("the operands are %v, %v and %v: want one floating point type and the axes (batch, positions, heads, size)", in[0], in[1], in[2])
		}
	}
	for _, c := range []struct {
		what string
		axes []*int
	}{
		{"batch", []*int{&q.Shape[0], &k.Shape[0], &v.Shape[0]}},
		{"number of sources", []*int{&k.Shape[1], &v.Shape[1]}},
		{"number of heads", []*int{&q.Shape[2], &k.Shape[2], &v.Shape[2]}},
		{"size", []*int{&q.Shape[3], &k.Shape[3]}},
	} {
		known := graph.None
		for _, d := range c.axes {
			if *d != graph.None && known != graph.None && *d != known {
				return q, k, v, fmt.Errorf("query %v, key %v and value %v differ in the %s", in[0].Shape, in[1].Shape, in[2].Shape, c.what)
			}
			if *d != graph.None {
				known = *d
			}
		}
		for _, d := range c.axes {
			*d = known
		}
	}
	return q, k, v, nil
}

func inferAttentionMask(mask graph.Spec, scores graph.Shape) error {
	s, err := graph.BroadcastShapes(mask.Shape, scores)
	if err == nil && len(s) == len(scores) && mask.Dtype == graph.Bool {
		for i, d := range scores {
			if d != graph.None && s[i] != d {
				err = fmt.Errorf("axis %d is %d", i, s[i])
			}
		}
	} else if err == nil {
		err = fmt.Errorf("want bools of at most %d axes", len(scores))
	}
	if err != nil {
		return fmt.Errorf("the mask is %v, the scores have the shape %v: %w", mask, scores, err)
	}
	return nil
}

// options are the settings of the same attention in smaller operations.
func (o AttentionOp) options(in graph.Nodes) AttentionOptions {
	out := AttentionOptions{Scale: o.Scale, IsCausal: o.Causal}
	if len(in) > 3 {
		out.Mask = in[3]
	}
	return out
}

// Expand writes the formula in smaller operations.
func (o AttentionOp) Expand(in graph.Nodes) graph.Nodes {
	weights := attentionWeights(in[0], in[1], in[2].Dtype(), o.options(in))
	return graph.Nodes{weighted(weights, in[2]), weights}
}

// VJPTuple is [AttentionGradOp], or the gradient of the expansion if the weights were read.
func (o AttentionOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	in, d := n.Inputs(), cotangents(n, dys)
	mask := make(graph.Nodes, len(in)-3) // has no gradient
	if d[1] != nil {
		out, ys := o.Expand(in), graph.Nodes{}
		for _, c := range dys {
			ys = append(ys, out[c.Op.(ResultOp).I])
		}
		return append(vjp(ys, cotangentNodes(dys), in[:3]), mask...)
	}
	operands := append(graph.Nodes{d[0]}, in...)
	kept := keepsWeights(in[0].Shape(), in[1].Shape())
	if kept {
		operands = append(operands, results(n, 2)[1])
	}
	return append(results(graph.Apply(AttentionGradOp{Of: o, Kept: kept}, operands...), 3), mask...)
}

// keepsWeights reports whether the gradient should read the weights, which is faster than to compute them once more: where they are no more
// than twice as large as query, key, value and result together.
func keepsWeights(query, key graph.Shape) bool {
	sources, size := key.Dim(1), query.Dim(3)
	return sources != graph.None && size != graph.None && sources <= 8*size
}

// AttentionGradOp is a tuple of the gradients of query, key and value of [AttentionOp], of dy, the gradient of its first result, its inputs
// and, if Kept, its weights.
type AttentionGradOp struct {
	Of   AttentionOp
	Kept bool
}

// Name is "attention_dx".
func (AttentionGradOp) Name() string { return "attention_dx" }

// inputs is where the inputs of the attention end, of n operands.
func (o AttentionGradOp) inputs(n int) int {
	if o.Kept {
		return n - 1
	}
	return n
}

// InferTuple returns the specs of query, key and value.
func (o AttentionGradOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	end := o.inputs(len(in))
	out, err := o.Of.InferTuple(in[1:end])
	if err != nil {
		return nil, err
	}
	for i, x := range append(in[:1:1], in[end:]...) {
		if _, err := same(out[i].Shape, x.Shape); err != nil || x.Dtype != out[i].Dtype {
			return nil, fmt.Errorf("the operands of the gradient have %v, want %v", x, out[i])
		}
	}
	q, k, v, err := inferAttention(in[1:])
	return []graph.Spec{q, k, v}, err
}

// Expand writes the formulas in smaller operations, with weights of its own: with weights p, dv = pᵀ dy, and with ds = p (dp - sum p dp) for
// dp = dy vᵀ, dq = Scale ds k and dk = Scale dsᵀ q.
func (o AttentionGradOp) Expand(in graph.Nodes) graph.Nodes {
	in = in[:o.inputs(len(in))]
	dy, query, key, value := headsFirst(in[0]), in[1], in[2], in[3]
	opts := o.Of.options(in[1:])
	p := attentionWeights(query, key, value.Dtype(), opts)
	dv := matMul(p, dy, true, false)
	wide := Promote(p.Dtype(), graph.Float32)
	dp := matMul(dy, headsFirst(value), false, true)
	ds := graph.Apply(SoftmaxGradOp{3}, Cast(p, wide), Cast(dp, wide))
	if shown := opts.shown(ds); shown != nil { // where all is hidden the weights are not 0
		ds = Where(shown, ds, 0)
	}
	ds = Cast(opts.scaled(ds, query), query.Dtype())
	dq, dk := matMul(ds, headsFirst(key), false, false), matMul(ds, headsFirst(query), true, false)
	return graph.Nodes{headsFirst(dq), headsFirst(dk), headsFirst(dv)}
}
