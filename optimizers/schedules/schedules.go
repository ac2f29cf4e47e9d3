// Package schedules holds those of keras.optimizers.schedules: learning rates that depend on the number of steps made.
// Optimizers take one in their field Schedule.
package schedules

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Schedule is a learning rate that changes with the steps.
type Schedule interface {
	// Rate maps the number of steps made so far, an integer scalar, to the learning rate, a float32 scalar.
	Rate(step *graph.Node) *graph.Node
}

// Func is a function as a Schedule.
type Func func(step *graph.Node) *graph.Node

// Rate calls f.
func (f Func) Rate(step *graph.Node) *graph.Node { return f(step) }

var registry = config.NewRegistry("schedule", "keras.optimizers.schedules")

// Names lists the names of the schedules.
func Names() []string { return registry.Names() }

// At computes the learning rates after the given numbers of steps.
func At(s Schedule, steps ...int) ([]float64, error) {
	if s == nil {
		return nil, fmt.Errorf("the schedule is nil")
	}
	g := graph.New("schedule")
	step := g.Input("step", graph.Shape{}, graph.Int32)
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{step}, Outputs: graph.Nodes{s.Rate(step)}})
	if err != nil {
		return nil, err
	}
	rates := make([]float64, len(steps))
	for i, n := range steps {
		out, err := f.Run(context.Background(), n)
		if err != nil {
			return nil, err
		}
		rates[i] = array.Float64s(array.Elements(out[0]))[0]
	}
	return rates, nil
}

// progress is step/steps in float32, or a poisoned node if there are no steps.
func progress(owner string, step *graph.Node, steps int) *graph.Node {
	return ops.Div(steady(owner, step, steps), steps)
}

// steady is step in float32, or a poisoned node if steps is not positive.
func steady(owner string, step *graph.Node, steps int) *graph.Node {
	if steps <= 0 && step != nil && !step.Poisoned() {
		return step.Graph().Errorf("%s: the number of decay steps is %d, want more than 0", owner, steps)
	}
	return ops.Cast(step, graph.Float32)
}
