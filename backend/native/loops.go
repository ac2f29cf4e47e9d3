package native

import (
	"context"
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// Operations with bodies. A body is a program of its own that runs inside a step, in the step's scratch memory; captured
// values are read where they lie.
func init() {
	register("scan", kernel{exact: true, control: &control{planScan, startScan}})
	register("while", kernel{exact: true, control: &control{planWhile, startWhile}})
	register("cond", kernel{exact: true, control: &control{planCond, startCond}})
}

// carried is a loop's body: a program whose carries stay at their places from step to step.
type carried struct {
	*program
	loop *ops.Loop
	next []*buffer
	// staged are the numbers of the values that lie in a carry's memory as they leave the body: they are set aside before the
	// carries are written.
	staged []bool
	extra  []*buffer // further results, nil for those that nothing reads
	specs  []graph.Spec
}

func (p *program) body(loop *ops.Loop, extra graph.Nodes) (*carried, error) {
	src := source{outputs: slices.Clone(loop.Next), fed: loop.X, kept: loop.Carry, outer: loop.Body.Leaves()}
	for _, n := range extra {
		if n != nil {
			src.outputs = append(src.outputs, n)
		}
	}
	q, err := compile(src, p.settings)
	if err != nil {
		return nil, err
	}
	b := &carried{program: q, loop: loop}
	for _, n := range loop.Next {
		at := q.values[n][0]
		b.next = append(b.next, at)
		b.staged = append(b.staged, slices.ContainsFunc(loop.Carry, func(c *graph.Node) bool { return q.values[c][0] == at }))
	}
	for _, n := range extra {
		if n == nil {
			b.extra, b.specs = append(b.extra, nil), append(b.specs, graph.Spec{})
		} else {
			b.extra, b.specs = append(b.extra, q.values[n][0]), append(b.specs, n.Spec())
		}
	}
	return b, nil
}

// turning is a loop's body tied to memory.
type turning struct {
	*instance
	carry, next, aside []backend.Slice // aside is set for the staged ones
	x, extra           []backend.Slice // slices of the sequences and further results
}

func (b *carried) start(arena []byte, captured []backend.Slice) (*turning, error) {
	x, err := b.instantiate(arena, captured...)
	if err != nil {
		return nil, err
	}
	t := &turning{instance: x}
	for i, n := range b.loop.Carry {
		t.carry = append(t.carry, x.as(b.values[n][0], n.Spec()))
		var aside backend.Slice
		if b.staged[i] && b.next[i] != b.values[n][0] {
			if aside, err = backend.Wrap(n.Dtype(), graph.MakeValues(n.Dtype(), n.Shape().Size())); err != nil {
				return nil, err
			}
		}
		t.aside = append(t.aside, aside)
	}
	b.view(t)
	return t, nil
}

// view finds the values of the body that enter and leave it.
func (b *carried) view(t *turning) {
	t.next, t.x, t.extra = nil, nil, make([]backend.Slice, len(b.extra))
	for i, n := range b.loop.Carry {
		t.next = append(t.next, t.as(b.next[i], n.Spec()))
	}
	for _, n := range b.loop.X {
		t.x = append(t.x, t.as(b.values[n][0], n.Spec()))
	}
	for i, e := range b.extra {
		if e != nil {
			t.extra[i] = t.as(e, b.specs[i])
		}
	}
}

// turn makes the values that left the body those that enter it next.
func (t *turning) turn() {
	for i, a := range t.aside {
		if a.Len() > 0 {
			a.Copy(t.next[i])
		}
	}
	for i, c := range t.carry {
		switch a := t.aside[i]; {
		case a.Len() > 0:
			c.Copy(a)
		case !c.Same(t.next[i]):
			c.Copy(t.next[i])
		}
	}
}

func planScan(p *program, n *graph.Node, read []bool) (any, int, error) {
	loop := n.Op().(ops.ScanOp).Loop
	histories := loop.Histories()
	for i := range histories {
		if !read[len(loop.Carry)+i] {
			histories[i] = nil
		}
	}
	b, err := p.body(loop, histories)
	if err != nil {
		return nil, 0, err
	}
	return b, b.arena, nil
}

// startScan runs the body step by step. What each step reads of the sequences and leaves for the histories lies in their memory
// where that is possible, and is copied where it is not.
func startScan(c *call, plan any) (func(ctx context.Context) error, error) {
	op, b := c.op.(ops.ScanOp), plan.(*carried)
	nc, nx := len(b.loop.Carry), len(b.loop.X)
	t, err := b.start(c.scratch, c.inputs[nc+nx:nc+nx+len(b.loop.Body.Leaves())])
	if err != nil {
		return nil, err
	}
	seqs, histories := c.inputs[nc:nc+nx], c.outputs[nc:]
	steps, err := b.steps(t, op.Steps, seqs, histories)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		for i := range t.carry {
			t.carry[i].Copy(c.inputs[i])
		}
		for k := range op.Steps {
			if op.Reverse {
				k = op.Steps - 1 - k
			}
			u := steps[k%len(steps)]
			for i, x := range u.x {
				if part := seqs[i].Part(k, x.Len()); !x.Same(part) {
					x.Copy(part)
				}
			}
			if err := u.compute(ctx, nil); err != nil {
				return err
			}
			for i, h := range u.extra {
				if b.extra[i] == nil {
					continue
				}
				if part := histories[i].Part(k, h.Len()); !h.Same(part) {
					part.Copy(h)
				}
			}
			u.turn()
		}
		for i := range t.carry {
			c.outputs[i].Copy(t.carry[i])
		}
		return nil
	}, nil
}

// whilePlan is the test and the body of a while loop.
type whilePlan struct{ test, body *carried }

func planWhile(p *program, n *graph.Node, _ []bool) (any, int, error) {
	op := n.Op().(ops.WhileOp)
	// The test carries nothing on: its only result is an extra one.
	test := &ops.Loop{Body: op.Test.Body, Carry: op.Test.Carry, Next: op.Test.Carry}
	t, err := p.body(test, op.Test.Next)
	if err != nil {
		return nil, 0, err
	}
	b, err := p.body(op.Loop, nil)
	if err != nil {
		return nil, 0, err
	}
	return whilePlan{t, b}, t.arena + b.arena, nil
}

func startWhile(c *call, plan any) (func(ctx context.Context) error, error) {
	op, w := c.op.(ops.WhileOp), plan.(whilePlan)
	nc := len(w.body.loop.Carry)
	nt := nc + len(w.test.loop.Body.Leaves())
	test, err := w.test.start(c.scratch[:w.test.arena], c.inputs[nc:nt])
	if err != nil {
		return nil, err
	}
	body, err := w.body.start(c.scratch[w.test.arena:], c.inputs[nt:])
	if err != nil {
		return nil, err
	}
	holds := backend.Elements[bool](test.as(w.test.extra[0], graph.Spec{Dtype: graph.Bool}))
	return func(ctx context.Context) error {
		for i := range body.carry {
			body.carry[i].Copy(c.inputs[i])
		}
		for k := 0; op.Limit == 0 || k < op.Limit; k++ {
			for i := range test.carry {
				test.carry[i].Copy(body.carry[i])
			}
			if err := test.compute(ctx, nil); err != nil {
				return err
			}
			if !holds[0] {
				break
			}
			if err := body.compute(ctx, nil); err != nil {
				return err
			}
			body.turn()
		}
		for i := range body.carry {
			c.outputs[i].Copy(body.carry[i])
		}
		return nil
	}, nil
}

// condPlan is the programs of the two branches, true first.
type condPlan [2]*program

func planCond(p *program, n *graph.Node, _ []bool) (any, int, error) {
	op := n.Op().(ops.CondOp)
	var plan condPlan
	size := 0
	for i, b := range []*ops.Branch{op.Then, op.Else} {
		q, err := compile(source{outputs: b.Results, outer: b.Body.Leaves()}, p.settings)
		if err != nil {
			return nil, 0, err
		}
		plan[i] = q
		size = max(size, q.arena)
	}
	return plan, size, nil
}

func startCond(c *call, plan any) (func(ctx context.Context) error, error) {
	op, programs := c.op.(ops.CondOp), plan.(condPlan)
	n := 1 + len(op.Then.Body.Leaves())
	captured := [2][]backend.Slice{c.inputs[1:n], c.inputs[n:]}
	var branches [2]*instance
	var results [2][]backend.Slice
	for i, b := range []*ops.Branch{op.Then, op.Else} {
		x, err := programs[i].instantiate(c.scratch, captured[i]...)
		if err != nil {
			return nil, err
		}
		branches[i] = x
		for _, r := range b.Results {
			results[i] = append(results[i], x.as(programs[i].values[r][0], r.Spec()))
		}
	}
	pred := in[bool](c, 0)
	return func(ctx context.Context) error {
		i := 1
		if pred[0] {
			i = 0
		}
		if err := branches[i].compute(ctx, nil); err != nil {
			return err
		}
		for j, r := range results[i] {
			c.outputs[j].Copy(r)
		}
		return nil
	}, nil
}
