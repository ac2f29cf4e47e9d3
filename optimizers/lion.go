package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Lion moves by the sign of a mixture of momentum and gradient (Chen et al., 2023, arXiv:2302.06675):
// w -= rate·sign(Beta1·m + (1 - Beta1)·g), m = Beta2·m + (1 - Beta2)·g. https://keras.io/api/optimizers/lion
type Lion struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`    // above 0, at most 1
	Beta2        float64            `keras:"beta_2" default:"0.99"`
	Common
}

// Updates builds one step.
func (o *Lion) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Lion) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Lion) slots(*graph.Param) [][]slot { return [][]slot{one("momentum")} }

func (o *Lion) apply(u *update) *graph.Node {
	m := u.get("momentum")
	blend := func(beta float64) *graph.Node { return ops.Add(ops.Mul(m, beta), ops.Mul(u.grad, 1-beta)) }
	u.set("momentum", blend(o.Beta2))
	return ops.Sub(u.w, ops.Mul(u.lr, ops.Sign(blend(o.Beta1))))
}

// Lamb is Adam whose changes are scaled to the norm of the parameter, for large batches (You et al., 2019,
// arXiv:1904.00962). https://keras.io/api/optimizers/lamb
type Lamb struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-7"`
	Common
}

// Updates builds one step.
func (o *Lamb) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Lamb) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Lamb) slots(*graph.Param) [][]slot { return [][]slot{pair("momentum", "velocity")} }

func (o *Lamb) apply(u *update) *graph.Node {
	m := ops.Div(u.mix("momentum", u.grad, o.Beta1), u.corrected(o.Beta1))
	v := ops.Div(u.mix("velocity", ops.Square(u.grad), o.Beta2), u.corrected(o.Beta2))
	change := ops.Div(m, ops.Add(ops.Sqrt(v), o.Epsilon))
	size, length := norm(u.w), norm(change)
	both := ops.LogicalAnd(ops.Greater(size, 0), ops.Greater(length, 0))
	ratio := ops.Where(both, ops.Div(size, length), 1.0)
	return ops.Sub(u.w, ops.Mul(ops.Mul(ratio, u.lr), change))
}

func init() {
	registry.Add("Lion", &Lion{})
	registry.Add("Lamb", &Lamb{})
}
