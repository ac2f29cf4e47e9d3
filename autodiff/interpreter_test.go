package autodiff_test

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
)

// interpret evaluates nodes one by one, each loop step by step: slow, and independent of the engine and of how a backend
// runs loops. prune also leaves out what the outputs do not need.
func interpret(outputs graph.Nodes, feed map[*graph.Node]any, prune bool) ([][]float64, error) {
	dst := graph.New("bound")
	c := &graph.Copier{Dst: dst, Sub: map[*graph.Node]*graph.Node{}, Bind: true, Rewrite: plain}
	env := env{}
	for n, v := range feed {
		values, shape, err := array.From(v)
		if err != nil {
			return nil, err
		}
		c.Sub[n] = dst.Input("", shape, n.Dtype())
		env[c.Sub[n]] = array.Cast(values, string(n.Dtype()))
	}
	bound, err := c.Copy(outputs...)
	if err != nil {
		return nil, err
	}
	if err := graph.Verify(bound...); err != nil {
		return nil, err
	}
	if prune {
		if env, bound, err = pruned(env, bound); err != nil {
			return nil, err
		}
	}
	out := make([][]float64, len(bound))
	for i, n := range bound {
		v, err := env.eval(n)
		if err != nil {
			return nil, err
		}
		out[i] = array.Float64s(v)
	}
	return out, nil
}

func pruned(e env, roots graph.Nodes) (env, graph.Nodes, error) {
	dst := graph.New("pruned")
	c := &graph.Copier{Dst: dst, Sub: map[*graph.Node]*graph.Node{}, Rewrite: ops.PruneLoops(roots...)}
	fed := env{}
	for n, v := range e {
		c.Sub[n] = dst.Input("", n.Shape(), n.Dtype())
		fed[c.Sub[n]] = v
	}
	out, err := c.Copy(roots...)
	if err == nil {
		err = graph.Verify(out...)
	}
	return fed, out, err
}

// plain drops what is only a mark, and infers.
func plain(n *graph.Node, in graph.Nodes) *graph.Node {
	switch op := n.Op().(type) {
	case graph.ModeBinder:
		return op.BindMode(false, in)
	case graph.Transparent:
		return in[0]
	}
	return nil
}

// env holds the values of the nodes computed so far.
type env map[*graph.Node]any

func (e env) eval(n *graph.Node) (any, error) {
	if v, ok := e[n]; ok {
		return v, nil
	}
	if p, ok := n.Op().(graph.Projection); ok {
		parent, err := e.eval(n.In(0))
		if err != nil {
			return nil, err
		}
		results := parent.([]any)
		if h, ok := p.(ops.HistoryOp); ok {
			return results[len(n.In(0).Specs())+h.I], nil
		}
		return results[p.(interface{ Index() int }).Index()], nil
	}
	in := make([]any, len(n.Inputs()))
	for i, x := range n.Inputs() {
		v, err := e.eval(x)
		if err != nil {
			return nil, err
		}
		in[i] = v
	}
	v, err := compute(n, in)
	e[n] = v
	return v, err
}

func compute(n *graph.Node, in []any) (any, error) {
	switch op := n.Op().(type) {
	case graph.ConstOp:
		return op.Values(), nil
	case ops.BarrierOp:
		return in[0], nil
	case ops.ScanOp:
		return scan(n, op, in)
	case ops.CondOp:
		branch, captured := op.Then, in[1:1+len(op.Then.Body.Leaves())]
		if !in[0].([]bool)[0] {
			branch, captured = op.Else, in[1+len(op.Then.Body.Leaves()):]
		}
		return inBody(branch.Body, captured, nil, nil, branch.Results)
	case ops.WhileOp:
		return while(op, in)
	}
	return kernel(n, in)
}

// kernel runs one operation on the native backend.
func kernel(n *graph.Node, in []any) (any, error) {
	h := graph.New("one")
	args, slices := make(graph.Nodes, len(in)), make([]backend.Slice, len(in))
	for i, x := range n.Inputs() {
		args[i] = h.Input("", x.Shape(), x.Dtype())
		var err error
		if slices[i], err = backend.Wrap(x.Dtype(), in[i]); err != nil {
			return nil, err
		}
	}
	y := h.Apply(n.Op(), args...)
	if y.Poisoned() {
		return nil, y.Err()
	}
	run, err := native.Backend{Threads: 1}.Compile(&backend.Func{Inputs: args, Outputs: graph.Nodes{y}})
	if err != nil {
		return nil, fmt.Errorf("%v: %w", n, err)
	}
	out := graph.MakeValues(y.Dtype(), y.Shape().Size())
	to, err := backend.Wrap(y.Dtype(), out)
	if err != nil {
		return nil, err
	}
	return out, run.Run(context.Background(), &backend.Run{In: slices, Out: []backend.Slice{to}})
}

// inBody evaluates nodes of a body.
func inBody(body *graph.Graph, captured []any, leaves graph.Nodes, values []any, roots graph.Nodes) ([]any, error) {
	e := env{}
	for i, n := range body.Leaves() {
		e[n] = captured[i]
	}
	for i, n := range leaves {
		e[n] = values[i]
	}
	out := make([]any, len(roots))
	for i, n := range roots {
		v, err := e.eval(n)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func scan(n *graph.Node, op ops.ScanOp, in []any) (any, error) {
	nc, nx := len(op.Loop.Carry), len(op.Loop.X)
	carry, xs, captured := in[:nc], in[nc:nc+nx], in[nc+nx:]
	histories := op.Loop.Histories()
	stacks := make([]any, len(histories))
	for i, h := range histories {
		stacks[i] = graph.MakeValues(h.Dtype(), op.Steps*h.Shape().Size())
	}
	for k := range op.Steps {
		t := k
		if op.Reverse {
			t = op.Steps - 1 - k
		}
		at := append([]any{}, carry...)
		for i, x := range op.Loop.X {
			at = append(at, part(xs[i], t, x.Shape().Size()))
		}
		out, err := inBody(op.Loop.Body, captured, append(append(graph.Nodes{}, op.Loop.Carry...), op.Loop.X...), at, append(append(graph.Nodes{}, op.Loop.Next...), histories...))
		if err != nil {
			return nil, err
		}
		carry = out[:nc]
		for i, h := range histories {
			reflect.Copy(reflect.ValueOf(part(stacks[i], t, h.Shape().Size())), reflect.ValueOf(out[nc+i]))
		}
	}
	return append(append([]any{}, carry...), stacks...), nil
}

func part(v any, t, size int) any {
	return reflect.ValueOf(v).Slice(t*size, (t+1)*size).Interface()
}

func while(op ops.WhileOp, in []any) (any, error) {
	nc := len(op.Loop.Carry)
	nt := nc + len(op.Test.Body.Leaves())
	carry := in[:nc]
	for k := 0; op.Limit == 0 || k < op.Limit; k++ {
		test, err := inBody(op.Test.Body, in[nc:nt], op.Test.Carry, carry, op.Test.Next)
		if err != nil || !test[0].([]bool)[0] {
			return carry, err
		}
		if carry, err = inBody(op.Loop.Body, in[nt:], op.Loop.Carry, carry, op.Loop.Next); err != nil {
			return nil, err
		}
	}
	return carry, nil
}
