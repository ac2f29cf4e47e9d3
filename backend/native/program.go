package native

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// program is a list of steps with a plan of their memory. It does not change once compiled and is shared by its instances.
type program struct {
	settings
	steps   []*step // the last of them, commits in number, run while parameters are written
	commits int
	buffers []*buffer
	values  map[*graph.Node][]*buffer // where the results of a node lie
	updated map[*graph.Param]bool
	reads   map[*graph.Node]int // how often a node is read
	// snapshots are parameters that steps read while others are written, but that this function does not update: nobody keeps
	// them from changing then, so that they are copied before.
	snapshots []snapshot
	arena     int // bytes
	total     int // bytes of all intermediate results together
}

// settings are what a program and those of its bodies have in common.
type settings struct {
	backend Backend
	pool    *par.Pool
	// checkNaN makes a run fail at the first NaN or infinity. Nothing is fused then: results inside could not be looked at.
	checkNaN bool
}

func (s settings) fuses(name string) bool { return !s.checkNaN && s.backend.Fuses(name) }

// step is one kernel at work on one node.
type step struct {
	node    *graph.Node
	kernel  *kernel
	in, out []graph.Spec
	from    []operand
	to      []*buffer
	scratch *buffer
	plan    any    // of a control kernel
	tiles   *tiles // of a fused unit, which has no kernel
	unit    *unit
	product *step // what the tiles follow, nil for nothing
}

// operand is where an input of a step lies: a buffer, dense or read through a broadcast.
type operand struct {
	buf     *buffer
	spec    graph.Spec // of what lies in the buffer
	strides []int      // nil: dense
}

// snapshot is the copy of a parameter's memory.
type snapshot struct{ from, to *buffer }

// source is what a program is made of.
type source struct {
	outputs graph.Nodes // what is computed
	updates []graph.Update
	fed     graph.Nodes // leaves that are filled before a run
	kept    graph.Nodes // leaves that are filled before the first run and hold their values until they are filled again
	outer   graph.Nodes // leaves that stand for memory given when the program is instantiated
}

func (s source) roots() graph.Nodes {
	roots := slices.Clone(s.outputs)
	for _, u := range s.updates {
		roots = append(roots, u.Value)
	}
	return roots
}

// compile makes a program.
func compile(src source, with settings) (*program, error) {
	p := &program{settings: with, values: map[*graph.Node][]*buffer{}, updated: map[*graph.Param]bool{}}
	for _, u := range src.updates {
		p.updated[u.Param] = true
	}
	nodes := slices.Collect(graph.Walk(slices.Concat(src.fed, src.kept, src.outer, src.roots())...))
	slices.SortStableFunc(nodes, func(a, b *graph.Node) int { return a.ID() - b.ID() })
	for i, n := range src.outer {
		p.values[n] = []*buffer{p.enter(&buffer{spec: n.Spec(), outer: i + 1})}
	}
	units := p.schedule(nodes, src)
	units, commits := deferCommits(units, src)
	l := newLiveness(units, slices.Concat(src.roots(), src.kept))
	p.reads = countReads(units, src.roots())
	for _, u := range units {
		if len(u.nodes) > 1 {
			p.addFused(u, l)
			continue
		}
		if err := p.add(u.head(), l); err != nil {
			return nil, fmt.Errorf("%s (%s): %w", u.head().Name(), u.head().Pos(), err)
		}
	}
	p.commits = commits
	p.separate(l)
	p.place()
	return p, nil
}

// specsOf is the specs of the results of a node. Those of a scan are the last carries and then all histories.
func specsOf(n *graph.Node) []graph.Spec {
	if !n.IsTuple() {
		return []graph.Spec{n.Spec()}
	}
	specs := slices.Clone(n.Specs())
	if scan, ok := n.Op().(ops.ScanOp); ok {
		for _, h := range scan.Loop.Histories() {
			specs = append(specs, graph.Spec{Dtype: h.Dtype(), Shape: append(graph.Shape{scan.Steps}, h.Shape()...)})
		}
	}
	return specs
}

// add enters a node: as a leaf, as another view of its input, or as a step.
func (p *program) add(n *graph.Node, l *liveness) error {
	switch op := n.Op().(type) {
	case graph.InputOp, graph.CapturedOp:
		if p.values[n] != nil {
			return nil
		}
		p.values[n] = []*buffer{p.newBuffer(n.Spec(), -1, l.last[n])}
		return nil
	case graph.ParamOp:
		p.values[n] = []*buffer{p.paramBuffer(op.Param)}
		return nil
	case graph.ConstOp:
		p.values[n] = []*buffer{p.enter(&buffer{constant: op.Values(), spec: n.Spec()})}
		return nil
	case graph.Projection:
		return p.project(n)
	}
	if isView(n) {
		p.values[n] = p.values[n.In(0)]
		return nil
	}
	if l.virtual[n] {
		return nil
	}
	return p.addStep(n, l)
}

// paramBuffer is the memory of a parameter.
func (p *program) paramBuffer(param *graph.Param) *buffer {
	for _, b := range p.buffers {
		if b.param == param {
			return b
		}
	}
	return p.enter(&buffer{param: param, spec: param.Spec()})
}

// snapshot is memory that holds what the buffer of a parameter held when the other results were computed.
func (p *program) snapshot(b *buffer, end int) *buffer {
	for _, s := range p.snapshots {
		if s.from == b {
			return s.to
		}
	}
	to := p.newBuffer(b.spec, 0, end)
	p.snapshots = append(p.snapshots, snapshot{b, to})
	return to
}

// project gives a projection the memory of the result it reads.
func (p *program) project(n *graph.Node) error {
	i, results := backend.ResultOf(n), p.values[n.In(0)]
	if i < 0 || i >= len(results) {
		return fmt.Errorf("there is no result %d of %d", i, len(results))
	}
	p.values[n] = results[i : i+1]
	return nil
}

func (p *program) addStep(n *graph.Node, l *liveness) error {
	s := &step{node: n, out: specsOf(n)}
	for _, x := range n.Inputs() {
		s.in = append(s.in, x.Spec())
	}
	if err := check(n.Op(), s.in, s.out); err != nil {
		return err
	}
	s.kernel = registry[n.Op().Name()]
	at := l.at[n]
	for _, x := range n.Inputs() {
		s.from = append(s.from, p.operand(x, n, l))
	}
	if shared := s.overwritten(l, at); shared != nil {
		shared.last = max(shared.last, l.last[n])
		s.to = []*buffer{shared}
	} else {
		for i, spec := range s.out {
			if n.IsTuple() && (s.kernel.optional || i >= len(n.Specs())) && !l.read(n, i) { // nor is a history that nothing reads kept
				s.to = append(s.to, nil)
				continue
			}
			s.to = append(s.to, p.newBuffer(spec, at, l.results(n, i)))
		}
	}
	p.values[n] = s.to
	size := 0
	if s.kernel.scratch != nil {
		size = s.kernel.scratch(n.Op(), s.in, s.out)
	}
	if c := s.kernel.control; c != nil {
		read := make([]bool, len(s.to))
		for i, b := range s.to {
			read[i] = b != nil
		}
		plan, scratch, err := c.plan(p, n, read)
		if err != nil {
			return err
		}
		s.plan, size = plan, max(size, scratch)
	}
	if size > 0 {
		s.scratch = p.newBuffer(graph.Spec{Dtype: graph.Uint8, Shape: graph.Shape{size}}, at, at)
	}
	p.steps = append(p.steps, s)
	return nil
}

// operand is where reader finds x: for a broadcast that is not computed, in the memory of what is broadcast.
func (p *program) operand(x, reader *graph.Node, l *liveness) operand {
	if l.virtual[x] {
		src := x.In(0)
		return operand{p.values[src][0], src.Spec(), broadcastStrides(src.Shape(), x.Shape())}
	}
	o := operand{buf: p.values[x][0], spec: x.Spec()}
	if k := registry[reader.Op().Name()]; k != nil && k.strided && !x.Shape().Equal(reader.Shape()) {
		o.strides = broadcastStrides(x.Shape(), reader.Shape()) // an operand that is not yet repeated by a node
	}
	return o
}

// overwritten is the memory of an operand that the step may put its result in, nil for none.
func (s *step) overwritten(l *liveness, at int) *buffer {
	if !s.kernel.inPlace || len(s.out) != 1 {
		return nil
	}
	size := bytes(s.out[0])
	_, anyOperand := s.node.Op().(ops.Elementwise)
	for i, o := range s.from {
		if i > 0 && !anyOperand { // other operations start from a copy of their first operand
			break
		}
		b := o.buf
		if b.fixed() || b.last != at || bytes(b.spec) != size || o.strides != nil || s.out[0].Dtype == graph.String {
			continue
		}
		dense := true
		for j, other := range s.from {
			if other.buf == b && (j != i && !anyOperand || other.strides != nil || other.spec.Dtype.Size() != s.out[0].Dtype.Size()) {
				dense = false
			}
		}
		if dense {
			return b
		}
	}
	return nil
}

// broadcastStrides is the steps along the axes of shape to with which a dense array of shape from is repeated.
func broadcastStrides(from, to graph.Shape) []int {
	out := make([]int, len(to))
	step := 1
	for i := len(from) - 1; i >= 0; i-- {
		if from[i] != 1 {
			out[len(to)-len(from)+i] = step
		}
		step *= from[i]
	}
	return out
}
