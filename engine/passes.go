package engine

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
)

// passes is what happens to a template on its way to the backend, in order.
var passes = []pass{
	{"bind sizes", bindSizes},                   // numbers for all axes; what only a size was read of is gone
	{"expand composites", expandComposites},     // for which the backend has no kernel
	{"prune loops", pruneLoops},                 // what bodies hold and nothing reads
	{"dtype policy", applyPolicy},               // operands of products rounded to 16 bits, if asked for
	{"simplify", simplify},                      // algebra, zeros, constants; to a fixed point
	{"fold affine", foldAffine},                 // batch normalization in inference becomes weights
	{"explicit broadcasts", explicitBroadcasts}, // operands of elementwise operations get equal shapes
}

// pass is one row of the table. Each makes a new graph, into which only what is needed is copied.
type pass struct {
	name string
	run  func(s *state) error
}

// verifyPasses makes the graph be verified after each pass. Tests set it.
var verifyPasses = false

// state is a function on its way through the passes.
type state struct {
	c       *Config
	backend backend.Backend
	shapes  []graph.Shape // of what is fed

	inputs, outputs graph.Nodes
	updates         []graph.Update

	apply func(op graph.Op, in ...*graph.Node) *graph.Node // of rules that make more than one node: see simpler
}

// lower sends the template through all passes for inputs of the given shapes.
func (t *template) lower(c *Config, b backend.Backend, shapes []graph.Shape) (*backend.Func, error) {
	s := &state{c: c, backend: b, shapes: shapes, inputs: t.inputs, outputs: t.outputs, updates: t.updates}
	for _, p := range passes {
		if err := p.run(s); err != nil {
			return nil, err
		}
		if verifyPasses {
			if err := graph.Verify(s.roots()...); err != nil {
				return nil, fmt.Errorf("after pass %q: %w", p.name, err)
			}
		}
		if c.DumpPasses != nil {
			if err := s.dump(p.name); err != nil {
				return nil, err
			}
		}
	}
	return &backend.Func{Name: c.Name, Inputs: s.inputs, Outputs: s.outputs, Updates: s.updates, CheckNaN: c.DebugNaN}, nil
}

func (s *state) dump(name string) error {
	if _, err := fmt.Fprintf(s.c.DumpPasses, "after %s: ", name); err != nil {
		return err
	}
	return s.roots()[0].Graph().WriteText(s.c.DumpPasses, s.roots()...)
}

func (s *state) roots() graph.Nodes {
	roots := slices.Clone(s.outputs)
	for _, u := range s.updates {
		roots = append(roots, u.Value)
	}
	return roots
}

// rewrite copies the function into a new graph, in which f may answer another node for each; nil copies it. Equal nodes
// become one and what nothing needs is left behind.
func (s *state) rewrite(f func(n *graph.Node, in graph.Nodes) *graph.Node) error {
	return s.copy(graph.Copier{Dst: graph.New(s.c.Name), Rewrite: f}, nil)
}

// copy does rewrite's work with a copier; the inputs get the given shapes, their own for nil.
func (s *state) copy(c graph.Copier, shapes []graph.Shape) error {
	c.Sub = map[*graph.Node]*graph.Node{}
	inputs := make(graph.Nodes, len(s.inputs))
	for i, n := range s.inputs {
		shape := n.Shape()
		if shapes != nil {
			shape = shapes[i]
		}
		inputs[i] = c.Dst.Input(n.Op().(graph.InputOp).Label, shape, n.Dtype())
		c.Sub[n] = inputs[i]
	}
	roots, err := c.Copy(s.roots()...)
	if err != nil {
		return err
	}
	updates := slices.Clone(s.updates)
	for i := range updates {
		updates[i].Value = roots[len(s.outputs)+i]
	}
	s.inputs, s.outputs, s.updates = inputs, roots[:len(s.outputs)], updates
	return nil
}

// bindSizes infers everything again with the sizes of what is fed.
func bindSizes(s *state) error {
	if err := s.copy(graph.Copier{Dst: graph.New(s.c.Name), Bind: true}, s.shapes); err != nil {
		return err
	}
	for n := range graph.Walk(s.roots()...) {
		for _, spec := range append(n.Specs(), n.Spec()) {
			if !spec.Shape.Known() {
				return fmt.Errorf("the size of %v is still unknown: operation %s has to take it from a node", n, n.Op().Name())
			}
		}
	}
	return nil
}

// expandComposites puts smaller operations in the place of composites, and of the composites among those, and binds the sizes that
// they read.
func expandComposites(s *state) error {
	if !s.hasComposites() {
		return nil
	}
	for s.hasComposites() {
		tuples := map[*graph.Node]graph.Nodes{}
		expand := func(n *graph.Node, in graph.Nodes) *graph.Node {
			if _, ok := n.Op().(graph.Projection); ok && tuples[in[0]] != nil {
				return tuples[in[0]][backend.ResultOf(n)]
			}
			op, ok := n.Op().(graph.Composite)
			if !ok || s.supported(n) {
				return nil
			}
			results := op.Expand(in)
			if n.IsTuple() {
				tuples[results[0]] = results
			}
			return results[0]
		}
		if err := s.copy(graph.Copier{Dst: graph.New(s.c.Name), Rewrite: expand, Bind: true}, nil); err != nil {
			return err
		}
	}
	return s.copy(graph.Copier{Dst: graph.New(s.c.Name), Bind: true}, nil)
}

func (s *state) hasComposites() bool {
	return anyNode(s.roots(), func(n *graph.Node) bool {
		_, ok := n.Op().(graph.Composite)
		return ok && !s.supported(n)
	})
}

// supported asks the backend for a kernel.
func (s *state) supported(n *graph.Node) bool {
	out := n.Specs()
	if !n.IsTuple() {
		out = []graph.Spec{n.Spec()}
	}
	return s.backend.Supports(n.Op(), specsOf(n.Inputs()), out) == nil
}

// specsOf lists the specs of nodes.
func specsOf(nodes graph.Nodes) []graph.Spec {
	specs := make([]graph.Spec, len(nodes))
	for i, n := range nodes {
		specs[i] = n.Spec()
	}
	return specs
}

// anyNode reports whether f holds for a node that the roots depend on, those in bodies included.
func anyNode(roots graph.Nodes, f func(n *graph.Node) bool) bool {
	for n := range graph.Walk(roots...) {
		if f(n) {
			return true
		}
		if op, ok := n.Op().(graph.BodyOp); ok {
			for _, body := range op.Bodies() {
				if anyNode(slices.Collect(body.Nodes()), f) {
					return true
				}
			}
		}
	}
	return false
}
