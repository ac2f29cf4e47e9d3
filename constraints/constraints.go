// Package constraints holds those of keras.constraints: projections that keep weights in a set after every update.
package constraints

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Constraint maps a weight to the nearest allowed value, of the same shape.
type Constraint interface {
	Call(w *graph.Node) *graph.Node
}

// Func is a function as a Constraint.
type Func func(w *graph.Node) *graph.Node

// Call calls f.
func (f Func) Call(w *graph.Node) *graph.Node { return f(w) }

// Like is what layers take as a constraint: a name, a Constraint, or a func(*graph.Node) *graph.Node.
type Like = any

var registry = config.NewRegistry("constraint", "keras.constraints")

// Get resolves a constraint. nil gives nil: none.
func Get(l Like) (Constraint, error) {
	if f, ok := l.(func(*graph.Node) *graph.Node); ok {
		return Func(f), nil
	}
	return config.Get[Constraint](registry, l)
}

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }
