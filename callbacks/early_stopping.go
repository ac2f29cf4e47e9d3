package callbacks

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// EarlyStopping stops the training when a log has not improved for Patience epochs.
// https://keras.io/api/callbacks/early_stopping
type EarlyStopping struct {
	// Monitor is the log that is watched. Default "val_loss".
	Monitor string
	// MinDelta is how much better a value must be to count.
	MinDelta float64
	// Patience is the number of epochs without improvement after which training stops. Default 0: at the first.
	Patience int
	Mode     Mode
	// Baseline is a value to be improved on; epochs that do not count as waiting. Default none; graph.Zero is 0.
	Baseline float64
	// RestoreBestWeights puts the weights of the best epoch back at the end, otherwise those of the last stay.
	RestoreBestWeights bool
	// StartFromEpoch is the number of epochs at the beginning that are not watched.
	StartFromEpoch int
	// Verbose writes a message, to Output or os.Stdout.
	Verbose bool
	Output  io.Writer

	m       monitor
	wait    int
	stopped int
	at      int // best epoch
	weights []*tensor.Dense
}

// StoppedEpoch is the epoch, counted from 0, after which training was stopped; 0 if it was not.
func (c *EarlyStopping) StoppedEpoch() int { return c.stopped }

// BestEpoch is the epoch with the best value, counted from 0.
func (c *EarlyStopping) BestEpoch() int { return c.at }

// OnTrainBegin forgets the training before.
func (c *EarlyStopping) OnTrainBegin(_ context.Context, p *train.Phase) (err error) {
	if c.Patience < 0 {
		return fmt.Errorf("EarlyStopping: Patience is %d: it must not be negative", c.Patience)
	}
	c.wait, c.stopped, c.at, c.weights = 0, 0, 0, nil
	c.m, err = watch("EarlyStopping", c.Monitor, c.Mode, c.MinDelta, p)
	return err
}

// OnEpochEnd looks at the log.
func (c *EarlyStopping) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	v, ok, err := c.m.value(e.Logs)
	if err != nil || !ok || e.Index < c.StartFromEpoch {
		return err
	}
	if c.RestoreBestWeights && c.weights == nil {
		c.weights, c.at = e.Model.Weights(), e.Index
	}
	c.wait++
	if c.m.better(v, c.m.best) {
		c.m.best, c.at = v, e.Index
		if c.RestoreBestWeights {
			c.weights = e.Model.Weights()
		}
		if c.Baseline == 0 || c.m.better(v, c.Baseline) {
			c.wait = 0
		}
		return nil
	}
	if c.wait >= c.Patience && e.Index > 0 {
		c.stopped = e.Index
		e.Stop()
	}
	return nil
}

// OnTrainEnd restores the best weights.
func (c *EarlyStopping) OnTrainEnd(_ context.Context, p *train.Phase) error {
	if c.stopped > 0 && c.Verbose {
		say(c.Output, "Epoch %d: early stopping", c.stopped+1)
	}
	if c.weights == nil {
		return nil
	}
	if c.Verbose {
		say(c.Output, "Restoring model weights from the end of the best epoch: %d.", c.at+1)
	}
	weights := c.weights
	c.weights = nil
	return p.Model.SetWeights(weights)
}

// Best is the best value, NaN before the first.
func (c *EarlyStopping) Best() float64 {
	if c.m.name == "" {
		return math.NaN()
	}
	return c.m.best
}
