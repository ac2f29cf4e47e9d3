package targets

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/layers"
)

// runShapes infers shapes.
func runShapes(c *cases.Case) error {
	if c.Target.Kind == "layer" {
		return runLayerShapes(c)
	}
	return runOpShapes(c)
}

// runLayerShapes calls layers on symbolic tensors and compares the shapes and dtypes of their outputs and weights.
func runLayerShapes(c *cases.Case) error {
	return entries(c, func(entry *cases.Value) error { return layerShapes(entry, c.Target.Name) })
}

func layerShapes(entry *cases.Value, name string) error {
	o, err := (&config.Decoder{}).Decode(plain(entry.Get("config")), "layer")
	if err != nil {
		return err
	}
	l, ok := o.(layers.Layer)
	if !ok {
		return fmt.Errorf("%s is a %T", name, o)
	}
	e := newEval()
	c := &cases.Case{Args: entry.Get("args"), Kwargs: entry.Get("kwargs"), Target: cases.Target{Name: name}}
	args, err := e.layerArgs(c)
	if err != nil {
		return err
	}
	outputs := layers.CallArgs(l, args)
	if err := e.g.Err(); err != nil {
		return err
	}
	if err := sameSpecs(outputs, entry.Get("output").Leaves()); err != nil {
		return err
	}
	return weightShapes(l, entry.Get("weights"))
}

// knows reports whether got says at least what want says: a size that Keras leaves open may be known.
func knows(got, want graph.Shape) bool {
	return len(got) == len(want) && graph.Refines(graph.Spec{Shape: got}, graph.Spec{Shape: want})
}

func weightShapes(l layers.Layer, want *cases.Value) error {
	params := l.Params()
	if len(params) != len(want.Items()) {
		return fmt.Errorf("the layer has %d weights %v, want %d", len(params), params, len(want.Items()))
	}
	for i, w := range want.Items() {
		shape, err := w.Get("shape").Ints()
		if err != nil {
			return err
		}
		if !slices.Equal(shape, params[i].Spec().Shape) {
			return fmt.Errorf("weight %d is %v, want %v", i, params[i], shape)
		}
	}
	return nil
}

// symbol is an input for a symbolic tensor, float32 unless it says otherwise.
func (e *eval) symbol(v *cases.Value) (*graph.Node, error) {
	shape, dtype, err := v.Spec()
	if err != nil {
		return nil, err
	}
	if dtype == "" {
		dtype = "float32"
	}
	return e.g.Input(fmt.Sprintf("s%d", e.g.Len()), unknown(shape), graph.Dtype(dtype)), nil
}

// unknown is a shape of a case with graph.None for the axes that are not known.
func unknown(shape []int) graph.Shape {
	out := slices.Clone(graph.Shape(shape))
	for i, d := range out {
		if d == -1 {
			out[i] = graph.None
		}
	}
	return out
}
