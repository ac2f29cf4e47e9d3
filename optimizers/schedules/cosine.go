package schedules

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// CosineDecay falls along half a cosine from InitialLearningRate to Alpha times it in DecaySteps steps. With a WarmupTarget
// the rate first grows linearly from InitialLearningRate to that in WarmupSteps steps, and falls from there
// (Loshchilov and Hutter, 2016, arXiv:1608.03983).
// https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay
type CosineDecay struct {
	InitialLearningRate float64
	DecaySteps          int     // without the warm-up
	Alpha               float64 // the lowest rate, as a fraction
	Name                string  `default:"CosineDecay"`
	WarmupTarget        float64 `default:"none"` // 0: no warm-up
	WarmupSteps         int
}

// Rate maps the step to the learning rate.
func (d CosineDecay) Rate(step *graph.Node) *graph.Node {
	t := steady("CosineDecay", step, d.DecaySteps)
	if d.WarmupTarget == 0 {
		return d.fall(t, d.InitialLearningRate)
	}
	fall := d.fall(ops.Sub(t, d.WarmupSteps), d.WarmupTarget)
	if d.WarmupSteps <= 0 {
		return fall
	}
	grow := ops.Add(ops.Mul(ops.Div(t, d.WarmupSteps), d.WarmupTarget-d.InitialLearningRate), d.InitialLearningRate)
	return ops.Where(ops.Less(t, d.WarmupSteps), grow, fall)
}

func (d CosineDecay) fall(t *graph.Node, from float64) *graph.Node {
	p := ops.Div(ops.Minimum(t, d.DecaySteps), d.DecaySteps)
	return ops.Mul(ops.Add(ops.Mul(halfCosine(p), 1-d.Alpha), d.Alpha), from)
}

// halfCosine falls from 1 at p = 0 to 0 at p = 1.
func halfCosine(p *graph.Node) *graph.Node {
	return ops.Mul(ops.Add(ops.Cos(ops.Mul(p, math.Pi)), 1), 0.5)
}

// CosineDecayRestarts falls along half a cosine in FirstDecaySteps steps, then starts again from MMul times the rate and
// over TMul times the steps, and so on (Loshchilov and Hutter, 2016, arXiv:1608.03983).
// https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts
type CosineDecayRestarts struct {
	InitialLearningRate float64
	FirstDecaySteps     int
	TMul                float64 `default:"2"`
	MMul                float64 `default:"1"`
	Alpha               float64 // the lowest rate, as a fraction
	Name                string  `default:"SGDRDecay"`
}

// Rate maps the step to the learning rate.
func (d CosineDecayRestarts) Rate(step *graph.Node) *graph.Node {
	d = config.Resolve(d)
	p := progress("CosineDecayRestarts", step, d.FirstDecaySteps)
	if p.Poisoned() {
		return p
	}
	restart := ops.Floor(p)
	within := ops.Sub(p, restart)
	if d.TMul != 1 {
		// round i begins at (1 - TMul^i)/(1 - TMul) first rounds and is TMul^i of them long
		base := ops.Log(p.Graph().Scalar(graph.Float32, d.TMul))
		restart = ops.Floor(ops.Div(ops.Log(ops.Sub(1, ops.Mul(p, 1-d.TMul))), base))
		length := ops.Pow(d.TMul, restart)
		within = ops.Div(ops.Sub(p, ops.Div(ops.Sub(1, length), 1-d.TMul)), length)
	}
	height := ops.Mul(halfCosine(within), ops.Pow(d.MMul, restart))
	return ops.Mul(ops.Add(ops.Mul(height, 1-d.Alpha), d.Alpha), d.InitialLearningRate)
}

func init() {
	registry.Add("CosineDecay", CosineDecay{})
	registry.Add("CosineDecayRestarts", CosineDecayRestarts{})
}
