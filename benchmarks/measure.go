package main

import (
	"context"
	"time"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// build makes and compiles the model.
func (b *bench) build() error {
	t := time.Now()
	m, err := b.workload.model()
	if err != nil {
		return err
	}
	c := train.Config{}
	if b.workload.compile != nil {
		c = b.workload.compile()
	}
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

// predict measures all samples in batches: by Predict, and by a compiled function on each batch. A step is one batch.
func (b *bench) predict(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	n, samples := b.size(128), 1024
	if b.options.workload == "mobilenet" {
		n = b.size(1)
		samples = 8 * n
		if n == 1 {
			samples = 16
		}
	}
	x, _ := b.workload.data(samples)
	batches := (samples + n - 1) / n
	s, err := b.measure(1, 3, func() error {
		_, err := b.model.PredictNamed(ctx, x, train.PredictOptions{BatchSize: n})
		return err
	})
	if err != nil {
		return err
	}
	b.add("predict", n, s.over(batches))
	return b.compiled(ctx, x, n)
}

// latency measures one sample.
func (b *bench) latency(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	x, _ := b.workload.data(1)
	for _, v := range []struct {
		via string
		run func() error
	}{
		{"predict", func() error {
			_, err := b.model.PredictNamed(ctx, x)
			return err
		}},
		{"predict_on_batch", func() error {
			_, err := b.model.PredictOnBatch(ctx, x)
			return err
		}},
	} {
		s, err := b.measure(3, 5, v.run)
		if err != nil {
			return err
		}
		b.add(v.via, 1, s)
	}
	return b.compiled(ctx, x, 1)
}

// inference is the function that predicts.
func (b *bench) inference() engine.Config {
	return engine.Config{Inputs: b.model.Inputs(), Outputs: b.model.Outputs(), Backend: b.backend}
}

// compiled measures the engine's function for the model, batch after batch of x, host memory in and out.
func (b *bench) compiled(ctx context.Context, x any, n int) error {
	f, err := engine.Compile(b.inference())
	if err != nil {
		return err
	}
	var batches [][]any
	for batch, err := range (data.Arrays{X: x}).Batches(data.Options{BatchSize: n}) {
		if err != nil {
			return err
		}
		batches = append(batches, inOrder(b.model.InputNames(), batch.X))
	}
	var out []*tensor.Dense
	if out, err = f.Run(ctx, batches[0]...); err != nil {
		return err
	}
	s, err := b.measure(3, 5, func() error {
		for _, in := range batches {
			if err := f.RunInto(ctx, out, in...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.add("compiled", n, s.over(len(batches)))
	r, err := b.roofline(b.inference(), n)
	if err != nil {
		return err
	}
	return b.print(r)
}

// inOrder lists the arrays that are given by name.
func inOrder(names []string, x any) []any {
	switch x := x.(type) {
	case []any:
		return x
	case map[string]any:
		out := make([]any, len(names))
		for i, name := range names {
			out[i] = x[name]
		}
		return out
	}
	return []any{x}
}

// cold builds, predicts one sample and ends; the time is taken from outside.
func (b *bench) cold(ctx context.Context) error {
	if err := b.build(); err != nil {
		return err
	}
	if _, err := b.model.Predict(ctx, [][]float32{make([]float32, 100)}); err != nil {
		return err
	}
	b.add("predict", 1, steps{})
	return b.print(nil)
}
