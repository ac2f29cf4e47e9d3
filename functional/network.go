package functional

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// network is the layers of a model in Keras's order, which is also the order of its weights, files and summaries: by
// falling distance from the outputs, within one distance by the order in which a walk from the outputs meets them.
type network struct {
	inputs map[*graph.Node]bool
	cut    map[*graph.Node]layers.Layer // the Input layers that stand for the input nodes
	index  map[any]int                  // operation -> order met
	ops    []any                        // operations in the order met
	units  []*unit                      // calls and single nodes, inputs first
	byNode map[*graph.Node]*unit
	byCall map[*graph.LayerCall]*unit
}

// unit is what Keras calls a node: one layer call, one operation between layers, or an input.
type unit struct {
	op      any // the layer, or the node of an operation
	call    *graph.LayerCall
	node    *graph.Node
	parents []*unit
	depth   int
}

// mapNetwork walks from the outputs back to the inputs.
func mapNetwork(inputs, outputs graph.Nodes, cut map[*graph.Node]layers.Layer) *network {
	w := &network{
		inputs: map[*graph.Node]bool{}, cut: cut, index: map[any]int{},
		byNode: map[*graph.Node]*unit{}, byCall: map[*graph.LayerCall]*unit{},
	}
	for _, n := range inputs {
		w.inputs[n] = true
	}
	for _, n := range outputs {
		w.visit(n)
	}
	w.depths()
	for _, n := range inputs { // inputs that no output needs come last
		if l := cut[n]; l != nil {
			if _, ok := w.index[l]; !ok {
				w.meet(l)
				w.units = append(w.units, &unit{op: l, node: n})
			}
		}
	}
	return w
}

func (w *network) meet(op any) {
	if _, ok := w.index[op]; !ok {
		w.index[op] = len(w.ops)
		w.ops = append(w.ops, op)
	}
}

// visit returns the unit that makes n, after visiting what it depends on. Names and masks are looked through, constants
// and parameters are no units.
func (w *network) visit(n *graph.Node) *unit {
	if w.inputs[n] {
		return w.once(n, nil, w.cut[n], nil)
	}
	switch op := n.Op().(type) {
	case graph.LayerOut:
		if call := op.Call; call.Layer != nil && call.Parent == nil {
			if u := w.byCall[call]; u != nil {
				return u
			}
			return w.once(n, call, call.Layer, call.Inputs)
		}
		return w.visit(n.In(0))
	case graph.NamedOp, graph.MaskedOp:
		return w.visit(n.In(0))
	case graph.ConstOp, graph.ParamOp, graph.StateOp:
		return nil
	}
	return w.once(n, nil, n, n.Inputs())
}

func (w *network) once(n *graph.Node, call *graph.LayerCall, op any, in graph.Nodes) *unit {
	if u := w.byNode[n]; u != nil {
		return u
	}
	u := &unit{op: op, call: call, node: n}
	w.byNode[n] = u
	if call != nil {
		w.byCall[call] = u
	}
	w.meet(op)
	for _, x := range in {
		if p := w.visit(x); p != nil && !slices.Contains(u.parents, p) {
			u.parents = append(u.parents, p)
		}
	}
	w.units = append(w.units, u)
	return u
}

// depths gives every operation its largest distance from an output.
func (w *network) depths() {
	byOp := map[any]int{}
	for _, u := range slices.Backward(w.units) {
		u.depth = max(u.depth, byOp[u.op])
		byOp[u.op] = u.depth
		for _, p := range u.parents {
			p.depth = max(p.depth, u.depth+1)
		}
	}
	for _, u := range w.units {
		u.depth = byOp[u.op]
	}
}

// ordered lists the operations, layers and nodes between them, each once, in Keras's order.
func (w *network) ordered() []any {
	depth := map[any]int{}
	for _, u := range w.units {
		depth[u.op] = u.depth
	}
	sorted := slices.Clone(w.ops)
	slices.SortStableFunc(sorted, func(a, b any) int {
		if d := depth[b] - depth[a]; d != 0 {
			return d
		}
		return w.index[a] - w.index[b]
	})
	return sorted
}

// layers lists the layers, each once.
func (w *network) layers() []layers.Layer {
	var out []layers.Layer
	for _, op := range w.ordered() {
		if _, ok := op.(*operation); ok {
			continue // no layer in Keras
		}
		if l, ok := op.(layers.Layer); ok {
			out = append(out, l)
		}
	}
	return out
}
