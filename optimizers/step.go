package optimizers

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// step is one step of an optimizer while its nodes are built.
type step struct {
	c       *Common // defaults filled in
	s       *state
	name    string
	g       *graph.Graph
	made    *graph.Node // steps made so far, an int32 scalar
	count   *graph.Node // the same, counting accumulated gradients as one
	rate    *graph.Node // the learning rate
	acting  *graph.Node // whether this step changes parameters; nil: always
	updates []graph.Update
}

// update is the part of a step that belongs to one parameter.
type update struct {
	*step
	p    *graph.Param
	w    *graph.Node // the parameter, after weight decay
	grad *graph.Node // its gradient, clipped
	lr   *graph.Node // the learning rate in the parameter's dtype
	t    *graph.Node // the number of this step, from 1, in the parameter's dtype
}

// updatesOf builds a whole step; without parameters there is none.
func updatesOf(o rule, params []*graph.Param, grads graph.Nodes) []graph.Update {
	if len(params) == 0 && len(grads) == 0 {
		return nil
	}
	c := o.common()
	if err := check(config.Resolve(o).common(), params, grads); err != nil {
		return failed(params, grads, fmt.Errorf("%s: %w", c.name(o), err))
	}
	for i, d := range grads {
		if d != nil && d.Poisoned() {
			return []graph.Update{{Param: params[i], Value: d}}
		}
	}
	if err := c.build(o, params); err != nil {
		return failed(params, grads, err)
	}
	r := config.Resolve(o)
	s := begin(r, grads)
	grads = s.prepare(params, grads)
	if b, ok := r.(interface{ begin(*update) }); ok {
		d := s.s.params[0].Spec().Dtype
		b.begin(&update{step: s, t: ops.Cast(ops.Add(s.count, 1), d)})
	}
	for i, p := range params {
		s.parameter(r, p, grads[i])
	}
	s.updates = append(s.updates, graph.Update{Param: s.s.iterations, Value: ops.Add(s.made, 1)})
	return s.updates
}

func check(c *Common, params []*graph.Param, grads graph.Nodes) error {
	if err := c.check(); err != nil {
		return err
	}
	if len(params) != len(grads) {
		return fmt.Errorf("%d gradients for %d parameters", len(grads), len(params))
	}
	some := false
	for i, d := range grads {
		if d == nil || d.Poisoned() {
			some = some || d != nil
			continue
		}
		some = true
		if params[i] == nil {
			return fmt.Errorf("parameter %d is nil", i)
		}
		if spec := params[i].Spec(); !d.Dtype().IsFloat() || !graph.Fits(graph.Spec{Dtype: spec.Dtype, Shape: d.Shape()}, spec) {
			return fmt.Errorf("the gradient of %s is %v, the parameter is %v", params[i].Path(), d.Spec(), spec)
		}
	}
	if !some {
		return fmt.Errorf("no gradients for any of the %d parameters: does the loss depend on them?", len(params))
	}
	return nil
}

func begin(r rule, grads graph.Nodes) *step {
	c := r.common()
	s := &step{c: c, s: c.state, name: c.name(r)}
	for _, d := range grads {
		if d != nil {
			s.g = d.Graph().Root()
			break
		}
	}
	s.made = s.g.Param(s.s.iterations)
	s.count = s.made
	if n := c.GradientAccumulationSteps; n != 0 {
		s.count = ops.FloorDivide(s.made, n)
		s.acting = ops.Equal(ops.Mod(ops.Add(s.made, 1), n), 0)
	}
	if s.s.rate != nil {
		s.rate = s.g.Param(s.s.rate)
	} else {
		_, schedule := r.rate()
		s.rate = (*schedule).Rate(s.made)
	}
	return s
}

// prepare unscales, accumulates and clips the gradients.
func (s *step) prepare(params []*graph.Param, grads graph.Nodes) graph.Nodes {
	out := make(graph.Nodes, len(grads))
	for i, d := range grads {
		if d == nil {
			continue
		}
		d = ops.Cast(d, params[i].Spec().Dtype)
		if f := s.c.LossScaleFactor; f != 0 {
			d = ops.Div(d, f)
		}
		if s.acting != nil {
			total := s.s.accumulators[params[i]]
			sum := ops.Add(d, s.g.Param(total))
			s.updates = append(s.updates, graph.Update{Param: total, Value: ops.Where(s.acting, 0, sum)})
			d = ops.Div(sum, s.c.GradientAccumulationSteps)
		}
		out[i] = d
	}
	return s.c.clip(out)
}

// parameter builds the update of one parameter; d is nil if it has no gradient.
func (s *step) parameter(r rule, p *graph.Param, d *graph.Node) {
	before := s.g.Param(p)
	after := before
	if d != nil {
		dtype := p.Spec().Dtype
		u := &update{step: s, p: p, w: before, grad: d, lr: ops.Cast(s.rate, dtype), t: ops.Cast(ops.Add(s.count, 1), dtype)}
		if wd := decayOf(r, p); wd != 0 && s.c.decays(p) {
			u.w = ops.Sub(before, ops.Mul(ops.Mul(before, wd), u.lr))
		}
		after = s.when(r.apply(u), before)
	}
	after = s.average(p, after)
	if project := p.Constraint(); project != nil && d != nil {
		after = project(after)
	}
	if after != before {
		s.updates = append(s.updates, graph.Update{Param: p, Value: after})
	}
}

// decayOf is the weight decay of a parameter.
func decayOf(r rule, p *graph.Param) float64 {
	if d, ok := r.(interface{ decay(*graph.Param) float64 }); ok {
		return d.decay(p)
	}
	return r.common().WeightDecay
}

// when is the new value in a step that changes parameters, and the old one otherwise.
func (s *step) when(after, before *graph.Node) *graph.Node {
	if s.acting == nil {
		return after
	}
	return ops.Where(s.acting, after, before)
}

// average updates the moving average of a parameter and returns the value that the parameter takes.
func (s *step) average(p *graph.Param, w *graph.Node) *graph.Node {
	average := s.s.averages[p]
	if average == nil {
		return w
	}
	m := ops.Mul(ops.Cast(ops.NotEqual(s.count, 0), p.Spec().Dtype), s.c.EMAMomentum)
	next := ops.Add(ops.Mul(m, s.g.Param(average)), ops.Mul(ops.Sub(1, m), w))
	s.updates = append(s.updates, graph.Update{Param: average, Value: next})
	if n := s.c.EMAOverwriteFrequency; n != 0 {
		w = ops.Where(ops.Equal(ops.Mod(ops.Add(s.count, 1), n), 0), next, w)
	}
	return w
}

// get reads a slot of the parameter as the last step left it.
func (u *update) get(name string) *graph.Node { return u.g.Param(u.s.slots[slotKey{u.p, name}]) }

// set keeps a new value for a slot, and returns it.
func (u *update) set(name string, v *graph.Node) *graph.Node {
	u.updates = append(u.updates, graph.Update{Param: u.s.slots[slotKey{u.p, name}], Value: u.when(v, u.get(name))})
	return v
}

// mix moves a slot towards x by the part 1 - beta, and returns the new value.
func (u *update) mix(name string, x *graph.Node, beta float64) *graph.Node {
	m := u.get(name)
	return u.set(name, ops.Add(m, ops.Mul(ops.Sub(x, m), 1-beta)))
}

// corrected is 1 - betaᵗ: what a moving average that began at 0 is divided by.
func (u *update) corrected(beta float64) *graph.Node { return ops.Sub(1, ops.Pow(beta, u.t)) }
