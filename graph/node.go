package graph

import "fmt"

// Node is a value in a graph: an operation applied to other nodes.
type Node struct {
	id        int
	op        Op
	in        Nodes
	spec      Spec
	specs     []Spec // results of a tuple op
	g         *Graph
	layer     string
	name      string
	pos       position
	consumers Nodes
	err       error // set on a poisoned node
}

// Nodes is a list of nodes.
type Nodes []*Node

// ID numbers the nodes of a graph from 0; inputs have smaller numbers than what reads them.
func (n *Node) ID() int { return n.id }

// Op is the operation.
func (n *Node) Op() Op { return n.op }

// Inputs are the nodes the operation is applied to. The slice must not be changed.
func (n *Node) Inputs() Nodes { return n.in }

// In is input i.
func (n *Node) In(i int) *Node { return n.in[i] }

// Consumers are the nodes that read this one, so far.
func (n *Node) Consumers() Nodes { return append(Nodes{}, n.consumers...) }

// Spec is the node's dtype and shape; empty for a tuple and for a poisoned node.
func (n *Node) Spec() Spec { return n.spec.Clone() }

// Specs are the results of a tuple node.
func (n *Node) Specs() []Spec { return n.specs }

// Shape is the node's shape. The slice must not be changed.
func (n *Node) Shape() Shape { return n.spec.Shape }

// Dtype is the type of the node's elements.
func (n *Node) Dtype() Dtype { return n.spec.Dtype }

// IsTuple reports whether only projections may read the node.
func (n *Node) IsTuple() bool { return n.specs != nil }

// Name is unique in the graph: the layer's path and the op's name, as in "hidden/matmul".
func (n *Node) Name() string { return n.name }

// Layer is the path of the layer call that made the node, "" outside layers.
func (n *Node) Layer() string { return n.layer }

// Pos is the line of the user's code that made the node: "main.go:31".
func (n *Node) Pos() string { return n.pos.inner() }

// Graph is the graph that holds the node.
func (n *Node) Graph() *Graph { return n.g }

// Param is the parameter that the node reads, nil if it reads none.
func (n *Node) Param() *Param {
	switch op := n.op.(type) {
	case ParamOp:
		return op.Param
	case StateOp:
		return op.Param
	}
	return nil
}

// Err is the mistake that poisoned the node, nil for a good one.
func (n *Node) Err() error { return n.err }

// Poisoned reports whether the node is the result of a mistake.
func (n *Node) Poisoned() bool { return n.err != nil }

// Named returns a node with the same value that is found by the given name: the way to name a model's output.
func (n *Node) Named(name string) *Node {
	if n.err != nil {
		return n
	}
	if name == "" {
		return n.g.Fail("named", fmt.Errorf("the name is empty"), n)
	}
	return n.g.Apply(NamedOp{Label: name}, n)
}

// String describes the node on one line.
func (n *Node) String() string {
	if n == nil {
		return "<nil node>"
	}
	if n.err != nil {
		return "poisoned: " + n.err.Error()
	}
	return fmt.Sprintf("%s %s = %s", n.name, n.spec, OpString(n.op))
}

// NamedOp is an identity that carries a name of the user's choice.
type NamedOp struct{ Label string }

// Name is "named".
func (NamedOp) Name() string { return "named" }

// Infer returns the spec of its input.
func (NamedOp) Infer(in []Spec) (Spec, error) { return in[0], nil }

// VJP passes the cotangent on.
func (NamedOp) VJP(_, dy *Node) []*Node { return []*Node{dy} }

// IsTransparent marks the op as an identity.
func (NamedOp) IsTransparent() {}
