package train

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/metrics"
)

// metrics builds the metrics of all outputs.
func (p *builder) metrics() error {
	several := len(p.t.goals) > 1
	for _, weighted := range []bool{false, true} {
		for i, g := range p.t.goals {
			list, w := g.metrics, (*graph.Node)(nil)
			if weighted {
				list, w = g.weighted, p.w[i]
			}
			for _, like := range list {
				prefix := ""
				if several {
					prefix = g.name + "_"
				}
				name := p.unique(prefix, metrics.NameOf(like), weighted)
				if err := p.metric(name, like, i, w); err != nil {
					return fmt.Errorf("metric %s of output %q: %w", metrics.NameOf(like), g.name, err)
				}
			}
		}
	}
	return p.g.Err()
}

// metric adds one metric of output i.
func (p *builder) metric(name string, like metrics.Like, i int, w *graph.Node) error {
	m, err := metrics.Resolve(like, p.y[i].Spec(), p.out[i].Spec())
	if err != nil {
		return err
	}
	acc := p.accumulator(name)
	value := m.Call(acc, p.y[i], p.out[i], w)
	switch {
	case value == nil:
		return errors.New("its Call returned a nil node")
	case value.Poisoned():
		return value.Err()
	case value.Shape().Rank() > 0 && value.Shape().Size() != 1:
		return fmt.Errorf("its result has the shape %v, want a scalar", value.Shape())
	}
	p.result(name, acc, value)
	return nil
}

// unique is the name of a metric in the logs; Keras numbers equal names, and calls a weighted one "weighted_...".
func (p *builder) unique(prefix, name string, weighted bool) string {
	full := prefix + name
	if slices.Contains(p.names, full) && weighted {
		full = prefix + "weighted_" + name
	}
	base := full
	for i := 1; slices.Contains(p.names, full); i++ {
		full = fmt.Sprintf("%s_%d", base, i)
	}
	return full
}
