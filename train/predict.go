package train

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"gorgonia.org/tensor"
)

// Predict returns the output of the model for the rows of x, which may be a data.Dataset, whose targets are ignored. A model
// with several outputs is an error: use PredictNamed. It needs no Compile.
func (t *Trainer) Predict(ctx context.Context, x any, o ...PredictOptions) (*tensor.Dense, error) {
	if n := len(t.net.OutputNames()); n > 1 {
		return nil, fmt.Errorf("predict: the model has %d outputs %v: use PredictNamed", n, t.net.OutputNames())
	}
	out, err := t.predictAll(ctx, x, o)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return out[0], nil
}

// PredictNamed is Predict for any number of outputs, which it returns by name.
func (t *Trainer) PredictNamed(ctx context.Context, x any, o ...PredictOptions) (map[string]*tensor.Dense, error) {
	list, err := t.predictAll(ctx, x, o)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	out := map[string]*tensor.Dense{}
	for i, name := range t.net.OutputNames() {
		out[name] = list[i]
	}
	return out, nil
}

// predicting is the compiled model, compiled at first need. The caller holds the lock.
func (t *Trainer) predicting() (*engine.Function, error) {
	if t.predictor != nil {
		return t.predictor, nil
	}
	t.building.Lock()
	defer t.building.Unlock()
	in, out, err := t.replay(graph.New(t.net.Name()))
	if err != nil {
		return nil, err
	}
	t.predictor, err = engine.Compile(engine.Config{Inputs: in, Outputs: out, Backend: t.config.Backend})
	return t.predictor, err
}

func (t *Trainer) predictBatch(ctx context.Context, x any) ([]*tensor.Dense, error) {
	if err := t.prepare(x); err != nil {
		return nil, err
	}
	r, err := data.Resolve(x, len(t.net.InputNames()))
	if err != nil {
		return nil, err
	}
	in, _, err := t.inputs(r)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	fn, err := t.predicting()
	t.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return fn.Run(ctx, in...)
}

// predictAll computes all batches and joins them.
func (t *Trainer) predictAll(ctx context.Context, x any, o []PredictOptions) ([]*tensor.Dense, error) {
	opt, err := one(o)
	if err != nil {
		return nil, err
	}
	d, steps, err := t.dataset(x, opt.BatchSize)
	if err != nil {
		return nil, err
	}
	l := loop{t: t, callbacks: opt.Callbacks, kind: predicting, steps: limit(steps, opt.Steps)}
	l.bar(opt.Verbose, opt.Output)
	var parts [][]*tensor.Dense
	err = l.run(ctx, d, data.Options{BatchSize: opt.BatchSize}, opt.Steps, func(b data.Batch) error {
		out, err := t.predictBatch(ctx, b.X)
		parts = append(parts, out)
		return err
	}, func() Logs { return nil })
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("the data has no batches")
	}
	return join(parts)
}

// dataset is x as batches, with their number if it is known.
func (t *Trainer) dataset(x any, batchSize int) (data.Dataset, int, error) {
	if d, ok := x.(data.Dataset); ok {
		a, ok := inMemory(d)
		if !ok {
			return d, 0, nil
		}
		x = a.X
	}
	if err := t.prepare(x); err != nil {
		return nil, 0, err
	}
	a, err := data.Arrays{X: x}.Resolve(len(t.net.InputNames()), 0)
	if err != nil {
		return nil, 0, err
	}
	n, err := a.Len()
	return a, batches(n, batchSize), err
}

// join puts the outputs of batches one below the other.
func join(parts [][]*tensor.Dense) ([]*tensor.Dense, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := make([]*tensor.Dense, len(parts[0]))
	for i := range out {
		column := make([]*tensor.Dense, len(parts))
		for j, p := range parts {
			column[j] = p[i]
		}
		var err error
		if out[i], err = joined(column); err != nil {
			return nil, fmt.Errorf("output %d: %w", i, err)
		}
	}
	return out, nil
}

func joined(parts []*tensor.Dense) (*tensor.Dense, error) {
	shape := graph.Shape(parts[0].Shape()).Clone()
	if len(shape) == 0 {
		return nil, errors.New("it is a single number for each batch: predict one batch at a time")
	}
	rows, size := 0, 0
	for _, p := range parts {
		s := graph.Shape(p.Shape())
		if !s.With(0, 0).Equal(shape.With(0, 0)) {
			return nil, fmt.Errorf("the shape is %v for one batch and %v for another: pad the inputs, or predict one batch at a time", parts[0].Shape(), s)
		}
		rows, size = rows+s[0], size+s.Size()
	}
	all := reflect.MakeSlice(reflect.TypeOf(array.Elements(parts[0])), size, size)
	at := 0
	for _, p := range parts {
		at += reflect.Copy(all.Slice(at, size), reflect.ValueOf(array.Elements(p)))
	}
	return array.Dense(all.Interface(), shape.With(0, rows)), nil
}
