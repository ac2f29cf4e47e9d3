package losses

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Dice is 1 - 2 sum(yTrue * yPred) / (sum(yTrue) + sum(yPred) + 1e-7), the overlap of two regions, over the axes Axis; over
// all, the batch included, without any. See https://keras.io/api/losses/probabilistic_losses/.
type Dice struct {
	Axis      []int
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"dice"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call reduces the axes Axis; to a scalar with the default.
func (l Dice) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("dice", yTrue, yPred)
	both := ops.Sum(ops.Mul(t, p), l.Axis...)
	all := ops.Add(ops.Sum(t, l.Axis...), ops.Sum(p, l.Axis...))
	return ops.Sub(1, ops.Div(ops.Mul(both, 2), ops.Add(all, epsilon)))
}

// Tversky is 1 - tp / (tp + Alpha * fp + Beta * fn + 1e-7): [Dice] with weights of its own for false positives (Alpha) and
// false negatives (Beta), over the axes Axis; over all without any. (Salehi et al. 2017, https://arxiv.org/abs/1706.05721)
type Tversky struct {
	Alpha     float64 `default:"0.5"`
	Beta      float64 `default:"0.5"`
	Axis      []int
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"tversky"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call reduces the axes Axis; to a scalar with the default.
func (l Tversky) Call(yTrue, yPred *graph.Node) *graph.Node {
	l = config.Resolve(l)
	t, p := pair("tversky", yTrue, yPred)
	both := ops.Sum(ops.Mul(t, p), l.Axis...)
	falsePos := ops.Mul(ops.Sum(ops.Mul(ops.Sub(1, t), p), l.Axis...), l.Alpha)
	falseNeg := ops.Mul(ops.Sum(ops.Mul(t, ops.Sub(1, p)), l.Axis...), l.Beta)
	all := ops.Add(ops.Add(both, falsePos), ops.Add(falseNeg, epsilon))
	return ops.Sub(1, ops.Div(both, all))
}

func init() {
	register("Dice", Dice{})
	register("Tversky", Tversky{})
}
