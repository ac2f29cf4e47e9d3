package train

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gorgonin/gorgonin/data"
)

// Evaluate returns the loss and the metrics over a data set.
// https://keras.io/api/models/model_training_apis/#evaluate-method
func (t *Trainer) Evaluate(ctx context.Context, d data.Dataset, o ...EvaluateOptions) (Logs, error) {
	opt, err := one(o)
	if err == nil {
		err = opt.check()
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	if err := t.ready("evaluate"); err != nil {
		return nil, err
	}
	l := loop{t: t, callbacks: opt.Callbacks}
	l.bar(opt.Verbose, opt.Output)
	logs, err := t.evaluate(ctx, l, d, opt.BatchSize, opt.Steps)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	return logs, nil
}

// evaluate is Evaluate, and the validation of Fit.
func (t *Trainer) evaluate(ctx context.Context, l loop, d data.Dataset, batchSize, steps int) (Logs, error) {
	d, n, err := t.resolved(d, batchSize)
	if err != nil {
		return nil, err
	}
	s := t.borrow()
	defer t.giveBack(s)
	if err := s.reset(); err != nil {
		return nil, err
	}
	l.kind, l.steps = testing, limit(n, steps)
	step := func(b data.Batch) error {
		fed, err := t.feed(b, false)
		if err != nil {
			return err
		}
		return s.step(ctx, fed)
	}
	if err := l.run(ctx, d, data.Options{BatchSize: batchSize}, steps, step, s.logs); err != nil {
		return nil, err
	}
	logs := s.logs()
	if len(logs) == 0 {
		return nil, errors.New("the data has no batches")
	}
	return logs, nil
}

// resolved converts data in memory to tensors once, and counts its batches; other data is returned as it is.
func (t *Trainer) resolved(d data.Dataset, batchSize int) (data.Dataset, int, error) {
	if d == nil {
		return nil, 0, errors.New("there is no data: the data set is nil")
	}
	if r := reflect.ValueOf(d); r.Kind() == reflect.Pointer && r.IsNil() {
		return nil, 0, fmt.Errorf("there is no data: the %T is nil", d)
	}
	a, ok := inMemory(d)
	if !ok {
		return d, 0, nil
	}
	if err := t.prepare(a.X); err != nil {
		return nil, 0, err
	}
	r, err := a.Resolve(len(t.net.InputNames()), len(t.net.OutputNames()))
	if err != nil {
		return nil, 0, err
	}
	n, err := r.Len()
	return r, batches(n, batchSize), err
}

// inMemory tells whether a data set is arrays.
func inMemory(d data.Dataset) (data.Arrays, bool) {
	if p, ok := d.(*data.Arrays); ok && p != nil {
		return *p, true
	}
	a, ok := d.(data.Arrays)
	return a, ok
}

// borrow takes a stage of testing that nobody else uses.
func (t *Trainer) borrow() *stage {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.tests); n > 0 {
		s := t.tests[n-1]
		t.tests = t.tests[:n-1]
		return s
	}
	return t.newStage(false)
}

// giveBack keeps a stage for the next Evaluate, unless Compile has made it out of date.
func (t *Trainer) giveBack(s *stage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.of == t.train {
		t.tests = append(t.tests, s)
	}
}
