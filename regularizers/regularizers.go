// Package regularizers holds those of keras.regularizers: penalties on weights and activations that are added to the loss.
package regularizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Regularizer is a penalty. Call maps a tensor to a scalar.
type Regularizer interface {
	Call(w *graph.Node) *graph.Node
}

// Func is a function as a Regularizer.
type Func func(w *graph.Node) *graph.Node

// Call calls f.
func (f Func) Call(w *graph.Node) *graph.Node { return f(w) }

// Like is what layers take as a regularizer: a name, a Regularizer, or a func(*graph.Node) *graph.Node.
type Like = any

var registry = config.NewRegistry("regularizer", "keras.regularizers")

// Get resolves a regularizer. nil gives nil: none.
func Get(l Like) (Regularizer, error) {
	if f, ok := l.(func(*graph.Node) *graph.Node); ok {
		return Func(f), nil
	}
	return config.Get[Regularizer](registry, l)
}

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }
