package functional

import (
	"errors"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// Box is one layer, or one operation between layers, in the diagram of a model.
type Box struct {
	Name, Class, Shape string
	Layer              layers.Layer // nil for an operation
	From               []int        // the boxes whose outputs it reads
}

// Diagram lists the layers and operations of a built model, inputs first, with their connections: what a picture of the model
// shows.
func (m *Model) Diagram() ([]Box, error) {
	if m.g == nil {
		return nil, errors.New("the model is not built: call Build, or give it an Input")
	}
	net := m.network()
	at := map[any]int{}
	var out []Box
	for _, u := range net.units {
		i, ok := at[u.op]
		if !ok {
			i = len(out)
			at[u.op] = i
			out = append(out, m.box(u))
		}
		for _, p := range u.parents {
			out[i].From = append(out[i].From, at[p.op])
		}
	}
	return out, nil
}

func (m *Model) box(u *unit) Box {
	if l, ok := u.op.(layers.Layer); ok {
		return Box{Name: m.layerName(l), Class: layers.ClassName(l), Shape: outputShape(m, l), Layer: l}
	}
	n, ok := u.op.(*graph.Node)
	if !ok { // a Sequential's input, which is no layer of its list
		n = u.node
	}
	return Box{Name: n.Name(), Class: n.Op().Name(), Shape: shapeString(n.Shape())}
}
