package functional

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
)

// MarshalJSON writes the model's architecture as Keras's to_json does. Layers and functions of one's own must be registered
// (saving.Register); a model that reads nodes without a Keras form (gradients, say) is an error.
func (m *Model) MarshalJSON() ([]byte, error) {
	o, err := m.serialize()
	if err != nil {
		return nil, err
	}
	return json.Marshal(o)
}

// serialized is a layer in a model's list.
type serialized struct {
	Module     any            `json:"module"`
	ClassName  string         `json:"class_name"`
	Config     map[string]any `json:"config"`
	Registered any            `json:"registered_name"`
	Name       string         `json:"name,omitempty"`
	Inbound    *[]inbound     `json:"inbound_nodes,omitempty"`
}

// inbound is one call of a layer.
type inbound struct {
	Args   []any          `json:"args"`
	Kwargs map[string]any `json:"kwargs"`
}

// serialize writes the model as a Keras object.
func (m *Model) serialize() (config.Object, error) {
	if m.seq != nil {
		return m.serializeSequential()
	}
	e := encoder{m: m, net: m.network(), nodeIndex: map[*unit]int{}, opName: map[any]string{}}
	list, err := e.layers()
	if err != nil {
		return config.Object{}, fmt.Errorf("model %s: %w", m.name, err)
	}
	c := map[string]any{"name": m.name, "trainable": m.Trainable(), "layers": list}
	if c["input_layers"], err = e.ends(m.inputs); err != nil {
		return config.Object{}, err
	}
	if c["output_layers"], err = e.ends(m.outputs); err != nil {
		return config.Object{}, err
	}
	return config.Object{Module: "keras.src.models.functional", ClassName: "Functional", Config: c, Registered: "Functional"}, nil
}

func (m *Model) serializeSequential() (config.Object, error) {
	var list []any
	add := func(l layers.Layer, name string) error {
		s, err := layerObject(l, name)
		list = append(list, s)
		return err
	}
	if in := m.seq.input; in != nil {
		if err := add(in, m.inputName()); err != nil {
			return config.Object{}, err
		}
	}
	for _, l := range m.seq.list {
		if err := add(l, m.layerName(l)); err != nil {
			return config.Object{}, fmt.Errorf("model %s: %w", m.name, err)
		}
	}
	c := map[string]any{"name": m.name, "trainable": m.Trainable(), "dtype": dtypePolicy(""), "layers": list}
	if m.seq.input != nil {
		c["build_input_shape"] = shapeJSON(m.seq.input.BatchShape())
	}
	return config.Object{Module: "keras", ClassName: "Sequential", Config: c, Registered: nil}, nil
}

func (m *Model) inputName() string {
	if len(m.inNames) > 0 {
		return m.inNames[0]
	}
	return "input_layer"
}

// layerObject writes a layer with its name in the model.
func layerObject(l layers.Layer, name string) (serialized, error) {
	if inner, ok := l.(*Model); ok {
		o, err := inner.serialize()
		if err == nil {
			o.Config["name"] = name
		}
		return serialized{Module: o.Module, ClassName: o.ClassName, Config: o.Config, Registered: o.Registered}, err
	}
	if in, ok := l.(*layers.Input); ok {
		return serialized{Module: "keras.layers", ClassName: "InputLayer", Config: map[string]any{
			"batch_shape": shapeJSON(in.BatchShape()), "dtype": string(dtypeOr(in.Dtype)), "sparse": false, "ragged": false, "name": name,
		}}, nil
	}
	o, err := config.Encode(l)
	if err != nil {
		return serialized{}, fmt.Errorf("layer %s: %w", name, err)
	}
	obj, ok := o.(config.Object)
	if !ok {
		return serialized{}, fmt.Errorf("layer %s: a %T has no configuration", name, l)
	}
	if obj.ClassName == "GroupedQueryAttention" {
		obj.ClassName = "GroupQueryAttention" // the name by which Keras finds it
	}
	obj.Config["name"] = name
	d, _ := obj.Config["dtype"].(string)
	obj.Config["dtype"] = dtypePolicy(d)
	return serialized{Module: obj.Module, ClassName: obj.ClassName, Config: obj.Config, Registered: obj.Registered}, nil
}

func dtypeOr(d graph.Dtype) graph.Dtype {
	if d == "" {
		return graph.Float32
	}
	return d
}

func dtypePolicy(name string) any {
	switch {
	case name == "":
		name = "float32"
	case strings.Contains(name, "_from_"): // a quantized kernel: Keras reads the policy's name
		return name
	}
	return map[string]any{"module": "keras", "class_name": "DTypePolicy", "config": map[string]any{"name": name}, "registered_name": nil}
}

func shapeJSON(s graph.Shape) []any {
	out := make([]any, len(s))
	for i, d := range s {
		if d != graph.None {
			out[i] = d
		}
	}
	return out
}

// encoder writes the layers and operations of a functional model with their calls.
type encoder struct {
	m         *Model
	net       *network
	nodeIndex map[*unit]int  // which call of its operation a unit is
	opName    map[any]string // names of operations between layers
}

// layers lists all operations in Keras's order.
func (e *encoder) layers() ([]serialized, error) {
	ordered := e.net.ordered()
	calls := map[any][]*unit{}
	for _, u := range e.net.units { // in the order of the calls
		e.nodeIndex[u] = len(calls[u.op])
		calls[u.op] = append(calls[u.op], u)
	}
	for _, op := range ordered {
		if n, ok := op.(*graph.Node); ok {
			e.opName[op] = opName(n)
		}
	}
	var out []serialized
	for _, op := range ordered {
		s, err := e.operation(op)
		if err != nil {
			return nil, err
		}
		nodes := []inbound{}
		for _, u := range calls[op] {
			if u.call != nil || u.isNode() {
				in, err := e.inbound(u)
				if err != nil {
					return nil, fmt.Errorf("layer %s: %w", s.Name, err)
				}
				nodes = append(nodes, in)
			}
		}
		s.Inbound = &nodes
		out = append(out, s)
	}
	return out, nil
}

func (e *encoder) operation(op any) (serialized, error) {
	if o, ok := op.(*operation); ok {
		s := o.serialize()
		s.Name = e.m.layerName(o)
		s.Config["name"] = s.Name
		return s, nil
	}
	if l, ok := op.(layers.Layer); ok {
		name := e.m.layerName(l)
		s, err := layerObject(l, name)
		s.Name = name
		return s, err
	}
	n := op.(*graph.Node)
	s, err := encodeOp(n)
	if err != nil {
		return s, err
	}
	s.Name = e.opName[op]
	s.Config["name"] = s.Name
	return s, nil
}

// isNode reports whether the unit is an operation between layers, made in Go.
func (u *unit) isNode() bool { _, ok := u.op.(*graph.Node); return ok }

// inbound writes the arguments of one call.
func (e *encoder) inbound(u *unit) (inbound, error) {
	if u.call == nil {
		return e.operationInbound(u.node)
	}
	args, _ := u.call.Args.(layers.Args)
	if o, ok := u.op.(*operation); ok {
		return o.inbound(args.Inputs, e.tensor)
	}
	return encodeArgs(u.call.Layer.(layers.Layer), args, e.tensor)
}

func (e *encoder) operationInbound(n *graph.Node) (inbound, error) {
	in := inbound{Kwargs: map[string]any{}}
	var list []any
	for _, x := range n.Inputs() {
		t, err := e.tensor(x)
		if err != nil {
			return in, err
		}
		list = append(list, t)
	}
	if n.Op().Name() == "concatenate" {
		in.Args = []any{list}
	} else {
		in.Args = list
	}
	return in, nil
}

// tensor writes a node as a reference to the output of a call, or a scalar constant as its number.
func (e *encoder) tensor(n *graph.Node) (any, error) {
	if n == nil {
		return nil, nil
	}
	if c, ok := n.Op().(graph.ConstOp); ok {
		if v, ok := c.Scalar(); ok {
			return v, nil
		}
		return nil, fmt.Errorf("the constant %s of shape %v has no place in a Keras model: make it a weight of a layer", n.Name(), n.Shape())
	}
	h, err := e.history(n)
	if err != nil {
		return nil, err
	}
	return map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{
		"shape": shapeJSON(n.Shape()), "dtype": string(n.Dtype()), "keras_history": h,
	}}, nil
}

// history is Keras's (layer, call, output) of a node.
func (e *encoder) history(n *graph.Node) ([]any, error) {
	output := 0
	if !e.net.inputs[n] {
		output = outputIndex(n)
	}
	u := e.net.visit(n)
	if u == nil {
		return nil, fmt.Errorf("the parameter %s is read outside of a layer, which has no Keras form", n.Name())
	}
	name := e.opName[u.op]
	if l, ok := u.op.(layers.Layer); ok {
		name = e.m.layerName(l)
	}
	return []any{name, e.nodeIndex[u], output}, nil
}

// ends writes the model's inputs or outputs.
func (e *encoder) ends(nodes graph.Nodes) (any, error) {
	out := make([]any, len(nodes))
	for i, n := range nodes {
		h, err := e.history(n)
		if err != nil {
			return nil, err
		}
		if u := e.net.visit(n); u != nil {
			if inner, ok := u.op.(*Model); ok && inner.seq == nil { // Keras counts these calls from 1 here
				h[1] = h[1].(int) + 1
			}
		}
		out[i] = h
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}
