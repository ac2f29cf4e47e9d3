package graph

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"
)

// Graph holds nodes. A graph is built by one goroutine at a time; compiled functions of it may run meanwhile.
type Graph struct {
	name   string
	parent *Graph // nil for a root; set for the body of a loop or a condition
	depth  int
	nodes  []*Node
	index  map[nodeKey]*Node
	byName map[string]*Node

	// of a body: the outer nodes it reads and the leaves that stand for them
	captured, leaves Nodes
	closed           bool

	// of a root
	mu      sync.Mutex
	errs    []error
	scope   []string
	calls   []*LayerCall
	stack   []*LayerCall
	layers  map[any]string // layer -> its name here
	taken   map[string]int // base name -> how often given
	updates []Update
	axes    map[string][]string // input name -> axis names
	seeds   *Param
	inner   *Graph    // the body being built
	branch  *Graph    // the branch of a condition being built
	policy  string    // the dtype policy of layers that set none
	at      *position // while a node is rewritten: the position of what is made for it
}

// New makes an empty graph. The name is that of the model made of it.
func New(name string) *Graph {
	return &Graph{
		name: name, index: map[nodeKey]*Node{}, byName: map[string]*Node{},
		layers: map[any]string{}, taken: map[string]int{}, axes: map[string][]string{},
	}
}

// Name is the name given to New.
func (g *Graph) Name() string { return g.name }

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.nodes) }

// Root is the outermost graph around g, g itself if it is no body.
func (g *Graph) Root() *Graph {
	for g.parent != nil {
		g = g.parent
	}
	return g
}

// Depth is the number of graphs around g.
func (g *Graph) Depth() int { return g.depth }

// Parent is the graph around a body, nil for a root.
func (g *Graph) Parent() *Graph { return g.parent }

// Nodes ranges over all nodes in the order they were made: inputs before what reads them.
func (g *Graph) Nodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, n := range g.nodes[:len(g.nodes):len(g.nodes)] {
			if !yield(n) {
				return
			}
		}
	}
}

// Node finds a node by its name.
func (g *Graph) Node(name string) (*Node, bool) {
	n, ok := g.byName[name]
	return n, ok
}

// SetDtypePolicy sets the dtype policy of the layers called from here on that have none of their own: a dtype, or
// "mixed_bfloat16" or "mixed_float16" (weights in float32, computation in 16 bits).
func (g *Graph) SetDtypePolicy(policy string) { g.Root().policy = policy }

// DtypePolicy is what SetDtypePolicy set, "" for float32.
func (g *Graph) DtypePolicy() string { return g.Root().policy }

// path joins the scopes pushed so far.
func (g *Graph) path() string { return strings.Join(g.scope, "/") }

// Push adds a part to the layer path of the nodes made until Pop.
func (g *Graph) Push(part string) { r := g.Root(); r.scope = append(r.scope, part) }

// Pop takes the last part of the layer path off.
func (g *Graph) Pop() { r := g.Root(); r.scope = r.scope[:len(r.scope)-1] }

// PushPath replaces the whole layer path until the function it returns is called.
func (g *Graph) PushPath(path string) (restore func()) {
	r := g.Root()
	old := r.scope
	r.scope = nil
	if path != "" {
		r.scope = []string{path}
	}
	return func() { r.scope = old }
}

// nodeName chooses the unique name of a new node. g is the root, whose lock is held.
func (g *Graph) nodeName(n *Node) string {
	base := n.op.Name()
	switch op := n.op.(type) {
	case NamedOp:
		base = op.Label
	case InputOp:
		base = op.Label
	case ParamOp:
		return n.g.unique(op.Param.Path())
	case LayerOut:
		base = "output"
		if op.I > 0 {
			base = "output_" + strconv.Itoa(op.I)
		}
	}
	if n.layer != "" {
		if _, named := n.op.(NamedOp); !named {
			base = n.layer + "/" + base
		}
	}
	return n.g.unique(base)
}

// unique appends _1, _2 ... to a name that is taken.
func (g *Graph) unique(base string) string {
	if _, taken := g.byName[base]; !taken {
		return base
	}
	for {
		r := g.Root()
		key := "node " + g.name + " " + base
		r.taken[key]++
		name := base + "_" + strconv.Itoa(r.taken[key])
		if _, taken := g.byName[name]; !taken {
			return name
		}
	}
}

// Walk ranges over all nodes that the roots depend on, inputs first, the roots included.
func Walk(roots ...*Node) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		seen := map[*Node]bool{}
		type visit struct {
			n    *Node
			next int
		}
		for _, r := range roots {
			stack := []visit{{n: r}}
			for len(stack) > 0 {
				v := &stack[len(stack)-1]
				if v.n == nil || seen[v.n] {
					stack = stack[:len(stack)-1]
				} else if v.next < len(v.n.in) {
					v.next++
					stack = append(stack, visit{n: v.n.in[v.next-1]})
				} else {
					seen[v.n] = true
					if !yield(v.n) {
						return
					}
					stack = stack[:len(stack)-1]
				}
			}
		}
	}
}

// Update gives a parameter a new value when a compiled function has run.
type Update struct {
	Param *Param
	Value *Node
}

// Check reports why the update cannot be made.
func (u Update) Check() error {
	switch {
	case u.Param == nil:
		return fmt.Errorf("an update without a parameter")
	case u.Value == nil:
		return fmt.Errorf("the update of %s has a nil value", u.Param.Path())
	case u.Value.err != nil:
		return u.Value.err
	case !Fits(u.Value.spec, u.Param.spec):
		return fmt.Errorf("the update of %s is %v, the parameter is %v", u.Param.Path(), u.Value.spec, u.Param.spec)
	}
	return nil
}
