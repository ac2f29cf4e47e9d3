// Package backend is the border between the engine, which prepares a graph for any machine, and what runs it: a backend
// compiles a [Func] to an [Executable].
//
// Users name a backend where they compile ("native" by default) and need nothing of this package; who writes a backend
// implements the two interfaces here and calls [Register]. Package backend/native is the one to read first.
package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Func is what a backend compiles: a graph in which training or inference is decided, all sizes are numbers, nothing but
// plain operations is left, and the operands of elementwise operations have equal shapes (broadcasts are nodes of their
// own). Nothing is fused or laid out: that is each backend's own business.
type Func struct {
	Name    string
	Inputs  graph.Nodes // nodes of graph.InputOp, in the order in which they are fed; some may be read by nothing
	Outputs graph.Nodes
	Updates []graph.Update // at most one for each parameter
	// CheckNaN asks the executable to look at every result of a floating point operation and to fail, naming the node,
	// at the first NaN or infinity.
	CheckNaN bool
}

// Roots lists the nodes that a run computes: the outputs and the values of the updates.
func (f *Func) Roots() graph.Nodes {
	roots := slices.Clone(f.Outputs)
	for _, u := range f.Updates {
		roots = append(roots, u.Value)
	}
	return roots
}

// Backend compiles functions for one kind of machine.
type Backend interface {
	// Name is what users write, "native".
	Name() string
	// Supports returns nil if the backend has a kernel for the operation on these inputs and results, else why not. A
	// composite operation that it does not support is expanded.
	Supports(op graph.Op, in, out []graph.Spec) error
	// Compile prepares a function. Everything that can fail for its shape or its operations fails here.
	Compile(f *Func) (Executable, error)
}

// Run is one run of an executable.
type Run struct {
	In  []Slice // one for each input of the function, of its dtype and size
	Out []Slice // one for each output, to be filled
	// Commit is called exactly once by an executable whose function has updates, when everything is computed: it calls
	// apply, which writes the parameters and cannot fail. No parameter is written outside of apply, so a step that fails
	// or is cancelled changes nothing.
	Commit func(apply func())
	// Observe, if set, is told how long each node took.
	Observe func(n *graph.Node, took time.Duration)
}

// Executable is a compiled function.
type Executable interface {
	// Run computes. It is safe for concurrent use; the caller sees to it that the parameters read do not change before
	// Commit. The context is looked at between steps. An error names the node that failed.
	Run(ctx context.Context, r *Run) error
}

// ResultOf is which result of its tuple a projection reads: the last carries of a scan are followed by its histories. It is -1
// for any other node.
func ResultOf(n *graph.Node) int {
	switch op := n.Op().(type) {
	case ops.ResultOp:
		return op.I
	case ops.FinalOp:
		return op.I
	case ops.HistoryOp:
		return len(n.In(0).Specs()) + op.I
	}
	return -1
}

// Stats is what an executable knows of its memory.
type Stats struct {
	ArenaBytes      int64 // held by one run at a time: all intermediate results at their planned places
	ActivationBytes int64 // the sum of all intermediate results, as if none shared a place
	Steps           int
}

// Reporter is an executable that tells about its memory and its program.
type Reporter interface {
	Stats() Stats
	// Program describes the compiled steps, one a line.
	Program() string
}

// ErrUnavailable is wrapped by the error of a backend that is known but cannot run here: its library or device is missing.
var ErrUnavailable = errors.New("backend not available")

// Like is how users name a backend: nil or "" for the default, a name, or a Backend.
type Like = any

// Default is the name of the backend that is used unless another is named.
const Default = "native"

var (
	mu       sync.Mutex
	backends = map[string]Backend{}
)

// Register makes a backend known by its name. A later one of the same name replaces it.
func Register(b Backend) {
	mu.Lock()
	defer mu.Unlock()
	backends[b.Name()] = b
}

// Names lists the registered backends in alphabetical order.
func Names() []string {
	mu.Lock()
	defer mu.Unlock()
	names := make([]string, 0, len(backends))
	for name := range backends {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Availability is a backend that may be unable to run here: Available returns nil, or an error that wraps ErrUnavailable.
type Availability interface {
	Available() error
}

// Get returns the backend that like stands for. The error for an unknown name lists the known ones; that for one that cannot
// run here wraps ErrUnavailable.
func Get(like Like) (Backend, error) {
	b, err := find(like)
	if a, ok := b.(Availability); ok && err == nil {
		err = a.Available()
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// find looks a backend up.
func find(like Like) (Backend, error) {
	name := Default
	switch v := like.(type) {
	case nil:
	case Backend:
		return v, nil
	case string:
		if v != "" {
			name = v
		}
	default:
		return nil, fmt.Errorf("a backend is named by a string or given as a backend.Backend, not as %T", like)
	}
	mu.Lock()
	b, ok := backends[name]
	mu.Unlock()
	if ok {
		return b, nil
	}
	known := Names()
	hint := "import its package; known are " + strings.Join(known, ", ")
	if close := config.Closest(name, known); len(close) > 0 {
		hint = "did you mean " + close[0] + "?"
	}
	return nil, fmt.Errorf("there is no backend %q: %s", name, hint)
}
