package callbacks

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/gorgonin/gorgonin/train"
)

// TerminateOnNaN stops the training when the loss is NaN or infinite. https://keras.io/api/callbacks/terminate_on_nan
type TerminateOnNaN struct {
	// RaiseError makes Fit return an error instead of stopping.
	RaiseError bool
	// Output is written to, os.Stdout by default.
	Output io.Writer
}

// OnTrainBatchEnd looks at the loss.
func (c *TerminateOnNaN) OnTrainBatchEnd(_ context.Context, s *train.Step) error {
	loss, ok := s.Logs["loss"]
	if !ok || !math.IsNaN(loss) && !math.IsInf(loss, 0) {
		return nil
	}
	if c.RaiseError {
		return fmt.Errorf("TerminateOnNaN: the loss of batch %d in epoch %d is %v", s.Index, s.Epoch+1, loss)
	}
	say(c.Output, "Batch %d: Invalid loss, terminating training", s.Index)
	s.Stop()
	return nil
}

// OnEpochEnd does nothing.
func (c *TerminateOnNaN) OnEpochEnd(context.Context, *train.Epoch) error { return nil }
