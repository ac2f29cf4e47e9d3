package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// SGD is gradient descent: w -= rate·g; with a momentum v = Momentum·v - rate·g, w += v.
// https://keras.io/api/optimizers/sgd
type SGD struct {
	LearningRate float64            `default:"0.01"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Momentum     float64
	Nesterov     bool // w += Momentum·v - rate·g: the gradient as it is further on
	Common
}

// Updates builds one step.
func (o *SGD) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *SGD) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *SGD) slots(*graph.Param) [][]slot {
	if o.Momentum == 0 {
		return nil
	}
	return [][]slot{one("momentum")}
}

func (o *SGD) apply(u *update) *graph.Node {
	fall := ops.Mul(u.grad, u.lr)
	if o.Momentum == 0 {
		return ops.Sub(u.w, fall)
	}
	v := u.set("momentum", ops.Sub(ops.Mul(u.get("momentum"), o.Momentum), fall))
	if o.Nesterov {
		return ops.Add(u.w, ops.Sub(ops.Mul(v, o.Momentum), fall))
	}
	return ops.Add(u.w, v)
}

func init() { registry.Add("SGD", &SGD{}) }
