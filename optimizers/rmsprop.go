package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// RMSprop divides the gradient by the root of a moving average of its square (Hinton, 2012):
// v = Rho·v + (1 - Rho)·g², w -= rate·g/√(v + Epsilon). https://keras.io/api/optimizers/rmsprop
type RMSprop struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Rho          float64            `default:"0.9"`
	Momentum     float64
	Epsilon      float64 `default:"1e-7"`
	Centered     bool    // the square of the gradient's moving average is taken off v
	Common
}

// Updates builds one step.
func (o *RMSprop) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *RMSprop) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *RMSprop) slots(*graph.Param) [][]slot {
	blocks := [][]slot{one("velocity")}
	if o.Momentum > 0 {
		blocks = append(blocks, one("momentum"))
	}
	if o.Centered {
		blocks = append(blocks, one("average_gradient"))
	}
	return blocks
}

func (o *RMSprop) apply(u *update) *graph.Node {
	v := u.set("velocity", o.average(u.get("velocity"), ops.Square(u.grad)))
	if o.Centered {
		mean := u.set("average_gradient", o.average(u.get("average_gradient"), u.grad))
		v = ops.Sub(v, ops.Square(mean))
	}
	fall := ops.Div(ops.Mul(u.lr, u.grad), ops.Sqrt(ops.Add(v, o.Epsilon)))
	if o.Momentum > 0 {
		fall = u.set("momentum", ops.Add(ops.Mul(u.get("momentum"), o.Momentum), fall))
	}
	return ops.Sub(u.w, fall)
}

func (o *RMSprop) average(old, x *graph.Node) *graph.Node {
	return ops.Add(ops.Mul(old, o.Rho), ops.Mul(x, 1-o.Rho))
}

func init() { registry.Add("RMSprop", &RMSprop{}, "rmsprop") }
