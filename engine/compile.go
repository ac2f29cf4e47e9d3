package engine

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/gorgonin/gorgonin/backend"
	_ "github.com/gorgonin/gorgonin/backend/native" // the default backend
	"github.com/gorgonin/gorgonin/graph"
)

// Config says what to compile. Inputs and Outputs are nodes of one graph.
type Config struct {
	// Name appears in errors and program texts; default: the graph's.
	Name string
	// Inputs are the nodes that are fed, in the order of Run's arguments. Any node may be fed, not only an input: what it was
	// computed from is then not needed.
	Inputs graph.Nodes
	// Outputs are the nodes whose values Run returns.
	Outputs graph.Nodes
	// Updates are made at the end of each run, all together, beside those that layer calls reached by the compiled nodes
	// recorded. Their values see the parameters as they are at the start. A parameter may be updated here once, and not by
	// a layer call as well.
	Updates []graph.Update
	// Training binds the nodes that differ between training and inference (dropout, batch statistics).
	Training bool
	// Seed is mixed into all random operations; equal seeds and states draw equal numbers.
	Seed uint64
	// Backend is what runs the function: a name, a backend.Backend, or nil for native.
	Backend backend.Like
	// DtypePolicy "mixed_bfloat16" or "mixed_float16" takes matrix products and convolutions of float32 with operands rounded
	// to 16 bits; parameters and sums stay in float32. Empty: as the nodes say. Models take a policy in train.Config.
	DtypePolicy string
	// DebugNaN makes a run fail at the first NaN or infinity that an operation gives, naming the operation and the line of
	// the program that made it. It costs a look at every result.
	DebugNaN bool
	// DumpPasses, if set, is written the graph after each pass whenever new sizes are bound.
	DumpPasses io.Writer
	// CacheSize is for how many different sizes of the inputs compiled programs are kept; default 16.
	CacheSize int
}

// Function is a compiled function. It is safe for concurrent use.
type Function struct {
	c       Config
	backend backend.Backend
	t       *template
	locks   locks

	mu     sync.Mutex
	bound  []*bound // most recently used first
	idle   []*runner
	binds  int // how often sizes were bound
	bindMu sync.Mutex
}

// Compile prepares a function: everything that does not depend on the sizes of the inputs is done and checked here.
// The parameters' initializers run. Mistakes made while the graph was built are returned (errors.As finds the first
// *graph.Error).
func Compile(c Config) (*Function, error) {
	b, err := backend.Get(c.Backend)
	if err != nil {
		return nil, err
	}
	if err := CheckPolicy(c.DtypePolicy); err != nil {
		return nil, err
	}
	if c.CacheSize <= 0 {
		c.CacheSize = 16
	}
	c.Inputs, c.Outputs, c.Updates = slices.Clone(c.Inputs), slices.Clone(c.Outputs), slices.Clone(c.Updates)
	g, err := check(&c)
	if err != nil {
		return nil, err
	}
	if c.Name == "" {
		c.Name = g.Name()
	}
	t, err := newTemplate(&c)
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", c.Name, err)
	}
	f := &Function{c: c, backend: b, t: t, locks: newLocks(t)}
	for _, p := range t.params() {
		if _, err := p.Values(); err != nil {
			return nil, fmt.Errorf("compiling %s: %w", c.Name, err)
		}
	}
	return f, nil
}

// check looks at everything that can be wrong with a Config and returns the graph.
func check(c *Config) (*graph.Graph, error) {
	values := slices.Concat(c.Inputs, c.Outputs)
	for _, u := range c.Updates {
		if u.Value != nil {
			values = append(values, u.Value)
		}
	}
	if len(c.Outputs)+len(c.Updates) == 0 {
		return nil, errors.New("there is nothing to compile: give at least one output or update")
	}
	var g *graph.Graph
	for i, n := range values {
		switch {
		case n == nil:
			return nil, fmt.Errorf("%s is a nil node", c.place(i))
		case n.Graph() != nil && n.Graph().Err() != nil:
			return nil, n.Graph().Err()
		case n.Poisoned():
			return nil, n.Err()
		case n.IsTuple():
			return nil, fmt.Errorf("%s (%s) is a tuple: use one of its results", c.place(i), n.Name())
		case n.Graph().Parent() != nil:
			return nil, fmt.Errorf("%s (%s) is inside a loop or condition: return it from the body", c.place(i), n.Name())
		}
		if g == nil {
			g = n.Graph()
		}
		if n.Graph() != g {
			return nil, fmt.Errorf("%s (%s) belongs to graph %q, the others to %q: all nodes must be of one graph", c.place(i), n.Name(), n.Graph().Name(), g.Name())
		}
	}
	seen := map[*graph.Node]bool{}
	for _, n := range c.Inputs {
		if seen[n] {
			return nil, fmt.Errorf("%s is listed twice among the inputs", n.Name())
		}
		seen[n] = true
	}
	updated := map[*graph.Param]bool{}
	for _, u := range c.Updates {
		if err := u.Check(); err != nil {
			return nil, err
		}
		if updated[u.Param] {
			return nil, fmt.Errorf("two updates of %s: combine them into one", u.Param.Path())
		}
		updated[u.Param] = true
	}
	return g, nil
}

// place names number i of the inputs and outputs in a row.
func (c *Config) place(i int) string {
	if i < len(c.Inputs) {
		return fmt.Sprintf("input %d", i)
	}
	if i -= len(c.Inputs); i < len(c.Outputs) {
		return fmt.Sprintf("output %d", i)
	}
	return fmt.Sprintf("the value of update %d", i-len(c.Outputs))
}
