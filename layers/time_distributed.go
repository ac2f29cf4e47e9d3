package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// TimeDistributed applies a layer to every step by itself. x: (batch, steps, ...) to (batch, steps, ...), what the layer makes
// of (batch, ...). A mask (batch, steps, ...) reaches the layer cut to the step. Weights: those of the layer.
// https://keras.io/api/layers/recurrent_layers/time_distributed
type TimeDistributed struct {
	Layer Layer
	Name  string
	Base
}

// Call: x (batch, steps, ...) to (batch, steps, ...).
func (l *TimeDistributed) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if isNil(l.Layer) {
		return c.Errorf("Layer is not set")
	}
	x, mask := in[0], c.Mask(0)
	if x.Shape().Rank() < 3 {
		return c.Errorf("the input has the shape %v, want (batch, steps, ...)", x.Shape())
	}
	if mask != nil {
		steps, ok := graph.Shape(nil), mask.Shape().Rank() >= 2
		if ok {
			steps = mask.Shape()[:2]
			_, ok = graph.Same(steps, x.Shape()[:2])
		}
		if !ok {
			return c.Errorf("the mask has the shape %v, want (batch, steps, ...) as in the input %v", mask.Shape(), x.Shape())
		}
	}
	c.PassMask()
	if mixesRows(l.Layer) && x.Shape()[1] != graph.None {
		return l.each(c, x, mask)
	}
	// Rows do not meet in the layer: all steps of all samples are one batch.
	a := Args{Inputs: graph.Nodes{ops.MergeAxes(x, 0, 2)}}
	if mask != nil && (mask.Shape().Rank() > 2 || mixesRows(l.Layer)) {
		a.Mask = ops.MergeAxes(mask, 0, 2)
	}
	y := first(c.CallN(partName(l.Layer), l.Layer, a))
	return ops.SplitAxis(y, x, 0, 0, 2)
}

// each calls the layer for one step after the other, as Keras does: for layers whose statistics are those of a batch.
func (l *TimeDistributed) each(c *Context, x, mask *graph.Node) *graph.Node {
	at := func(n *graph.Node, t int) *graph.Node {
		if n == nil {
			return nil
		}
		return ops.Squeeze(ops.SliceAxis(n, 1, t, t+1), 1)
	}
	var ys graph.Nodes
	for t := range x.Shape()[1] {
		a := Args{Inputs: graph.Nodes{at(x, t)}, Mask: at(mask, t)}
		ys = append(ys, first(c.CallN(partName(l.Layer), l.Layer, a)))
	}
	return ops.Stack(ys, 1)
}

// mixesRows reports whether the rows of a batch meet in a layer.
func mixesRows(p Part) bool {
	if _, ok := p.(*BatchNormalization); ok {
		return true
	}
	for _, sub := range p.base().own().subs {
		if mixesRows(sub.Part) {
			return true
		}
	}
	return false
}

// FileName is the name of the layer in Keras's files.
func (l *TimeDistributed) FileName(Sub) string { return "layer" }

func init() { register(&TimeDistributed{}) }
