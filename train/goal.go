package train

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
)

// goal is what is wanted of one output.
type goal struct {
	name              string
	loss              losses.Like // nil for none
	weight            float64
	metrics, weighted []metrics.Like
}

// wants reports whether the output needs targets.
func (g goal) wants() bool { return g.loss != nil || len(g.metrics)+len(g.weighted) > 0 }

// goals spreads the settings over the outputs.
func goals(c Config, names []string) ([]goal, error) {
	loss, err := spread("Loss", c.Loss, names, true)
	if err != nil {
		return nil, err
	}
	plain, err := spread("Metrics", c.Metrics, names, false)
	if err != nil {
		return nil, err
	}
	weighted, err := spread("WeightedMetrics", c.WeightedMetrics, names, false)
	if err != nil {
		return nil, err
	}
	for name := range c.LossWeights {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("LossWeights: %w", config.Unknown("output", name, names))
		}
	}
	out := make([]goal, len(names))
	for i, name := range names {
		out[i] = goal{name: name, loss: loss[i], weight: 1, metrics: list(plain[i]), weighted: list(weighted[i])}
		if w, ok := c.LossWeights[name]; ok {
			out[i].weight = w
		}
		if err := out[i].check(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// spread gives each output its part of a setting: a ByOutput, a slice with one entry for each of several outputs, or one
// value, which holds for the only output, or for every one if all is true.
func spread(field string, v any, names []string, all bool) ([]any, error) {
	out := make([]any, len(names))
	if by, ok := v.(ByOutput); ok {
		for _, name := range sortedKeys(by) {
			i := slices.Index(names, name)
			if i < 0 {
				return nil, fmt.Errorf("%s: %w", field, config.Unknown("output", name, names))
			}
			out[i] = by[name]
		}
		return out, nil
	}
	entries, isList := elements(v)
	switch {
	case v == nil:
	case isList && len(names) > 1:
		if len(entries) != len(names) {
			return nil, fmt.Errorf("%s lists %d entries for %d outputs %v: give one for each, or train.ByOutput", field, len(entries), len(names), names)
		}
		copy(out, entries)
	case isList && all:
		if len(entries) != 1 {
			return nil, fmt.Errorf("%s lists %d entries for one output: give one", field, len(entries))
		}
		out[0] = entries[0]
	case len(names) == 1 || all:
		for i := range out {
			out[i] = v
		}
	default:
		return nil, fmt.Errorf("%s is one metric for %d outputs %v: give train.ByOutput", field, len(names), names)
	}
	return out, nil
}

// elements lists the entries of a slice of any type.
func elements(v any) ([]any, bool) {
	if l, ok := v.([]any); ok {
		return l, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice {
		return nil, false
	}
	out := make([]any, r.Len())
	for i := range out {
		out[i] = r.Index(i).Interface()
	}
	return out, true
}

// list makes a list of one entry or several.
func list(v any) []any {
	if v == nil {
		return nil
	}
	if l, ok := elements(v); ok {
		return l
	}
	return []any{v}
}

// checkUnbuilt finds unknown names in the settings of a model whose outputs are not known yet.
func checkUnbuilt(c Config) error {
	for _, l := range flat(c.Loss) {
		if err := (goal{loss: l}).check(); err != nil {
			return err
		}
	}
	return goal{metrics: flat(c.Metrics), weighted: flat(c.WeightedMetrics)}.check()
}

// flat lists the entries of a setting, whatever outputs they are for.
func flat(v any) (out []any) {
	by, ok := v.(ByOutput)
	for _, name := range sortedKeys(by) {
		out = append(out, flat(by[name])...)
	}
	entries, isList := elements(v)
	for _, e := range entries {
		out = append(out, flat(e)...)
	}
	if !ok && !isList && v != nil {
		out = append(out, v)
	}
	return out
}

// check finds losses and metrics that are none.
func (g goal) check() error {
	at := ""
	if g.name != "" {
		at = fmt.Sprintf(" of output %q", g.name)
	}
	if name, _ := g.loss.(string); strings.EqualFold(name, "accuracy") || strings.EqualFold(name, "acc") {
		return fmt.Errorf("Loss%s: %q is a metric: training needs a loss with a gradient, such as \"crossentropy\"", at, name)
	}
	if g.loss != nil && !byShape(g.loss) {
		l, err := losses.Get(g.loss)
		if err == nil {
			err = losses.Check(l)
		}
		if err != nil {
			return fmt.Errorf("Loss%s: %w", at, err)
		}
	}
	for _, m := range slices.Concat(g.metrics, g.weighted) {
		if m == nil {
			return fmt.Errorf("a metric%s is nil", at)
		}
		if byShape(m) {
			continue
		}
		if _, err := metrics.Get(m); err != nil {
			return fmt.Errorf("a metric%s: %w", at, err)
		}
	}
	return nil
}

// byShape reports whether a name means one of three losses or metrics, chosen by the shapes of targets and outputs.
func byShape(like any) bool {
	name, _ := like.(string)
	switch strings.ToLower(name) {
	case "accuracy", "acc", "crossentropy", "ce":
		return true
	}
	return false
}

// lossFor resolves the loss for targets and outputs of the given shapes.
func lossFor(l losses.Like, yTrue, yPred graph.Shape) (losses.Loss, error) {
	if !byShape(l) {
		return losses.Get(l)
	}
	switch {
	case yPred.Dim(-1) == 1:
		l = "binary_crossentropy"
	case yTrue.Rank() < yPred.Rank() || yTrue.Dim(-1) == 1:
		l = "sparse_categorical_crossentropy"
	default:
		l = "categorical_crossentropy"
	}
	return losses.Get(l)
}
