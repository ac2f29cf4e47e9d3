package graph

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// nodeKey identifies a node: equal operations on equal inputs are one node.
type nodeKey struct {
	op Op
	in string
}

func keyOf(op Op, in Nodes) nodeKey {
	b := make([]byte, 0, 32)
	for _, n := range in {
		b = binary.AppendVarint(b, int64(n.id))
	}
	return nodeKey{op, string(b)}
}

// Apply makes the node op(in...) in the graph of its inputs, or returns the equal node that is there already. With
// inputs of a body and of the graphs around it, the node belongs to the body and the outer ones are captured; with
// outer inputs only it is made outside. A mistake gives a poisoned node.
func Apply(op Op, in ...*Node) *Node {
	if len(in) == 0 {
		return detached(op.Name(), errors.New("no inputs: use Graph.Apply"))
	}
	for i, n := range in {
		if n == nil {
			return nilInput(op, i, in)
		}
		if n.err != nil {
			return n
		}
	}
	return Home(in...).apply(op, in, here())
}

func nilInput(op Op, i int, in []*Node) *Node {
	err := fmt.Errorf("input %d is a nil node", i)
	for _, n := range in {
		if n != nil && n.g != nil {
			return n.g.Fail(op.Name(), err, in...)
		}
	}
	return detached(op.Name(), err)
}

// Apply makes the node op(in...) in g: needed for an op without inputs, and to keep a node inside a body.
func (g *Graph) Apply(op Op, in ...*Node) *Node {
	for i, n := range in {
		if n == nil {
			return nilInput(op, i, append(in, &Node{g: g}))
		}
		if n.err != nil {
			return n
		}
	}
	return g.apply(op, in, here())
}

func (g *Graph) apply(op Op, inputs []*Node, pos position) *Node {
	in := make(Nodes, len(inputs))
	for i, n := range inputs {
		if in[i] = g.Capture(n); in[i] == nil {
			return g.fail(op.Name(), fmt.Errorf("input %d belongs to graph %q, not to %q: build both in one graph, or call a model on the other's nodes", i, n.g.Root().name, g.Root().name), inputs, pos)
		}
		if in[i].specs != nil {
			if _, ok := op.(Projection); !ok {
				return g.fail(op.Name(), fmt.Errorf("input %d (%s) is a tuple: read one of its results", i, n.name), nil, pos)
			}
		}
	}
	key := keyOf(op, in)
	r := g.Root()
	r.mu.Lock()
	old := g.index[key]
	r.mu.Unlock()
	if old != nil {
		return old
	}
	spec, specs, err := infer(op, in)
	if err != nil {
		return g.fail(op.Name(), err, in, pos)
	}
	return g.append(key, in, spec, specs, pos)
}

// infer asks the op for the specs of its results and checks them.
func infer(op Op, in Nodes) (spec Spec, specs []Spec, err error) {
	switch o := op.(type) {
	case TupleInferer:
		specs, err = o.InferTuple(specsOf(in))
		if specs == nil {
			specs = []Spec{}
		}
	case Projection:
		if len(in) != 1 || in[0].specs == nil {
			return spec, nil, errors.New("its input is no tuple")
		}
		spec, err = o.Project(in[0])
	case Inferer:
		spec, err = o.Infer(specsOf(in))
	default:
		err = fmt.Errorf("op type %T has no method Infer", op)
	}
	if err != nil {
		return spec, nil, err
	}
	for _, s := range append([]Spec{spec}, specs...) {
		if err := s.Shape.check(); err != nil {
			return spec, nil, err
		}
	}
	return spec, specs, nil
}

func specsOf(in Nodes) []Spec {
	specs := make([]Spec, len(in))
	for i, n := range in {
		specs[i] = n.Spec()
	}
	return specs
}

func (g *Graph) append(key nodeKey, in Nodes, spec Spec, specs []Spec, pos position) *Node {
	r := g.Root()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at != nil {
		pos = *r.at
	}
	n := &Node{id: len(g.nodes), op: key.op, in: in, spec: spec, specs: specs, g: g, layer: r.path(), pos: pos}
	n.name = r.nodeName(n)
	g.nodes = append(g.nodes, n)
	g.index[key] = n
	g.byName[n.name] = n
	for i, x := range in {
		if !containsNode(in[:i], x) {
			x.consumers = append(x.consumers, n)
		}
	}
	return n
}

func containsNode(ns Nodes, x *Node) bool {
	for _, n := range ns {
		if n == x {
			return true
		}
	}
	return false
}

// FailCall records a mistake of a call whose inputs may hold nil nodes, or no node at all, and returns a poisoned node.
func FailCall(op string, err error, in ...*Node) *Node {
	for _, n := range in {
		if n != nil && n.err != nil {
			return n
		}
		if n != nil && n.g != nil {
			return n.g.fail(op, err, in, here())
		}
	}
	return detached(op, err)
}
