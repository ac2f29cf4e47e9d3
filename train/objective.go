package train

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
)

// losses builds what is minimized: the weighted losses of the outputs, what layers add, and the penalties on weights.
func (p *builder) losses() error {
	type part struct {
		name  string
		value *graph.Node
	}
	var parts []part
	var terms graph.Nodes
	for i, g := range p.t.goals {
		if g.loss == nil {
			continue
		}
		value, err := p.loss(i, g)
		if err != nil {
			return err
		}
		parts = append(parts, part{g.name, value})
		if g.weight != 1 {
			value = ops.Mul(value, g.weight)
		}
		terms = append(terms, value)
	}
	terms = append(terms, p.penalties()...)
	if len(terms) == 0 {
		return nil
	}
	for _, n := range terms {
		n = ops.Cast(n, graph.Float32)
		if p.total == nil {
			p.total = n
		} else {
			p.total = ops.Add(p.total, n)
		}
	}
	p.average("loss", p.total)
	if len(parts) > 1 {
		for _, part := range parts {
			p.average(part.name+"_loss", part.value)
		}
	}
	return p.g.Err()
}

// loss builds the loss of output i.
func (p *builder) loss(i int, g goal) (*graph.Node, error) {
	l, err := lossFor(g.loss, p.y[i].Shape(), p.out[i].Shape())
	if err != nil {
		return nil, err
	}
	var w []*graph.Node
	if p.w[i] != nil {
		w = append(w, p.w[i])
	}
	value := losses.Apply(l, p.y[i], p.out[i], w...)
	switch {
	case value.Poisoned():
		return nil, fmt.Errorf("the loss of output %q, targets %v: %w", g.name, p.y[i].Shape(), value.Err())
	case value.Shape().Rank() != 0:
		return nil, fmt.Errorf("the loss of output %q has the shape %v: it must be a scalar, so its reduction cannot be \"none\"", g.name, value.Shape())
	}
	return ops.Cast(value, graph.Float32), nil
}

// penalties are what layers and regularizers add to the loss.
func (p *builder) penalties() graph.Nodes {
	var out graph.Nodes
	for _, c := range p.calls() {
		out = append(out, c.Losses...)
	}
	for _, w := range p.t.trainable {
		if r := w.Regularizer(); r != nil {
			out = append(out, r(p.g.Param(w)))
		}
	}
	return out
}

// calls lists the layer calls that the outputs depend on, in the order they were made.
func (p *builder) calls() []*graph.LayerCall {
	var out []*graph.LayerCall
	seen := map[*graph.LayerCall]bool{}
	for n := range graph.Walk(p.out...) {
		if o, ok := n.Op().(graph.LayerOut); ok {
			for c := o.Call; c != nil && !seen[c]; c = c.Parent {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, func(a, b *graph.LayerCall) int { return a.Index() - b.Index() })
	return out
}

// average adds a result: the mean of a value over the batches, weighted by their rows.
func (p *builder) average(name string, value *graph.Node) {
	rows := ops.SizeOf(p.in[0], graph.Float32, 0)
	acc := p.accumulator(name)
	sum := acc.Sum("total", ops.Mul(value, rows))
	p.result(name, acc, ops.DivideNoNaN(sum, acc.Sum("count", rows)))
}

// accumulator holds the totals of one result, the same in every program of the stage.
func (p *builder) accumulator(name string) *metrics.Accumulator {
	if a := p.accs[name]; a != nil {
		return a.In(p.g)
	}
	return metrics.NewAccumulator(p.g, name)
}

func (p *builder) result(name string, acc *metrics.Accumulator, value *graph.Node) {
	if p.accs[name] == nil {
		p.accs[name] = acc
	}
	p.names = append(p.names, name)
	p.results = append(p.results, ops.Reshape(ops.Cast(value, graph.Float32)))
	p.updates = append(p.updates, acc.Updates()...)
}
