package native

import (
	"context"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
)

// instance is a program tied to memory: one run at a time may use it.
type instance struct {
	p     *program
	slots []backend.Slice // of the program's buffers
	tasks []task
	// commits is the loop of the tasks that write parameters.
	commits par.Loop
}

// task is a step tied to memory.
type task struct {
	step  *step
	loops []par.Loop
	run   func(ctx context.Context) error // of a control step
	fault *kernels.Fault
}

// newArena allocates an aligned block.
func newArena(size int) []byte {
	b := make([]byte, size+align)
	skip := int(-uintptr(unsafe.Pointer(&b[0])) & (align - 1))
	return b[skip : skip+size]
}

// instantiate ties the program to an arena and to the memory that its outer leaves stand for.
func (p *program) instantiate(arena []byte, outer ...backend.Slice) (*instance, error) {
	x := &instance{p: p, slots: make([]backend.Slice, len(p.buffers)), tasks: make([]task, len(p.steps))}
	for i, b := range p.buffers {
		if b.outer > 0 {
			x.slots[i] = outer[b.outer-1]
			continue
		}
		s, err := b.slice(arena)
		if err != nil {
			return nil, err
		}
		x.slots[i] = s
	}
	for i, s := range p.steps {
		if err := x.tie(s, &x.tasks[i]); err != nil {
			return nil, fmt.Errorf("%s (%s): %w", s.node.Name(), s.node.Pos(), err)
		}
	}
	var commits []par.Loop
	for _, t := range x.tasks[len(x.tasks)-p.commits:] {
		commits = append(commits, t.loops...) // one each: nothing in them waits for the whole of a result
	}
	x.commits = together(commits)
	return x, nil
}

// slice is the memory of the buffer.
func (b *buffer) slice(arena []byte) (backend.Slice, error) {
	n := b.spec.Shape.Size()
	switch {
	case b.param != nil:
		v, err := b.param.Values()
		if err != nil {
			return backend.Slice{}, err
		}
		return backend.Wrap(b.spec.Dtype, v)
	case b.constant != nil:
		return backend.Wrap(b.spec.Dtype, b.constant)
	case b.spec.Dtype == graph.String:
		return backend.SliceOf(graph.String, make([]string, n)), nil
	case n == 0:
		return backend.Wrap(b.spec.Dtype, graph.MakeValues(b.spec.Dtype, 0))
	}
	return backend.SliceAt(b.spec.Dtype, unsafe.Pointer(&arena[b.offset]), n), nil
}

// as views the memory of a buffer under the spec of one of its users.
func (x *instance) as(b *buffer, s graph.Spec) backend.Slice {
	v := x.slots[b.index]
	return v.As(s.Dtype, s.Shape.Size())
}

// tie makes the loops of a step.
func (x *instance) tie(s *step, t *task) error {
	c := &call{op: s.node.Op(), in: s.in, out: s.out, fault: &kernels.Fault{}}
	for _, o := range s.from {
		c.inputs = append(c.inputs, x.as(o.buf, o.spec))
		strides := o.strides
		if strides == nil {
			strides = broadcastStrides(o.spec.Shape, o.spec.Shape)
		}
		c.steps = append(c.steps, strides)
	}
	c.outputs = make([]backend.Slice, len(s.to))
	for i, b := range s.to {
		if b != nil {
			c.outputs[i] = x.as(b, s.out[i])
		}
	}
	if s.scratch != nil {
		c.scratch = backend.Elements[byte](x.slots[s.scratch.index])
	}
	t.step, t.fault = s, c.fault
	if s.product != nil {
		loops, err := x.tieProduct(s, c)
		t.loops = loops
		return err
	}
	if s.tiles != nil {
		t.loops = s.tiles.loops(c.inputs, c.outputs, c.scratch, x.p.pool.Threads())
		return nil
	}
	if s.kernel.control != nil {
		run, err := s.kernel.control.start(c, s.plan)
		t.run = run
		return err
	}
	loops, err := s.kernel.types.find(s.kernel.dtype(s.in, s.out))(c)
	if err != nil {
		return err
	}
	if !s.kernel.exact {
		for i, spec := range s.out {
			loops = append(loops, rounding(spec.Dtype, c.outputs[i])...)
		}
	}
	t.loops = loops
	return nil
}

// rounding is the loops that bring results of a 16-bit dtype to its precision.
func rounding(d graph.Dtype, s backend.Slice) []par.Loop {
	switch d {
	case graph.BFloat16:
		return kernels.RoundBF16(backend.Elements[float32](s))
	case graph.Float16:
		return kernels.RoundF16(backend.Elements[float32](s))
	}
	return nil
}

// compute runs all steps but those that write parameters; observe may be nil. A panic in a kernel becomes an error of its node.
func (x *instance) compute(ctx context.Context, observe func(n *graph.Node, took time.Duration)) (err error) {
	i := 0
	defer func() {
		if r := recover(); r != nil {
			err = x.tasks[i].errorf(fmt.Errorf("panic: %v", r))
		}
	}()
	for ; i < len(x.tasks)-x.p.commits; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := &x.tasks[i]
		var start time.Time
		if observe != nil {
			start = time.Now()
		}
		if err := t.do(ctx, x.p.pool); err != nil {
			return err
		}
		if observe != nil {
			observe(t.step.node, time.Since(start))
		}
		if x.p.checkNaN {
			if err := x.checkNaN(t); err != nil {
				return err
			}
		}
	}
	for _, s := range x.p.snapshots {
		x.slots[s.to.index].Copy(x.slots[s.from.index])
	}
	return nil
}

// commit runs the steps that write parameters, all at once or, to measure them, one by one. They are fused loops of arithmetic,
// which cannot fail.
func (x *instance) commit(observe func(n *graph.Node, took time.Duration)) {
	if observe == nil {
		x.p.pool.Run(&x.commits)
		return
	}
	for i := len(x.tasks) - x.p.commits; i < len(x.tasks); i++ {
		t, start := &x.tasks[i], time.Now()
		for j := range t.loops {
			x.p.pool.Run(&t.loops[j])
		}
		observe(t.step.node, time.Since(start))
	}
}

func (t *task) do(ctx context.Context, pool *par.Pool) error {
	if t.run != nil {
		return t.run(ctx)
	}
	for i := range t.loops {
		pool.Run(&t.loops[i])
	}
	if err := t.fault.Take(); err != nil {
		return t.errorf(err)
	}
	return nil
}

// errorf is an error of the task's node.
func (t *task) errorf(err error) error {
	n := t.step.node
	return &graph.Error{Op: n.Name(), Layer: n.Layer(), Pos: n.Pos(), Err: err}
}

// checkNaN looks at the results of a step.
func (x *instance) checkNaN(t *task) error {
	for i, b := range t.step.to {
		if b == nil {
			continue
		}
		s := x.as(b, t.step.out[i])
		bad, at := 0.0, -1
		switch {
		case !s.Dtype.IsFloat():
		case s.Dtype == graph.Float64:
			bad, at = firstBad(backend.Elements[float64](s))
		default:
			bad, at = firstBad(backend.Elements[float32](s))
		}
		if at >= 0 {
			return t.errorf(fmt.Errorf("element %d of the result, shape %v, is %v", at, t.step.out[i].Shape, bad))
		}
	}
	return nil
}

func firstBad[T float32 | float64](v []T) (float64, int) {
	for i, x := range v {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return f, i
		}
	}
	return 0, -1
}
