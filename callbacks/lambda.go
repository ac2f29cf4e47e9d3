package callbacks

import (
	"context"

	"github.com/gorgonin/gorgonin/train"
)

// Lambda makes a callback of functions; nil ones are passed over. https://keras.io/api/callbacks/lambda_callback
type Lambda struct {
	TrainBegin, TrainEnd               func(context.Context, *train.Phase) error
	EpochBegin, EpochEnd               func(context.Context, *train.Epoch) error
	TrainBatchBegin, TrainBatchEnd     func(context.Context, *train.Step) error
	TestBegin, TestEnd                 func(context.Context, *train.Phase) error
	TestBatchBegin, TestBatchEnd       func(context.Context, *train.Step) error
	PredictBegin, PredictEnd           func(context.Context, *train.Phase) error
	PredictBatchBegin, PredictBatchEnd func(context.Context, *train.Step) error
}

// call calls f unless it is nil.
func call[T any](ctx context.Context, f func(context.Context, T) error, x T) error {
	if f == nil {
		return nil
	}
	return f(ctx, x)
}

// OnTrainBegin calls TrainBegin.
func (c Lambda) OnTrainBegin(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.TrainBegin, p)
}

// OnTrainEnd calls TrainEnd.
func (c Lambda) OnTrainEnd(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.TrainEnd, p)
}

// OnEpochBegin calls EpochBegin.
func (c Lambda) OnEpochBegin(ctx context.Context, e *train.Epoch) error {
	return call(ctx, c.EpochBegin, e)
}

// OnEpochEnd calls EpochEnd.
func (c Lambda) OnEpochEnd(ctx context.Context, e *train.Epoch) error {
	return call(ctx, c.EpochEnd, e)
}

// OnTrainBatchBegin calls TrainBatchBegin.
func (c Lambda) OnTrainBatchBegin(ctx context.Context, s *train.Step) error {
	return call(ctx, c.TrainBatchBegin, s)
}

// OnTrainBatchEnd calls TrainBatchEnd.
func (c Lambda) OnTrainBatchEnd(ctx context.Context, s *train.Step) error {
	return call(ctx, c.TrainBatchEnd, s)
}

// OnTestBegin calls TestBegin.
func (c Lambda) OnTestBegin(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.TestBegin, p)
}

// OnTestEnd calls TestEnd.
func (c Lambda) OnTestEnd(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.TestEnd, p)
}

// OnTestBatchBegin calls TestBatchBegin.
func (c Lambda) OnTestBatchBegin(ctx context.Context, s *train.Step) error {
	return call(ctx, c.TestBatchBegin, s)
}

// OnTestBatchEnd calls TestBatchEnd.
func (c Lambda) OnTestBatchEnd(ctx context.Context, s *train.Step) error {
	return call(ctx, c.TestBatchEnd, s)
}

// OnPredictBegin calls PredictBegin.
func (c Lambda) OnPredictBegin(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.PredictBegin, p)
}

// OnPredictEnd calls PredictEnd.
func (c Lambda) OnPredictEnd(ctx context.Context, p *train.Phase) error {
	return call(ctx, c.PredictEnd, p)
}

// OnPredictBatchBegin calls PredictBatchBegin.
func (c Lambda) OnPredictBatchBegin(ctx context.Context, s *train.Step) error {
	return call(ctx, c.PredictBatchBegin, s)
}

// OnPredictBatchEnd calls PredictBatchEnd.
func (c Lambda) OnPredictBatchEnd(ctx context.Context, s *train.Step) error {
	return call(ctx, c.PredictBatchEnd, s)
}
