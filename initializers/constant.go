package initializers

import (
	"fmt"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Zeros fills with 0.
type Zeros struct{}

// Init fills w with 0.
func (Zeros) Init(w []float64, _ graph.Shape, _ *rand.Rand) { fill(w, 0) }

// Ones fills with 1.
type Ones struct{}

// Init fills w with 1.
func (Ones) Init(w []float64, _ graph.Shape, _ *rand.Rand) { fill(w, 1) }

func fill(w []float64, v float64) {
	for i := range w {
		w[i] = v
	}
}

// Constant fills with a value: a number, or an array (nested slices, a tensor) that is broadcast to the weight's shape.
// nil is 0.
type Constant struct{ Value any }

// Check refuses a value that is no array of numbers, or does not broadcast to the shape.
func (c Constant) Check(shape graph.Shape) error {
	_, from, err := c.values()
	if err != nil {
		return err
	}
	if to, err := graph.BroadcastShapes(from, shape); err != nil || !to.Equal(shape) {
		return fmt.Errorf("its value has the shape %v, which does not broadcast to %v", from, shape)
	}
	return nil
}

func (c Constant) values() ([]float64, graph.Shape, error) {
	if c.Value == nil {
		return []float64{0}, graph.Shape{}, nil
	}
	v, shape, err := array.From(c.Value)
	if err != nil {
		return nil, nil, err
	}
	if array.DtypeOf(v) == "string" {
		return nil, nil, fmt.Errorf("its value %v is no number", c.Value)
	}
	return array.Float64s(v), shape, nil
}

// Init fills w with the value.
func (c Constant) Init(w []float64, shape graph.Shape, _ *rand.Rand) {
	v, from, err := c.values()
	if err != nil || len(v) == 0 {
		return
	}
	// strides of the value along the axes of shape, 0 where it is broadcast
	strides := make([]int, len(shape))
	step := 1
	for i := len(from) - 1; i >= 0; i-- {
		if from[i] != 1 {
			strides[len(shape)-len(from)+i] = step
		}
		step *= from[i]
	}
	for i := range w {
		at, rest := 0, i
		for a := len(shape) - 1; a >= 0; a-- {
			at += rest % shape[a] * strides[a]
			rest /= shape[a]
		}
		w[i] = v[at]
	}
}

// FromConfig reads a number, nested lists, or a serialized NumPy array or tensor.
func (c *Constant) FromConfig(d *config.Decoder, settings map[string]any) error {
	if m, ok := settings["value"].(map[string]any); ok {
		inner, _ := m["config"].(map[string]any)
		if inner["value"] == nil {
			return fmt.Errorf("value: got %v, want a number or an array", m)
		}
		settings = map[string]any{"value": inner["value"]}
	}
	if v, ok := settings["value"]; ok {
		c.Value = v
	}
	return nil
}

// Config writes nil as 0.
func (c Constant) Config(fields map[string]any) (map[string]any, error) {
	if c.Value == nil {
		fields["value"] = 0.0
	}
	return fields, nil
}

// Identity makes the identity matrix times Gain. The weight must be a square matrix.
type Identity struct {
	Gain float64 `default:"1"`
}

// Check refuses anything but a square matrix.
func (Identity) Check(shape graph.Shape) error {
	if len(shape) != 2 || shape[0] != shape[1] {
		return fmt.Errorf("the identity needs a square matrix")
	}
	return nil
}

// Init writes Gain on the diagonal and 0 elsewhere.
func (i Identity) Init(w []float64, shape graph.Shape, _ *rand.Rand) {
	i = config.Resolve(i)
	fill(w, 0)
	for k := range shape[0] {
		w[k*shape[1]+k] = i.Gain
	}
}

func init() {
	registry.Add("Zeros", Zeros{}, "zero")
	registry.Add("Ones", Ones{}, "one")
	registry.Add("Constant", Constant{})
	registry.Add("Identity", Identity{}, "IdentityInitializer")
}
