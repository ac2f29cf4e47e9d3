package losses

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// KLDivergence is sum(yTrue * log(yTrue / yPred)) over the last axis ("kld"), with both clipped to [1e-7, 1].
// See https://keras.io/api/losses/probabilistic_losses/.
type KLDivergence struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"kl_divergence"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (KLDivergence) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("kl_divergence", yTrue, yPred)
	t, p = ops.Clip(t, epsilon, 1), ops.Clip(p, epsilon, 1)
	return ops.Sum(ops.Mul(t, ops.Log(ops.Div(t, p))), -1)
}

// Poisson is mean(yPred - yTrue * log(yPred + 1e-7)) over the last axis.
// See https://keras.io/api/losses/probabilistic_losses/.
type Poisson struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"poisson"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (Poisson) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("poisson", yTrue, yPred)
	return ops.Mean(ops.Sub(p, ops.Mul(t, ops.Log(ops.Add(p, epsilon)))), -1)
}

// CosineSimilarity is -cos of the angle between yTrue and yPred along Axis: -1 for the same direction, 0 at right angles.
// A vector of zeros gives 0. See https://keras.io/api/losses/regression_losses/.
type CosineSimilarity struct {
	Axis      int         `default:"-1"`
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"cosine_similarity"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call reduces Axis: (batch, ..., last) to (batch, ...) with the default.
func (l CosineSimilarity) Call(yTrue, yPred *graph.Node) *graph.Node {
	axis := config.Resolve(l).Axis
	t, p := pair("cosine_similarity", yTrue, yPred)
	return ops.Neg(ops.Sum(ops.Mul(ops.Normalize(t, axis), ops.Normalize(p, axis)), axis))
}

func init() {
	register("KLDivergence", KLDivergence{}, "kld", "KLD", "kullback_leibler_divergence")
	register("Poisson", Poisson{})
	register("CosineSimilarity", CosineSimilarity{}, "cosine_proximity")
}
