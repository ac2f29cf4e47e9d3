package functional

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
)

// FromJSON makes a model of what MarshalJSON, or Keras's to_json, wrote. Weights are fresh. custom maps names of classes of
// one's own to prototypes; nil if there are none.
func FromJSON(b []byte, custom map[string]any) (*Model, error) {
	var tree map[string]any
	if err := json.Unmarshal(b, &tree); err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	return decodeModel(tree, custom)
}

// decodeModel builds a model from its serialized tree.
func decodeModel(tree map[string]any, custom map[string]any) (*Model, error) {
	d := &config.Decoder{Custom: custom, Special: special}
	v, err := d.Decode(tree, "layer")
	if err != nil {
		return nil, err
	}
	m, ok := v.(*Model)
	if !ok {
		return nil, fmt.Errorf("a %T is no model", v)
	}
	return m, nil
}

// special builds models, and input layers whose shape is written as one.
func special(d *config.Decoder, class string, tree map[string]any) (any, error) {
	c, _ := tree["config"].(map[string]any)
	switch class {
	case "Sequential":
		return decodeSequential(d, c)
	case "Functional", "Model":
		if _, ok := c["layers"]; ok {
			return decodeFunctional(d, c)
		}
	case "InputLayer":
		return decodeInput(c)
	}
	return nil, nil
}

// decodeInput reads an InputLayer of Keras 3 or 2.
func decodeInput(c map[string]any) (*layers.Input, error) {
	in := &layers.Input{}
	in.Name, _ = c["name"].(string)
	if d, ok := c["dtype"].(string); ok {
		in.Dtype = graph.Dtype(d)
	}
	shape, ok := c["batch_shape"].([]any)
	if !ok {
		shape, ok = c["batch_input_shape"].([]any)
	}
	if !ok || len(shape) == 0 {
		return nil, fmt.Errorf("InputLayer %s has no batch_shape", in.Name)
	}
	s, err := shapeFromJSON(shape)
	if err != nil {
		return nil, err
	}
	if s[0] != graph.None {
		in.BatchSize = s[0]
	}
	in.Shape = append([]int{}, s[1:]...)
	return in, nil
}

func shapeFromJSON(l []any) (graph.Shape, error) {
	out := make(graph.Shape, len(l))
	for i, x := range l {
		n, ok := config.Number(x)
		switch {
		case x == nil:
			out[i] = graph.None
		case ok:
			out[i] = int(n)
		default:
			return nil, fmt.Errorf("axis %d of a shape is %v", i, x)
		}
	}
	return out, nil
}

func decodeSequential(d *config.Decoder, c map[string]any) (*Model, error) {
	list, _ := c["layers"].([]any)
	var ls []layers.Layer
	for i, x := range list {
		tree, _ := x.(map[string]any)
		l, err := decodeLayer(d, tree)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		if i == 0 {
			if in := legacyInput(tree, l); in != nil {
				ls = append(ls, in)
			}
		}
		ls = append(ls, l)
	}
	m, err := NewSequential(ls...)
	if err != nil {
		return nil, err
	}
	m.rename(c)
	if m.g != nil || len(m.seq.list) == 0 {
		return m, nil
	}
	if shape, ok := c["build_input_shape"].([]any); ok && len(shape) > 0 {
		s, err := shapeFromJSON(shape)
		if err != nil {
			return nil, err
		}
		return m, m.BuildFor(s.With(0, graph.None), "")
	}
	return m, nil
}

// legacyInput is the input that Keras 2 wrote into the first layer.
// rename gives the model the name and flag of its configuration.
func (m *Model) rename(c map[string]any) {
	if name, ok := c["name"].(string); ok && name != "" {
		m.SetName(name)
	}
	if t, ok := c["trainable"].(bool); ok && !t {
		m.Base.SetTrainable(false)
	}
}

func decodeLayer(d *config.Decoder, tree map[string]any) (layers.Layer, error) {
	if c, ok := tree["config"].(map[string]any); ok && c["depthwise_initializer"] != nil { // Keras 2 wrote both
		for _, key := range []string{"kernel_initializer", "kernel_regularizer", "kernel_constraint"} {
			delete(c, key)
		}
	}
	v, err := d.Decode(tree, "layer")
	if err != nil {
		return nil, err
	}
	l, ok := v.(layers.Layer)
	if !ok {
		return nil, fmt.Errorf("a %T is no layer", v)
	}
	return l, nil
}

// decoder replays the recorded calls of a functional model.
type decoder struct {
	*config.Decoder
	g     *graph.Graph
	items []*item
	named map[string]*item
}

// item is one layer or operation of the list, with its calls still to be made.
type item struct {
	name, module, class string
	registered          any
	config              map[string]any
	layer               layers.Layer // nil for an operation of keras.ops
	calls               []any
	outputs             []graph.Nodes // of the calls made
	offset              int           // of the numbers by which calls are referred to
}

func decodeFunctional(dec *config.Decoder, c map[string]any) (*Model, error) {
	name, _ := c["name"].(string)
	d := &decoder{Decoder: dec, g: graph.New(name), named: map[string]*item{}}
	list, _ := c["layers"].([]any)
	for i, x := range list {
		tree, _ := x.(map[string]any)
		if err := d.add(tree); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
	}
	d.offsets(c["output_layers"])
	if err := d.replay(); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	inputs, err := d.ends(c["input_layers"])
	if err != nil {
		return nil, fmt.Errorf("input_layers: %w", err)
	}
	outputs, err := d.ends(c["output_layers"])
	if err != nil {
		return nil, fmt.Errorf("output_layers: %w", err)
	}
	m, err := New(inputs, distinct(outputs))
	if err != nil {
		return nil, err
	}
	m.rename(c)
	return m, nil
}

// distinct names outputs of one name apart: a file may hold two outputs of one layer.
func distinct(outputs graph.Nodes) graph.Nodes {
	seen := map[string]int{}
	out := make(graph.Nodes, len(outputs))
	for i, n := range outputs {
		name := nodeName(n)
		out[i] = n
		if k := seen[name]; k > 0 {
			out[i] = n.Named(fmt.Sprintf("%s_%d", name, k))
		}
		seen[name]++
	}
	return out
}

// add makes a layer of the list; its calls are made later.
func (d *decoder) add(tree map[string]any) error {
	it := &item{registered: tree["registered_name"]}
	it.class, _ = tree["class_name"].(string)
	it.module, _ = tree["module"].(string)
	it.config, _ = tree["config"].(map[string]any)
	it.calls, _ = tree["inbound_nodes"].([]any)
	if it.name, _ = tree["name"].(string); it.name == "" {
		it.name, _ = it.config["name"].(string)
	}
	switch {
	case legacyOps[it.class]:
		if err := it.fromLegacyOp(); err != nil {
			return err
		}
	case !strings.Contains(it.module, ".ops") && !it.bareOperation():
		l, err := decodeLayer(d.Decoder, tree)
		if err != nil {
			return err
		}
		it.layer = l
		if config.NameOf(l) == "" {
			config.SetName(l, it.name)
		}
	}
	if in, ok := it.layer.(*layers.Input); ok {
		it.outputs = []graph.Nodes{{d.g.Input(it.name, in.BatchShape(), in.Dtype)}}
		it.calls = nil
	}
	if d.named[it.name] != nil {
		return fmt.Errorf("two layers are named %q", it.name)
	}
	d.named[it.name] = it
	d.items = append(d.items, it)
	return d.g.Err()
}

// bareOperation reports an operation in an .h5 file, which names no module. A layer has more settings than a name.
func (it *item) bareOperation() bool {
	_, layer := it.config["trainable"]
	if it.module != "" || layer || builders[it.class] == nil {
		return false
	}
	it.module, it.registered = "keras.src.ops.numpy", it.class
	return true
}

// offsets finds the inner models whose calls are counted from 1, as Keras 2 does: a reference goes beyond the last call.
// replay makes the calls whose inputs are there until none is left.
func (d *decoder) replay() error {
	for {
		progress, left := false, ""
		for _, it := range d.items {
			for len(it.outputs) < len(it.calls) {
				ok, err := d.call(it, it.calls[len(it.outputs)])
				if err != nil {
					return fmt.Errorf("layer %s: %w", it.name, err)
				}
				if !ok {
					left = it.name
					break
				}
				progress = true
			}
		}
		if left == "" {
			return nil
		}
		if !progress {
			return fmt.Errorf("the calls of layer %s form a cycle, or read a layer that is not there", left)
		}
	}
}

// call makes one call; ok is false while an input is missing.
func (d *decoder) call(it *item, node any) (ok bool, err error) {
	args, kwargs, err := callTree(node)
	if err != nil {
		return false, err
	}
	r := resolver{d: d}
	list, _ := r.value(args).([]any)
	named, _ := r.value(kwargs).(map[string]any)
	if r.err != nil || r.waiting {
		return false, r.err
	}
	l, a, err := it.arguments(list, named)
	if err != nil {
		return false, err
	}
	out := layers.CallArgs(l, a)
	if err := out.FirstErr(); err != nil {
		return false, err
	}
	it.outputs = append(it.outputs, out)
	return true, nil
}

// arguments are those of a call, and the layer to be called: an operation is made for each call of it.
func (it *item) arguments(list []any, named map[string]any) (layers.Layer, layers.Args, error) {
	if it.layer != nil {
		a, err := decodeArgs(it.layer, list, named)
		return it.layer, a, err
	}
	o, in, err := newOperation(it, list, named)
	if err != nil {
		return nil, layers.Args{}, err
	}
	if n := len(it.outputs); n > 0 {
		o.name = fmt.Sprintf("%s_%d", it.name, n)
	}
	return o, layers.Args{Inputs: in}, nil
}

// callTree reads one entry of inbound_nodes: Keras 3's args and kwargs, or Keras 2's list of [layer, call, output, kwargs].
func callTree(node any) (args []any, kwargs map[string]any, err error) {
	switch n := node.(type) {
	case map[string]any:
		args, _ = n["args"].([]any)
		kwargs, _ = n["kwargs"].(map[string]any)
		return args, kwargs, nil
	case []any:
		return legacyCall(n)
	}
	return nil, nil, fmt.Errorf("an inbound node is %v", node)
}

// legacyValue marks Keras 2's references [layer, call, output] among keyword arguments as tensors.
// resolver replaces the references in a tree by nodes.
// find returns the node of a (layer, call, output), nil if the call is not made yet.
// ends reads input_layers or output_layers: one reference, or a list or dictionary of them.
// namedEnds reads a dictionary of outputs in the order of its keys, as Keras flattens it; the keys name the outputs.
// end finds one input or output. Keras counts the calls of an inner functional model from 1 there, others from 0.
