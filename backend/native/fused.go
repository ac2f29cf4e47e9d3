package native

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// tiler turns a unit of elementwise nodes into a step of tiles.
type tiler struct {
	p *program
	l *liveness
	u *unit
	s *step
	t *tiles

	operands map[*graph.Node][]int // for each member the numbers of its operands, -1 for another member's value
	regs     []int                 // the register of each operand
	lastRead []int                 // the operation that reads each operand last
	results  map[*graph.Node]int   // members that leave the unit, by the number of the result
	late     []bool                // results that must not be written before all operations are done
	value    map[*graph.Node]int   // the register that holds a member
	end      map[*graph.Node]int   // the operation that reads a member last
	free     []int                 // slots
}

// addFused enters a unit of several nodes as one step.
func (p *program) addFused(u *unit, l *liveness) {
	head := u.head()
	c := &tiler{p: p, l: l, u: u, s: &step{node: head, unit: u}, t: &tiles{shape: u.shape()},
		operands: map[*graph.Node][]int{}, results: map[*graph.Node]int{}, value: map[*graph.Node]int{}, end: map[*graph.Node]int{}}
	c.s.tiles = c.t
	if u.product != nil {
		c.addProduct()
	}
	c.collect()
	for _, n := range u.nodes {
		if l.escapes[n] && !u.copies[n] && !u.absorbs(n) {
			c.addResult(n)
		}
	}
	if u.product == nil {
		c.t.rule = c.rule()
	}
	if c.t.rule != nil {
		p.steps = append(p.steps, c.s)
		return
	}
	for k, n := range u.nodes {
		if !u.absorbs(n) {
			c.emit(k, n)
		}
	}
	for _, n := range u.nodes {
		if i, ok := c.results[n]; ok && c.late[i] {
			c.t.code = append(c.t.code, instruction{do: moveMicro(c.register(tileRegister{kind: result, i: i, size: n.Dtype().Size()}), c.value[n], n.Dtype().Size())})
		}
	}
	c.t.cut()
	if size := c.layout(p.pool.Threads()); size > 0 {
		at := l.at[head]
		c.s.scratch = p.newBuffer(graph.Spec{Dtype: graph.Uint8, Shape: graph.Shape{size}}, at, at)
	}
	c.joinProduct()
	p.steps = append(p.steps, c.s)
}

// layout gives the slots of all workers and the sums of all folds their places in the scratch memory and returns its size.
func (c *tiler) layout(workers int) int {
	size := c.t.slots * slotBytes * workers
	for i := range c.t.folds {
		f := &c.t.folds[i]
		f.at = size
		size += (f.bytes(c.t, workers) + align - 1) &^ (align - 1)
	}
	return size
}

// collect numbers the operands and finds out when they and the members are read last.
func (c *tiler) collect() {
	member := map[*graph.Node]bool{}
	for k, n := range c.u.nodes {
		if c.u.absorbs(n) {
			continue
		}
		scalars := 0
		for _, x := range n.Inputs() {
			if member[x] {
				c.operands[n] = append(c.operands[n], -1)
				c.end[x] = k
				continue
			}
			o := c.p.operand(x, n, c.l)
			if b := o.buf; c.u.into != nil && b.param != nil && !c.p.updated[b.param] {
				o.buf = c.p.snapshot(b, c.l.end)
			}
			if o.strides == nil && !o.spec.Shape.Equal(c.t.shape) {
				o.strides = broadcastStrides(o.spec.Shape, c.t.shape)
			}
			kind := o.kind(c.t.shape)
			if kind == scalar {
				if scalars++; scalars == len(n.Inputs()) { // one operand has to be a tile
					kind = filled
				}
			}
			i := c.addOperand(o, kind)
			c.lastRead[i] = k
			c.operands[n] = append(c.operands[n], i)
		}
		member[n] = true
	}
}

// kind is how an operand is read along the elements of shape.
func (o operand) kind(shape graph.Shape) regKind {
	if o.strides == nil {
		return dense
	}
	for axis, step := range o.strides {
		if step != 0 && shape[axis] != 1 {
			return filled
		}
	}
	return scalar
}

// addOperand returns the number of an operand, which is shared by all members that read it in the same way.
func (c *tiler) addOperand(o operand, kind regKind) int {
	for i, old := range c.s.from {
		if old.buf == o.buf && c.t.regs[c.regs[i]].kind == kind && old.spec.Dtype.Size() == o.spec.Dtype.Size() && slices.Equal(old.strides, o.strides) {
			return i
		}
	}
	i := len(c.s.from)
	c.s.from, c.s.in = append(c.s.from, o), append(c.s.in, o.spec)
	r := tileRegister{kind: kind, i: i, size: o.spec.Dtype.Size()}
	if kind == filled {
		r.slot, r.fill, r.strides = c.slot(), newFiller(r.size, c.t.shape, o.strides), o.strides
	}
	c.regs, c.lastRead = append(c.regs, c.register(r)), append(c.lastRead, 0)
	return i
}

func (c *tiler) register(r tileRegister) int {
	c.t.regs = append(c.t.regs, r)
	return len(c.t.regs) - 1
}

// slot takes a free slot, or a new one.
func (c *tiler) slot() int {
	if n := len(c.free); n > 0 {
		s := c.free[n-1]
		c.free = c.free[:n-1]
		return s
	}
	c.t.slots++
	return c.t.slots - 1
}

// addResult gives memory to a member that leaves the unit: that of an operand that nothing needs any more, or its own.
func (c *tiler) addResult(n *graph.Node) {
	at := c.l.at[n]
	buf, late := c.overwritten(n, at)
	_, folds := foldOf(n)
	switch p := c.u.into[n]; {
	case folds: // what lies where it goes may be read to the end
		buf, late = c.p.newBuffer(n.Spec(), at, c.l.last[n]), false
	case p != nil:
		buf = c.p.paramBuffer(p)
		late = c.readAfter(buf, n)
	case buf == nil:
		buf = c.p.newBuffer(n.Spec(), at, c.l.last[n])
	}
	buf.last = max(buf.last, c.l.last[n])
	c.results[n] = len(c.s.to)
	c.s.to, c.s.out, c.late = append(c.s.to, buf), append(c.s.out, n.Spec()), append(c.late, late)
	c.p.values[n] = []*buffer{buf}
}

// readAfter reports whether an operand in the given memory is read after n is computed.
func (c *tiler) readAfter(buf *buffer, n *graph.Node) bool {
	k := slices.Index(c.u.nodes, n)
	for j, o := range c.s.from {
		if o.buf == buf && c.lastRead[j] > k {
			return true
		}
	}
	return false
}

// overwritten finds an operand whose memory a result may take over; late reports that the operand is read after the result
// is computed.
func (c *tiler) overwritten(n *graph.Node, at int) (buf *buffer, late bool) {
	for i, o := range c.s.from {
		if c.productReads(o.buf) || o.buf.fixed() || o.buf.last != at || bytes(o.buf.spec) != bytes(n.Spec()) || slices.Contains(c.s.to, o.buf) {
			continue
		}
		usable := true
		for j, other := range c.s.from {
			if other.buf == o.buf {
				usable = usable && c.t.regs[c.regs[j]].kind == dense && other.spec.Dtype.Size() == n.Dtype().Size()
			}
		}
		if usable && c.t.regs[c.regs[i]].kind == dense {
			return o.buf, c.readAfter(o.buf, n)
		}
	}
	return nil, false
}

// emit makes operation k, which computes the member n.
func (c *tiler) emit(k int, n *graph.Node) {
	w := c.wire(k, n)
	i, leaves := c.results[n]
	if f, ok := foldOf(n); ok {
		f.src, f.to = w.src[0], i
		c.t.code = append(c.t.code, instruction{fold: len(c.t.folds)})
		c.t.folds = append(c.t.folds, f)
		return
	}
	if leaves && !c.late[i] {
		w.dst = c.register(tileRegister{kind: result, i: i, size: n.Dtype().Size()})
	} else {
		w.dst = c.register(tileRegister{kind: slot, i: c.slot(), size: n.Dtype().Size()})
	}
	c.value[n] = w.dst
	c.t.code = append(c.t.code, instruction{do: microOf(n)(w)})
}

// wire finds the operands of operation k. The slots of those that nothing reads any more are free for its result.
func (c *tiler) wire(k int, n *graph.Node) (w wiring) {
	var released []int
	for i, x := range n.Inputs() {
		if o := c.operands[n][i]; o >= 0 {
			w.src[i] = c.regs[o]
			w.scalar[i] = c.t.regs[c.regs[o]].kind == scalar
			continue
		}
		w.src[i] = c.value[x]
		_, leaves := c.results[x]
		if r := c.t.regs[c.value[x]]; c.end[x] == k && !leaves && r.kind == slot && r.size == n.Dtype().Size() && !slices.Contains(released, r.i) {
			released = append(released, r.i)
		}
	}
	c.free = append(c.free, released...)
	return w
}
