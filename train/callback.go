package train

import "context"

// Callback is called at the end of every epoch of Fit. It may implement more of the interfaces below, each of one method.
// An error ends Fit, which returns it. https://keras.io/api/callbacks/base_callback
type Callback interface {
	OnEpochEnd(ctx context.Context, e *Epoch) error
}

// The other moments at which a callback may be called. Those of test and predict are called by Evaluate and Predict, those
// of test by the validation of Fit too.
type (
	// TrainBeginner is called when Fit begins.
	TrainBeginner interface {
		OnTrainBegin(ctx context.Context, p *Phase) error
	}
	// TrainEnder is called when Fit ends without an error.
	TrainEnder interface {
		OnTrainEnd(ctx context.Context, p *Phase) error
	}
	// EpochBeginner is called before each epoch.
	EpochBeginner interface {
		OnEpochBegin(ctx context.Context, e *Epoch) error
	}
	// TrainBatchBeginner is called before each step of training.
	TrainBatchBeginner interface {
		OnTrainBatchBegin(ctx context.Context, s *Step) error
	}
	// TrainBatchEnder is called after each step of training.
	TrainBatchEnder interface {
		OnTrainBatchEnd(ctx context.Context, s *Step) error
	}
	// TestBeginner is called when Evaluate or a validation begins.
	TestBeginner interface {
		OnTestBegin(ctx context.Context, p *Phase) error
	}
	// TestEnder is called when Evaluate or a validation ends.
	TestEnder interface {
		OnTestEnd(ctx context.Context, p *Phase) error
	}
	// TestBatchBeginner is called before each batch of Evaluate or a validation.
	TestBatchBeginner interface {
		OnTestBatchBegin(ctx context.Context, s *Step) error
	}
	// TestBatchEnder is called after each batch of Evaluate or a validation.
	TestBatchEnder interface {
		OnTestBatchEnd(ctx context.Context, s *Step) error
	}
	// PredictBeginner is called when Predict begins.
	PredictBeginner interface {
		OnPredictBegin(ctx context.Context, p *Phase) error
	}
	// PredictEnder is called when Predict ends.
	PredictEnder interface {
		OnPredictEnd(ctx context.Context, p *Phase) error
	}
	// PredictBatchBeginner is called before each batch of Predict.
	PredictBatchBeginner interface {
		OnPredictBatchBegin(ctx context.Context, s *Step) error
	}
	// PredictBatchEnder is called after each batch of Predict.
	PredictBatchEnder interface {
		OnPredictBatchEnd(ctx context.Context, s *Step) error
	}
)

// Phase is a whole Fit, Evaluate or Predict.
type Phase struct {
	Model Model
	// Epochs is the number of epochs, 0 outside Fit.
	Epochs int
	// Steps is the number of batches (of an epoch), 0 if it is not known.
	Steps int
	// InitialEpoch is the first epoch that Fit runs. OnTrainBegin may change it, to go on with an earlier run.
	InitialEpoch int
	// InitialStep is the first step that Fit runs of its first epoch; the batches before it are passed over.
	InitialStep int
	// Validation tells whether epochs of Fit end in a validation.
	Validation bool
	// Logs are the last ones, at the end of the phase.
	Logs Logs
}

// Epoch is one epoch of Fit.
type Epoch struct {
	// Index counts from 0.
	Index int
	// Logs are empty at the beginning. What a callback adds at the end is seen by the callbacks after it and by the History.
	Logs  Logs
	Model Model

	stop bool
}

// Stop ends the training after this epoch.
func (e *Epoch) Stop() { e.stop = true }

// Step is one batch.
type Step struct {
	// Epoch and Index count from 0; Epoch is 0 outside Fit.
	Epoch, Index int
	// Logs are the results so far in this epoch, at the end of the step.
	Logs  Logs
	Model Model

	stop bool
}

// Stop ends the training after this step, with what remains to be done at the end of an epoch.
func (s *Step) Stop() { s.stop = true }

// Stopped reports whether a callback has asked to stop.
func (e *Epoch) Stopped() bool { return e.stop }

// Stopped reports whether a callback has asked to stop.
func (s *Step) Stopped() bool { return s.stop }
