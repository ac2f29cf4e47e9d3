package optimizers

import (
	"errors"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// LossScaleOptimizer multiplies the loss by a factor that it finds itself, and divides the gradients by it before the inner
// optimizer gets them, so that small gradients survive in float16. A step whose gradients are not all finite changes nothing
// and halves the factor; DynamicGrowthSteps good ones in a row double it.
// https://keras.io/api/optimizers/loss_scale_optimizer
type LossScaleOptimizer struct {
	InnerOptimizer     Optimizer // its LossScaleFactor must be 0
	InitialScale       float64   `default:"32768"`
	DynamicGrowthSteps int       `default:"2000"`
	Name               string

	state *scaleState
}

type scaleState struct {
	base           *state
	counter, scale *graph.Param
}

var errNoInner = errors.New("LossScaleOptimizer.InnerOptimizer is nil: give it the optimizer to wrap")

// wrapped names the state of optimizers that wrap others. It makes the step count and learning rate that Keras's base
// class makes; nothing reads them.
func wrapped(name string) *state {
	s := &state{}
	s.iterations = s.make(name, "iteration", graph.Spec{Dtype: graph.Int32}, nil)
	s.rate = s.make(name, "learning_rate", graph.Spec{Dtype: graph.Float32}, nil)
	return s
}

func (o *LossScaleOptimizer) own() *scaleState {
	if o.state == nil {
		name := o.Name
		if name == "" {
			name = "loss_scale_optimizer"
		}
		s := &scaleState{base: wrapped(name)}
		s.counter = s.base.make(name, "step_counter", graph.Spec{Dtype: graph.Int32}, nil)
		s.scale = s.base.make(name, "dynamic_scale", graph.Spec{Dtype: graph.Float32}, constant(1, config.Resolve(o).InitialScale))
		o.state = s
	}
	return o.state
}

func (o *LossScaleOptimizer) inner() []Optimizer {
	if o.InnerOptimizer == nil {
		return nil
	}
	return []Optimizer{o.InnerOptimizer}
}

func (o *LossScaleOptimizer) build(params []*graph.Param) error {
	if o.InnerOptimizer == nil {
		return errNoInner
	}
	return Build(o.InnerOptimizer, params)
}

func (o *LossScaleOptimizer) variables() []*graph.Param {
	out := append([]*graph.Param{}, o.own().base.all...)
	for _, inner := range o.inner() {
		out = append(out, Variables(inner)...)
	}
	return out
}

func (o *LossScaleOptimizer) clone() Optimizer {
	c := &LossScaleOptimizer{InitialScale: o.InitialScale, DynamicGrowthSteps: o.DynamicGrowthSteps, Name: o.Name}
	if o.InnerOptimizer != nil {
		c.InnerOptimizer = Clone(o.InnerOptimizer)
	}
	return c
}

// Updates builds one step.
func (o *LossScaleOptimizer) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	if o.InnerOptimizer == nil {
		return failed(params, grads, errNoInner)
	}
	var finite *graph.Node
	unscaled := make(graph.Nodes, len(grads))
	s := o.own()
	for i, d := range grads {
		switch {
		case d == nil:
			continue
		case d.Poisoned():
			return failed(params, graph.Nodes{d}, d.Err())
		}
		unscaled[i] = ops.Div(d, ops.Cast(d.Graph().Param(s.scale), d.Dtype()))
		ok := ops.All(ops.IsFinite(d))
		if finite == nil {
			finite = ok
		} else {
			finite = ops.LogicalAnd(finite, ok)
		}
	}
	updates := o.InnerOptimizer.Updates(params, unscaled)
	if finite == nil {
		return updates
	}
	g := finite.Graph().Root()
	for i, u := range updates {
		if u.Param != nil && !u.Value.Poisoned() {
			updates[i].Value = ops.Where(finite, u.Value, g.Param(u.Param))
		}
	}
	return append(updates, o.rescale(g, finite)...)
}

// rescale changes the factor and the number of good steps in a row.
func (o *LossScaleOptimizer) rescale(g *graph.Graph, finite *graph.Node) []graph.Update {
	n := config.Resolve(o).DynamicGrowthSteps
	counter, scale := g.Param(o.state.counter), g.Param(o.state.scale)
	grow := ops.Equal(counter, n-1)
	again := ops.LogicalOr(grow, ops.LogicalNot(finite))
	factor := ops.Where(finite, ops.Where(grow, 2.0, 1.0), 0.5)
	return []graph.Update{
		{Param: o.state.counter, Value: ops.Where(again, 0, ops.Add(counter, 1))},
		{Param: o.state.scale, Value: ops.Mul(scale, factor)},
	}
}

func init() { registry.Add("LossScaleOptimizer", &LossScaleOptimizer{}) }
