// Package gorgonia runs functions on Gorgonia's tape machine: an independent witness of what backend/native computes.
package gorgonia

import (
	"fmt"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
)

// Backend runs functions on a Gorgonia tape machine.
type Backend struct{}

func init() { backend.Register(Backend{}) }

// Name is "gorgonia".
func (Backend) Name() string { return "gorgonia" }

// Supports returns why the operation cannot be run, nil if it can.
func (Backend) Supports(op graph.Op, in, out []graph.Spec) error {
	return fmt.Errorf("the gorgonia backend does not do %s: use the native backend", op.Name())
}

// Compile prepares a function.
func (b Backend) Compile(f *backend.Func) (backend.Executable, error) {
	return nil, fmt.Errorf("the gorgonia backend cannot compile %s: use the native backend", f.Name)
}
