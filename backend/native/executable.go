package native

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
)

// executable is a compiled function with its idle instances.
type executable struct {
	p       *program
	f       *backend.Func
	updates []update

	mu       sync.Mutex
	idle     []*frame
	portable bool // kernels in portable Go
}

// update is the memory that a parameter's new value lies in.
type update struct {
	param *graph.Param
	buf   *buffer
	spec  graph.Spec
}

// frame is an instance with what a run needs around it.
type frame struct {
	*instance
	in, out  []backend.Slice
	from, to []backend.Slice // of the updates
	moved    []backend.Slice // parameters' values that become other parameters': read before anything is written
	apply    func()
	observe  func(n *graph.Node, took time.Duration)
}

// maxIdle bounds the instances kept for later runs: as many as ran at once, but not more.
const maxIdle = 8

func newExecutable(f *backend.Func, p *program, portable bool) (*executable, error) {
	e := &executable{p: p, f: f, portable: portable}
	for _, u := range f.Updates {
		if at := p.values[u.Value][0]; at.param != u.Param { // else a step writes the parameter itself
			e.updates = append(e.updates, update{u.Param, at, u.Value.Spec()})
		}
	}
	first, err := e.newFrame() // what can fail in making one fails at compile
	if err != nil {
		return nil, err
	}
	e.idle = append(e.idle, first)
	return e, nil
}

func (e *executable) newFrame() (*frame, error) {
	var x *instance
	err := kernels.Build(e.portable, func() (err error) {
		x, err = e.p.instantiate(newArena(e.p.arena))
		return err
	})
	if err != nil {
		return nil, err
	}
	r := &frame{instance: x}
	for _, n := range e.f.Inputs {
		r.in = append(r.in, x.as(e.p.values[n][0], n.Spec()))
	}
	for _, n := range e.f.Outputs {
		r.out = append(r.out, x.as(e.p.values[n][0], n.Spec()))
	}
	for _, u := range e.updates {
		v, err := u.param.Values()
		if err != nil {
			return nil, err
		}
		to, err := backend.Wrap(u.spec.Dtype, v)
		if err != nil {
			return nil, err
		}
		from, moved := x.as(u.buf, u.spec), backend.Slice{}
		if u.buf.param != nil {
			if moved, err = backend.Wrap(u.spec.Dtype, graph.MakeValues(u.spec.Dtype, from.Len())); err != nil {
				return nil, err
			}
		}
		r.from, r.to, r.moved = append(r.from, from), append(r.to, to), append(r.moved, moved)
	}
	r.apply = r.write
	return r, nil
}

// write puts the new values into the parameters.
func (r *frame) write() {
	r.commit(r.observe)
	for i, to := range r.to {
		if r.moved[i].Len() > 0 {
			to.Copy(r.moved[i])
		} else {
			to.Copy(r.from[i])
		}
	}
}

// Run computes the outputs and updates the parameters.
func (e *executable) Run(ctx context.Context, r *backend.Run) error {
	x, err := e.take()
	if err != nil {
		return err
	}
	defer e.release(x)
	for i := range r.In {
		x.in[i].Copy(r.In[i])
	}
	if err := x.compute(ctx, r.Observe); err != nil {
		return err
	}
	for i := range r.Out {
		r.Out[i].Copy(x.out[i])
	}
	if len(e.f.Updates) == 0 {
		return nil
	}
	for i, m := range x.moved {
		if m.Len() > 0 {
			m.Copy(x.from[i])
		}
	}
	x.observe = r.Observe
	r.Commit(x.apply)
	x.observe = nil
	return nil
}

func (e *executable) take() (*frame, error) {
	e.mu.Lock()
	if n := len(e.idle); n > 0 {
		x := e.idle[n-1]
		e.idle = e.idle[:n-1]
		e.mu.Unlock()
		return x, nil
	}
	e.mu.Unlock()
	return e.newFrame()
}

func (e *executable) release(x *frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.idle) < maxIdle {
		e.idle = append(e.idle, x)
	}
}

// Stats tells how much memory the function takes.
func (e *executable) Stats() backend.Stats {
	return backend.Stats{ArenaBytes: int64(e.p.arena), ActivationBytes: int64(e.p.total), Steps: len(e.p.steps)}
}

// what names the operations of a step.
func (s *step) what() string {
	if s.kernel == compactRows {
		return fmt.Sprintf("rows of %s", graph.OpString(s.node.Op()))
	}
	if s.unit == nil {
		return graph.OpString(s.node.Op())
	}
	names := make([]string, len(s.unit.nodes))
	for i, n := range s.unit.nodes {
		names[i] = n.Op().Name()
	}
	what := "fused "
	if s.tiles.rule != nil {
		what += "rule " + s.tiles.rule.name + ": "
	}
	return what + strings.Join(names, "+")
}

// Program lists the steps with the places of their results.
func (e *executable) Program() string {
	var b strings.Builder
	for i, s := range e.p.steps {
		fmt.Fprintf(&b, "%4d %s %s", i, s.node.Name(), s.what())
		for j, t := range s.to {
			if t == nil {
				continue
			}
			if t.param != nil {
				fmt.Fprintf(&b, " %v in %s", s.out[j], t.param.Path())
			} else {
				fmt.Fprintf(&b, " %v @%d", s.out[j], t.offset)
			}
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "arena %d bytes, all results %d bytes\n", e.p.arena, e.p.total)
	return b.String()
}
