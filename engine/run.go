package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"gorgonia.org/tensor"
)

// bound is the function for inputs of certain sizes.
type bound struct {
	key    []int // the ranks and sizes of what is fed
	f      *backend.Func
	exe    backend.Executable
	needed []bool // whether the data of each input is read, not only its size
}

// Run computes the outputs. The arguments stand for the inputs in their order: tensors, numbers or nested slices, which are
// cast to the input's dtype, or a graph.Shape for an input of which only the size is read. The results belong to the
// caller. A run that fails or is cancelled changes no parameter.
func (f *Function) Run(ctx context.Context, in ...any) ([]*tensor.Dense, error) {
	r := f.take()
	defer f.release(r)
	b, err := f.feed(r, in)
	if err != nil {
		return nil, err
	}
	out := make([]*tensor.Dense, len(b.f.Outputs))
	r.run.Out = r.run.Out[:0]
	for i, n := range b.f.Outputs {
		values := graph.MakeValues(n.Dtype(), n.Shape().Size())
		slice, err := backend.Wrap(n.Dtype(), values)
		if err != nil {
			return nil, err
		}
		r.run.Out = append(r.run.Out, slice)
		if out[i], err = dense(values, n.Shape()); err != nil {
			return nil, fmt.Errorf("output %d (%s): %w", i, n.Name(), err)
		}
		if len(n.Shape()) == 0 { // the tensor has made memory of its own
			r.run.Out[i], _ = view(out[i], n.Dtype())
		}
	}
	if err := f.execute(ctx, b, r); err != nil {
		return nil, err
	}
	return out, nil
}

// RunInto is Run that writes the outputs into tensors of their shapes and dtypes. It allocates nothing when the sizes have
// been met before and the arguments are tensors of the inputs' dtypes.
func (f *Function) RunInto(ctx context.Context, out []*tensor.Dense, in ...any) error {
	r := f.take()
	defer f.release(r)
	b, err := f.feed(r, in)
	if err != nil {
		return err
	}
	if len(out) != len(b.f.Outputs) {
		return fmt.Errorf("%s: %d tensors are given for %d outputs", f.c.Name, len(out), len(b.f.Outputs))
	}
	r.run.Out = r.run.Out[:0]
	for i, n := range b.f.Outputs {
		if out[i] == nil {
			return fmt.Errorf("%s: the tensor for output %d (%s) is nil", f.c.Name, i, n.Name())
		}
		slice, ok := view(out[i], n.Dtype())
		if !ok || slice.Len() != n.Shape().Size() || !slices.Equal([]int(out[i].Shape()), n.Shape()) {
			return fmt.Errorf("%s: output %d (%s) is %v, the tensor to write it to is %v %v", f.c.Name, i, n.Name(), n.Spec(), out[i].Dtype(), out[i].Shape())
		}
		r.run.Out = append(r.run.Out, slice)
	}
	return f.execute(ctx, b, r)
}

// execute runs b under the locks of the parameters.
func (f *Function) execute(ctx context.Context, b *bound, r *runner) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.locks.begin()
	r.reading = true
	defer func() {
		if r.reading {
			f.locks.endReading()
		}
		f.locks.end()
	}()
	return b.exe.Run(ctx, &r.run)
}

// dense wraps values as a tensor, which the tensor package refuses for some shapes without elements.
func dense(values any, shape graph.Shape) (d *tensor.Dense, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("no tensor of shape %v can be made: %v", shape, p)
		}
	}()
	return array.Dense(values, shape), nil
}

// runner is what one run needs beside the executable, kept so that later runs allocate nothing.
type runner struct {
	f       *Function
	run     backend.Run
	dims    []int
	reading bool // the data locks are read-held
}

func (f *Function) take() *runner {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.idle); n > 0 {
		r := f.idle[n-1]
		f.idle = f.idle[:n-1]
		return r
	}
	r := &runner{f: f}
	r.run.Commit = r.commit
	return r
}

// maxIdle bounds the runners kept.
const maxIdle = 16

func (f *Function) release(r *runner) {
	clear(r.run.In)
	clear(r.run.Out)
	r.run.Observe = nil
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.idle) < maxIdle {
		f.idle = append(f.idle, r)
	}
}

// commit lets apply write while nobody reads.
func (r *runner) commit(apply func()) {
	r.f.locks.endReading()
	r.reading = false
	r.f.locks.write(apply)
}

// feed makes typed slices of the arguments and finds the program for their sizes.
func (f *Function) feed(r *runner, in []any) (*bound, error) {
	if len(in) != len(f.t.inputs) {
		return nil, fmt.Errorf("%s takes %d inputs (%s), %d are given", f.c.Name, len(f.t.inputs), names(f.t.inputs), len(in))
	}
	r.run.In, r.dims = r.run.In[:0], r.dims[:0]
	for i, v := range in {
		slice, shape, err := argument(v, f.t.inputs[i].Dtype())
		if err != nil {
			return nil, fmt.Errorf("%s: input %s: %w", f.c.Name, f.t.inputs[i].Name(), err)
		}
		r.run.In = append(r.run.In, slice)
		r.dims = append(append(r.dims, len(shape)), shape...)
	}
	b, err := f.lookup(r.dims)
	if err != nil {
		return nil, err
	}
	for i := range in {
		if s, ok := in[i].(graph.Shape); ok {
			if b.needed[i] {
				return nil, fmt.Errorf("%s: input %s is fed the shape %v, but its elements are read: feed a tensor", f.c.Name, f.t.inputs[i].Name(), s)
			}
			r.run.In[i] = backend.Slice{}
		}
	}
	return b, nil
}

// Profile runs the function and measures the time of each node.
func (f *Function) Profile(ctx context.Context, in ...any) (Profile, error) {
	r := f.take()
	defer f.release(r)
	b, err := f.feed(r, in)
	if err != nil {
		return Profile{}, err
	}
	r.run.Out = r.run.Out[:0]
	for _, n := range b.f.Outputs {
		s, err := backend.Wrap(n.Dtype(), graph.MakeValues(n.Dtype(), n.Shape().Size()))
		if err != nil {
			return Profile{}, err
		}
		r.run.Out = append(r.run.Out, s)
	}
	var p Profile
	r.run.Observe = func(n *graph.Node, took time.Duration) { p.add(n, took) }
	start := time.Now()
	err = f.execute(ctx, b, r)
	p.Total = time.Since(start)
	p.sort()
	return p, err
}
