package initializers

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// VarianceScaling draws with a variance of Scale/n, where n is the number of inputs of a unit, of its outputs, or the mean
// of both. https://keras.io/api/layers/initializers/#variancescaling-class
type VarianceScaling struct {
	Scale        float64 `default:"1"`                // above 0
	Mode         string  `default:"fan_in"`           // "fan_in", "fan_out" or "fan_avg"
	Distribution string  `default:"truncated_normal"` // or "untruncated_normal", "uniform"; "normal" is truncated
	Seed         int     `default:"none"`             // 0: the model's
	// InputAxes and OutputAxes say which axes of the weight count inputs and outputs. By default the last axis counts
	// outputs, the one before inputs, and both are multiplied by the axes before, the receptive field.
	InputAxes, OutputAxes []int
}

// Check refuses settings that do not exist and axes that the shape does not have.
func (v VarianceScaling) Check(shape graph.Shape) error {
	v = config.Resolve(v)
	switch v.Mode {
	case "fan_in", "fan_out", "fan_avg":
	default:
		return fmt.Errorf("unknown Mode %q: use fan_in, fan_out or fan_avg", v.Mode)
	}
	switch v.Distribution {
	case "normal", "truncated_normal", "untruncated_normal", "uniform":
	default:
		return fmt.Errorf("unknown Distribution %q: use truncated_normal, untruncated_normal or uniform", v.Distribution)
	}
	if !(v.Scale > 0) {
		return fmt.Errorf("the Scale is %g, want more than 0", v.Scale)
	}
	if (v.InputAxes == nil) != (v.OutputAxes == nil) {
		return fmt.Errorf("InputAxes %v and OutputAxes %v go together: give both or neither", v.InputAxes, v.OutputAxes)
	}
	for _, axis := range append(append([]int{}, v.InputAxes...), v.OutputAxes...) {
		if axis < -len(shape) || axis >= len(shape) {
			return fmt.Errorf("axis %d is not one of the %d of the weight", axis, len(shape))
		}
	}
	return nil
}

// truncatedStd is the standard deviation of the standard normal distribution cut off at ±2.
const truncatedStd = 0.87962566103423978

// Init fills w.
func (v VarianceScaling) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	v = config.Resolve(v)
	in, out := fans(shape, v.InputAxes, v.OutputAxes)
	n := in
	switch v.Mode {
	case "fan_out":
		n = out
	case "fan_avg":
		n = (in + out) / 2
	}
	variance := v.Scale / max(1, n)
	r = source(v.Seed, r)
	switch v.Distribution {
	case "uniform":
		limit := math.Sqrt(3 * variance)
		uniform(w, -limit, limit, r)
	case "untruncated_normal":
		stddev := math.Sqrt(variance)
		for i := range w {
			w[i] = stddev * r.NormFloat64()
		}
	default:
		truncated(w, 0, math.Sqrt(variance)/truncatedStd, r)
	}
}

// fans counts the inputs and outputs of a unit of a weight: (in, out), (spatial..., in, out), or as the axes say.
func fans(shape graph.Shape, inputs, outputs []int) (in, out float64) {
	switch {
	case inputs != nil && outputs != nil:
		return along(shape, inputs), along(shape, outputs)
	case len(shape) == 0:
		return 1, 1
	case len(shape) == 1:
		return float64(shape[0]), float64(shape[0])
	}
	field := float64(graph.Prod(shape[:len(shape)-2]...))
	return float64(shape.Dim(-2)) * field, float64(shape.Dim(-1)) * field
}

// along multiplies the sizes of some axes.
func along(shape graph.Shape, axes []int) float64 {
	p := 1.0
	for _, axis := range axes {
		p *= float64(shape.Dim(axis))
	}
	return p
}

// GlorotUniform draws evenly with variance 2/(inputs + outputs) (Glorot and Bengio, 2010).
type GlorotUniform struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (g GlorotUniform) scaling() VarianceScaling {
	return VarianceScaling{1, "fan_avg", "uniform", g.Seed, g.InputAxes, g.OutputAxes}
}

// Init fills w.
func (g GlorotUniform) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	g.scaling().Init(w, shape, r)
}

// Check refuses axes that the shape does not have.
func (g GlorotUniform) Check(shape graph.Shape) error { return g.scaling().Check(shape) }

// GlorotNormal draws from a truncated normal distribution with variance 2/(inputs + outputs) (Glorot and Bengio, 2010).
type GlorotNormal struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (g GlorotNormal) scaling() VarianceScaling {
	return VarianceScaling{1, "fan_avg", "truncated_normal", g.Seed, g.InputAxes, g.OutputAxes}
}

// Init fills w.
func (g GlorotNormal) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	g.scaling().Init(w, shape, r)
}

// Check refuses axes that the shape does not have.
func (g GlorotNormal) Check(shape graph.Shape) error { return g.scaling().Check(shape) }

// HeUniform draws evenly with variance 2/inputs (He et al., 2015, arXiv:1502.01852).
type HeUniform struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (h HeUniform) scaling() VarianceScaling {
	return VarianceScaling{2, "fan_in", "uniform", h.Seed, h.InputAxes, h.OutputAxes}
}

// Init fills w.
func (h HeUniform) Init(w []float64, shape graph.Shape, r *rand.Rand) { h.scaling().Init(w, shape, r) }

// Check refuses axes that the shape does not have.
func (h HeUniform) Check(shape graph.Shape) error { return h.scaling().Check(shape) }

// HeNormal draws from a truncated normal distribution with variance 2/inputs (He et al., 2015, arXiv:1502.01852).
type HeNormal struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (h HeNormal) scaling() VarianceScaling {
	return VarianceScaling{2, "fan_in", "truncated_normal", h.Seed, h.InputAxes, h.OutputAxes}
}

// Init fills w.
func (h HeNormal) Init(w []float64, shape graph.Shape, r *rand.Rand) { h.scaling().Init(w, shape, r) }

// Check refuses axes that the shape does not have.
func (h HeNormal) Check(shape graph.Shape) error { return h.scaling().Check(shape) }

// LecunUniform draws evenly with variance 1/inputs.
type LecunUniform struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (l LecunUniform) scaling() VarianceScaling {
	return VarianceScaling{1, "fan_in", "uniform", l.Seed, l.InputAxes, l.OutputAxes}
}

// Init fills w.
func (l LecunUniform) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	l.scaling().Init(w, shape, r)
}

// Check refuses axes that the shape does not have.
func (l LecunUniform) Check(shape graph.Shape) error { return l.scaling().Check(shape) }

// LecunNormal draws from a truncated normal distribution with variance 1/inputs: what SELU needs (Klambauer et al., 2017).
type LecunNormal struct {
	Seed                  int `default:"none"` // 0: the model's
	InputAxes, OutputAxes []int
}

func (l LecunNormal) scaling() VarianceScaling {
	return VarianceScaling{1, "fan_in", "truncated_normal", l.Seed, l.InputAxes, l.OutputAxes}
}

// Init fills w.
func (l LecunNormal) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	l.scaling().Init(w, shape, r)
}

// Check refuses axes that the shape does not have.
func (l LecunNormal) Check(shape graph.Shape) error { return l.scaling().Check(shape) }

func init() {
	registry.Add("VarianceScaling", VarianceScaling{})
	registry.Add("GlorotUniform", GlorotUniform{})
	registry.Add("GlorotNormal", GlorotNormal{})
	registry.Add("HeUniform", HeUniform{})
	registry.Add("HeNormal", HeNormal{})
	registry.Add("LecunUniform", LecunUniform{})
	registry.Add("LecunNormal", LecunNormal{})
}
