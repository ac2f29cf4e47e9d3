package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// train measures single steps on one batch by the model and by a function compiled by hand, then epochs of Fit.
func (b *bench) train(ctx context.Context) error {
	if b.workload.compile == nil {
		return fmt.Errorf("%s is not trained: use --mode predict or latency", b.options.workload)
	}
	if err := b.build(); err != nil {
		return err
	}
	n := b.size(b.workload.batch)
	x, y := b.workload.data(n)
	batch := data.Batch{X: x, Y: y}
	s, err := b.trained("train_on_batch", n, func() (float64, error) {
		logs, err := b.model.TrainOnBatch(ctx, batch)
		return logs["loss"], err
	})
	if err != nil {
		return err
	}
	c, err := b.byHand(ctx, x, y, n)
	if err != nil {
		return err
	}
	if err := b.fit(ctx, n, s); err != nil {
		return err
	}
	r, err := b.roofline(c, n)
	if err != nil {
		return err
	}
	return b.print(r)
}

// trained measures a step that answers its loss.
func (b *bench) trained(via string, n int, step func() (float64, error)) (steps, error) {
	t := time.Now()
	first, err := step()
	if err != nil {
		return steps{}, err
	}
	firstStep, last := time.Since(t), first
	s, err := b.measure(3, 5, func() (err error) {
		last, err = step()
		return err
	})
	if err != nil {
		return steps{}, err
	}
	l := b.add(via, n, s)
	l.LossFirst, l.LossLast, l.FirstStepS = &first, &last, firstStep.Seconds()
	return s, nil
}

// byHand measures a training step that is put together from the parts that the model uses, on fresh weights, and returns it.
func (b *bench) byHand(ctx context.Context, x, y any, n int) (engine.Config, error) {
	m, err := b.workload.model()
	if err != nil {
		return engine.Config{}, err
	}
	in := append(inOrder(m.InputNames(), x), inOrder(m.OutputNames(), y)...)
	c, err := trainingStep(m, b.workload.compile(), in[len(m.InputNames()):])
	if err != nil {
		return engine.Config{}, err
	}
	c.Backend = b.backend
	f, err := engine.Compile(c)
	if err != nil {
		return engine.Config{}, err
	}
	out := make([]*tensor.Dense, len(c.Outputs))
	for i := range out {
		out[i] = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(1))
	}
	_, err = b.trained("compiled", n, func() (float64, error) {
		err := f.RunInto(ctx, out, in...)
		return float64(out[0].Data().([]float32)[0]), err
	})
	return c, err
}

// trainingStep is forward, loss, metrics, gradients and updates in one function; its outputs are the loss and the metrics.
func trainingStep(m *functional.Model, c train.Config, targets []any) (engine.Config, error) {
	g := graph.New(m.Name())
	step := engine.Config{Training: true}
	for i, n := range m.Inputs() {
		step.Inputs = append(step.Inputs, g.Input(m.InputNames()[i], n.Shape(), n.Dtype()))
	}
	outputs, err := m.Replay(step.Inputs)
	if err != nil {
		return step, err
	}
	var terms, measured graph.Nodes
	for i, out := range outputs {
		d := targets[i].(*tensor.Dense)
		y := g.Input(fmt.Sprint("y", i), append(graph.Shape{graph.None}, d.Shape()[1:]...), graph.Dtype(d.Dtype().Name()))
		step.Inputs = append(step.Inputs, y)
		name, weight := m.OutputNames()[i], 1.0
		if w, ok := c.LossWeights[name]; ok {
			weight = w
		}
		terms = append(terms, ops.Mul(losses.Apply(ofOutput(c.Loss, name), y, out), weight))
		if c.Metrics == nil {
			continue
		}
		metric, err := metrics.Resolve(ofOutput(c.Metrics, name), y.Spec(), out.Spec())
		if err != nil {
			return step, err
		}
		acc := metrics.NewAccumulator(g, name)
		measured = append(measured, ops.Reshape(metric.Call(acc, y, out, nil), 1))
		step.Updates = append(step.Updates, acc.Updates()...)
	}
	total := ops.Sum(ops.Stack(terms, 0))
	step.Outputs = append(graph.Nodes{ops.Reshape(total, 1)}, measured...)
	opt, err := optimizers.Get(c.Optimizer)
	if err != nil {
		return step, err
	}
	params := m.TrainableParams()
	step.Updates = append(step.Updates, opt.Updates(params, autodiff.ParamGrads(total, params))...)
	return step, g.Err()
}

// ofOutput is the setting of one output.
func ofOutput(setting any, name string) any {
	if by, ok := setting.(train.ByOutput); ok {
		return by[name]
	}
	return setting
}

// fit measures whole epochs; the first one does not count.
func (b *bench) fit(ctx context.Context, n int, single steps) error {
	_, estimate := single.extremes()
	s := int(min(4000, max(8, b.budget.Seconds()/3/estimate.Seconds()), max(8, 256e6/float64(b.workload.bytes*n))))
	x, y := b.workload.data(n * s)
	timer := &epochs{}
	_, err := b.model.Fit(ctx, data.Arrays{X: x, Y: y}, train.FitOptions{
		BatchSize: n, Epochs: 5, Verbose: train.Silent, Callbacks: []train.Callback{timer},
	})
	if err != nil {
		return err
	}
	l := b.add("fit", n, steps{took: slices.Clone(timer.took[1:]), cpu: timer.cpu / time.Duration(len(timer.took)-1)}.over(s))
	l.StepsPerEpoch, l.LossFirst, l.LossLast, l.FirstStepS = s, b.lines[0].LossFirst, b.lines[0].LossLast, b.lines[0].FirstStepS
	return nil
}

// epochs is a callback that times epochs.
type epochs struct {
	begin    time.Time
	beginCPU time.Duration
	took     []time.Duration
	cpu      time.Duration // of all but the first
}

// OnEpochBegin starts the clock.
func (e *epochs) OnEpochBegin(context.Context, *train.Epoch) error {
	e.begin, e.beginCPU = time.Now(), cpuTime()
	return nil
}

// OnEpochEnd stops it.
func (e *epochs) OnEpochEnd(context.Context, *train.Epoch) error {
	if len(e.took) > 0 {
		e.cpu += cpuTime() - e.beginCPU
	}
	e.took = append(e.took, time.Since(e.begin))
	return nil
}
