package train

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/gorgonin/gorgonin/data"
)

// Fit trains the model. It returns the logs of the epochs that were finished, also beside an error: a cancelled context
// (the error wraps ctx.Err()), a callback's error, [ErrOutOfData]. Finished steps stay. NaN in the data or the loss does
// not stop it; callbacks.TerminateOnNaN does. https://keras.io/api/models/model_training_apis/#fit-method
func (t *Trainer) Fit(ctx context.Context, d data.Dataset, o ...FitOptions) (*History, error) {
	f := &fit{t: t, history: &History{History: map[string][]float64{}}}
	opt, err := one(o)
	if err == nil {
		f.o = opt
		err = f.run(ctx, d)
	}
	if err != nil {
		return f.history, fmt.Errorf("fit: %w", err)
	}
	return f.history, nil
}

// fit is one run of Fit.
type fit struct {
	t       *Trainer
	o       FitOptions
	data    data.Dataset
	steps   int // of an epoch, 0 if not known
	rows    int // of data in memory
	bytes   int // of the inputs in a row of them
	history *History
	loop    loop
	seeded  bool

	next func() (data.Batch, error, bool) // of a stream that goes on from epoch to epoch
	stop func()
}

func (f *fit) run(ctx context.Context, d data.Dataset) (err error) {
	t := f.t
	if _, ok := t.Compiled(); !ok {
		return errors.New("the model is not compiled: call Compile first")
	}
	if !t.fitting.CompareAndSwap(false, true) {
		return errors.New("another Fit of the model is running: one trains at a time")
	}
	defer t.fitting.Store(false)
	defer func() {
		if err != nil {
			t.giveUp(err)
		}
	}()
	if err := f.o.check(); err != nil {
		return err
	}
	if err := f.prepare(d); err != nil {
		return err
	}
	defer f.close()
	f.loop = loop{t: t, callbacks: f.o.Callbacks, console: newConsole(f.o.Verbose, f.o.Output), steps: f.steps}
	p := &Phase{Model: t.net, Epochs: f.o.Epochs, Steps: f.steps, InitialEpoch: f.o.InitialEpoch, Validation: f.o.ValidationData != nil}
	if err := each(f.o.Callbacks, func(c TrainBeginner) error { return c.OnTrainBegin(ctx, p) }); err != nil {
		return err
	}
	first := p.InitialStep
	for epoch := p.InitialEpoch; epoch < f.o.Epochs; epoch++ {
		e := &Epoch{Index: epoch, Logs: Logs{}, Model: t.net}
		if err := f.epoch(ctx, e, first); err != nil {
			f.loop.console.abandon()
			return err
		}
		if p.Logs = e.Logs; e.stop {
			break
		}
		first = 0
	}
	if err := t.finalize(); err != nil {
		return err
	}
	return each(f.o.Callbacks, func(c TrainEnder) error { return c.OnTrainEnd(ctx, p) })
}

// prepare resolves the data and splits off what is kept for validation.
func (f *fit) prepare(d data.Dataset) error {
	a, arrays := inMemory(d)
	if f.o.ValidationData == nil && f.o.ValidationSplit > 0 {
		if !arrays {
			return fmt.Errorf("ValidationSplit needs data.Arrays, the data is a %T: give ValidationData", d)
		}
		head, tail, err := a.Split(1 - f.o.ValidationSplit)
		if err != nil {
			return fmt.Errorf("ValidationSplit %v: %w", f.o.ValidationSplit, err)
		}
		d, f.o.ValidationData = head, tail
	}
	var err error
	if f.data, f.steps, err = f.t.resolved(d, f.o.BatchSize); err != nil {
		return err
	}
	if arrays {
		if f.rows, err = f.data.(data.Arrays).Len(); err != nil {
			return err
		}
		if err := f.t.checkRows(f.data); err != nil {
			return err
		}
		f.bytes = rowBytes(f.data.(data.Arrays).X)
		if err := f.seed(); err != nil {
			return err
		}
	}
	if f.o.ValidationData != nil {
		if f.o.ValidationData, _, err = f.t.resolved(f.o.ValidationData, 0); err != nil {
			return fmt.Errorf("ValidationData: %w", err)
		}
		if err := f.t.checkRows(f.o.ValidationData); err != nil {
			return fmt.Errorf("validation: %w", err)
		}
	}
	if f.o.StepsPerEpoch > 0 {
		f.steps = f.o.StepsPerEpoch
	}
	return nil
}

// seed gives the random layers keys of their own that follow from Seed. Their counters go on, so that a run that is
// resumed continues their numbers.
func (f *fit) seed() error {
	f.seeded = true
	for _, p := range f.t.net.Seeds() {
		h := fnv.New64a()
		h.Write([]byte(p.Path()))
		key := mix(f.o.Seed^mix(h.Sum64())) >> 32 // files keep 32 bits of it, as Keras's
		state := data.Ints(p.Value())
		if err := p.SetValue([]int64{int64(key), int64(state[1])}); err != nil {
			return err
		}
	}
	return nil
}

// mix is the finalizer of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// epoch trains one epoch from the given step on, validates and tells the callbacks.
func (f *fit) epoch(ctx context.Context, e *Epoch, first int) error {
	if err := f.t.train.reset(); err != nil {
		return err
	}
	if err := each(f.o.Callbacks, func(c EpochBeginner) error { return c.OnEpochBegin(ctx, e) }); err != nil {
		return err
	}
	f.loop.epoch = e.Index
	f.loop.console.epoch(e.Index, f.o.Epochs, f.steps)
	n, stop, err := f.loop.batches(ctx, f.batches(e.Index), first, f.o.StepsPerEpoch, func(b data.Batch) error { return f.step(ctx, b) }, f.t.train.logs)
	switch {
	case err != nil:
		return err
	case n == 0:
		return fmt.Errorf("epoch %d has no batches: %w", e.Index+1, ErrOutOfData)
	case f.short(n) && !stop:
		return fmt.Errorf("epoch %d has %d batches of the %d of StepsPerEpoch: %w", e.Index+1, n, f.o.StepsPerEpoch, ErrOutOfData)
	}
	e.stop = e.stop || stop
	for k, v := range f.t.train.logs() {
		e.Logs[k] = v
	}
	if f.o.validates(e.Index) {
		if err := f.validate(ctx, e.Logs); err != nil {
			return fmt.Errorf("validation: %w", err)
		}
	}
	for _, c := range f.o.Callbacks {
		if err := c.OnEpochEnd(ctx, e); err != nil {
			return err
		}
	}
	f.loop.console.steps(n)
	f.loop.console.finish(e.Logs)
	f.history.add(e.Index, e.Logs)
	return nil
}

// validate adds the results on the validation data to the logs.
func (f *fit) validate(ctx context.Context, logs Logs) error {
	l := loop{t: f.t, callbacks: f.o.Callbacks, epoch: f.loop.epoch, console: newConsole(Silent, nil)}
	val, err := f.t.evaluate(ctx, l, f.o.ValidationData, f.o.ValidationBatchSize, f.o.ValidationSteps)
	for k, v := range val {
		logs["val_"+k] = v
	}
	return err
}

// step trains on one batch.
func (f *fit) step(ctx context.Context, b data.Batch) error {
	fed, err := f.t.feed(b, f.rows > 0) // rows in memory have all been looked at
	if err != nil {
		return err
	}
	if !f.seeded { // the model was built by this batch
		if err := f.seed(); err != nil {
			return err
		}
	}
	if f.o.ClassWeight != nil {
		if err := f.weigh(fed); err != nil {
			return err
		}
	}
	return f.t.train.step(ctx, fed)
}

// weigh turns class weights into sample weights.
func (f *fit) weigh(b *batch) error {
	switch {
	case len(b.y) != 1:
		return fmt.Errorf("ClassWeight needs a model with one output, this one has %d: give sample weights", len(b.y))
	case b.w[0] != nil:
		return errors.New("ClassWeight and sample weights are given: multiply them into one SampleWeight")
	case b.y[0] == nil:
		return errors.New("ClassWeight needs targets")
	}
	w, err := classWeights(b.y[0], f.o.ClassWeight)
	b.w[0] = w
	return err
}

func (f *fit) close() {
	if f.stop != nil {
		f.stop()
	}
}
