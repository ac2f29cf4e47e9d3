package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is a mistake made while a graph was built.
type Error struct {
	Op     string  // the operation or call that refused, "matmul"
	Layer  string  // the path of the layer in which it happened, "" outside layers
	Shapes []Shape // of the inputs
	Pos    string  // the user's line, "mylayer.go:20 (called from main.go:31)"
	Err    error   // what is wrong and what to do
}

// Error writes position, layer, op, the shapes of the inputs and the reason on one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Pos != "" && e.Pos != "?" {
		b.WriteString(e.Pos + ": ")
	}
	if e.Layer != "" {
		fmt.Fprintf(&b, "layer %s: ", e.Layer)
	}
	b.WriteString(e.Op)
	if len(e.Shapes) > 0 {
		fmt.Fprintf(&b, " of %s", list(e.Shapes))
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	return b.String()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// maxErrors bounds what Err reports: what follows is mostly the same mistake again.
const maxErrors = 10

// Err joins the independent mistakes made so far (the first 10), nil if there are none.
func (g *Graph) Err() error { return errors.Join(g.Root().errs...) }

// Errorf records a mistake found by the caller and returns the poisoned node that stands for the missing result.
func (g *Graph) Errorf(format string, args ...any) *Node {
	op := "graph " + g.Root().name
	if c := g.Root().current(); c != nil {
		op = "call"
	}
	return g.fail(op, fmt.Errorf(format, args...), nil, here())
}

// Fail records a mistake of the named operation on inputs in and returns a poisoned node. If an input is poisoned
// already, that node is returned and nothing is recorded.
func (g *Graph) Fail(op string, err error, in ...*Node) *Node { return g.fail(op, err, in, here()) }

func (g *Graph) fail(op string, err error, in []*Node, pos position) *Node {
	if r := g.Root(); r.at != nil {
		pos = *r.at
	}
	e := &Error{Op: op, Pos: pos.String(), Err: err}
	for _, n := range in {
		if n == nil {
			continue
		}
		if n.err != nil {
			return n
		}
		e.Shapes = append(e.Shapes, n.spec.Shape)
	}
	r := g.Root()
	e.Layer = r.path()
	r.mu.Lock()
	var said *Error
	if errors.As(err, &said) && slices.Contains(r.errs, error(said)) { // by what was called inside: once is enough
		e = said
	} else if len(r.errs) < maxErrors {
		r.errs = append(r.errs, e)
	}
	r.mu.Unlock()
	return &Node{id: -1, g: g, err: e, pos: pos, layer: e.Layer, op: poison{}}
}

// poison is the op of a poisoned node.
type poison struct{}

func (poison) Name() string               { return "poison" }
func (poison) Infer([]Spec) (Spec, error) { return Spec{}, errors.New("poisoned") }

// detached is what a call without any graph returns: there is nowhere to record the mistake but in the node.
func detached(op string, err error) *Node {
	pos := here()
	return &Node{id: -1, err: &Error{Op: op, Pos: pos.String(), Err: err}, pos: pos, op: poison{}}
}

// FirstErr returns the mistake that poisoned the first poisoned node of the list, or an error for a nil node.
func (ns Nodes) FirstErr() error {
	for i, n := range ns {
		if n == nil {
			return fmt.Errorf("node %d of %d is nil", i, len(ns))
		}
		if n.err != nil {
			return n.err
		}
	}
	return nil
}
