package optimizers

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Common is what all optimizers can do beside their rule. https://keras.io/api/optimizers
type Common struct {
	// At most one of these clips gradients: each one's norm, all their norms together, or each element.
	ClipNorm       float64 `keras:"clipnorm" default:"none"`
	GlobalClipNorm float64 `keras:"global_clipnorm" default:"none"`
	ClipValue      float64 `keras:"clipvalue" default:"none"`
	// WeightDecay takes this part, times the learning rate, off each parameter before the rule is applied.
	WeightDecay float64 `default:"none"`
	// NoWeightDecay are regular expressions for names of parameters ("bias") that do not decay.
	NoWeightDecay []string `keras:"-"`
	// UseEMA keeps moving averages of the parameters: EMAMomentum times the average and the rest of the new value. The
	// parameters take the averages' values every EMAOverwriteFrequency steps, if that is not 0, and when Fit ends.
	UseEMA                bool
	EMAMomentum           float64 `default:"0.99"`
	EMAOverwriteFrequency int     `default:"none"`
	// LossScaleFactor multiplies the loss and divides the gradients.
	LossScaleFactor float64 `default:"none"`
	// GradientAccumulationSteps, at least 2, makes one step with the mean of this many gradients.
	GradientAccumulationSteps int    `default:"none"`
	Name                      string // in the paths of the state; default the class's in snake case

	state *state
}

// rule is an optimizer of this package: what differs from one to the next.
type rule interface {
	Optimizer
	common() *Common
	// rate are the fields of the learning rate; the schedule wins.
	rate() (*float64, *schedules.Schedule)
	// slots lists what is kept for a parameter, in blocks: all of the first block for all parameters come first.
	slots(p *graph.Param) [][]slot
	// apply returns the parameter's new value.
	apply(u *update) *graph.Node
}

func (c *Common) common() *Common { return c }

// Config writes the learning rate as it stands.
func (c *Common) Config(fields map[string]any) (map[string]any, error) {
	if _, number := config.Number(fields["learning_rate"]); number && c.state != nil && c.state.rate != nil {
		fields["learning_rate"] = config.Float(scalar(c.state.rate.Value()))
	}
	return fields, nil
}

// name is the optimizer's name in the paths of its state.
func (c *Common) name(o Optimizer) string {
	if c.Name != "" {
		return c.Name
	}
	return config.Snake(config.ClassName(o))
}

// check reports settings that do not go together. c has its defaults filled in.
func (c *Common) check() error {
	clips := 0
	for _, v := range []float64{c.ClipNorm, c.GlobalClipNorm, c.ClipValue} {
		if v != 0 {
			clips++
		}
	}
	switch {
	case clips > 1:
		return fmt.Errorf("ClipNorm %g, GlobalClipNorm %g, ClipValue %g: set only one", c.ClipNorm, c.GlobalClipNorm, c.ClipValue)
	case c.GradientAccumulationSteps != 0 && c.GradientAccumulationSteps < 2:
		return fmt.Errorf("GradientAccumulationSteps is %d, want at least 2", c.GradientAccumulationSteps)
	case c.UseEMA && !(c.EMAMomentum >= 0 && c.EMAMomentum <= 1):
		return fmt.Errorf("EMAMomentum is %g, want 0 to 1", c.EMAMomentum)
	case c.UseEMA && c.EMAOverwriteFrequency < 0:
		return fmt.Errorf("EMAOverwriteFrequency is %d, want at least 1", c.EMAOverwriteFrequency)
	}
	for _, pattern := range c.NoWeightDecay {
		if _, err := regexp.Compile(pattern); err != nil {
			return fmt.Errorf("NoWeightDecay: %w", err)
		}
	}
	return nil
}

// decays reports whether weight decay applies to the parameter.
func (c *Common) decays(p *graph.Param) bool {
	return !slices.ContainsFunc(c.NoWeightDecay, func(pattern string) bool {
		match, _ := regexp.MatchString(pattern, p.Name())
		return match
	})
}
