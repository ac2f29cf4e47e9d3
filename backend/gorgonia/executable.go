package gorgonia

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// executable is a function on a machine of its own.
type executable struct {
	f     *backend.Func
	steps []*step
	// inputs and params are bound to the leaves: every run copies the values in. Gorgonia would work on whatever memory it is given.
	inputs map[int]*tensor.Dense
	params map[*graph.Param]*tensor.Dense
	// roots is what the machine reads out: outputs, then values of updates.
	roots   []*G.Value
	updates []backend.Slice // the memory of the parameters that are updated

	mu      sync.Mutex // held by a run
	machine G.VM
	ctx     context.Context // of the run
	failed  error           // the first failure of a step of the run
	took    map[*graph.Node]time.Duration
}

func newExecutable(f *backend.Func, nodes graph.Nodes) (*executable, error) {
	x := &executable{f: f, inputs: map[int]*tensor.Dense{}, params: map[*graph.Param]*tensor.Dense{}}
	b := &builder{g: G.NewGraph(), x: x, values: map[*graph.Node]*G.Node{}}
	for _, n := range nodes {
		if err := b.lower(n); err != nil {
			return nil, err
		}
		if p, ok := n.Op().(graph.ParamOp); ok {
			x.params[p.Param] = b.values[n].Value().(*tensor.Dense)
		}
	}
	for i, n := range f.Inputs {
		if v := b.values[n]; v != nil {
			x.inputs[i] = v.Value().(*tensor.Dense)
		}
	}
	for _, n := range f.Roots() {
		v := new(G.Value)
		G.Read(b.values[n], v)
		x.roots = append(x.roots, v)
	}
	for _, u := range f.Updates {
		values, err := u.Param.Values()
		if err != nil {
			return nil, err
		}
		s, err := wrap(u.Value.Dtype(), values)
		if err != nil {
			return nil, err
		}
		x.updates = append(x.updates, s)
	}
	if len(x.roots) > 0 {
		x.machine = G.NewTapeMachine(b.g)
	}
	return x, nil
}

// wrap names the reason of backend.Wrap's refusal for what it is: a mistake of the engine.
func wrap(d graph.Dtype, values any) (backend.Slice, error) {
	s, err := backend.Wrap(d, values)
	return s, errors.Wrap(err, "reading values")
}

// Run computes the outputs and updates the parameters.
func (x *executable) Run(ctx context.Context, r *backend.Run) (err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer caught(&err, "running "+x.f.Name)
	if err := x.load(r); err != nil {
		return err
	}
	if err := x.compute(ctx); err != nil {
		return err
	}
	if r.Observe != nil {
		for n, took := range x.took {
			r.Observe(n, took)
		}
	}
	results, err := x.results()
	if err != nil {
		return err
	}
	for i, out := range r.Out {
		store(out, results[i])
	}
	if len(x.updates) > 0 {
		r.Commit(func() {
			for i, to := range x.updates {
				store(to, results[len(x.f.Outputs)+i])
			}
		})
	}
	return nil
}

// load copies inputs and parameters into the leaves.
func (x *executable) load(r *backend.Run) error {
	for i, v := range x.inputs {
		if err := load(v, r.In[i]); err != nil {
			return failure(x.f.Inputs[i], err)
		}
	}
	for p, v := range x.params {
		values, err := p.Values()
		if err != nil {
			return err
		}
		s, err := wrap(p.Spec().Dtype, values)
		if err == nil {
			err = load(v, s)
		}
		if err != nil {
			return fmt.Errorf("parameter %s: %w", p.Path(), err)
		}
	}
	return nil
}

// compute runs the machine.
func (x *executable) compute(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.ctx, x.failed, x.took = ctx, nil, map[*graph.Node]time.Duration{}
	defer func() { x.ctx = nil }()
	if x.machine == nil {
		return nil
	}
	x.machine.Reset() // without it a second run answers the old results
	if err := x.machine.RunAll(); err != nil {
		if x.failed != nil {
			return x.failed
		}
		return errors.Wrap(err, x.f.Name)
	}
	return ctx.Err()
}

// results returns the elements of the roots.
func (x *executable) results() ([][]float64, error) {
	roots := x.f.Roots()
	out := make([][]float64, len(roots))
	for i, v := range x.roots {
		out[i] = floats((*v).Data())
		if len(out[i]) != roots[i].Shape().Size() {
			return nil, failure(roots[i], errors.Errorf("Gorgonia computed %d elements, want shape %v", len(out[i]), roots[i].Shape()))
		}
		if err := checkRange(out[i], roots[i].Dtype()); err != nil {
			return nil, failure(roots[i], err)
		}
	}
	return out, nil
}

// Stats tells the number of steps.
func (x *executable) Stats() backend.Stats { return backend.Stats{Steps: len(x.steps)} }

// Program lists the steps.
func (x *executable) Program() string {
	var b strings.Builder
	for i, s := range x.steps {
		fmt.Fprintf(&b, "%4d %s: %v\n", i, s.node.Name(), s.Op)
	}
	return b.String()
}
