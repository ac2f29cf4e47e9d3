package callbacks

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/gorgonin/gorgonin/train"
)

// LearningRateScheduler sets the learning rate at the beginning of each epoch, and adds it to the logs as "learning_rate".
// https://keras.io/api/callbacks/learning_rate_scheduler
type LearningRateScheduler struct {
	// Schedule maps the epoch, counted from 0, and the learning rate so far to the new one.
	Schedule func(epoch int, rate float64) float64
	// Verbose writes a message, to Output or os.Stdout.
	Verbose bool
	Output  io.Writer
}

// OnEpochBegin sets the learning rate.
func (c *LearningRateScheduler) OnEpochBegin(_ context.Context, e *train.Epoch) error {
	if c.Schedule == nil {
		return errors.New("LearningRateScheduler: Schedule is nil")
	}
	rate := c.Schedule(e.Index, e.Model.LearningRate())
	if err := e.Model.SetLearningRate(rate); err != nil {
		return fmt.Errorf("LearningRateScheduler: %w", err)
	}
	if c.Verbose {
		say(c.Output, "\nEpoch %d: LearningRateScheduler setting learning rate to %s.", e.Index+1, float(rate))
	}
	return nil
}

// OnEpochEnd adds the learning rate to the logs.
func (c *LearningRateScheduler) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	e.Logs["learning_rate"] = e.Model.LearningRate()
	return nil
}

// ReduceLROnPlateau makes the learning rate smaller when a log has not improved for Patience epochs, and adds the rate to
// the logs as "learning_rate". https://keras.io/api/callbacks/reduce_lr_on_plateau
type ReduceLROnPlateau struct {
	// Monitor is the log that is watched. Default "val_loss".
	Monitor string
	// Factor, below 1, multiplies the rate. Default 0.1.
	Factor float64
	// Patience is the number of epochs without improvement before a reduction. Default 10.
	Patience int
	Mode     Mode
	// MinDelta is how much better a value must be to count. Default 1e-4; graph.Zero is 0.
	MinDelta float64
	// Cooldown is the number of epochs after a reduction that do not count.
	Cooldown int
	// MinLR is what the rate does not go below.
	MinLR float64
	// Verbose writes a message, to Output or os.Stdout.
	Verbose bool
	Output  io.Writer

	m             monitor
	wait, cooling int
}

// OnTrainBegin forgets the training before.
func (c *ReduceLROnPlateau) OnTrainBegin(_ context.Context, p *train.Phase) (err error) {
	if c.Factor >= 1 || c.Factor < 0 {
		return fmt.Errorf("ReduceLROnPlateau: Factor is %v: it must lie between 0 and 1", c.Factor)
	}
	if c.Patience < 0 {
		return fmt.Errorf("ReduceLROnPlateau: Patience is %d: it must not be negative", c.Patience)
	}
	c.wait, c.cooling = 0, 0
	c.m, err = watch("ReduceLROnPlateau", c.Monitor, c.Mode, or(c.MinDelta, 1e-4), p)
	return err
}

// OnEpochEnd looks at the log.
func (c *ReduceLROnPlateau) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	e.Logs["learning_rate"] = e.Model.LearningRate()
	v, ok, err := c.m.value(e.Logs)
	if err != nil || !ok {
		return err
	}
	if c.cooling > 0 {
		c.cooling--
		c.wait = 0
	}
	if c.m.better(v, c.m.best) {
		c.m.best, c.wait = v, 0
		return nil
	}
	if c.cooling > 0 {
		return nil
	}
	if c.wait++; c.wait < or(c.Patience, 10) {
		return nil
	}
	return c.reduce(e)
}

func (c *ReduceLROnPlateau) reduce(e *train.Epoch) error {
	old := e.Model.LearningRate()
	if old <= float64(float32(c.MinLR)) {
		return nil
	}
	rate := max(old*or(c.Factor, 0.1), c.MinLR)
	if err := e.Model.SetLearningRate(rate); err != nil {
		return fmt.Errorf("ReduceLROnPlateau: %w", err)
	}
	if c.Verbose {
		say(c.Output, "\nEpoch %d: ReduceLROnPlateau reducing learning rate to %s.", e.Index+1, float(rate))
	}
	c.cooling, c.wait = c.Cooldown, 0
	return nil
}

// or is v, or def if v is 0.
func or[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}
