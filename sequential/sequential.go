// Package sequential holds models that are a list of layers, each called on the output of the one before. Everything a model
// can do is in package functional, whose Model is embedded.
package sequential

import (
	"fmt"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// Model is a list of layers.
type Model struct{ *functional.Model }

// New makes a model of layers. With a layers.Input in front it is built at once; without, from the first data it meets or
// by Build. Mistakes in the layers are returned here, or when the model is built.
// https://keras.io/api/models/sequential
func New(ls ...layers.Layer) (*Model, error) {
	m, err := functional.NewSequential(ls...)
	if err != nil {
		return nil, err
	}
	return &Model{m}, nil
}

// Add appends layers. On an error the model stays as it was.
func (m *Model) Add(ls ...layers.Layer) error { return m.AddLayers(ls...) }

// Pop takes the last layer off.
func (m *Model) Pop() error { return m.PopLayer() }

// Build makes the weights of a model without an Input in front, for data of the given whole shape, batch axis first:
// Build(graph.None, 784).
func (m *Model) Build(shape ...int) error {
	if in := m.Inputs(); len(in) == 1 {
		if _, ok := graph.Same(in[0].Shape(), shape); !ok {
			return fmt.Errorf("building %s: it is built for the shape %v already, not %v: make a new model for another shape", m.Name(), in[0].Shape(), graph.Shape(shape))
		}
	}
	return m.BuildFor(graph.Shape(shape), graph.Float32)
}

// Clone makes a model of the same layers with weights of its own, drawn from seed 0.
func (m *Model) Clone() (*Model, error) {
	c, err := m.Model.Clone()
	if err != nil {
		return nil, err
	}
	return &Model{c}, nil
}
