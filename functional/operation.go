package functional

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
)

// operation is one call of an operation of keras.ops that a file holds between layers. Keras counts it as a node of the
// network, but not among the layers. Here it is a layer without weights, so that a model can be called again, cloned and saved
// with its operations as they were.
type operation struct {
	layers.Base

	name, module, class string
	registered          any
	settings            map[string]any // its attributes
	args                []any          // of the call, with a slot for each tensor
	kwargs              map[string]any
}

// slot stands for tensor i among an operation's inputs.
type slot int

// newOperation makes the operation of a call whose tensors are nodes already, and lists them.
func newOperation(it *item, args []any, kwargs map[string]any) (*operation, graph.Nodes, error) {
	if builders[it.class] == nil {
		return nil, nil, config.Unknown("operation", it.class, slices.Sorted(maps.Keys(builders)))
	}
	o := &operation{name: it.name, module: it.module, class: it.class, registered: it.registered, settings: it.config}
	var in graph.Nodes
	take := func(v any) any {
		n, ok := v.(*graph.Node)
		if !ok {
			return v
		}
		in = append(in, n)
		return slot(len(in) - 1)
	}
	o.args, _ = transform(args, take).([]any)
	o.kwargs, _ = transform(kwargs, take).(map[string]any)
	if len(in) == 0 {
		return nil, nil, fmt.Errorf("the operation %s has no tensor among its arguments", it.class)
	}
	return o, in, nil
}

// transform replaces the leaves of a tree of lists and maps; maps are visited in the order of their keys.
func transform(v any, leaf func(any) any) any {
	switch t := v.(type) {
	case []any:
		out := make([]any, len(t))
		for i, x := range t {
			out[i] = transform(x, leaf)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(t)) {
			out[k] = transform(t[k], leaf)
		}
		return out
	}
	return leaf(v)
}

// LayerName is the name in the file.
func (o *operation) LayerName() (want, base string) { return o.name, o.name }

// KeepInputDtype marks the operation as one that takes its inputs as they come, as keras.ops do.
func (o *operation) KeepInputDtype() {}

// CloneLayer returns a copy.
func (o *operation) CloneLayer() layers.Layer {
	c := *o
	c.Base = layers.Base{}
	return &c
}

// NumOutputs is the number of tensors that the operation returns.
func (o *operation) NumOutputs(a layers.Args) int {
	f := several[o.class]
	if f == nil {
		return 1
	}
	return max(1, f(o.call(nil, a.Inputs)))
}

// Call is the first output of CallN.
func (o *operation) Call(c *layers.Context, in ...*graph.Node) *graph.Node {
	return o.CallN(c, in...)[0]
}

// CallN computes the operation on the tensors in the places of the slots.
func (o *operation) CallN(c *layers.Context, in ...*graph.Node) graph.Nodes {
	call := o.call(c.Graph(), in)
	out := builders[o.class](call)
	if call.err != nil {
		bad := c.Fail(fmt.Errorf("%s: %w", o.class, call.err))
		return slices.Repeat(graph.Nodes{bad}, o.NumOutputs(c.Args()))
	}
	return out
}

// call puts the tensors back into the arguments.
func (o *operation) call(g *graph.Graph, in graph.Nodes) *opCall {
	fill := func(v any) any {
		if i, ok := v.(slot); ok && int(i) < len(in) {
			return in[i]
		}
		return v
	}
	c := &opCall{g: g, config: o.settings}
	c.args, _ = transform(o.args, fill).([]any)
	c.kwargs, _ = transform(o.kwargs, fill).(map[string]any)
	return c
}

// inbound writes the call with the tensors given as references.
func (o *operation) inbound(in graph.Nodes, tensor func(*graph.Node) (any, error)) (inbound, error) {
	var failed error
	fill := func(v any) any {
		i, ok := v.(slot)
		if !ok {
			return v
		}
		t, err := tensor(in[i])
		if err != nil {
			failed = err
		}
		return t
	}
	args, _ := transform(o.args, fill).([]any)
	kwargs, _ := transform(o.kwargs, fill).(map[string]any)
	if args == nil {
		args = []any{}
	}
	if kwargs == nil {
		kwargs = map[string]any{}
	}
	return inbound{Args: args, Kwargs: kwargs}, failed
}

// serialize writes the operation.
func (o *operation) serialize() serialized {
	return serialized{Module: o.module, ClassName: o.class, Config: maps.Clone(o.settings), Registered: o.registered, Name: o.name}
}

// className is Keras's class of a layer or operation.
func className(l layers.Part) string {
	if o, ok := l.(*operation); ok {
		return o.class
	}
	if m, ok := l.(*Model); ok {
		if m.seq != nil {
			return "Sequential"
		}
		return "Functional"
	}
	return layers.ClassName(l)
}
