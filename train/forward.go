package train

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"gorgonia.org/tensor"
)

// forward builds the model on inputs of its own.
func (p *builder) forward() error {
	var err error
	p.in, p.out, err = p.t.replay(p.g)
	return err
}

// replay builds the model on fresh inputs in g.
func (t *Trainer) replay(g *graph.Graph) (in, out graph.Nodes, err error) {
	g.SetDtypePolicy(t.config.DtypePolicy)
	names := t.net.InputNames()
	for i, n := range t.net.Inputs() {
		shape := n.Shape()
		if f, ok := t.net.(interface{ FeedShape(i int) graph.Shape }); ok {
			shape = f.FeedShape(i)
		}
		x := g.Input(names[i], shape, n.Dtype())
		if axes := axisNames(n); axes != nil {
			g.NameAxes(x, axes...)
		}
		in = append(in, x)
	}
	if out, err = t.net.Replay(in); err != nil {
		return nil, nil, err
	}
	return in, out, g.Err()
}

// axisNames are the names that the model's own input gives its axes, nil for a node that is no input.
func axisNames(n *graph.Node) []string {
	if _, ok := n.Op().(graph.InputOp); !ok {
		return nil
	}
	out := make([]string, n.Shape().Rank())
	for i := range out {
		out[i] = n.AxisName(i)
	}
	return out
}

// targets makes the inputs for y and the sample weights.
func (p *builder) targets(b *batch) {
	p.y, p.w = make(graph.Nodes, len(b.y)), make(graph.Nodes, len(b.w))
	several := len(b.y) > 1
	for i, g := range p.t.goals {
		name := func(what string) string {
			if several {
				what += " of " + g.name
			}
			for slices.Contains(p.t.net.InputNames(), what) {
				what += "_"
			}
			return what
		}
		if b.y[i] != nil {
			p.y[i] = p.input(name("y"), targetSpec(b.y[i], p.out[i].Spec()))
		}
		if b.w[i] != nil {
			s := targetSpec(b.w[i], p.out[i].Spec())
			p.w[i] = p.input(name("sample_weight"), graph.Spec{Dtype: graph.Float32, Shape: s.Shape})
		}
	}
}

func (p *builder) input(name string, s graph.Spec) *graph.Node {
	n := p.g.Input(name, s.Shape, s.Dtype)
	p.in = append(p.in, n)
	return n
}

// targetSpec is the spec of the input for targets like d: an axis is unknown where the output's is.
func targetSpec(d *tensor.Dense, out graph.Spec) graph.Spec {
	s := graph.Shape(d.Shape()).Clone()
	for i := range s {
		if open(i, out.Shape) {
			s[i] = graph.None
		}
	}
	return graph.Spec{Dtype: targetDtype(d, out.Dtype), Shape: s}
}

// open reports whether the size of an axis of targets is left to each batch.
func open(axis int, out graph.Shape) bool {
	return axis == 0 || axis < out.Rank() && out[axis] == graph.None
}

// targetDtype is the dtype in which targets are fed: Go's int is int64, float64 is float32 unless the output is float64.
func targetDtype(d *tensor.Dense, out graph.Dtype) graph.Dtype {
	switch kind := d.Dtype().Kind().String(); kind {
	case "float32", "float64":
		if out == graph.Float64 {
			return graph.Float64
		}
		return graph.Float32
	case "bool", "string", "uint8", "int32":
		return graph.Dtype(kind)
	}
	return graph.Int64
}
