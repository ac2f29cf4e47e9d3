package graph

import (
	"errors"
	"fmt"
)

// scale has an attribute, so that equal inputs do not make equal nodes.
type scale struct{ By int }

func (scale) Name() string                  { return "scale" }
func (scale) Infer(in []Spec) (Spec, error) { return in[0], nil }
func (scale) VJP(_, dy *Node) []*Node       { return []*Node{dy} }

// halves splits the first axis in two.
type halves struct{}

func (halves) Name() string { return "halves" }
func (halves) InferTuple(in []Spec) ([]Spec, error) {
	d := in[0].Shape.Dim(0)
	if d%2 != 0 {
		return nil, fmt.Errorf("axis 0 has the odd size %d", d)
	}
	s := Spec{in[0].Dtype, in[0].Shape.With(0, d/2)}
	return []Spec{s, s.Clone()}, nil
}

// half reads one of them.
type half struct{ I int }

func (half) Name() string { return "half" }
func (o half) Project(p *Node) (Spec, error) {
	if o.I >= len(p.Specs()) {
		return Spec{}, errors.New("there are two halves")
	}
	return p.Specs()[o.I], nil
}

// sized adds the size of its second input, of which only the shape is read.
type sized struct{ N int }

func (sized) Name() string                  { return "sized" }
func (sized) Infer(in []Spec) (Spec, error) { return in[0], nil }
func (sized) ShapeOnly(i int) bool          { return i == 1 }
func (sized) Bind(in []Spec) Op             { return sized{in[1].Shape.Size()} }

// shaped is an op that claims any shape.
type shaped struct{ Dims Ints }

func (shaped) Name() string                 { return "shaped" }
func (o shaped) Infer([]Spec) (Spec, error) { return Spec{Float32, o.Dims.Slice()}, nil }

// nothing is an op without a shape rule.
type nothing struct{}

func (nothing) Name() string { return "nothing" }
