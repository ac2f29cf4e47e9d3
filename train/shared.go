package train

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/distribution"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
	"gorgonia.org/tensor"
)

// shared is the second half of a training step that replicas make together: each computes the gradients of its share of the
// batch, then all use the mean over the rows of all. The update is a program of its own, because what goes on between
// leaves the engine.
type shared struct {
	comm   distribution.Communicator
	update *engine.Function
	out    []*tensor.Dense // results and gradients
	reduce []*tensor.Dense // gradients and the number of rows
	in     []any           // gradients
	rows   []float32
}

// distributed compiles a training step of replicas. The metrics of each are those of its share.
func (p *builder) distributed(c engine.Config, params []*graph.Param, grads graph.Nodes) (*program, error) {
	s := &shared{comm: p.t.config.Distribution, rows: []float32{0}}
	g := graph.New(p.g.Name() + "/update")
	var in graph.Nodes
	given := make(graph.Nodes, len(params))
	for i, d := range grads {
		if d == nil {
			continue
		}
		if d.Shape().Rank() == 0 { // a scalar tensor cannot be written in place
			d = ops.Reshape(d, 1)
		}
		spec := d.Spec()
		x := g.Input(fmt.Sprintf("gradient_%d", i), spec.Shape, spec.Dtype)
		in = append(in, x)
		given[i] = ops.Reshape(x, params[i].Spec().Shape...)
		c.Outputs = append(c.Outputs, d)
		buffer := array.Dense(graph.MakeValues(spec.Dtype, spec.Shape.Size()), spec.Shape)
		s.reduce, s.in = append(s.reduce, buffer), append(s.in, buffer)
	}
	program, err := p.compile(c)
	if err != nil {
		return nil, err
	}
	updates := p.t.optimizer.Updates(params, given)
	if s.update, err = engine.Compile(engine.Config{Inputs: in, Updates: updates, Training: true, Backend: c.Backend}); err != nil {
		return nil, err
	}
	s.out = append([]*tensor.Dense{program.results}, s.reduce...)
	s.reduce = append(s.reduce, array.Dense(s.rows, []int{1}))
	program.shared = s
	return program, nil
}

// giveUp tells the other replicas, if the communicator can, that this one makes no more steps: they do not wait for it.
func (t *Trainer) giveUp(why error) {
	if a, ok := t.config.Distribution.(interface{ Abort(error) }); ok {
		a.Abort(why)
	}
}

// run makes the step. So does TrainOnBatch, which has no Fit around it: a step that fails tells the others itself.
func (s *shared) run(ctx context.Context, p *program, rows int) (err error) {
	defer func() {
		if a, ok := s.comm.(interface{ Abort(error) }); ok && err != nil {
			a.Abort(err)
		}
	}()
	if err := p.fn.RunInto(ctx, s.out, p.in...); err != nil {
		return err
	}
	s.rows[0] = float32(rows)
	grads := s.reduce[:len(s.reduce)-1]
	for _, d := range grads {
		scale(d, float64(rows))
	}
	if err := s.comm.AllReduce(ctx, s.reduce); err != nil {
		return fmt.Errorf("adding up the gradients of all replicas: %w", err)
	}
	for _, d := range grads {
		scale(d, 1/float64(s.rows[0]))
	}
	return s.update.RunInto(ctx, nil, s.in...)
}

// scale multiplies a float tensor in place.
func scale(d *tensor.Dense, by float64) {
	switch v := array.Elements(d).(type) {
	case []float32:
		for i := range v {
			v[i] = float32(float64(v[i]) * by)
		}
	case []float64:
		for i := range v {
			v[i] *= by
		}
	}
}
