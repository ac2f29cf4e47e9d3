package train

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"gorgonia.org/tensor"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// batch is one batch with its arrays in the order of the model's inputs and outputs.
type batch struct {
	x    []any           // *tensor.Dense
	y, w []*tensor.Dense // by output, nil for none
	rows int
}

// arrange brings the arrays of a resolved structure in the order of names. Missing ones are an error unless optional.
func arrange(what string, v any, names []string, optional bool) ([]*tensor.Dense, error) {
	out := make([]*tensor.Dense, len(names))
	switch v := v.(type) {
	case nil:
	case *tensor.Dense:
		if len(names) != 1 {
			return nil, fmt.Errorf("%s is one array, the model has %d: give a map[string]any by name, of %v", what, len(names), names)
		}
		out[0] = v
	case []any:
		if len(v) != len(names) {
			return nil, fmt.Errorf("%s lists %d arrays, the model has %d: %v", what, len(v), len(names), names)
		}
		for i := range v {
			out[i], _ = v[i].(*tensor.Dense)
		}
	case map[string]any:
		for _, name := range sortedKeys(v) {
			i := slices.Index(names, name)
			if i < 0 {
				return nil, fmt.Errorf("%s: %w", what, config.Unknown("name", name, names))
			}
			out[i], _ = v[name].(*tensor.Dense)
		}
	}
	for i, d := range out {
		if d == nil && !optional {
			return nil, fmt.Errorf("%s has no array for %q", what, names[i])
		}
	}
	return out, nil
}

// inputs brings x in the order of the model's inputs. An axis of size 1 at the end is added or dropped where that makes
// the rank fit, as Keras does.
func (t *Trainer) inputs(x any) ([]any, int, error) {
	names := t.net.InputNames()
	list, err := arrange("x", x, names, false)
	if err != nil {
		return nil, 0, err
	}
	rows := 0
	out := make([]any, len(list))
	for i, n := range t.net.Inputs() {
		d := list[i]
		if len(d.Shape()) == 0 {
			return nil, 0, fmt.Errorf("x of input %q is a single number: its first axis must be the rows, want %v", names[i], n.Shape())
		}
		if out[i], err = fitRank(d, n.Shape()); err != nil {
			return nil, 0, fmt.Errorf("x of input %q: %w", names[i], err)
		}
		rows = d.Shape()[0]
	}
	return out, rows, nil
}

// fitRank adds or drops a last axis of size 1.
func fitRank(d *tensor.Dense, want graph.Shape) (*tensor.Dense, error) {
	have := graph.Shape(d.Shape())
	switch {
	case have.Rank() == want.Rank()-1 && want.Dim(-1) == 1:
		have = append(have.Clone(), 1)
	case have.Rank() == want.Rank()+1 && have.Dim(-1) == 1 && want.Rank() > 0:
		have = have[:want.Rank()]
	case have.Rank() != want.Rank():
		hint := ""
		if have.Rank() == want.Rank()-1 {
			hint = ": the first axis is the rows, also of a single one"
		}
		return nil, fmt.Errorf("the shape is %v, want %v%s", have, want, hint)
	default:
		return d, nil
	}
	return tensor.New(tensor.WithShape(have...), tensor.WithBacking(d.Data())), nil
}

// feed prepares a batch of training or testing; the values of the targets are known to be right, or looked at.
func (t *Trainer) feed(b data.Batch, known bool) (*batch, error) {
	if err := t.prepare(b.X); err != nil {
		return nil, err
	}
	names := t.net.OutputNames()
	r, err := b.Resolve(len(t.net.InputNames()), len(names))
	if err != nil {
		return nil, err
	}
	out := &batch{}
	if out.x, out.rows, err = t.inputs(r.X); err != nil {
		return nil, err
	}
	if out.y, err = arrange("y", r.Y, names, true); err != nil {
		return nil, err
	}
	if d, ok := r.SampleWeight.(*tensor.Dense); ok && len(names) > 1 {
		out.w = slices.Repeat([]*tensor.Dense{d}, len(names))
	} else if out.w, err = arrange("sample_weight", r.SampleWeight, names, true); err != nil {
		return nil, err
	}
	return out, t.checkTargets(out, known)
}

// checkRows finds, before the first step, what is wrong with any row of resolved data in memory. Of other data nothing is
// known before its batches come.
func (t *Trainer) checkRows(d data.Dataset) error {
	a, ok := d.(data.Arrays)
	if !ok {
		return nil
	}
	b, err := t.feed(data.Batch(a), false)
	if err != nil {
		return err
	}
	for i, n := range t.net.Inputs() {
		have := graph.Shape(b.x[i].(*tensor.Dense).Shape())
		if want := t.net.InputNames()[i]; !fits(have, n.Shape()) {
			return fmt.Errorf("x of input %q: the shape is %v, want %v", want, have, n.Shape())
		}
	}
	return nil
}

// fits reports whether rows of the shape have may be fed to an input, whatever its batch size.
func fits(have, want graph.Shape) bool {
	for i := 1; i < len(want); i++ {
		if want[i] != graph.None && have[i] != want[i] {
			return false
		}
	}
	return true
}

// checkTargets finds missing targets and, unless they are known to be right, class numbers that are none.
func (t *Trainer) checkTargets(b *batch, known bool) error {
	outputs := t.net.Outputs()
	for i, g := range t.goals {
		switch {
		case !g.wants():
			b.y[i], b.w[i] = nil, nil
		case b.y[i] == nil:
			return fmt.Errorf("output %q has a loss or metrics, but y has no targets for it", g.name)
		case g.loss != nil && !known:
			if err := checkLabels(g.loss, b.y[i], outputs[i].Shape()); err != nil {
				return fmt.Errorf("y of output %q: %w", g.name, err)
			}
		}
	}
	return nil
}
