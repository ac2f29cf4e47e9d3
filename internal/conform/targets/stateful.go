package targets

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/layers"
)

// runStateful makes several calls of one layer and compares what each returns and the state it leaves.
func runStateful(c *cases.Case) error {
	l, err := layerOf(c)
	if err != nil {
		return err
	}
	for i, call := range c.Root.Get("calls").Items() {
		if reset, _ := call.Get("reset").Bool(); reset {
			l.(interface{ ResetStates() }).ResetStates()
			continue
		}
		if err := statefulCall(c, l, i, call); err != nil {
			return fmt.Errorf("call %d: %w", i, err)
		}
	}
	return nil
}

// statefulCall makes call i, in a graph of its own.
func statefulCall(c *cases.Case, l layers.Layer, i int, call *cases.Value) error {
	e := newEval()
	var a layers.Args
	if !call.Get("training").IsNull() {
		e.training = truth(call.Get("training"))
		a.Training = &e.training
	}
	for name, to := range map[string]func(*graph.Node){
		"x":    func(n *graph.Node) { a.Inputs = graph.Nodes{n} },
		"mask": func(n *graph.Node) { a.Mask = n },
	} {
		key, err := call.Get(name).Str()
		if err != nil {
			continue // it is not given
		}
		v, err := c.Array(key)
		if err != nil {
			return err
		}
		to(e.feed(v))
	}
	outputs := layers.CallArgs(l, a)
	if err := e.g.Err(); err != nil {
		return err
	}
	if i == 0 {
		if err := setWeights(l, c.Weights); err != nil {
			return err
		}
	}
	got, err := e.run(outputs)
	if err != nil {
		return err
	}
	var errs []error
	for k, name := range call.Get("outputs").Items() {
		key, err := name.Str()
		if err != nil {
			return err
		}
		want, err := c.Array(key)
		if err != nil {
			return err
		}
		if k >= len(got) {
			return fmt.Errorf("got %d outputs, want more", len(got))
		}
		errs = append(errs, compare.Arrays(key, got[k], want, c.Tol("forward")))
	}
	for j, p := range l.Params() {
		key := "p" + strconv.Itoa(i) + "_w" + strconv.Itoa(j)
		if want, err := c.Array(key); err == nil {
			errs = append(errs, compare.Arrays(key, valueOf(p), want, c.Tol("forward")))
		}
	}
	return errors.Join(errs...)
}
