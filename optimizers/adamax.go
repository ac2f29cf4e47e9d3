package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Adamax is Adam with the largest gradient in the place of the root of the mean square (Kingma and Ba, 2014, section 7.1):
// u = max(Beta2·u, |g|), w -= rate·m/((1 - Beta1ᵗ)·(u + Epsilon)). https://keras.io/api/optimizers/adamax
type Adamax struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-7"`
	Common
}

// Updates builds one step.
func (o *Adamax) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Adamax) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Adamax) slots(*graph.Param) [][]slot { return [][]slot{pair("momentum", "norm")} }

func (o *Adamax) apply(u *update) *graph.Node {
	m := u.mix("momentum", u.grad, o.Beta1)
	largest := u.set("norm", ops.Maximum(ops.Mul(u.get("norm"), o.Beta2), ops.Abs(u.grad)))
	scale := ops.Mul(u.corrected(o.Beta1), ops.Add(largest, o.Epsilon))
	return ops.Sub(u.w, ops.Div(ops.Mul(u.lr, m), scale))
}

func init() { registry.Add("Adamax", &Adamax{}) }
