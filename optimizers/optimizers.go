// Package optimizers holds those of keras.optimizers: the rules by which gradients change parameters. They build nodes of
// the graph that the gradients belong to; a compiled function that runs their updates makes a step.
//
// [Optimizer] is the interface, [Minimize] its everyday use, [Common] the settings that all of them share. An optimizer
// keeps state (the number of steps, moving averages of gradients) in parameters of its own, which are made at the first use
// and kept: one optimizer object serves one model, and compiling again with it continues where it was, as in Keras.
package optimizers

import (
	"fmt"
	"reflect"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Optimizer changes parameters by their gradients.
type Optimizer interface {
	// Updates returns the new values of the parameters and of the optimizer's own state, one gradient for each parameter
	// and of its shape; nil for a parameter to leave alone. A mistake gives an update whose value is poisoned, which
	// engine.Compile reports.
	Updates(params []*graph.Param, grads graph.Nodes) []graph.Update
}

// Like is what Compile takes as an optimizer: a name, or an Optimizer.
type Like = any

var registry = config.NewRegistry("optimizer", "keras.optimizers")

// Get resolves an optimizer. A name gives a new one with Keras's defaults; nil gives nil: the caller's default.
func Get(l Like) (Optimizer, error) { return config.Get[Optimizer](registry, l) }

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }

// Minimize returns the updates of one step that makes the scalar loss smaller: opt's Updates for the gradients of the loss.
func Minimize(opt Optimizer, loss *graph.Node, params []*graph.Param) []graph.Update {
	return opt.Updates(params, autodiff.ParamGrads(ScaleLoss(opt, loss), params))
}

// ScaleLoss multiplies the loss by the factor that Updates divides the gradients by, so that small ones are not lost in 16
// bits; without such a factor it is the loss itself.
func ScaleLoss(opt Optimizer, loss *graph.Node) *graph.Node {
	if loss == nil || loss.Poisoned() {
		return loss
	}
	switch o := opt.(type) {
	case *LossScaleOptimizer:
		return ops.Mul(loss, ops.Cast(loss.Graph().Param(o.own().scale), loss.Dtype()))
	case *MultiOptimizer:
		if o.LossScaleFactor != 0 {
			return ops.Mul(loss, o.LossScaleFactor)
		}
	case rule:
		if f := o.common().LossScaleFactor; f != 0 {
			return ops.Mul(loss, f)
		}
	}
	return loss
}

// wrapper is an optimizer that hands the work to others.
type wrapper interface {
	Optimizer
	inner() []Optimizer
	build(params []*graph.Param) error
	variables() []*graph.Param
	clone() Optimizer
}

// Build makes the optimizer's state for the parameters, as the first Updates would: to load values into it before.
func Build(opt Optimizer, params []*graph.Param) error {
	switch o := opt.(type) {
	case wrapper:
		return o.build(params)
	case rule:
		return o.common().build(o, params)
	}
	return nil
}

// Check finds settings that make no step: two kinds of clipping, a negative learning rate, a momentum or beta outside [0, 1].
// Updates finds them too; before training is a better time.
func Check(opt Optimizer) error {
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			if err := Check(inner); err != nil {
				return err
			}
		}
	case rule:
		o = config.Resolve(o)
		if err := o.common().check(); err != nil {
			return err
		}
		if rate, _ := o.rate(); !(*rate >= 0) {
			return fmt.Errorf("LearningRate is %g: it must not be negative", *rate)
		}
		fields := reflect.ValueOf(o).Elem()
		for _, name := range []string{"Momentum", "Beta1", "Beta2", "Rho"} {
			if f := fields.FieldByName(name); f.IsValid() && !(f.Float() >= 0 && f.Float() <= 1) {
				return fmt.Errorf("%s is %g, want 0 to 1", name, f.Float())
			}
		}
	}
	return nil
}

// Variables are the parameters in which the optimizer keeps its state, in the order in which Keras stores them: the number
// of steps, the learning rate unless it is a schedule, and, once built, what it keeps for each parameter. An optimizer of
// one's own that has a method Variables() []*graph.Param is asked; nil without one.
func Variables(opt Optimizer) []*graph.Param {
	switch o := opt.(type) {
	case wrapper:
		return o.variables()
	case rule:
		return o.common().own(o).all
	case interface{ Variables() []*graph.Param }:
		return o.Variables()
	}
	return nil
}

// Iterations is the parameter that counts the optimizer's steps, nil for an optimizer of one's own.
func Iterations(opt Optimizer) *graph.Param {
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			return Iterations(inner)
		}
	case rule:
		return o.common().own(o).iterations
	}
	return nil
}

// Clone returns an optimizer with the same settings and no state. An optimizer of one's own is returned as it is.
func Clone(opt Optimizer) Optimizer {
	switch o := opt.(type) {
	case wrapper:
		return o.clone()
	case rule:
		c := copyOf(o)
		c.common().state = nil
		return c
	}
	return opt
}

func copyOf(o rule) rule {
	v := reflect.ValueOf(o).Elem()
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c.Interface().(rule)
}

// Finalize ends a training: with UseEMA the parameters take the values of their moving averages.
func Finalize(opt Optimizer) error {
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			if err := Finalize(inner); err != nil {
				return err
			}
		}
	case rule:
		s := o.common().own(o)
		for _, p := range s.params {
			if average := s.averages[p]; average != nil {
				if err := p.SetValue(average.Value()); err != nil {
					return fmt.Errorf("taking the moving average of %s: %w", p.Path(), err)
				}
			}
		}
	}
	return nil
}

// failed is the updates that report a mistake.
func failed(params []*graph.Param, grads graph.Nodes, err error) []graph.Update {
	if len(params) == 0 {
		return []graph.Update{{Value: graph.FailCall("optimizer", err, grads...)}}
	}
	return []graph.Update{{Param: params[0], Value: graph.FailCall("optimizer", err, grads...)}}
}
