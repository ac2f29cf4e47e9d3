package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ResultOp reads result I of a tuple: of a top-k or of a matrix decomposition.
type ResultOp struct{ I int }

// Name is "result".
func (ResultOp) Name() string { return "result" }

// Index is the number of the result.
func (o ResultOp) Index() int { return o.I }

// Project returns the spec of the result.
func (o ResultOp) Project(parent *graph.Node) (graph.Spec, error) {
	if s := parent.Specs(); o.I >= 0 && o.I < len(s) {
		return s[o.I].Clone(), nil
	}
	return graph.Spec{}, fmt.Errorf("there is no result %d", o.I)
}

// results reads n results of a tuple.
func results(tuple *graph.Node, n int) graph.Nodes {
	out := make(graph.Nodes, n)
	for i := range out {
		out[i] = graph.Apply(ResultOp{i}, tuple)
	}
	return out
}

// cotangents puts what arrives at the results of a tuple in order; nil for none.
func cotangents(n *graph.Node, dys []graph.Cotangent) graph.Nodes {
	out := make(graph.Nodes, len(n.Specs()))
	for _, c := range dys {
		if p, ok := c.Op.(ResultOp); ok {
			out[p.I] = c.Dy
		}
	}
	return out
}
