package layers

import (
	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// ReversibleEmbedding is an [Embedding] that also goes back: called with the keyword argument reverse, it scores vectors
// (batch, ..., OutputDim) against the table and gives logits (batch, ..., InputDim). Weights: embeddings (InputDim,
// OutputDim) and, without tied weights, reverse_embeddings (OutputDim, InputDim).
// https://keras.io/api/layers/core_layers/reversible_embedding
type ReversibleEmbedding struct {
	InputDim              int // indices are below this
	OutputDim             int
	NoTieWeights          bool              `keras:"tie_weights,not"`
	EmbeddingsInitializer initializers.Like `default:"uniform"`
	EmbeddingsRegularizer regularizers.Like
	EmbeddingsConstraint  constraints.Like
	MaskZero              bool
	ReverseDtype          graph.Dtype // in which the scores are computed
	LogitSoftCap          float64     `default:"none"` // logits are kept within this of 0 by a tanh; 0: no cap
	Name                  string
	Base
}

// Call: x (batch, ...) to (batch, ..., OutputDim); in reverse (batch, ..., OutputDim) to (batch, ..., InputDim).
func (l *ReversibleEmbedding) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	if l.InputDim < 1 || l.OutputDim < 1 {
		return c.Errorf("InputDim is %d and OutputDim %d, want at least 1", l.InputDim, l.OutputDim)
	}
	w := weights(l.EmbeddingsInitializer, l.EmbeddingsRegularizer, l.EmbeddingsConstraint)
	w.Shape = graph.Shape{l.InputDim, l.OutputDim}
	rows, bad := c.embeddings(w)
	if bad != nil {
		return bad
	}
	back, q := l.back(c, rows)
	if c.args.Keywords["reverse"] == nil {
		if l.MaskZero {
			c.SetMask(0, ops.NotEqual(in[0], 0))
		}
		return ops.Take(rows, indices(in[0]), 0)
	}
	x := ops.Cast(in[0], c.Dtype())
	if l.ReverseDtype != "" {
		x, back = ops.Cast(x, l.ReverseDtype), ops.Cast(back, l.ReverseDtype)
	}
	if q.bits == 8 {
		x = stepped(x, -1)
	}
	y := ops.MatMul(x, back)
	if l.LogitSoftCap != 0 {
		y = ops.Mul(ops.Tanh(ops.Div(y, l.LogitSoftCap)), l.LogitSoftCap)
	}
	return y
}

// back is the matrix (OutputDim, InputDim) of the way back.
func (l *ReversibleEmbedding) back(c *Context, rows *graph.Node) (*graph.Node, quantization) {
	q, _ := c.quantization()
	switch {
	case !l.NoTieWeights:
		return ops.Transpose(rows), q
	case q.bits == 0:
		return c.Param("reverse_embeddings", Weight{Shape: graph.Shape{l.OutputDim, l.InputDim}, Initializer: l.EmbeddingsInitializer}), q
	}
	return c.quantized(table{name: "reverse_embeddings", rows: l.OutputDim, columns: l.InputDim, floatZero: true, packRows: true}, q), q
}

// KeepInputDtype marks the layer as one that takes indices as they come.
func (l *ReversibleEmbedding) KeepInputDtype() {}

func init() { register(&ReversibleEmbedding{}) }
