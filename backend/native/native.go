// Package native is the default backend: pure Go, on all cores of the CPU.
//
// A function is compiled to a program: a list of steps, one kernel each, and a plan that gives every intermediate result a
// place in one block of memory, the arena. Each run borrows an instance of the program: an arena with the loops of all
// steps tied to it, so that a run allocates nothing.
//
// Start reading at kernel.go (how an operation gets its kernel; a family is a file) and program.go.
package native

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
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
	// Without names fusions to leave out, separated by commas: "tiles" (elementwise operations in one pass over memory),
	// "rules" (the step of an optimizer in a kernel of its own), "rows" (the gradient of an embedding as the rows that it
	// names), "epilogue" (what follows a product, in the product), "affine" (batch normalization of inference, in the weights before
	// it), or a composite operation such as "softmax_dx", which is then computed by smaller ones. "all" leaves out every fusion. Results differ by rounding only: it is for comparing.
	Without string
}

func init() { backend.Register(Backend{}) }

// Name is "native".
func (Backend) Name() string { return backend.Default }

// Supports returns why there is no kernel for the operation, nil if there is one.
func (b Backend) Supports(op graph.Op, in, out []graph.Spec) error {
	if _, composite := op.(graph.Composite); composite && !b.Fuses(op.Name()) {
		return fmt.Errorf("the native backend was told to do without %s", op.Name())
	}
	return check(op, in, out)
}

// Fuses reports whether a fusion is wanted: see [Backend.Without].
func (b Backend) Fuses(name string) bool {
	for left := range strings.SplitSeq(b.Without, ",") {
		if left = strings.TrimSpace(left); left == name || left == "all" {
			return false
		}
	}
	return true
}

// checkWithout refuses names of nothing.
func (b Backend) checkWithout() error {
	for name := range strings.SplitSeq(b.Without, ",") {
		name = strings.TrimSpace(name)
		if name != "" && name != "all" && !slices.Contains(fusions, name) && registry[name] == nil {
			return fmt.Errorf("native.Backend.Without: there is no fusion %q: want \"all\", one of %q, or the name of a composite operation", name, fusions)
		}
	}
	return nil
}

// fusions are the names of the fusions that are not operations.
var fusions = []string{"tiles", "rules", "rows", "epilogue", "affine"}

// Compile plans the function's steps and memory.
func (b Backend) Compile(f *backend.Func) (backend.Executable, error) {
	if err := b.checkWithout(); err != nil {
		return nil, err
	}
	p, err := compile(source{outputs: f.Outputs, updates: f.Updates, fed: f.Inputs}, settings{b, poolOf(b.Threads), f.CheckNaN})
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
