package optimizers

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// LearningRate is the learning rate of the next step, the first one's where an optimizer consists of several; NaN for an optimizer of one's own that has no method
// LearningRate() float64, and for a schedule that fails.
func LearningRate(opt Optimizer) float64 {
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			return LearningRate(inner)
		}
	case rule:
		s := o.common().own(o)
		if s.rate != nil {
			return scalar(s.rate.Value())
		}
		_, schedule := o.rate()
		rates, err := schedules.At(*schedule, int(scalar(s.iterations.Value())))
		if err != nil {
			return math.NaN()
		}
		return rates[0]
	case interface{ LearningRate() float64 }:
		return o.LearningRate()
	}
	return math.NaN()
}

func scalar(v any) float64 {
	values, _, err := array.From(v)
	if err != nil {
		return math.NaN()
	}
	return array.Float64s(values)[0]
}

// SetLearningRate changes the learning rate from the next step on, compiled functions included. With a Schedule it is an
// error, as in Keras.
func SetLearningRate(opt Optimizer, rate float64) error {
	if !(rate >= 0) {
		return fmt.Errorf("the learning rate %g: it must not be negative", rate)
	}
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			if err := SetLearningRate(inner, rate); err != nil {
				return err
			}
		}
		return nil
	case rule:
		s := o.common().own(o)
		if s.rate == nil {
			return fmt.Errorf("the learning rate of %s is a Schedule, it cannot be set: give the optimizer a LearningRate instead", o.common().name(o))
		}
		return s.rate.SetValue(float32(rate))
	case interface{ SetLearningRate(float64) error }:
		return o.SetLearningRate(rate)
	}
	return fmt.Errorf("a %T has no learning rate to set: give it a method SetLearningRate(float64) error", opt)
}
