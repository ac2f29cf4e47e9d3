package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Adagrad divides the gradient by the root of the sum of its squares (Duchi et al., 2011):
// a += g², w -= rate·g/√(a + Epsilon). https://keras.io/api/optimizers/adagrad
type Adagrad struct {
	LearningRate            float64            `default:"0.001"`
	Schedule                schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	InitialAccumulatorValue float64            `default:"0.1"`
	Epsilon                 float64            `default:"1e-7"`
	Common
}

// Updates builds one step.
func (o *Adagrad) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Adagrad) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Adagrad) slots(*graph.Param) [][]slot {
	return [][]slot{{{name: "accumulator", init: o.InitialAccumulatorValue}}}
}

func (o *Adagrad) apply(u *update) *graph.Node {
	a := u.set("accumulator", ops.Add(u.get("accumulator"), ops.Square(u.grad)))
	return ops.Sub(u.w, ops.Div(ops.Mul(u.lr, u.grad), ops.Sqrt(ops.Add(a, o.Epsilon))))
}

// Adadelta scales the gradient by the ratio of two moving averages, of the squares of the changes and of the gradients
// (Zeiler, 2012, arXiv:1212.5701). https://keras.io/api/optimizers/adadelta
type Adadelta struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Rho          float64            `default:"0.95"`
	Epsilon      float64            `default:"1e-7"`
	Common
}

// Updates builds one step.
func (o *Adadelta) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Adadelta) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Adadelta) slots(*graph.Param) [][]slot {
	return [][]slot{pair("accumulated_grad", "accumulated_delta_var")}
}

func (o *Adadelta) apply(u *update) *graph.Node {
	root := func(x *graph.Node) *graph.Node { return ops.Sqrt(ops.Add(x, o.Epsilon)) }
	average := func(name string, x *graph.Node) *graph.Node {
		return u.set(name, ops.Add(ops.Mul(u.get(name), o.Rho), ops.Mul(ops.Square(x), 1-o.Rho)))
	}
	squares := average("accumulated_grad", u.grad)
	change := ops.Div(ops.Mul(root(u.get("accumulated_delta_var")), u.grad), root(squares))
	average("accumulated_delta_var", change)
	return ops.Sub(u.w, ops.Mul(u.lr, change))
}

func init() {
	registry.Add("Adagrad", &Adagrad{})
	registry.Add("Adadelta", &Adadelta{})
}
