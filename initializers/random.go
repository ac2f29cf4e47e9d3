package initializers

import (
	"math"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// source is the generator of an initializer: one of its own if it has a seed, so that it draws the same values for every
// weight, as in Keras.
func source(seed int, r *rand.Rand) *rand.Rand {
	if seed == 0 && r != nil {
		return r
	}
	return rand.New(rand.NewPCG(uint64(seed), 0x9E3779B97F4A7C15))
}

// RandomNormal draws from a normal distribution.
type RandomNormal struct {
	Mean   float64
	Stddev float64 `default:"0.05"`
	Seed   int     `default:"none"` // 0: the model's
}

// Init fills w.
func (n RandomNormal) Init(w []float64, _ graph.Shape, r *rand.Rand) {
	n = config.Resolve(n)
	r = source(n.Seed, r)
	for i := range w {
		w[i] = n.Mean + n.Stddev*r.NormFloat64()
	}
}

// TruncatedNormal draws from a normal distribution, again whenever a value is more than two standard deviations from the
// mean.
type TruncatedNormal struct {
	Mean   float64
	Stddev float64 `default:"0.05"`
	Seed   int     `default:"none"` // 0: the model's
}

// Init fills w.
func (n TruncatedNormal) Init(w []float64, _ graph.Shape, r *rand.Rand) {
	n = config.Resolve(n)
	truncated(w, n.Mean, n.Stddev, source(n.Seed, r))
}

func truncated(w []float64, mean, stddev float64, r *rand.Rand) {
	for i := range w {
		z := r.NormFloat64()
		for math.Abs(z) > 2 {
			z = r.NormFloat64()
		}
		w[i] = mean + stddev*z
	}
}

// RandomUniform draws evenly from [Minval, Maxval).
type RandomUniform struct {
	Minval float64 `default:"-0.05"`
	Maxval float64 `default:"0.05"`
	Seed   int     `default:"none"` // 0: the model's
}

// Init fills w.
func (u RandomUniform) Init(w []float64, _ graph.Shape, r *rand.Rand) {
	u = config.Resolve(u)
	uniform(w, u.Minval, u.Maxval, source(u.Seed, r))
}

func uniform(w []float64, low, high float64, r *rand.Rand) {
	for i := range w {
		w[i] = low + (high-low)*r.Float64()
	}
}

func init() {
	registry.Add("RandomNormal", RandomNormal{}, "normal")
	registry.Add("TruncatedNormal", TruncatedNormal{})
	registry.Add("RandomUniform", RandomUniform{}, "uniform")
}
