package optimizers

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// OptimizerMap says which optimizer changes which parameter.
type OptimizerMap struct {
	DefaultOptimizer Optimizer
	// OptimizerMap has paths of parameters ("dense/kernel") or regular expressions for whole paths ("encoder/.*") as keys.
	// A path may match only one expression.
	OptimizerMap map[string]Optimizer
}

// find returns the optimizer of a path.
func (m OptimizerMap) find(path string) (Optimizer, error) {
	if o := m.OptimizerMap[path]; o != nil {
		return o, nil
	}
	found := m.DefaultOptimizer
	var by string
	for _, pattern := range slices.Sorted(maps.Keys(m.OptimizerMap)) {
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil {
			return nil, fmt.Errorf("OptimizerMap: %w", err)
		}
		if !re.MatchString(path) {
			continue
		}
		if by != "" {
			return nil, fmt.Errorf("OptimizerMap: %s matches %q and %q", path, by, pattern)
		}
		found, by = m.OptimizerMap[pattern], pattern
	}
	if found == nil {
		return nil, fmt.Errorf("OptimizerMap: no optimizer for %s: set DefaultOptimizer", path)
	}
	return found, nil
}

// FromConfig reads the optimizers from their serialized forms.
func (m *OptimizerMap) FromConfig(d *config.Decoder, c map[string]any) error {
	one := func(tree any) (Optimizer, error) {
		v, err := d.Decode(tree, "optimizer")
		if err != nil {
			return nil, err
		}
		o, ok := v.(Optimizer)
		if !ok {
			return nil, fmt.Errorf("a %T is no optimizer", v)
		}
		return o, nil
	}
	var err error
	if m.DefaultOptimizer, err = one(c["default_optimizer"]); err != nil {
		return fmt.Errorf("default_optimizer: %w", err)
	}
	trees, _ := c["optimizer_map"].(map[string]any)
	m.OptimizerMap = map[string]Optimizer{}
	for _, key := range slices.Sorted(maps.Keys(trees)) {
		if m.OptimizerMap[key], err = one(trees[key]); err != nil {
			return fmt.Errorf("optimizer_map[%q]: %w", key, err)
		}
	}
	return nil
}

// Config writes the optimizers in their serialized forms.
func (m OptimizerMap) Config(fields map[string]any) (map[string]any, error) {
	trees := map[string]any{}
	for key, o := range m.OptimizerMap {
		tree, err := config.Encode(o)
		if err != nil {
			return nil, err
		}
		trees[key] = tree
	}
	fields["optimizer_map"] = trees
	return fields, nil
}

// MultiOptimizer hands each parameter to the optimizer that the map names for it.
// https://keras.io/api/optimizers
type MultiOptimizer struct {
	OptimizerMap    OptimizerMap
	LossScaleFactor float64 `default:"none"` // in the place of the inner optimizers'
	Name            string

	base *state
}

// inner lists the optimizers, those of the map by their keys and then the default.
func (o *MultiOptimizer) inner() []Optimizer {
	var out []Optimizer
	for _, key := range slices.Sorted(maps.Keys(o.OptimizerMap.OptimizerMap)) {
		out = append(out, o.OptimizerMap.OptimizerMap[key])
	}
	if d := o.OptimizerMap.DefaultOptimizer; d != nil {
		out = append(out, d)
	}
	seen := map[Optimizer]bool{}
	return slices.DeleteFunc(out, func(x Optimizer) bool {
		again := seen[x]
		seen[x] = true
		return again
	})
}

func (o *MultiOptimizer) own() *state {
	if o.base == nil {
		name := o.Name
		if name == "" {
			name = "multi_optimizer"
		}
		o.base = wrapped(name)
	}
	return o.base
}

// share is the part of the parameters, and their gradients, that one optimizer changes.
type share struct {
	params []*graph.Param
	grads  graph.Nodes
}

func (o *MultiOptimizer) split(params []*graph.Param, grads graph.Nodes) (map[Optimizer]*share, error) {
	shares := map[Optimizer]*share{}
	for i, p := range params {
		if p == nil {
			return nil, fmt.Errorf("parameter %d is nil", i)
		}
		x, err := o.OptimizerMap.find(p.Path())
		if err != nil {
			return nil, err
		}
		if _, nested := x.(wrapper); nested {
			return nil, errors.New("a MultiOptimizer cannot hold a LossScaleOptimizer or another MultiOptimizer")
		}
		if shares[x] == nil {
			shares[x] = &share{}
		}
		shares[x].params = append(shares[x].params, p)
		if grads != nil {
			shares[x].grads = append(shares[x].grads, grads[i])
		}
		if r, ok := x.(rule); ok {
			r.common().LossScaleFactor = o.LossScaleFactor
		}
	}
	return shares, nil
}

func (o *MultiOptimizer) build(params []*graph.Param) error {
	shares, err := o.split(params, nil)
	if err != nil {
		return err
	}
	for _, x := range o.inner() {
		if s := shares[x]; s != nil {
			if err := Build(x, s.params); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *MultiOptimizer) variables() []*graph.Param {
	out := append([]*graph.Param{}, o.own().all...)
	for _, x := range o.inner() {
		out = append(out, Variables(x)...)
	}
	return out
}

func (o *MultiOptimizer) clone() Optimizer {
	clones := map[Optimizer]Optimizer{}
	for _, x := range o.inner() {
		clones[x] = Clone(x)
	}
	m := OptimizerMap{OptimizerMap: map[string]Optimizer{}}
	if d := o.OptimizerMap.DefaultOptimizer; d != nil {
		m.DefaultOptimizer = clones[d]
	}
	for key, x := range o.OptimizerMap.OptimizerMap {
		m.OptimizerMap[key] = clones[x]
	}
	return &MultiOptimizer{OptimizerMap: m, LossScaleFactor: o.LossScaleFactor, Name: o.Name}
}

// Updates builds one step.
func (o *MultiOptimizer) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	if len(params) != len(grads) {
		return failed(params, grads, fmt.Errorf("%d gradients for %d parameters", len(grads), len(params)))
	}
	shares, err := o.split(params, grads)
	if err != nil {
		return failed(params, grads, err)
	}
	var out []graph.Update
	for _, x := range o.inner() {
		if s := shares[x]; s != nil {
			out = append(out, x.Updates(s.params, s.grads)...)
		}
	}
	for _, d := range grads {
		if d != nil && !d.Poisoned() {
			steps := o.own().iterations
			return append(out, graph.Update{Param: steps, Value: ops.Add(d.Graph().Root().Param(steps), 1)})
		}
	}
	return out
}

func init() {
	registry.Add("MultiOptimizer", &MultiOptimizer{})
	registry.Add("OptimizerMap", OptimizerMap{})
}
