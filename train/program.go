package train

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

// program is the compiled step of training or testing for targets and weights of one structure.
type program struct {
	fn      *engine.Function
	names   []string      // of the results
	results *tensor.Dense // float32 (names), written by each run
	in      []any         // kept from run to run
	shared  *shared       // of replicas, else nil
	out     []*tensor.Dense
}

// builder builds the graph of a program.
type builder struct {
	t       *Trainer
	g       *graph.Graph
	accs    map[string]*metrics.Accumulator // shared by the programs of a stage
	in, out graph.Nodes
	y, w    graph.Nodes // by output, nil where there is none
	total   *graph.Node // what is minimized
	names   []string
	results graph.Nodes
	updates []graph.Update
}

// build compiles the step for a batch like b.
func (t *Trainer) build(b *batch, accs map[string]*metrics.Accumulator, training bool) (built *program, err error) {
	t.building.Lock()
	defer t.building.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a loss, metric or optimizer: %w", config.Panicked(r))
		}
	}()
	p := &builder{t: t, g: graph.New(t.net.Name()), accs: accs}
	if err := p.forward(); err != nil {
		return nil, err
	}
	p.targets(b)
	if err := p.losses(); err != nil {
		return nil, err
	}
	if err := p.metrics(); err != nil {
		return nil, err
	}
	if len(p.results) == 0 {
		return nil, errors.New("there is nothing to compute: give Compile a Loss")
	}
	if training {
		return p.training()
	}
	return p.compile(engine.Config{Updates: p.updates})
}

// training adds gradients and the optimizer's updates.
func (p *builder) training() (*program, error) {
	opt, params := p.t.optimizer, p.t.trainable
	switch {
	case opt == nil:
		return nil, errors.New("there is no optimizer: give Compile an Optimizer")
	case p.total == nil:
		return nil, errors.New("there is no loss to train on: give Compile a Loss")
	}
	config := engine.Config{Updates: p.updates, Training: true}
	if len(params) == 0 {
		return p.compile(config)
	}
	grads := autodiff.ParamGrads(optimizers.ScaleLoss(opt, p.total), params)
	if err := grads.FirstErr(); err != nil {
		return nil, fmt.Errorf("the gradient of the loss: %w", err)
	}
	for i, d := range grads {
		if _, zero := d.Op().(ops.ZeroOp); zero { // the loss does not depend on it: Keras leaves it alone
			grads[i] = nil
		}
	}
	if p.t.config.Distribution != nil {
		return p.distributed(config, params, grads)
	}
	config.Updates = append(config.Updates, opt.Updates(params, grads)...)
	return p.compile(config)
}

// compile compiles the graph with the results as first output.
func (p *builder) compile(c engine.Config) (*program, error) {
	if err := p.g.Err(); err != nil {
		return nil, err
	}
	c.Inputs, c.Backend = p.in, p.t.config.Backend
	c.Outputs = append(graph.Nodes{ops.Stack(p.results, 0)}, c.Outputs...)
	fn, err := engine.Compile(c)
	if err != nil {
		return nil, err
	}
	return &program{fn: fn, names: p.names, results: tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(len(p.names)))}, nil
}

// run runs a step.
func (p *program) run(ctx context.Context, b *batch) error {
	p.in = append(p.in[:0], b.x...)
	for i := range b.y {
		if b.y[i] != nil {
			p.in = append(p.in, b.y[i])
		}
		if b.w[i] != nil {
			p.in = append(p.in, b.w[i])
		}
	}
	if p.shared != nil {
		return p.shared.run(ctx, p, b.rows)
	}
	p.out = append(p.out[:0], p.results)
	return p.fn.RunInto(ctx, p.out, p.in...)
}

// logs are the results of the last run.
func (p *program) logs() Logs {
	out := make(Logs, len(p.names))
	for i, v := range p.results.Data().([]float32) {
		out[p.names[i]] = float64(v)
	}
	return out
}

// structure appends the key of the program for a batch to key.
func (t *Trainer) structure(key []byte, b *batch) []byte {
	for i, out := range t.net.Outputs() {
		for _, d := range [...]*tensor.Dense{b.y[i], b.w[i]} {
			if d != nil {
				key = append(key, targetDtype(d, out.Dtype())...)
				for axis, n := range d.Shape() {
					if open(axis, out.Shape()) {
						n = graph.None
					}
					key = strconv.AppendInt(append(key, ','), int64(n), 10)
				}
			}
			key = append(key, ';')
		}
	}
	return key
}
