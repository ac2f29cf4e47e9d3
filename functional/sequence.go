package functional

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/train"
)

// sequence is the list of layers that makes a model a Sequential. Without an Input in front the model is built from the
// first data it meets.
type sequence struct {
	input *layers.Input // nil until declared or met
	list  []layers.Layer
}

func (s *sequence) layers() []layers.Layer { return slices.Clone(s.list) }

// NewSequential makes a model of layers called one after the other; package sequential is its name for users.
func NewSequential(ls ...layers.Layer) (*Model, error) {
	m := &Model{name: "sequential", auto: true, seq: &sequence{}}
	m.Trainer = train.NewTrainer(m)
	return m, m.AddLayers(ls...)
}

// Sequential reports whether the model is a list of layers.
func (m *Model) Sequential() bool { return m.seq != nil }

// AddLayers appends layers to a Sequential. On an error the model stays as it was.
func (m *Model) AddLayers(ls ...layers.Layer) error {
	old := *m.seq
	next := sequence{input: old.input, list: slices.Clone(old.list)}
	for i, l := range ls {
		switch in, isInput := l.(*layers.Input); {
		case l == nil:
			return fmt.Errorf("layer %d is nil", i)
		case isInput && (next.input != nil || len(next.list) > 0):
			return errors.New("an Input stands first in a Sequential, and once")
		case isInput:
			next.input = in
		case slices.Contains(next.list, l):
			return fmt.Errorf("layer %d (%s) is in the model already: a Sequential holds each layer once; share layers with package functional", i, layers.ClassName(l))
		default:
			next.list = append(next.list, l)
		}
	}
	*m.seq = next
	if err := m.rebuild(); err != nil {
		*m.seq = old
		return err
	}
	return nil
}

// PopLayer takes the last layer off a Sequential.
func (m *Model) PopLayer() error {
	if len(m.seq.list) == 0 {
		return errors.New("there is no layer to pop")
	}
	m.seq.list = m.seq.list[:len(m.seq.list)-1]
	return m.rebuild()
}

// BuildFor builds a Sequential without Input for the given whole shape, batch axis included.
func (m *Model) BuildFor(shape graph.Shape, d graph.Dtype) error {
	if m.seq == nil || m.g != nil {
		return nil
	}
	if len(shape) == 0 {
		return errors.New("building a Sequential: the shape is empty; give the whole shape, batch axis first (graph.None)")
	}
	in := &layers.Input{Shape: append([]int{}, shape[1:]...), Dtype: d}
	if shape[0] != graph.None {
		in.BatchSize = shape[0]
	}
	m.seq.input = in
	if err := m.rebuild(); err != nil {
		m.seq.input = nil
		return err
	}
	return nil
}

// rebuild calls the layers in a new graph, if the shape of the input is known.
func (m *Model) rebuild() error {
	s := m.seq
	if s.input == nil || len(s.list) == 0 {
		m.g, m.inputs, m.outputs, m.inNames, m.outNames = nil, nil, nil, nil, nil
		return nil
	}
	g := graph.New(m.name)
	name := s.input.Name
	if name == "" {
		name = "input_layer"
	}
	x := g.Input(name, s.input.BatchShape(), s.input.Dtype)
	return m.set(graph.Nodes{x}, graph.Nodes{Chain(x, s.list...)})
}

// Prepare builds a Sequential without Input from the first data it meets: its shape but for the number of rows.
func (m *Model) Prepare(x any) error {
	if m.g != nil {
		return nil
	}
	if len(m.seq.list) == 0 {
		return errors.New("the model has no layers")
	}
	if s, ok := x.(map[string]any); ok && len(s) == 1 {
		for _, v := range s {
			x = v
		}
	}
	t, err := data.Tensor(x)
	if err != nil {
		return err
	}
	shape := graph.Shape(t.Shape()).Clone()
	if len(shape) == 0 {
		return errors.New("building a Sequential: the data is a single number, want (rows, ...)")
	}
	return m.BuildFor(shape.With(0, graph.None), inputDtype(t.Dtype().Kind().String()))
}

// inputDtype is the dtype of an input for data of a Go type.
func inputDtype(kind string) graph.Dtype {
	switch d := graph.Dtype(kind); d {
	case graph.Int8, graph.Int16, graph.Int32, graph.Int64, graph.Uint8, graph.Uint16, graph.Uint32, graph.Bool, graph.String:
		return d
	}
	if kind == "float64" || kind == "float32" {
		return graph.Float32
	}
	return graph.Int32
}

// buildFor builds a Sequential without Input for the nodes it is called on.
func (m *Model) buildFor(in graph.Nodes) error {
	if m.g != nil {
		return nil
	}
	if len(in) != 1 {
		return fmt.Errorf("a Sequential takes 1 input, got %d", len(in))
	}
	s := in[0].Shape().Clone()
	if len(s) > 0 {
		s[0] = graph.None
	}
	return m.BuildFor(s, in[0].Dtype())
}

func (s *sequence) clone(m *Model, fresh func(layers.Layer) layers.Layer) (*Model, error) {
	var ls []layers.Layer
	if s.input != nil {
		ls = append(ls, &layers.Input{Shape: s.input.Shape, BatchSize: s.input.BatchSize, Dtype: s.input.Dtype, Name: s.input.Name})
	}
	for _, l := range s.list {
		ls = append(ls, fresh(l))
	}
	c, err := NewSequential(ls...)
	if err == nil {
		c.name, c.auto = m.name, m.auto
	}
	return c, err
}
