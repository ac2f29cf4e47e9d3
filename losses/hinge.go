package losses

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Hinge is mean(max(1 - yTrue * yPred, 0)) over the last axis. Targets are -1 or 1; if all of a batch are 0 or 1 they are
// taken as such labels and converted. See https://keras.io/api/losses/hinge_losses/.
type Hinge struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"hinge"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (Hinge) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("hinge", yTrue, yPred)
	return ops.Mean(shortfall(t, p), -1)
}

// SquaredHinge is mean(max(1 - yTrue * yPred, 0)²) over the last axis, with targets as in [Hinge].
// See https://keras.io/api/losses/hinge_losses/.
type SquaredHinge struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"squared_hinge"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (SquaredHinge) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("squared_hinge", yTrue, yPred)
	return ops.Mean(ops.Square(shortfall(t, p)), -1)
}

// shortfall is how much the margin of 1 is missed by.
func shortfall(t, p *graph.Node) *graph.Node {
	return ops.Maximum(ops.Sub(1, ops.Mul(signs(t), p)), 0)
}

// signs maps targets to -1 and 1 if all of them are 0 or 1.
func signs(t *graph.Node) *graph.Node {
	binary := ops.All(ops.LogicalOr(ops.Equal(t, 0), ops.Equal(t, 1)))
	return ops.Where(binary, ops.Sub(ops.Mul(t, 2), 1), t)
}

// CategoricalHinge is max(neg - pos + 1, 0) with pos = sum(yTrue * yPred) and neg = max((1 - yTrue) * yPred) over the last
// axis, for one-hot targets. See https://keras.io/api/losses/hinge_losses/.
type CategoricalHinge struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"categorical_hinge"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., classes) to (batch, ...).
func (CategoricalHinge) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("categorical_hinge", yTrue, yPred)
	pos := ops.Sum(ops.Mul(t, p), -1)
	neg := ops.Max(ops.Mul(ops.Sub(1, t), p), -1)
	return ops.Maximum(ops.Add(ops.Sub(neg, pos), 1), 0)
}

func init() {
	register("Hinge", Hinge{})
	register("SquaredHinge", SquaredHinge{})
	register("CategoricalHinge", CategoricalHinge{})
}
