package schedules

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// ExponentialDecay is InitialLearningRate·DecayRate^(step/DecaySteps).
// https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay
type ExponentialDecay struct {
	InitialLearningRate float64
	DecaySteps          int
	DecayRate           float64
	Staircase           bool   // the exponent is rounded down
	Name                string `default:"ExponentialDecay"`
}

// Rate maps the step to the learning rate.
func (d ExponentialDecay) Rate(step *graph.Node) *graph.Node {
	p := progress("ExponentialDecay", step, d.DecaySteps)
	if d.Staircase {
		p = ops.Floor(p)
	}
	return ops.Mul(ops.Pow(d.DecayRate, p), d.InitialLearningRate)
}

// InverseTimeDecay is InitialLearningRate/(1 + DecayRate·step/DecaySteps).
// https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay
type InverseTimeDecay struct {
	InitialLearningRate float64
	DecaySteps          int
	DecayRate           float64
	Staircase           bool   // step/DecaySteps is rounded down
	Name                string `default:"InverseTimeDecay"`
}

// Rate maps the step to the learning rate.
func (d InverseTimeDecay) Rate(step *graph.Node) *graph.Node {
	p := progress("InverseTimeDecay", step, d.DecaySteps)
	if d.Staircase {
		p = ops.Floor(p)
	}
	return ops.Div(d.InitialLearningRate, ops.Add(ops.Mul(p, d.DecayRate), 1))
}

// PolynomialDecay falls from InitialLearningRate to EndLearningRate in DecaySteps steps:
// (InitialLearningRate - EndLearningRate)·(1 - step/DecaySteps)^Power + EndLearningRate.
// https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay
type PolynomialDecay struct {
	InitialLearningRate float64
	DecaySteps          int
	EndLearningRate     float64 `default:"0.0001"`
	Power               float64 `default:"1"`
	Cycle               bool    // starts again, over the next multiple of DecaySteps; without it the end rate stays
	Name                string  `default:"PolynomialDecay"`
}

// Rate maps the step to the learning rate.
func (d PolynomialDecay) Rate(step *graph.Node) *graph.Node {
	d = config.Resolve(d)
	t := steady("PolynomialDecay", step, d.DecaySteps)
	p := ops.Div(ops.Minimum(t, d.DecaySteps), d.DecaySteps)
	if d.Cycle {
		rounds := ops.Maximum(ops.Ceil(ops.Div(t, d.DecaySteps)), 1)
		p = ops.Div(t, ops.Mul(rounds, d.DecaySteps))
	}
	fall := ops.Mul(ops.Pow(ops.Sub(1, p), d.Power), d.InitialLearningRate-d.EndLearningRate)
	return ops.Add(fall, d.EndLearningRate)
}

// PiecewiseConstantDecay is Values[0] up to step Boundaries[0], Values[1] up to Boundaries[1] and so on; there is one
// value more than boundaries. https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay
type PiecewiseConstantDecay struct {
	Boundaries []int // ascending
	Values     []float64
	Name       string `default:"PiecewiseConstant"`
}

// Rate maps the step to the learning rate.
func (d PiecewiseConstantDecay) Rate(step *graph.Node) *graph.Node {
	if step == nil || step.Poisoned() {
		return ops.Neg(step)
	}
	if len(d.Values) != len(d.Boundaries)+1 {
		return step.Graph().Errorf("PiecewiseConstantDecay: %d boundaries need %d values, got %d", len(d.Boundaries), len(d.Boundaries)+1, len(d.Values))
	}
	for i := 1; i < len(d.Boundaries); i++ {
		if d.Boundaries[i] < d.Boundaries[i-1] {
			return step.Graph().Errorf("PiecewiseConstantDecay: the boundaries %v do not ascend", d.Boundaries)
		}
	}
	last := len(d.Boundaries)
	rate := step.Graph().Scalar(graph.Float32, d.Values[last])
	for i := last - 1; i >= 0; i-- {
		rate = ops.Where(ops.LessEqual(step, d.Boundaries[i]), d.Values[i], rate)
	}
	return rate
}

func init() {
	registry.Add("ExponentialDecay", ExponentialDecay{})
	registry.Add("InverseTimeDecay", InverseTimeDecay{})
	registry.Add("PolynomialDecay", PolynomialDecay{})
	registry.Add("PiecewiseConstantDecay", PiecewiseConstantDecay{})
}
