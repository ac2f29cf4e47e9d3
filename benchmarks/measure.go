package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// measure repeats f for the budget, after three runs that do not count.
func (b *bench) measure(f func() error) ([]time.Duration, error) {
	for range 3 {
		if err := f(); err != nil {
			return nil, err
		}
	}
	var steps []time.Duration
	for start := time.Now(); len(steps) < 5 || time.Since(start) < b.budget && len(steps) < 200000; {
		t := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		steps = append(steps, time.Since(t))
	}
	return steps, nil
}

// extremes are the minimum and the median.
func extremes(d []time.Duration) (least, middle time.Duration) {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[0], s[len(s)/2]
}

// peakMemory is the largest resident set so far, in MB; 0 where the system does not tell.
func peakMemory() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	text, _ := io.ReadAll(f)
	for _, l := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// build makes and compiles the model.
func (b *bench) build() error {
	t := time.Now()
	m, err := b.workload.model()
	if err != nil {
		return err
	}
	c := b.workload.compile()
	c.Backend = b.backend
	b.model = m
	err = m.Compile(c)
	b.built = time.Since(t)
	return err
}

// size is the batch size to use.
func (b *bench) size(def int) int {
	if b.options.batch > 0 {
		return b.options.batch
	}
	return def
}

// train measures single steps on one batch, then epochs of Fit.
func (b *bench) train(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	n := b.size(b.workload.batch)
	x, y := b.workload.data(n)
	batch := data.Batch{X: x, Y: y}
	var first, last train.Logs
	step := func() (err error) {
		last, err = b.model.TrainOnBatch(ctx, batch)
		if first == nil {
			first = last
		}
		return err
	}
	t := time.Now()
	if err := step(); err != nil {
		return err
	}
	firstStep := time.Since(t)
	steps, err := b.measure(step)
	if err != nil {
		return err
	}
	base := func(l *line) {
		a, z := first["loss"], last["loss"]
		l.LossFirst, l.LossLast, l.FirstStepS = &a, &z, firstStep.Seconds()
	}
	if err := b.emit("train_on_batch", n, steps, base); err != nil {
		return err
	}
	return b.fit(ctx, n, steps, base)
}

// fit measures whole epochs; the first one does not count.
func (b *bench) fit(ctx context.Context, n int, steps []time.Duration, base func(*line)) error {
	_, estimate := extremes(steps)
	s := int(min(4000, max(8, b.budget.Seconds()/3/estimate.Seconds()), max(8, 256e6/float64(b.workload.bytes*n))))
	x, y := b.workload.data(n * s)
	timer := &epochs{}
	_, err := b.model.Fit(ctx, data.Arrays{X: x, Y: y}, train.FitOptions{
		BatchSize: n, Epochs: 5, Verbose: train.Silent, Callbacks: []train.Callback{timer},
	})
	if err != nil {
		return err
	}
	var per []time.Duration
	for _, d := range timer.took[1:] {
		per = append(per, d/time.Duration(s))
	}
	return b.emit("fit", n, per, func(l *line) {
		base(l)
		l.StepsPerEpoch = s
	})
}

// epochs is a callback that times epochs.
type epochs struct {
	begin time.Time
	took  []time.Duration
}

// OnEpochBegin starts the clock.
func (e *epochs) OnEpochBegin(context.Context, *train.Epoch) error {
	e.begin = time.Now()
	return nil
}

// OnEpochEnd stops it.
func (e *epochs) OnEpochEnd(context.Context, *train.Epoch) error {
	e.took = append(e.took, time.Since(e.begin))
	return nil
}

// predict measures 1,024 samples in batches: by Predict, and by a compiled function on each batch.
func (b *bench) predict(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	const samples = 1024
	n := b.size(128)
	x, _ := b.workload.data(samples)
	batches := (samples + n - 1) / n
	whole, err := b.measure(func() error {
		_, err := b.model.PredictNamed(ctx, x, train.PredictOptions{BatchSize: n})
		return err
	})
	if err != nil {
		return err
	}
	for i := range whole {
		whole[i] /= time.Duration(batches)
	}
	if err := b.emit("predict", n, whole, nil); err != nil {
		return err
	}
	return b.compiled(ctx, n)
}

// latency measures one sample.
func (b *bench) latency(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	x, _ := b.workload.data(1)
	steps, err := b.measure(func() error {
		_, err := b.model.PredictNamed(ctx, x)
		return err
	})
	if err != nil {
		return err
	}
	if err := b.emit("predict", 1, steps, nil); err != nil {
		return err
	}
	return b.compiled(ctx, 1)
}

// compiled measures the engine's function for the model, host memory in and out.
func (b *bench) compiled(ctx context.Context, n int) error {
	f, err := engine.Compile(engine.Config{Inputs: b.model.Inputs(), Outputs: b.model.Outputs(), Backend: b.backend})
	if err != nil {
		return err
	}
	x, _ := b.workload.data(n)
	in := inOrder(b.model.InputNames(), x)
	var out []*tensor.Dense
	if out, err = f.Run(ctx, in...); err != nil {
		return err
	}
	steps, err := b.measure(func() error { return f.RunInto(ctx, out, in...) })
	if err != nil {
		return err
	}
	return b.emit("compiled", n, steps, nil)
}

// inOrder lists the inputs that are given by name.
func inOrder(names []string, x any) []any {
	named, ok := x.(map[string]any)
	if !ok {
		return []any{x}
	}
	out := make([]any, len(names))
	for i, name := range names {
		out[i] = named[name]
	}
	return out
}

// cold builds, predicts one sample and ends; the time is taken from outside.
func (b *bench) cold(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	if _, err := b.model.Predict(ctx, [][]float32{make([]float32, 100)}); err != nil {
		return err
	}
	return b.emit("predict", 1, nil, nil)
}
