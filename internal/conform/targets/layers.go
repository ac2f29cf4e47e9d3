package targets

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/layers"
)

// runLayer calls a layer with its recorded weights: outputs, masks, losses, gradients, and the weights afterwards.
func runLayer(c *cases.Case) error {
	l, err := layerOf(c)
	if err != nil {
		return err
	}
	return callLayer(c, l)
}

// runModelCall is runLayer for a model.
func runModelCall(c *cases.Case) error {
	text, err := json.Marshal(plain(c.Config))
	if err != nil {
		return err
	}
	m, err := functional.FromJSON(text, nil)
	if err != nil {
		return err
	}
	return callLayer(c, m)
}

func callLayer(c *cases.Case, l layers.Layer) error {
	e := newEval()
	args, err := e.layerArgs(c)
	if err != nil {
		return err
	}
	outputs := layers.CallArgs(l, args)
	if err := e.g.Err(); err != nil {
		return err
	}
	if err := setWeights(l, c.Weights); err != nil {
		return err
	}
	for i, p := range l.Params() {
		if p.Trainable() && p.Spec().Dtype.IsFloat() {
			e.named[fmt.Sprintf("w%d", i)] = e.g.Param(p)
		}
	}
	e.training = args.Training != nil && *args.Training
	if remembers(c.Config) {
		// a recorded layer was built by a call, whose state the recorded call continues
		if _, err := e.run(outputs); err != nil {
			return err
		}
	}
	return errors.Join(e.checkLosses(c, l), e.check(c, outputs), checkWeights(c, l))
}

// remembers reports whether a configuration is that of a stateful layer, or of a wrapper around one.
func remembers(layer *cases.Value) bool {
	settings := layer.Get("config")
	stateful, _ := settings.Get("stateful").Bool()
	return stateful || !settings.IsNull() && remembers(settings.Get("layer"))
}

// layerOf decodes the layer of a case.
func layerOf(c *cases.Case) (layers.Layer, error) {
	l, err := objectOf[layers.Layer](c, "layer")
	if err != nil || c.Root.Get("vocabulary").IsNull() {
		return l, err
	}
	v, ok := l.(interface{ SetVocabulary(vocabulary any) error })
	if !ok {
		return nil, cases.ErrUnsupported{What: "vocabulary of " + c.Target.Name}
	}
	return l, v.SetVocabulary(plain(c.Root.Get("vocabulary")))
}

// positional are the names of the arguments of a layer's call method, where there are several.
var positional = map[string][]string{
	"MultiHeadAttention":     {"query", "value", "key"},
	"GroupQueryAttention":    {"query", "value", "key"},
	"GroupedQueryAttention":  {"query", "value", "key"},
	"GlobalAveragePooling1D": {"inputs", "mask"},
}

// layerArgs reads the arguments of a call.
func (e *eval) layerArgs(c *cases.Case) (layers.Args, error) {
	var a layers.Args
	names := positional[c.Target.Name]
	for i, v := range c.Args.Items() {
		name := "inputs"
		if i < len(names) {
			name = names[i]
		} else if i > 0 {
			return a, cases.ErrUnsupported{What: fmt.Sprintf("%d positional arguments of %s", i+1, c.Target.Name)}
		}
		if err := e.layerArg(&a, name, v); err != nil {
			return a, fmt.Errorf("argument %s: %w", name, err)
		}
	}
	for i, name := range c.Kwargs.Keys() {
		if err := e.layerArg(&a, name, c.Kwargs.Items()[i]); err != nil {
			return a, fmt.Errorf("argument %s: %w", name, err)
		}
	}
	return a, nil
}

func (e *eval) layerArg(a *layers.Args, name string, v *cases.Value) (err error) {
	one := map[string]**graph.Node{
		"query": &a.Query, "value": &a.Value, "key": &a.Key, "query_mask": &a.QueryMask, "value_mask": &a.ValueMask,
		"key_mask": &a.KeyMask, "attention_mask": &a.AttentionMask,
	}
	flags := map[string]*bool{"use_causal_mask": &a.UseCausalMask, "return_attention_scores": &a.ReturnAttentionScores}
	switch {
	case v.IsNull():
	case name == "training":
		training := truth(v)
		a.Training = &training
	case name == "inputs" || name == "sequences" || name == "sequence":
		a.Inputs, err = e.nodes(v)
	case name == "initial_state" || name == "states":
		a.InitialState, err = e.nodes(v)
	case name == "mask" && v.IsSequence():
		for i, m := range v.Items() {
			if err == nil && i < 3 {
				*[]**graph.Node{&a.QueryMask, &a.ValueMask, &a.KeyMask}[i], err = e.node(m)
			}
		}
	case name == "mask":
		a.Mask, err = e.node(v)
	case one[name] != nil:
		*one[name], err = e.node(v)
	case flags[name] != nil:
		*flags[name] = truth(v)
	case v.Kind() != cases.Bool || truth(v):
		var n *graph.Node
		if n, err = e.node(v); a.Keywords == nil {
			a.Keywords = map[string]*graph.Node{}
		}
		a.Keywords[name] = n
	}
	return err
}

// truth is Python's bool of a number or bool.
func truth(v *cases.Value) bool {
	if b, err := v.Bool(); err == nil {
		return b
	}
	f, err := v.Float()
	return err == nil && f != 0
}

// nodes feeds a tensor, or those of a list or tuple.
func (e *eval) nodes(v *cases.Value) (graph.Nodes, error) {
	if v.Kind() == cases.Dict {
		return nil, cases.ErrUnsupported{What: "a dict as the input of a layer"}
	}
	items := []*cases.Value{v}
	if v.IsSequence() && !slices.ContainsFunc(v.Leaves(), func(leaf *cases.Value) bool {
		return leaf.Kind() != cases.Array && leaf.Kind() != cases.Strings && leaf.Kind() != cases.Spec
	}) {
		items = v.Leaves()
	}
	out := make(graph.Nodes, len(items))
	for i, item := range items {
		var err error
		if out[i], err = e.node(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// setWeights assigns the recorded weights in order.
func setWeights(l layers.Layer, weights []cases.Weight) error {
	params := l.Params()
	if len(params) != len(weights) {
		return fmt.Errorf("the layer has %d weights %v, want %d", len(params), params, len(weights))
	}
	for i, w := range weights {
		p := params[i]
		if p.Name() != w.Variable || !slices.Equal(p.Spec().Shape, w.Shape) || p.Trainable() != w.Trainable {
			return fmt.Errorf("weight %d is %s %v, trainable %v; want %s %v, trainable %v", i, p.Name(), p.Spec().Shape, p.Trainable(), w.Variable, w.Shape, w.Trainable)
		}
		if err := p.SetValue(array.Dense(w.Value.Data, w.Value.Shape)); err != nil {
			return err
		}
	}
	return nil
}

// checkWeights compares the weights after the call.
func checkWeights(c *cases.Case, l layers.Layer) error {
	var errs []error
	for i, p := range l.Params() {
		want, tol := c.Weights[i].Value, 0.0
		if name, ok := c.Post[c.Weights[i].Name]; ok {
			var err error
			if want, err = c.Array(name); err != nil {
				return err
			}
			tol = c.Tol("forward")
		}
		errs = append(errs, compare.Arrays(c.Weights[i].Name+" after the call", valueOf(p), want, tol))
	}
	return errors.Join(errs...)
}

func valueOf(p *graph.Param) *npz.Array {
	t := p.Value()
	return &npz.Array{Dtype: string(p.Spec().Dtype), Shape: slices.Clone([]int(t.Shape())), Data: array.Elements(t)}
}

// checkLosses compares what the call and its weights add to the loss of a model.
func (e *eval) checkLosses(c *cases.Case, l layers.Layer) error {
	var losses graph.Nodes
	for _, call := range e.g.Calls() {
		losses = append(losses, call.Losses...)
	}
	for _, p := range l.Params() {
		if r := p.Regularizer(); r != nil && p.Trainable() {
			losses = append(losses, r(e.g.Param(p)))
		}
	}
	want := c.Root.Get("losses")
	if len(losses) == 0 && len(want.Leaves()) == 0 {
		return nil
	}
	got, err := (&eval{g: e.g, inputs: e.inputs, values: e.values, training: e.training}).run(losses)
	if err != nil {
		return err
	}
	results := make([]compare.Result, len(got))
	for i, a := range got {
		results[i].Value = a
	}
	if err := compare.Outputs(results, want, c.Tol("forward")); err != nil {
		return fmt.Errorf("losses: %w", err)
	}
	return nil
}
