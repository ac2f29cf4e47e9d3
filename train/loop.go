package train

import (
	"context"
	"io"
	"iter"

	"github.com/gorgonin/gorgonin/data"
)

// kind says which callbacks a loop over batches calls.
type kind int

const (
	training kind = iota
	testing
	predicting
)

// loop goes through batches.
type loop struct {
	t         *Trainer
	kind      kind
	callbacks []Callback
	console   *console
	epoch     int
	steps     int // expected, 0 if not known
}

// each calls the callbacks that implement one of the optional interfaces.
func each[T any](callbacks []Callback, f func(T) error) error {
	for _, c := range callbacks {
		if x, ok := c.(T); ok {
			if err := f(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// has reports whether any callback implements an optional interface.
func has[T any](callbacks []Callback) bool {
	for _, c := range callbacks {
		if _, ok := c.(T); ok {
			return true
		}
	}
	return false
}

// bar makes the console of Evaluate and Predict, which are silent unless asked.
func (l *loop) bar(v Verbosity, w io.Writer) {
	if v == Auto {
		v = Silent
	}
	l.console = newConsole(v, w)
}

// run does a whole Evaluate or Predict.
func (l *loop) run(ctx context.Context, d data.Dataset, o data.Options, most int, step func(data.Batch) error, logs func() Logs) error {
	p := &Phase{Model: l.t.net, Steps: l.steps}
	if err := l.begin(ctx, p); err != nil {
		return err
	}
	l.console.start(l.steps)
	if _, _, err := l.batches(ctx, d.Batches(o), 0, most, step, logs); err != nil {
		return err
	}
	p.Logs = logs()
	if err := l.end(ctx, p); err != nil {
		return err
	}
	l.console.finish(p.Logs)
	return nil
}

// batches steps through an epoch, from step number first on and up to most of them (0: all). It returns how many batches
// there were, and whether a callback stopped the training.
func (l *loop) batches(ctx context.Context, all iter.Seq2[data.Batch, error], first, most int, step func(data.Batch) error, logs func() Logs) (n int, stop bool, err error) {
	needLogs := l.console.live() || l.watched()
	for b, err := range all {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, false, err
		}
		if n >= first {
			s := &Step{Epoch: l.epoch, Index: n, Logs: Logs{}, Model: l.t.net}
			if err := l.stepBegin(ctx, s); err != nil {
				return n, false, err
			}
			if err := step(b); err != nil {
				return n, false, err
			}
			if needLogs {
				s.Logs = logs()
			}
			if err := l.stepEnd(ctx, s); err != nil {
				return n, false, err
			}
			l.console.step(n+1, s.Logs)
			stop = s.stop
		}
		if n++; stop || n == most {
			break
		}
	}
	return n, stop, nil
}

// watched reports whether a callback sees the logs of steps.
func (l *loop) watched() bool {
	switch l.kind {
	case training:
		return has[TrainBatchEnder](l.callbacks)
	case testing:
		return has[TestBatchEnder](l.callbacks)
	}
	return false
}

func (l *loop) begin(ctx context.Context, p *Phase) error {
	if l.kind == testing {
		return each(l.callbacks, func(c TestBeginner) error { return c.OnTestBegin(ctx, p) })
	}
	return each(l.callbacks, func(c PredictBeginner) error { return c.OnPredictBegin(ctx, p) })
}

func (l *loop) end(ctx context.Context, p *Phase) error {
	if l.kind == testing {
		return each(l.callbacks, func(c TestEnder) error { return c.OnTestEnd(ctx, p) })
	}
	return each(l.callbacks, func(c PredictEnder) error { return c.OnPredictEnd(ctx, p) })
}

func (l *loop) stepBegin(ctx context.Context, s *Step) error {
	switch l.kind {
	case training:
		return each(l.callbacks, func(c TrainBatchBeginner) error { return c.OnTrainBatchBegin(ctx, s) })
	case testing:
		return each(l.callbacks, func(c TestBatchBeginner) error { return c.OnTestBatchBegin(ctx, s) })
	}
	return each(l.callbacks, func(c PredictBatchBeginner) error { return c.OnPredictBatchBegin(ctx, s) })
}

func (l *loop) stepEnd(ctx context.Context, s *Step) error {
	switch l.kind {
	case training:
		return each(l.callbacks, func(c TrainBatchEnder) error { return c.OnTrainBatchEnd(ctx, s) })
	case testing:
		return each(l.callbacks, func(c TestBatchEnder) error { return c.OnTestBatchEnd(ctx, s) })
	}
	return each(l.callbacks, func(c PredictBatchEnder) error { return c.OnPredictBatchEnd(ctx, s) })
}

// batches is the number of batches of n rows.
func batches(n, size int) int {
	if size <= 0 {
		size = data.DefaultBatchSize
	}
	return (n + size - 1) / size
}

// limit is the number of steps when most of them (0: all) are wanted of n (0: not known).
func limit(n, most int) int {
	if most > 0 && (n == 0 || most < n) {
		return most
	}
	return n
}
