package functional

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

func (d *decoder) offsets(outputs any) {
	var visit func(v any)
	visit = func(v any) {
		switch t := v.(type) {
		case map[string]any:
			for _, x := range t {
				visit(x)
			}
		case []any:
			for _, x := range t {
				visit(x)
			}
			if len(t) < 3 {
				return
			}
			name, _ := t[0].(string)
			call, ok := config.Number(t[1])
			if it := d.named[name]; it != nil && ok && len(it.calls) > 0 && int(call) >= len(it.calls) {
				if _, inner := it.layer.(*Model); inner {
					it.offset = 1
				}
			}
		}
	}
	legacy := false
	for _, it := range d.items {
		visit(it.calls)
		for _, call := range it.calls {
			_, list := call.([]any)
			legacy = legacy || list
		}
	}
	if legacy {
		visit(outputs)
	}
}

type resolver struct {
	d       *decoder
	waiting bool
	err     error
}

func (r *resolver) value(v any) any {
	switch t := v.(type) {
	case []any:
		out := make([]any, len(t))
		for i, x := range t {
			out[i] = r.value(x)
		}
		return out
	case map[string]any:
		if t["class_name"] == "__keras_tensor__" {
			c, _ := t["config"].(map[string]any)
			h, _ := c["keras_history"].([]any)
			n, err := r.d.find(h)
			if err != nil {
				r.err = err
			}
			if n == nil {
				r.waiting = true
				return nil
			}
			return n
		}
		out := map[string]any{}
		for k, x := range t {
			out[k] = r.value(x)
		}
		return out
	}
	return v
}

func (d *decoder) find(h []any) (*graph.Node, error) {
	if len(h) < 3 {
		return nil, fmt.Errorf("keras_history is %v, want [layer, call, output]", h)
	}
	name, _ := h[0].(string)
	call, ok1 := config.Number(h[1])
	output, ok2 := config.Number(h[2])
	it := d.named[name]
	if it == nil || !ok1 || !ok2 || call < 0 || output < 0 {
		return nil, fmt.Errorf("keras_history %v names no layer of the model", h)
	}
	i := int(call) - it.offset
	if i < 0 || i >= len(it.outputs) {
		return nil, nil
	}
	if int(output) >= len(it.outputs[i]) {
		return nil, fmt.Errorf("layer %s has %d outputs, keras_history asks for output %d", name, len(it.outputs[i]), int(output))
	}
	return it.outputs[i][int(output)], nil
}

func (d *decoder) ends(v any) (graph.Nodes, error) {
	switch t := v.(type) {
	case []any:
		if len(t) == 3 {
			if name, ok := t[0].(string); ok {
				n, err := d.end(name, t)
				return graph.Nodes{n}, err
			}
		}
		var out graph.Nodes
		for _, x := range t {
			ns, err := d.ends(x)
			if err != nil {
				return nil, err
			}
			out = append(out, ns...)
		}
		return out, nil
	case map[string]any:
		return d.namedEnds(t)
	}
	return nil, fmt.Errorf("it is %v", v)
}

func (d *decoder) namedEnds(t map[string]any) (graph.Nodes, error) {
	var out graph.Nodes
	for _, key := range sortedKeys(t) {
		ns, err := d.ends(t[key])
		if err != nil {
			return nil, err
		}
		for _, n := range ns {
			if nodeName(n) != key {
				if _, input := n.Op().(graph.InputOp); !input {
					n = n.Named(key)
				}
			}
			out = append(out, n)
		}
	}
	return out, nil
}

func (d *decoder) end(name string, h []any) (*graph.Node, error) {
	if it := d.named[name]; it != nil && it.offset == 0 && functionalItem(it) {
		if call, ok := config.Number(h[1]); ok && call > 0 {
			h = []any{name, call - 1, h[2]}
		}
	}
	n, err := d.find(h)
	if err == nil && n == nil {
		err = fmt.Errorf("%v names a call that the model does not make", h)
	}
	return n, err
}

func functionalItem(it *item) bool {
	m, ok := it.layer.(*Model)
	return ok && m.seq == nil
}
