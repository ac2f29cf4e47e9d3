package targets

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
)

// runMetric runs a metric object over its updates, or a metric function. Functions that keras.metrics shares with
// keras.losses are losses here too.
func runMetric(c *cases.Case) error {
	if c.Target.Kind == "function" {
		e := newEval()
		t, p, err := e.targets(c.Args)
		if err != nil {
			return err
		}
		if l, err := objectOf[losses.Loss](c, "loss"); err == nil {
			return e.check(c, graph.Nodes{l.Call(t, p)})
		}
		m, err := objectOf[interface {
			Values(yTrue, yPred *graph.Node) *graph.Node
		}](c, "metric")
		if err != nil {
			return err
		}
		return e.check(c, graph.Nodes{m.Values(t, p)})
	}
	m, err := objectOf[metrics.Metric](c, "metric")
	if err != nil {
		return err
	}
	updates := c.Root.Get("updates").Items()
	if len(updates) == 0 {
		return fmt.Errorf("the case has no updates")
	}
	var result *npz.Array
	acc := metrics.NewAccumulator(graph.New("metric"), "metric")
	for i, args := range updates {
		if result, acc, err = update(m, acc, args); err != nil {
			return fmt.Errorf("update %d: %w", i, err)
		}
	}
	return compare.Outputs([]compare.Result{{Value: result}}, c.Output, c.Tol("forward"))
}

// update adds a batch to the totals in acc and returns the result.
func update(m metrics.Metric, acc *metrics.Accumulator, args *cases.Value) (*npz.Array, *metrics.Accumulator, error) {
	e := newEval()
	acc = acc.In(e.g)
	read := cases.NewArgs("update_state", args)
	t, err := e.node(read.Get("y_true"))
	if err != nil {
		return nil, nil, err
	}
	predictions := read.Get("y_pred")
	if values := read.Get("values"); predictions.IsNull() {
		predictions = values
	}
	p, err := e.node(predictions)
	if err != nil {
		return nil, nil, err
	}
	weight, err := e.node(read.Get("sample_weight"))
	if err != nil {
		return nil, nil, err
	}
	if err := read.Err(); err != nil {
		return nil, nil, err
	}
	out, err := e.run(graph.Nodes{m.Call(acc, t, p, weight)}, acc.Updates()...)
	if err != nil {
		return nil, nil, err
	}
	return out[0], acc, nil
}
