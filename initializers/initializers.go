// Package initializers holds the ways to draw the first values of weights, those of keras.initializers. Layers take them by
// name ("he_normal"), as a value of this package (HeNormal{Seed: 1}), or as a function.
package initializers

import (
	"fmt"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Initializer draws first values.
type Initializer interface {
	// Init fills w, the row-major elements of a tensor of the given shape. r is seeded by the model's seed and the
	// weight's path; an initializer with a seed of its own may ignore it.
	Init(w []float64, shape graph.Shape, r *rand.Rand)
}

// Func is a function as an Initializer.
type Func func(w []float64, shape graph.Shape, r *rand.Rand)

// Init calls f.
func (f Func) Init(w []float64, shape graph.Shape, r *rand.Rand) { f(w, shape, r) }

// Like is what layers take as an initializer: a name, an Initializer, or a func with the signature of Func.
type Like = any

var registry = config.NewRegistry("initializer", "keras.initializers")

// Get resolves an initializer. nil gives nil: the caller's default.
func Get(l Like) (Initializer, error) {
	if f, ok := l.(func([]float64, graph.Shape, *rand.Rand)); ok {
		return Func(f), nil
	}
	return config.Get[Initializer](registry, l)
}

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }

// Checker is an initializer that refuses shapes: Identity needs a matrix.
type Checker interface{ Check(shape graph.Shape) error }

// Draw runs an initializer for a shape, with its seed or the caller's.
func Draw(i Initializer, shape graph.Shape, r *rand.Rand) ([]float64, error) {
	if c, ok := i.(Checker); ok {
		if err := c.Check(shape); err != nil {
			return nil, fmt.Errorf("%T of shape %v: %w", i, shape, err)
		}
	}
	w := make([]float64, shape.Size())
	i.Init(w, shape, r)
	return w, nil
}
