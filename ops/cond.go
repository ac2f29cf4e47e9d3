package ops

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Branch is one of the two bodies of a condition.
type Branch struct {
	Body    *graph.Graph
	Results graph.Nodes
}

// CondOp computes the results of Then where its first input, a bool scalar, is true, else those of Else. Its other inputs
// are the captured values of Then, then those of Else, in the order of the bodies' leaves. Results are read by [FinalOp].
type CondOp struct{ Then, Else *Branch }

// Name is "cond".
func (CondOp) Name() string { return "cond" }

// String writes the op.
func (o CondOp) String() string { return fmt.Sprintf("cond{Results: %d}", len(o.Then.Results)) }

// Split divides the captured values, inputs 1 and on, between the branches.
func (o CondOp) Split(in graph.Nodes) (then, otherwise graph.Nodes) {
	n := 1 + len(o.Then.Body.Leaves())
	return in[1:n], in[n:]
}

// InferTuple returns what the results of both branches agree on.
func (o CondOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	if in[0].Dtype != graph.Bool || len(in[0].Shape) != 0 {
		return nil, fmt.Errorf("the predicate is %v, want a bool scalar: see Where for a choice by element", in[0])
	}
	if len(o.Then.Results) != len(o.Else.Results) {
		return nil, fmt.Errorf("one branch returns %d results, the other %d", len(o.Then.Results), len(o.Else.Results))
	}
	out := make([]graph.Spec, len(o.Then.Results))
	for i, a := range o.Then.Results {
		b := o.Else.Results[i]
		s, ok := graph.Same(a.Shape(), b.Shape())
		if !ok || a.Dtype() != b.Dtype() {
			return nil, fmt.Errorf("result %d is %v (%s) in one branch and %v (%s) in the other: both must be alike", i, a.Spec(), a.Name(), b.Spec(), b.Name())
		}
		out[i] = graph.Spec{Dtype: a.Dtype(), Shape: s}
	}
	return out, nil
}

// Bodies are the branches.
func (o CondOp) Bodies() []*graph.Graph { return []*graph.Graph{o.Then.Body, o.Else.Body} }

// Rebind copies the branches for other specs.
func (o CondOp) Rebind(c *graph.Copier, in []graph.Spec) (graph.Op, error) {
	n := 1 + len(o.Then.Body.Leaves())
	then, err := o.Then.rebind(c, in[1:n])
	if err != nil {
		return nil, err
	}
	otherwise, err := o.Else.rebind(c, in[n:])
	return CondOp{then, otherwise}, err
}

func (b *Branch) rebind(c *graph.Copier, captured []graph.Spec) (*Branch, error) {
	body := b.Body.Rebody(c.Dst, captured)
	k := c.Inside(body)
	for i, n := range b.Body.Leaves() {
		k.Sub[n] = body.Leaves()[i]
	}
	defer c.Dst.PushPath("")()
	results, err := k.Copy(b.Results...)
	return &Branch{body, results}, err
}

// VJPTuple makes the gradient of a condition: a condition on the same predicate whose branches compute the forward branch
// again and pull the cotangents back through it.
func (o CondOp) VJPTuple(n *graph.Node, dys []graph.Cotangent, vjp graph.VJPFunc) []*graph.Node {
	g := graph.Home(append(graph.Nodes{n}, cotangentNodes(dys)...)...)
	then, otherwise := o.Split(n.Inputs())
	branch := func(b *Branch, own graph.Nodes, first bool) *Branch {
		zeros := then
		if first {
			zeros = otherwise
		}
		d := &Branch{Body: g.Body("grad_" + b.Body.Name())}
		mine := b.pullBack(d.Body, own, dys, vjp)
		rest := zeroGrads(d.Body, zeros)
		if first {
			d.Results = append(mine, rest...)
		} else {
			d.Results = append(rest, mine...)
		}
		return d
	}
	results, bad := applyCond(g, n.In(0), branch(o.Then, then, true), branch(o.Else, otherwise, false))
	if bad != nil {
		return grads(bad)
	}
	out := make([]*graph.Node, len(n.Inputs()))
	for i, x := range n.Inputs()[1:] {
		if x.Dtype().IsFloat() {
			out[i+1], results = results[0], results[1:]
		}
	}
	return out
}

// pullBack computes the branch again in body and returns the cotangents of its float captured values.
func (b *Branch) pullBack(body *graph.Graph, captured graph.Nodes, dys []graph.Cotangent, vjp graph.VJPFunc) graph.Nodes {
	s, err := newScratch(body, b.Body, b.Results)
	if err != nil {
		return graph.Nodes{body.Fail("gradient of cond", err)}
	}
	sub := map[*graph.Node]*graph.Node{}
	var ys, ds, xs graph.Nodes
	for _, d := range dys {
		i := d.Op.(FinalOp).I
		seed := s.g.Input(fmt.Sprintf("dy_%d", i), d.Dy.Shape(), d.Dy.Dtype())
		sub[seed] = body.Capture(d.Dy)
		ys, ds = append(ys, s.of[b.Results[i]]), append(ds, seed)
	}
	for i, n := range b.Body.Leaves() {
		sub[s.of[n]] = body.Capture(captured[i])
		xs = append(xs, s.of[n])
	}
	found := floatGrads(vjp, ys, ds, xs)
	if bad := poisonedOf(found); bad != nil {
		return graph.Nodes{bad}
	}
	defer body.PushPath("")()
	found, err = (&graph.Copier{Dst: body, Sub: sub}).Copy(found...)
	if err != nil {
		return graph.Nodes{body.Fail("gradient of cond", err)}
	}
	var out graph.Nodes
	for i, x := range captured {
		if !x.Dtype().IsFloat() {
			continue
		}
		if found[i] == nil {
			found[i] = ZerosLike(body.Capture(x))
		}
		out = append(out, found[i])
	}
	return out
}

func zeroGrads(body *graph.Graph, captured graph.Nodes) graph.Nodes {
	var out graph.Nodes
	for _, x := range captured {
		if x.Dtype().IsFloat() {
			out = append(out, ZerosLike(body.Capture(x)))
		}
	}
	return out
}

// applyCond closes the branches and makes the condition in g.
func applyCond(g *graph.Graph, pred *graph.Node, then, otherwise *Branch) (results graph.Nodes, bad *graph.Node) {
	in := graph.Nodes{pred}
	for _, b := range []*Branch{then, otherwise} {
		if err := bodyError("result", b.Results, b.Body); err != nil {
			if bad := poisonedOf(b.Results); bad != nil {
				return nil, bad
			}
			return nil, g.Fail("cond", err, pred)
		}
		b.Body.Close()
		in = append(in, b.Body.Captured()...)
	}
	n := g.Apply(CondOp{then, otherwise}, in...)
	if n.Poisoned() {
		return nil, n
	}
	for i := range then.Results {
		results = append(results, g.Apply(FinalOp{i}, n))
	}
	return results, nil
}

// Cond is then() where the scalar pred is true, else otherwise(). Only the chosen one is computed. Both must return nodes of one
// dtype and shape. A pred that is no bool is true unless it is 0. See [Where] for a choice by element.
func Cond(pred *graph.Node, then, otherwise func() *graph.Node) *graph.Node {
	one := func(f func() *graph.Node) func() graph.Nodes {
		if f == nil {
			return nil
		}
		return func() graph.Nodes { return graph.Nodes{f()} }
	}
	return CondN(pred, 1, one(then), one(otherwise))[0]
}

// CondN is [Cond] with the given number of results.
func CondN(pred *graph.Node, results int, then, otherwise func() graph.Nodes) graph.Nodes {
	if pred == nil || pred.Poisoned() {
		return repeatNode(graph.FailCall("cond", errors.New("the predicate is a nil node"), pred), results)
	}
	if then == nil || otherwise == nil {
		return repeatNode(graph.FailCall("cond", errors.New("a branch is a nil function"), pred), results)
	}
	if pred.Dtype() != graph.Bool {
		pred = NotEqual(pred, 0)
	}
	g := graph.Home(pred).Innermost()
	build := func(name string, f func() graph.Nodes) *Branch {
		b := &Branch{Body: g.Body(name)}
		defer b.Body.Enter(true)()
		b.Results = f()
		return b
	}
	out, bad := applyCond(g, pred, build("then", then), build("else", otherwise))
	if bad == nil && len(out) != results {
		bad = g.Fail("cond", fmt.Errorf("the branches return %d results, want %d", len(out), results), pred)
	}
	if bad != nil {
		return repeatNode(bad, results)
	}
	return out
}

// Switch is the result of the branch that the integer scalar index names; an index outside is cut to the first or last.
func Switch(index *graph.Node, branches ...func() *graph.Node) *graph.Node {
	switch {
	case len(branches) == 0:
		return graph.FailCall("switch", errors.New("there are no branches"), index)
	case len(branches) == 1:
		return branches[0]()
	}
	rest := func() *graph.Node { return Switch(Sub(index, 1), branches[1:]...) }
	return Cond(LessEqual(index, 0), branches[0], rest)
}
