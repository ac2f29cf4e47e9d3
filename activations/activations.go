// Package activations holds the functions of keras.activations: elementwise functions of nodes, and softmax. Layers take
// them by name ("relu"), as a function of this package, or as any function of one's own.
package activations

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Func maps a node to one of the same shape.
type Func = func(x *graph.Node) *graph.Node

// Like is what layers take as an activation: a name, a Func, or nil for none.
type Like = any

var registry = config.NewRegistry("activation", "keras.activations")

// Get resolves an activation. nil and "linear" give the identity.
func Get(l Like) (Func, error) {
	switch v := l.(type) {
	case nil:
		return Linear, nil
	case Func:
		if v == nil {
			return Linear, nil
		}
		return v, nil
	case interface{ Activate(*graph.Node) *graph.Node }:
		return v.Activate, nil
	case string:
		o, err := registry.New(v)
		if err != nil {
			return nil, err
		}
		if f, ok := o.(Func); ok {
			return f, nil
		}
	}
	return nil, fmt.Errorf("a %T is no activation: give a name, or a func(*graph.Node) *graph.Node", l)
}

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }

// Linear is the identity.
func Linear(x *graph.Node) *graph.Node { return x }

func init() { registry.Add("linear", Linear) }
