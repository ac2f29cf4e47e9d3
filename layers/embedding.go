package layers

import (
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Embedding looks vectors up: index i becomes row i of its table. x: integers (batch, ...) to (batch, ..., OutputDim).
// With MaskZero the index 0 is padding, and the result carries the mask of the others.
// https://keras.io/api/layers/core_layers/embedding
type Embedding struct {
	InputDim              int // indices are below this
	OutputDim             int
	EmbeddingsInitializer initializers.Like `default:"uniform"`
	EmbeddingsRegularizer regularizers.Like
	EmbeddingsConstraint  constraints.Like
	MaskZero              bool
	LoraRank              int `keras:"lora_rank,omitempty"`  // above 0: the table is frozen and an update of this rank is learned
	LoraAlpha             int `keras:"lora_alpha,omitempty"` // the update is scaled by LoraAlpha/LoraRank; default LoraRank
	Name                  string
	Base
}

// Call: x (batch, ...) to (batch, ..., OutputDim).
func (l *Embedding) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	switch {
	case !c.want(in, 1):
		return nil
	case l.InputDim < 1 || l.OutputDim < 1:
		return c.Errorf("InputDim is %d and OutputDim %d, want at least 1", l.InputDim, l.OutputDim)
	}
	w := weights(l.EmbeddingsInitializer, l.EmbeddingsRegularizer, l.EmbeddingsConstraint)
	w.Shape = graph.Shape{l.InputDim, l.OutputDim}
	table, bad := c.embeddings(w)
	if bad != nil {
		return bad
	}
	if l.MaskZero {
		c.SetMask(0, ops.NotEqual(in[0], 0))
	}
	y := ops.Take(table, indices(in[0]), 0)
	if l.LoraRank > 0 {
		a, b := c.loraPair("embeddings", table, l.LoraRank, w)
		y = ops.Add(y, ops.Mul(ops.MatMul(ops.Take(a, indices(in[0]), 0), b), loraScale(l.LoraRank, l.LoraAlpha)))
	}
	return y
}

// embeddings is the table of an embedding, quantized or not.
func (c *Context) embeddings(w Weight) (rows, bad *graph.Node) {
	q, bad := c.quantization()
	if bad != nil || q.bits == 0 {
		return c.Param("embeddings", w), bad
	}
	return c.quantized(table{name: "embeddings", rows: w.Shape[0], columns: w.Shape[1], alongColumns: true}, q), nil
}

// indices are numbers as gathering takes them.
func indices(x *graph.Node) *graph.Node {
	if x.Dtype() == graph.Int64 {
		return x
	}
	return ops.Cast(x, graph.Int32)
}

// KeepInputDtype marks the layer as one that takes indices as they come.
func (l *Embedding) KeepInputDtype() {}

func init() { register(&Embedding{}) }
