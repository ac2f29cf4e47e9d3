package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// The steps of a scan differ in where their slices of the sequences and the histories lie. Instead of copying those, each step
// has loops of its own for the kernels at these places; all others are shared.

// maxMoved bounds the number of steps with loops of their own.
const maxMoved = 512

// steps returns the body tied to the memory of each step, or only t, for all steps, if nothing can be moved.
func (b *carried) steps(t *turning, n int, seqs, histories []backend.Slice) ([]*turning, error) {
	x, extra := b.movable()
	if n > maxMoved || n == 0 || !slices.Contains(x, true) && !slices.Contains(extra, true) {
		return []*turning{t}, nil
	}
	steps := make([]*turning, n)
	for k := range steps {
		to := map[*buffer]backend.Slice{}
		for i, l := range b.loop.X {
			if x[i] {
				to[b.values[l][0]] = seqs[i].Part(k, t.x[i].Len())
			}
		}
		for i, e := range b.extra {
			if extra[i] {
				to[e] = histories[i].Part(k, t.extra[i].Len())
			}
		}
		var err error
		if steps[k], err = b.moved(t, to); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// moved is t with other memory for some buffers.
func (b *carried) moved(t *turning, to map[*buffer]backend.Slice) (*turning, error) {
	x := &instance{p: t.p, slots: slices.Clone(t.slots), tasks: slices.Clone(t.tasks)}
	for buf, s := range to {
		x.slots[buf.index] = s
	}
	for i, s := range x.p.steps {
		if !s.uses(func(buf *buffer) bool { _, ok := to[buf]; return ok }) {
			continue
		}
		if err := x.tie(s, &x.tasks[i]); err != nil {
			return nil, err
		}
	}
	u := *t
	u.instance = x
	b.view(&u)
	return &u, nil
}

// movable tells which sequences and further results can lie elsewhere in each step. The memory of a sequence must not be written.
func (b *carried) movable() (x, extra []bool) {
	x, extra = make([]bool, len(b.loop.X)), make([]bool, len(b.extra))
	var taken []*buffer
	for _, n := range b.loop.Carry {
		taken = append(taken, b.values[n][0])
	}
	for i, n := range b.loop.X {
		buf := b.values[n][0]
		written := slices.ContainsFunc(b.program.steps, func(s *step) bool { return slices.Contains(s.to, buf) })
		x[i] = !written && b.moves(buf, n.Spec(), taken)
		taken = append(taken, buf)
	}
	for i, buf := range b.extra {
		if buf != nil {
			extra[i] = b.moves(buf, b.specs[i], taken)
			taken = append(taken, buf)
		}
	}
	return x, extra
}

// moves reports that a buffer can be elsewhere: all it ever holds has the size of s, and the steps that use it are tied at little
// cost.
func (b *carried) moves(buf *buffer, s graph.Spec, taken []*buffer) bool {
	if buf.fixed() || slices.Contains(taken, buf) || s.Dtype == graph.String {
		return false
	}
	size := func(s graph.Spec) int { return s.Shape.Size() * s.Dtype.Size() }
	for _, step := range b.program.steps {
		for i, o := range step.from {
			if o.buf == buf && (!step.light() || size(step.in[i]) != size(s)) {
				return false
			}
		}
		for i, to := range step.to {
			if to == buf && (!step.light() || size(step.out[i]) != size(s)) {
				return false
			}
		}
	}
	return true
}

// light reports that tying the step allocates little: no memory of its own.
func (s *step) light() bool {
	if s.tiles != nil {
		return s.product == nil
	}
	_, elementwise := s.node.Op().(ops.Elementwise)
	return s.scratch == nil && s.kernel.control == nil && (elementwise || s.kernel.exact)
}

// uses reports whether a buffer of the step is one that is asked for.
func (s *step) uses(is func(b *buffer) bool) bool {
	return slices.ContainsFunc(s.from, func(o operand) bool { return is(o.buf) }) ||
		slices.ContainsFunc(s.to, func(b *buffer) bool { return b != nil && is(b) })
}
