package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Ftrl is "follow the regularized leader", for shallow models with many sparse features (McMahan et al., 2013).
// https://keras.io/api/optimizers/ftrl
type Ftrl struct {
	LearningRate                      float64            `default:"0.001"`
	Schedule                          schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	LearningRatePower                 float64            `default:"-0.5"`                  // at most 0; graph.Zero for a fixed rate
	InitialAccumulatorValue           float64            `default:"0.1"`
	L1RegularizationStrength          float64            `keras:"l1_regularization_strength"`
	L2RegularizationStrength          float64            `keras:"l2_regularization_strength"`
	L2ShrinkageRegularizationStrength float64            `keras:"l2_shrinkage_regularization_strength"`
	Beta                              float64
	Common
}

// Updates builds one step.
func (o *Ftrl) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Ftrl) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Ftrl) slots(*graph.Param) [][]slot {
	return [][]slot{{{name: "accumulator", init: o.InitialAccumulatorValue}, {name: "linear"}}}
}

func (o *Ftrl) apply(u *update) *graph.Node {
	// l2 is the strength with the part that Beta adds: L2 + Beta/(2·rate)
	l2 := ops.Add(ops.Div(o.Beta/2, u.lr), o.L2RegularizationStrength)
	grad := u.grad
	if s := o.L2ShrinkageRegularizationStrength; s != 0 {
		grad = ops.Add(grad, ops.Mul(u.w, 2*s))
	}
	before := u.get("accumulator")
	after := u.set("accumulator", ops.Add(before, ops.Square(u.grad)))
	power := func(x *graph.Node) *graph.Node { return ops.Pow(x, -o.LearningRatePower) }
	sigma := ops.Div(ops.Sub(power(after), power(before)), u.lr)
	linear := u.set("linear", ops.Add(u.get("linear"), ops.Sub(grad, ops.Mul(sigma, u.w))))
	quadratic := ops.Add(ops.Div(power(after), u.lr), ops.Mul(l2, 2))
	l1 := o.L1RegularizationStrength
	return ops.Div(ops.Sub(ops.Clip(linear, -l1, l1), linear), quadratic)
}

func init() { registry.Add("Ftrl", &Ftrl{}) }
