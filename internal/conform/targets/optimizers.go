package targets

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// training is an optimizer with the variables it changes.
type training struct {
	opt    optimizers.Optimizer
	params []*graph.Param
	steps  map[string]*engine.Function // by which variables have a gradient
}

// runOptimizer applies the recorded gradients one step after the other and compares the variables after each.
func runOptimizer(c *cases.Case) error {
	opt, err := objectOf[optimizers.Optimizer](c, "optimizer")
	if err != nil {
		return err
	}
	t := &training{opt: opt, steps: map[string]*engine.Function{}}
	for _, v := range c.Root.Get("variables").Items() {
		p, err := variable(c, v)
		if err != nil {
			return err
		}
		t.params = append(t.params, p)
	}
	for i, s := range c.Root.Get("steps").Items() {
		grads, err := named(c, s.Get("grads"))
		if err != nil {
			return err
		}
		want, err := named(c, s.Get("after"))
		if err != nil {
			return err
		}
		if err := t.step(grads); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		for j, p := range t.params {
			got := &npz.Array{Dtype: string(p.Spec().Dtype), Shape: []int(p.Spec().Shape), Data: array.Elements(p.Value())}
			if err := compare.Arrays(fmt.Sprintf("step %d: %s", i, p.Path()), got, want[j], c.Tol("forward")); err != nil {
				return err
			}
		}
	}
	return nil
}

// variable makes the parameter for an entry of "variables".
func variable(c *cases.Case, v *cases.Value) (*graph.Param, error) {
	name, err1 := v.Get("array").Str()
	path, err2 := v.Get("path").Str()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	a, err := c.Array(name)
	if err != nil {
		return nil, err
	}
	return graph.MakeParam(graph.ParamConfig{
		Name: path[strings.LastIndexByte(path, '/')+1:], Path: path,
		Spec: graph.Spec{Dtype: graph.Dtype(a.Dtype), Shape: a.Shape},
		Init: func(uint64) (any, error) { return a.Data, nil },
	})
}

// named looks arrays up by a list of names; null gives nil.
func named(c *cases.Case, list *cases.Value) ([]*npz.Array, error) {
	out := make([]*npz.Array, len(list.Items()))
	for i, item := range list.Items() {
		if item.IsNull() {
			continue
		}
		name, err := item.Str()
		if err != nil {
			return nil, err
		}
		if out[i], err = c.Array(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *training) step(grads []*npz.Array) error {
	g := graph.New("step")
	nodes := make(graph.Nodes, len(grads))
	var inputs graph.Nodes
	var values []any
	key := ""
	for i, a := range grads {
		if a == nil {
			key += "-"
			continue
		}
		key += "g"
		nodes[i] = g.Input(fmt.Sprintf("g%d", i), slices.Clone(graph.Shape(a.Shape)), graph.Dtype(a.Dtype))
		inputs = append(inputs, nodes[i])
		values = append(values, array.Dense(a.Data, a.Shape))
	}
	if t.steps[key] == nil {
		f, err := engine.Compile(engine.Config{Inputs: inputs, Updates: t.opt.Updates(t.params, nodes), Training: true})
		if err != nil {
			return err
		}
		t.steps[key] = f
	}
	_, err := t.steps[key].Run(context.Background(), values...)
	return err
}

// runSchedule compares the learning rates at the recorded steps.
func runSchedule(c *cases.Case) error {
	s, err := objectOf[schedules.Schedule](c, "schedule")
	if err != nil {
		return err
	}
	steps, err := c.Root.Get("steps").Ints()
	if err != nil {
		return err
	}
	want, err := c.Output.Array()
	if err != nil {
		return err
	}
	rates, err := schedules.At(s, steps...)
	if err != nil {
		return err
	}
	got := make([]float32, len(rates))
	for i, r := range rates {
		got[i] = float32(r)
	}
	return compare.Arrays("rates", &npz.Array{Dtype: "float32", Shape: []int{len(got)}, Data: got}, want, c.Tol("forward"))
}
