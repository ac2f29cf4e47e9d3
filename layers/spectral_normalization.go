package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// SpectralNormalization divides the kernel of a layer by its largest singular value at each call in training, found by power
// iteration (Miyato et al., 2018). The kernel itself changes. x: what the layer takes to what it returns. Weights: the
// kernel, vector_u (1, last axis of the kernel), then the layer's others.
// https://keras.io/api/layers/normalization_layers/spectral_normalization
type SpectralNormalization struct {
	Layer           Layer // one with a weight "kernel" or "embeddings"
	PowerIterations int   `default:"1"`
	Name            string
	Base
}

// Call: x to what the layer returns.
func (l *SpectralNormalization) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	switch {
	case isNil(l.Layer):
		return c.Errorf("Layer is not set")
	case l.PowerIterations < 1:
		return c.Errorf("PowerIterations is %d, want at least 1", l.PowerIterations)
	}
	found := false
	own := c.layer.base().own()
	inner := l.Layer.base().own()
	inner.rewrite = func(p *graph.Param, kernel *graph.Node) *graph.Node {
		if p.Name() != "kernel" && p.Name() != "embeddings" {
			return kernel
		}
		if found = true; !slices.Contains(own.trainable, p) {
			own.trainable = append(own.trainable, p) // as in Keras the kernel counts as this layer's too, and comes first
		}
		return l.normalized(c, p, kernel)
	}
	y := c.Call("layer", l.Layer, in...)
	inner.rewrite = nil
	if !found && !y.Poisoned() {
		return c.Errorf("the layer %s has no weight named kernel or embeddings", ClassName(l.Layer))
	}
	return y
}

// normalized is the kernel over its largest singular value, in training, where both it and the estimate are kept.
func (l *SpectralNormalization) normalized(c *Context, p *graph.Param, kernel *graph.Node) *graph.Node {
	s := p.Spec().Shape
	last := s[len(s)-1]
	u := c.Param("vector_u", Weight{
		Shape: graph.Shape{1, last}, Initializer: initializers.TruncatedNormal{Stddev: 0.02}, NonTrainable: true,
	})
	w := ops.StopGradient(ops.Reshape(kernel, -1, last))
	next := u
	var v *graph.Node
	for range l.PowerIterations {
		v = unitLength(ops.MatMul(next, ops.Transpose(w)))
		next = unitLength(ops.MatMul(v, w))
	}
	sigma := ops.MatMul(ops.MatMul(v, w), ops.Transpose(next))
	// An all-zero kernel has no direction: it stays.
	zero := ops.All(ops.Equal(w, 0))
	scale := ops.Where(zero, 1, ops.Reciprocal(ops.Where(zero, 1, ops.Squeeze(sigma))))
	c.Update(u, c.InTraining(ops.Where(zero, u, next), u))
	// The kernel is set to the quotient before the layer reads it, so its gradient is that of the new kernel.
	divided := ops.Mul(ops.StopGradient(kernel), scale)
	c.g.Update(p, ops.InTraining(divided, kernel))
	return ops.InTraining(ops.Add(kernel, ops.StopGradient(ops.Sub(divided, kernel))), kernel)
}

// unitLength divides by the Euclidean norm of all elements.
func unitLength(x *graph.Node) *graph.Node {
	return ops.Mul(x, ops.Rsqrt(ops.Maximum(ops.Sum(ops.Square(x)), 1e-12)))
}

func init() { register(&SpectralNormalization{}) }
