package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Rescaling is x·Scale + Offset: Scale 1.0/255 brings bytes of images to [0, 1]. x: any shape to the same shape.
// https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling
type Rescaling struct {
	Scale  any // a number, or a list of them for the last axis
	Offset any `default:"0"` // alike
	Name   string
	Base
}

// Call: x to a tensor of its shape.
func (l *Rescaling) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if l.Scale == nil {
		return c.Errorf("Scale is not set")
	}
	c.PassMask()
	y := ops.Mul(ops.Cast(in[0], c.Dtype()), ops.Cast(c.g.Const(l.Scale), c.Dtype()))
	if l.Offset == nil {
		return y
	}
	return ops.Add(y, ops.Cast(c.g.Const(l.Offset), c.Dtype()))
}

// Config is the layer's configuration.
func (l *Rescaling) Config(fields map[string]any) (map[string]any, error) {
	if l.Offset == nil {
		fields["offset"] = 0.0
	}
	return fields, nil
}

// encode turns indices below depth into vectors of depth numbers: "one_hot" gives a vector to each index, "multi_hot" marks
// the indices of a sample, "count" counts them, each with its weight if there are weights.
func (c *Context) encode(x *graph.Node, mode string, depth int, weights *graph.Node) *graph.Node {
	if x.Shape().Rank() == 0 {
		x = ops.ExpandDims(x, 0)
	}
	options := ops.OneHotOptions{Dtype: c.Dtype()}
	rank := x.Shape().Rank()
	switch mode {
	case "one_hot":
		if rank > 1 && x.Shape()[rank-1] == 1 {
			x = ops.Squeeze(x, -1)
		}
		return ops.OneHot(x, depth, options)
	case "multi_hot":
		return ops.Max(ops.OneHot(x, depth, options), min(1, rank-1))
	case "count":
		y := ops.OneHot(x, depth, options)
		if weights != nil {
			y = ops.Mul(y, ops.ExpandDims(ops.Cast(weights, c.Dtype()), -1))
		}
		return ops.Sum(y, min(1, rank-1))
	}
	return c.Errorf("OutputMode is %q, want one_hot, multi_hot or count", mode)
}

// CategoryEncoding encodes categories, integers from 0 to NumTokens-1, as vectors of NumTokens numbers. x: (batch,
// categories) to (batch, NumTokens); with OutputMode "one_hot" (batch, ...) to (batch, ..., NumTokens). A second input
// weighs the categories of OutputMode "count"; it may also be given as the keyword count_weights.
// https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding
type CategoryEncoding struct {
	NumTokens  int
	OutputMode string `default:"multi_hot"` // or "one_hot", "count"
	Name       string
	Base
}

// Call: x (batch, categories) to (batch, NumTokens).
func (l *CategoryEncoding) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if len(in) == 0 || len(in) > 2 {
		return c.Errorf("got %d inputs, want the categories and perhaps their weights", len(in))
	}
	weights := c.args.Keywords["count_weights"]
	if len(in) == 2 {
		weights = in[1]
	}
	switch {
	case l.NumTokens < 1:
		return c.Errorf("NumTokens is %d, want at least 1", l.NumTokens)
	case weights != nil && l.OutputMode != "count":
		return c.Errorf("there are weights, which OutputMode %q does not use: set it to count", l.OutputMode)
	}
	return c.encode(in[0], l.OutputMode, l.NumTokens, weights)
}

// KeepInputDtype marks the layer as one that takes indices as they come.
func (l *CategoryEncoding) KeepInputDtype() {}

func init() { register(&Rescaling{}, &CategoryEncoding{}) }
