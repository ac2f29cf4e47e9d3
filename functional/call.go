package functional

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
)

// Input makes a node that is fed, with a batch axis of unknown size before the given shape. The dtype is float32 unless
// given. Graph.Input takes the whole shape instead.
func Input(g *graph.Graph, name string, shape graph.Shape, dtype ...graph.Dtype) *graph.Node {
	return g.Input(name, append(graph.Shape{graph.None}, shape...), dtype...)
}

// Call calls a layer on nodes and returns its output, the first one of several. Calling a layer again shares its weights.
// A mistake is recorded in the graph and returned by New.
func Call(l layers.Layer, in ...*graph.Node) *graph.Node { return layers.Call(l, in...) }

// CallN is Call with all outputs of the layer.
func CallN(l layers.Layer, in ...*graph.Node) graph.Nodes { return layers.CallN(l, in...) }

// CallArgs calls a layer with keyword arguments and returns all outputs.
func CallArgs(l layers.Layer, a layers.Args) graph.Nodes { return layers.CallArgs(l, a) }

// Chain calls layers one after the other, each on the output of the one before.
func Chain(x *graph.Node, ls ...layers.Layer) *graph.Node {
	for _, l := range ls {
		x = layers.Call(l, x)
	}
	return x
}

// LayerCall is one call of a layer, Keras's node.
type LayerCall struct {
	Inputs, Outputs graph.Nodes
	Args            layers.Args
}

// Calls lists the calls of a layer in a graph, in order.
func Calls(g *graph.Graph, l layers.Layer) []LayerCall {
	var out []LayerCall
	for _, c := range g.Calls() {
		if c.Layer == any(l) {
			args, _ := c.Args.(layers.Args)
			out = append(out, LayerCall{c.Inputs, c.Outputs, args})
		}
	}
	return out
}

// once returns the only call of a layer.
func once(g *graph.Graph, l layers.Layer) (LayerCall, error) {
	calls := Calls(g, l)
	switch len(calls) {
	case 0:
		return LayerCall{}, fmt.Errorf("the layer %s was not called in graph %q", describe(g, l), g.Name())
	case 1:
		return calls[0], nil
	}
	return LayerCall{}, fmt.Errorf("%s was called %d times: choose one of functional.Calls", describe(g, l), len(calls))
}

func describe(g *graph.Graph, l layers.Layer) string {
	if name := g.NameOf(l); name != "" {
		return name
	}
	if name := config.NameOf(l); name != "" {
		return name
	}
	return layers.ClassName(l)
}

// OutputOf is the (first) output of a layer that was called once in g; an error otherwise.
func OutputOf(g *graph.Graph, l layers.Layer) (*graph.Node, error) {
	c, err := once(g, l)
	if err != nil {
		return nil, err
	}
	return c.Outputs[0], nil
}

// InputOf is the (first) input of a layer that was called once in g; an error otherwise.
func InputOf(g *graph.Graph, l layers.Layer) (*graph.Node, error) {
	c, err := once(g, l)
	if err != nil {
		return nil, err
	}
	return c.Inputs[0], nil
}
