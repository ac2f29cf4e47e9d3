// Package native is the default backend: pure Go, on all cores of the CPU.
//
// A function is compiled to a program: a list of steps, one kernel each, and a plan that gives every intermediate result a
// place in one block of memory, the arena. Each run borrows an instance of the program: an arena with the loops of all
// steps tied to it, so that a run allocates nothing.
//
// Start reading at kernel.go (how an operation gets its kernel; a family is a file) and program.go.
package native

import (
	"runtime"
	"sync"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
)

// Backend runs functions on the CPU. The zero value uses all cores. Results do not depend on the number of threads.
type Backend struct {
	// Threads is how many goroutines may work on one step; 0 means one for each core.
	Threads int
	// NoSIMD uses kernels in portable Go, whatever the CPU has.
	NoSIMD bool
}

func init() { backend.Register(Backend{}) }

// Name is "native".
func (Backend) Name() string { return backend.Default }

// Supports returns why there is no kernel for the operation, nil if there is one.
func (Backend) Supports(op graph.Op, in, out []graph.Spec) error { return check(op, in, out) }

// Compile plans the function's steps and memory.
func (b Backend) Compile(f *backend.Func) (backend.Executable, error) {
	p, err := compile(source{outputs: f.Outputs, updates: f.Updates, fed: f.Inputs}, poolOf(b.Threads), f.CheckNaN)
	if err != nil {
		return nil, err
	}
	return newExecutable(f, p, b.NoSIMD)
}

var (
	poolsMu sync.Mutex
	pools   = map[int]*par.Pool{}
)

// poolOf returns the process's pool of the given number of threads: programs share it.
func poolOf(threads int) *par.Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	threads = min(threads, par.MaxThreads)
	poolsMu.Lock()
	defer poolsMu.Unlock()
	if pools[threads] == nil {
		pools[threads] = par.New(threads)
	}
	return pools[threads]
}
