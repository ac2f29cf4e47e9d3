package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Adafactor keeps the mean squares of a matrix's gradient by row and by column only (Shazeer and Stern, 2018,
// arXiv:1804.04235). https://keras.io/api/optimizers/adafactor
type Adafactor struct {
	LearningRate   float64            `default:"0.001"`
	Schedule       schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta2Decay     float64            `keras:"beta_2_decay" default:"-0.8"`
	Epsilon1       float64            `keras:"epsilon_1" default:"1e-30"`
	Epsilon2       float64            `keras:"epsilon_2" default:"1e-3"`
	ClipThreshold  float64            `default:"1"`
	NoRelativeStep bool               `keras:"relative_step,not"` // the rate may be larger than 1/√t
	Common
}

// Updates builds one step.
func (o *Adafactor) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Adafactor) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

// slots: row and column means r and c are unused scalars for a vector, as in Keras, whose files count on them.
func (o *Adafactor) slots(p *graph.Param) [][]slot {
	shape := p.Spec().Shape
	rows, cols := graph.Shape{}, graph.Shape{}
	if n := len(shape); n >= 2 {
		rows = shape[:n-1].Clone()
		cols = append(shape[:n-2].Clone(), shape[n-1])
	}
	return [][]slot{{{name: "r", shape: rows}, {name: "c", shape: cols}, {name: "velocity"}}}
}

func (o *Adafactor) apply(u *update) *graph.Node {
	lr := u.lr
	limit := ops.Rsqrt(u.t)
	if o.Schedule == nil && !o.NoRelativeStep {
		lr = ops.Minimum(lr, limit)
	}
	alpha := ops.Mul(ops.Maximum(rms(u.w), o.Epsilon2), ops.Minimum(lr, limit))
	beta := ops.Sub(1, ops.Pow(u.t, o.Beta2Decay))
	average := func(name string, x *graph.Node) *graph.Node {
		return u.set(name, ops.Add(ops.Mul(beta, u.get(name)), ops.Mul(ops.Sub(1, beta), x)))
	}
	squares := ops.Add(ops.Square(u.grad), o.Epsilon1)
	var v *graph.Node
	if u.w.Shape().Rank() >= 2 {
		r, c := average("r", ops.Mean(squares, -1)), average("c", ops.Mean(squares, -2))
		r = ops.Div(r, ops.MeanKeepDims(r, -1))
		v = u.set("velocity", ops.Mul(ops.ExpandDims(r, -1), ops.ExpandDims(c, -2)))
	} else {
		v = average("velocity", squares)
	}
	change := ops.Div(u.grad, ops.Sqrt(v))
	change = ops.Div(change, ops.Maximum(ops.Div(rms(change), o.ClipThreshold), 1))
	return ops.Sub(u.w, ops.Mul(alpha, change))
}

// rms is the root of the mean square of all elements.
func rms(x *graph.Node) *graph.Node { return ops.Sqrt(ops.Mean(ops.Square(x))) }

func init() { registry.Add("Adafactor", &Adafactor{}) }
