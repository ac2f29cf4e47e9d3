package layers

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// projections are the settings that the dense layers of an attention layer share.
type projections struct {
	noBias                                                  bool
	kernelInitializer, biasInitializer                      initializers.Like
	kernelRegularizer, biasRegularizer, activityRegularizer regularizers.Like
	kernelConstraint, biasConstraint                        constraints.Like
}

// project calls the inner dense layer of the given name on x.
func (p projections) project(c *Context, name, equation, biasAxes string, shape []int, x *graph.Node) *graph.Node {
	dense := own(c, name, func() *EinsumDense {
		l := &EinsumDense{
			Equation: equation, OutputShape: shape, BiasAxes: biasAxes,
			KernelInitializer: p.kernelInitializer, BiasInitializer: p.biasInitializer,
			KernelRegularizer: p.kernelRegularizer, BiasRegularizer: p.biasRegularizer,
			KernelConstraint: p.kernelConstraint, BiasConstraint: p.biasConstraint,
			Name: name, Base: Base{Dtype: c.layer.base().Dtype, ActivityRegularizer: p.activityRegularizer},
		}
		if p.noBias {
			l.BiasAxes = ""
		}
		if name == "gate" {
			l.Activation = "sigmoid"
		}
		return l
	})
	return c.Call(name, dense, x)
}

const letters = "abcdefghijklmnopqrstuvwxyz"

// projection is the equation of a dense layer that keeps free axes behind the batch, sums bound ones and makes out new ones.
func projection(free, bound, out int) (equation, biasAxes string) {
	in := letters[:1+free]
	sums := letters[1+free:][:bound]
	made := letters[1+free+bound:][:out]
	return in + sums + "," + sums + made + "->" + in + made, made
}

// heads are the equations of attention over some axes of tensors (batch, ..., heads, size).
type heads struct {
	scores, combine string // key, query to scores; scores, value to the result
	rank            int    // of the scores
	axes            int    // the number of axes over which the attention goes
}

// headsOver builds the equations for tensors of the given rank. The scores have all axes but the attended ones, then those of
// the targets, then those of the sources.
func headsOver(rank int, axes []int) (heads, error) {
	for _, a := range axes {
		if a < 1 || a >= rank-2 {
			return heads{}, fmt.Errorf("AttentionAxes holds the axis %d, want 1 to %d", a, rank-3)
		}
	}
	target := letters[:rank]
	var source, scores, targets, sources string
	next := rank
	for i := range rank {
		switch {
		case slices.Contains(axes, i):
			source += letters[next : next+1]
			next++
		case i < rank-1:
			scores += target[i : i+1]
			source += target[i : i+1]
		default:
			source += target[i : i+1]
		}
	}
	for _, a := range axes {
		targets += target[a : a+1]
		sources += source[a : a+1]
	}
	scores += targets + sources
	return heads{
		scores: source + "," + target + "->" + scores, combine: scores + "," + source + "->" + target,
		rank: len(scores), axes: len(axes),
	}, nil
}

// spread gives a mask the rank of the scores: further axes of 1 go in front of the attended axes.
func (h heads) spread(mask *graph.Node) *graph.Node {
	for mask != nil && mask.Shape().Rank() < h.rank {
		mask = ops.ExpandDims(mask, max(0, mask.Shape().Rank()-2*h.axes))
	}
	return mask
}

// weigh is the softmax of the scores over the axes of the sources; what the mask hides gets nothing, also where it hides all.
func (h heads) weigh(scores, mask *graph.Node) *graph.Node {
	axes := make([]int, h.axes)
	for i := range axes {
		axes[i] = h.rank - h.axes + i
	}
	if mask == nil {
		return ops.Softmax(scores, axes...)
	}
	return ops.Where(mask, ops.Softmax(ops.Where(mask, scores, maskedScore(scores.Dtype())), axes...), 0)
}

// attentionMask joins the masks of a call: (batch, targets, sources), true where a target may look at a source. A window
// above 0 lets a target look at sources that are less than so many positions away.
func (c *Context) attentionMask(q attended, window int) *graph.Node {
	var mask *graph.Node
	if q.queryMask != nil {
		mask = ops.ExpandDims(ops.Cast(q.queryMask, graph.Bool), -1)
	}
	for _, m := range []*graph.Node{q.valueMask, q.keyMask} {
		if m != nil {
			mask = both(mask, ops.ExpandDims(ops.Cast(m, graph.Bool), -2))
		}
	}
	at, from := positions(q.query, 1, 1), positions(q.value, 1, 0)
	if c.args.UseCausalMask {
		mask = both(mask, ops.ExpandDims(ops.GreaterEqual(at, from), 0))
	}
	if window > 0 {
		mask = both(mask, ops.ExpandDims(ops.Less(ops.Abs(ops.Sub(at, from)), window), 0))
	}
	if given := c.args.AttentionMask; given != nil {
		mask = both(ops.Cast(given, graph.Bool), mask)
	}
	return mask
}

// attendHeads is the result of attention in each head. With dropout, scores asked for or several attended axes it goes through the
// scores, which it returns; else through the operation that backends have fast kernels for, whose scores are nil.
func (c *Context) attendHeads(h heads, q attended, mask *graph.Node, size int, dropout float64) (y, scores *graph.Node) {
	scale := 1 / math.Sqrt(float64(size))
	if dropout == 0 && !c.args.ReturnAttentionScores && q.query.Shape().Rank() == 4 {
		return ops.DotProductAttention(q.query, q.key, q.value, ops.AttentionOptions{Mask: mask, Scale: scale}), nil
	}
	scores = h.weigh(ops.Einsum(h.scores, q.key, ops.Mul(q.query, scale)), mask)
	return ops.Einsum(h.combine, c.dropout(scores, dropout), q.value), scores
}
