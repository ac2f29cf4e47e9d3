package functional

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// listed is a layer whose inputs Keras takes as one list: the merging layers.
func listed(l layers.Layer) bool {
	switch l.(type) {
	case *layers.Add, *layers.Subtract, *layers.Multiply, *layers.Average, *layers.Maximum, *layers.Minimum, *layers.Concatenate, *layers.Dot:
		return true
	}
	return false
}

// attention is a layer whose positional inputs Keras takes as the list [query, value, key].
func attention(l layers.Layer) bool {
	switch layers.ClassName(l) {
	case "Attention", "AdditiveAttention":
		return true
	}
	return false
}

// keyword is an argument of a call that is a node.
type keyword struct {
	name string
	node **graph.Node
}

func keywords(a *layers.Args) []keyword {
	return []keyword{
		{"mask", &a.Mask}, {"query", &a.Query}, {"value", &a.Value}, {"key", &a.Key}, {"query_mask", &a.QueryMask},
		{"value_mask", &a.ValueMask}, {"key_mask", &a.KeyMask}, {"attention_mask", &a.AttentionMask},
	}
}

// flags are the arguments that are true or false.
func flags(a *layers.Args) map[string]*bool {
	return map[string]*bool{"use_causal_mask": &a.UseCausalMask, "return_attention_scores": &a.ReturnAttentionScores}
}

// encodeArgs writes the arguments of a call; tensor writes a node.
func encodeArgs(l layers.Layer, a layers.Args, tensor func(*graph.Node) (any, error)) (inbound, error) {
	in := inbound{Args: []any{}, Kwargs: map[string]any{}}
	list := func(nodes graph.Nodes) ([]any, error) {
		out := []any{}
		for _, n := range nodes {
			t, err := tensor(n)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
		return out, nil
	}
	inputs := a.Inputs
	if attention(l) && len(inputs) == 0 {
		inputs = graph.Nodes{a.Query, a.Value}
		if a.Key != nil {
			inputs = append(inputs, a.Key)
		}
		a.Query, a.Value, a.Key = nil, nil, nil
	}
	xs, err := list(inputs)
	if err != nil {
		return in, err
	}
	if _, model := l.(*Model); listed(l) || attention(l) || model && len(xs) > 1 {
		in.Args = []any{xs}
	} else {
		in.Args = xs
	}
	for _, k := range keywords(&a) {
		if *k.node != nil {
			if in.Kwargs[k.name], err = tensor(*k.node); err != nil {
				return in, err
			}
		}
	}
	if len(a.InitialState) > 0 {
		if in.Kwargs["initial_state"], err = list(a.InitialState); err != nil {
			return in, err
		}
	}
	for name, set := range flags(&a) {
		if *set {
			in.Kwargs[name] = true
		}
	}
	if a.Training != nil {
		in.Kwargs["training"] = *a.Training
	}
	for name, n := range a.Keywords {
		if in.Kwargs[name], err = tensor(n); err != nil {
			return in, err
		}
	}
	return in, nil
}

// decodeArgs reads the arguments of a call whose references are nodes already.
func decodeArgs(l layers.Layer, args []any, kwargs map[string]any) (layers.Args, error) {
	var a layers.Args
	for i, x := range args {
		switch v := x.(type) {
		case nil:
		case *graph.Node:
			a.Inputs = append(a.Inputs, v)
		case []any:
			nodes, err := nodeList(v)
			if err != nil {
				return a, fmt.Errorf("argument %d: %w", i, err)
			}
			if i > 0 {
				a.InitialState = nodes
				continue
			}
			a.Inputs = append(a.Inputs, nodes...)
		case map[string]any:
			nodes, err := inOrder(l, v)
			if err != nil {
				return a, fmt.Errorf("argument %d: %w", i, err)
			}
			a.Inputs = append(a.Inputs, nodes...)
		case bool: // training, given by position
			a.Training = &v
		default:
			return a, fmt.Errorf("argument %d is %v, want a tensor", i, x)
		}
	}
	if attention(l) || layers.ClassName(l) == "MultiHeadAttention" || layers.ClassName(l) == "GroupedQueryAttention" {
		for i, p := range []**graph.Node{&a.Query, &a.Value, &a.Key} {
			if i < len(a.Inputs) {
				*p = a.Inputs[i]
			}
		}
		a.Inputs = nil
	}
	for name, x := range kwargs {
		if err := decodeKeyword(&a, name, x); err != nil {
			return a, err
		}
	}
	return a, nil
}

func decodeKeyword(a *layers.Args, name string, x any) error {
	if x == nil {
		return nil
	}
	if p := flags(a)[name]; p != nil {
		b, ok := x.(bool)
		if !ok {
			return fmt.Errorf("%s is %v, want true or false", name, x)
		}
		*p = b
		return nil
	}
	if name == "training" {
		b, ok := x.(bool)
		if !ok {
			return fmt.Errorf("training is %v, want true or false", x)
		}
		a.Training = &b
		return nil
	}
	if l, ok := x.([]any); ok {
		nodes, err := nodeList(l)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		switch {
		case name == "initial_state":
			a.InitialState = nodes
			return nil
		case name == "inputs":
			a.Inputs = nodes
			return nil
		case len(nodes) == 0:
			return nil // a list of absent masks
		case name == "mask" && attentionMasks(a, nodes):
			return nil
		}
		return fmt.Errorf("%s is a list of %d tensors", name, len(nodes))
	}
	n, ok := x.(*graph.Node)
	if !ok {
		return fmt.Errorf("%s is %v, want a tensor", name, x)
	}
	switch name {
	case "inputs":
		a.Inputs = graph.Nodes{n}
		return nil
	case "initial_state": // one state may stand without a list
		a.InitialState = graph.Nodes{n}
		return nil
	}
	for _, k := range keywords(a) {
		if k.name == name {
			*k.node = n
			return nil
		}
	}
	if a.Keywords == nil {
		a.Keywords = map[string]*graph.Node{}
	}
	a.Keywords[name] = n
	return nil
}

// attentionMasks takes the list [query mask, value mask] of the attention layers.
func attentionMasks(a *layers.Args, masks graph.Nodes) bool {
	if a.Query == nil || len(masks) != 2 {
		return false
	}
	a.QueryMask, a.ValueMask = masks[0], masks[1]
	return true
}

// nodeList turns a list of nodes and nulls into nodes; a list of nulls only is empty.
func nodeList(l []any) (graph.Nodes, error) {
	out := make(graph.Nodes, len(l))
	any := false
	for i, x := range l {
		switch v := x.(type) {
		case nil:
		case *graph.Node:
			out[i], any = v, true
		default:
			return nil, fmt.Errorf("element %d is %v, want a tensor", i, x)
		}
	}
	if !any {
		return nil, nil
	}
	return out, nil
}

// inOrder puts inputs given by name into the order of an inner model's inputs.
func inOrder(l layers.Layer, named map[string]any) (graph.Nodes, error) {
	m, ok := l.(*Model)
	if !ok {
		return nil, fmt.Errorf("inputs by name for a %s", layers.ClassName(l))
	}
	out := make(graph.Nodes, len(m.inNames))
	for i, name := range m.inNames {
		n, ok := named[name].(*graph.Node)
		if !ok {
			return nil, fmt.Errorf("the input %q is missing", name)
		}
		out[i] = n
	}
	return out, nil
}
