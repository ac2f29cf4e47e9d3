// Package xla makes the backend name "xla" known. This release has no lowering to StableHLO: choosing the backend gives an
// error at Compile that wraps backend.ErrUnavailable, so that a program can try it and fall back.
package xla

import (
	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
)

// Backend names a device that XLA would run on.
type Backend struct {
	Plugin string // the path of a PJRT plugin
	Device string // "cpu", "gpu", "tpu"
}

func init() { backend.Register(Backend{}) }

// Name is "xla".
func (Backend) Name() string { return "xla" }

// Available says why the backend cannot run.
func (Backend) Available() error {
	return errors.WithMessage(backend.ErrUnavailable, "xla: this release has no XLA lowering; use \"native\"")
}

// Supports refuses every operation, with the reason that Available gives.
func (b Backend) Supports(graph.Op, []graph.Spec, []graph.Spec) error { return b.Available() }

// Compile returns the error that Available gives.
func (b Backend) Compile(*backend.Func) (backend.Executable, error) { return nil, b.Available() }
