package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// ScheduleFreeAdamW needs no schedule: the steps are made by a sequence z that is kept aside, x is the mean of its values,
// and the parameter is Beta1·x + (1 - Beta1)·z (Defazio et al., 2024, arXiv:2405.15682).
type ScheduleFreeAdamW struct {
	LearningRate float64            `default:"0.0025"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`    // above 0
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-8"`
	WarmupSteps  int                // over which the rate grows from 0
	Common
}

// Updates builds one step.
func (o *ScheduleFreeAdamW) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *ScheduleFreeAdamW) rate() (*float64, *schedules.Schedule) {
	return &o.LearningRate, &o.Schedule
}

// slots: the momentum is z, which begins at the parameter.
func (o *ScheduleFreeAdamW) slots(*graph.Param) [][]slot {
	return [][]slot{{{name: "momentum", copied: true}, {name: "velocity"}}}
}

func (o *ScheduleFreeAdamW) apply(u *update) *graph.Node {
	lr := u.lr
	if o.WarmupSteps > 0 {
		lr = ops.Mul(lr, ops.Minimum(ops.Div(u.t, o.WarmupSteps), 1))
	}
	before := u.get("momentum")
	v := ops.Div(u.mix("velocity", ops.Square(u.grad), o.Beta2), u.corrected(o.Beta2))
	z := u.set("momentum", ops.Sub(before, ops.Div(ops.Mul(lr, u.grad), ops.Add(ops.Sqrt(v), o.Epsilon))))
	x := ops.Div(ops.Sub(u.w, ops.Mul(before, 1-o.Beta1)), o.Beta1)
	part := ops.Reciprocal(u.t)
	x = ops.Add(ops.Mul(ops.Sub(1, part), x), ops.Mul(part, z))
	return ops.Add(ops.Mul(z, 1-o.Beta1), ops.Mul(x, o.Beta1))
}

func init() {
	registry.Add("ScheduleFreeAdamW", &ScheduleFreeAdamW{})
}
