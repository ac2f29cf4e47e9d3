package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Nadam is Adam with Nesterov's momentum (Dozat, 2015). https://keras.io/api/optimizers/Nadam
type Nadam struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-7"`
	Common
}

// Updates builds one step.
func (o *Nadam) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Nadam) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Nadam) slots(*graph.Param) [][]slot { return [][]slot{pair("momentum", "velocity")} }

// extras: the product of the momentums of all steps so far.
func (o *Nadam) extras() []slot { return []slot{{name: "u_product", init: 1}} }

// momentum is u_t = Beta1·(1 - 0.96ᵗ/2), which grows towards Beta1.
func (o *Nadam) momentum(t *graph.Node) *graph.Node {
	return ops.Mul(ops.Sub(1, ops.Mul(ops.Pow(0.96, t), 0.5)), o.Beta1)
}

// product is u_1·u_2·…·u_t.
func (o *Nadam) product(u *update) *graph.Node {
	before := u.g.Param(u.s.slots[slotKey{nil, "u_product"}])
	return ops.Mul(before, ops.Cast(o.momentum(u.t), before.Dtype()))
}

func (o *Nadam) begin(u *update) {
	p := u.s.slots[slotKey{nil, "u_product"}]
	u.updates = append(u.updates, graph.Update{Param: p, Value: u.when(o.product(u), u.g.Param(p))})
}

func (o *Nadam) apply(u *update) *graph.Node {
	now, next := o.momentum(u.t), o.momentum(ops.Add(u.t, 1))
	product := ops.Cast(o.product(u), u.w.Dtype())
	m := u.mix("momentum", u.grad, o.Beta1)
	v := ops.Div(u.mix("velocity", ops.Square(u.grad), o.Beta2), u.corrected(o.Beta2))
	ahead := ops.Add(
		ops.Div(ops.Mul(next, m), ops.Sub(1, ops.Mul(product, next))),
		ops.Div(ops.Mul(ops.Sub(1, now), u.grad), ops.Sub(1, product)))
	return ops.Sub(u.w, ops.Div(ops.Mul(ahead, u.lr), ops.Add(ops.Sqrt(v), o.Epsilon)))
}

func init() { registry.Add("Nadam", &Nadam{}) }
