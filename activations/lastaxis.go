package activations

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Softmax makes positive numbers that sum to 1 along the last axis; ops.Softmax takes other axes.
func Softmax(x *graph.Node) *graph.Node { return ops.Softmax(x) }

// LogSoftmax is the logarithm of [Softmax], without overflow.
func LogSoftmax(x *graph.Node) *graph.Node { return ops.LogSoftmax(x) }

// Sparsemax is max(x - tau, 0) along the last axis, with tau as Keras computes it; unlike [Softmax] it gives exact zeros
// (Martins and Astudillo, 2016, arXiv:1602.02068).
func Sparsemax(x *graph.Node) *graph.Node { return ops.Sparsemax(x, -1) }

// GLU splits the last axis, of even size, into halves a and b: a·sigmoid(b) (Dauphin et al., 2016, arXiv:1612.08083).
// The result is half as long.
func GLU(x *graph.Node) *graph.Node { return ops.Glu(x, -1) }

func init() {
	registry.Add("softmax", Softmax)
	registry.Add("log_softmax", LogSoftmax)
	registry.Add("sparsemax", Sparsemax)
	registry.Add("glu", GLU)
}
