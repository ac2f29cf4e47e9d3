package native

import (
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// The gradient of an embedding names few rows of a large table. Where only a rule reads it, the rows are kept one below the other
// with a slot for each row of the table, and the table-sized gradient is never built.

// compactRows is the kernel that takes the place of scatter_add: its results are the rows that are kept and the slots.
var compactRows = &kernel{exact: true, types: floats(
	indexed1(compacted[float32, int32], compacted[float32, int64]), indexed1(compacted[float64, int32], compacted[float64, int64]))}

func compacted[T kernels.Float, I kernels.Index](c *call) ([]par.Loop, error) {
	index := in[I](c, 1)
	return kernels.CompactRows(out[T](c, 0), out[int32](c, 1), in[T](c, 0), index, len(out[T](c, 0))/max(1, c.out[0].Shape[0]), c.fault)
}

// compact makes the gradient that a rule reads one of few rows, if it is.
func (c *tiler) compact(r *rule) {
	kernel, _ := kernels.RuleOf[float32](r.name)
	g := r.src[kernel.Gradient]
	s := c.scatter(c.s.from[g].buf)
	if s == nil || kernel.Rest == nil || !c.p.fuses("rows") {
		return
	}
	spec, buf := s.out[0], s.to[0]
	table, indices := spec.Shape[0], s.in[1].Shape.Size()
	if 2*indices > table || indices == 0 {
		return
	}
	few := graph.Spec{Dtype: spec.Dtype, Shape: spec.Shape.With(0, indices)}
	slots := graph.Spec{Dtype: graph.Int32, Shape: graph.Shape{table}}
	buf.spec = few
	s.kernel, s.to, s.out = compactRows, []*buffer{buf, c.p.newBuffer(slots, buf.first, buf.last)}, []graph.Spec{few, slots}
	c.s.from[g].spec, c.s.in[g] = few, few
	r.slots = len(c.s.from)
	c.s.from, c.s.in = append(c.s.from, operand{buf: s.to[1], spec: slots}), append(c.s.in, slots)
}

// scatter is the step that leaves a scattered gradient in buf for this unit only, nil if there is none.
func (c *tiler) scatter(buf *buffer) *step {
	for _, s := range c.p.steps {
		op, ok := s.node.Op().(ops.ScatterAddOp)
		if ok && op.Axis == 0 && len(s.to) == 1 && s.to[0] == buf && !slices.Contains(c.s.to, buf) &&
			c.p.reads[s.node] == countReads([]*unit{c.u}, nil)[s.node] {
			return s
		}
	}
	return nil
}

// countReads counts how often units read each node; a root is read once more.
func countReads(units []*unit, roots graph.Nodes) map[*graph.Node]int {
	count := map[*graph.Node]int{}
	for _, n := range roots {
		count[n]++
	}
	for _, u := range units {
		for _, n := range u.nodes {
			for _, x := range n.Inputs() {
				count[x]++
			}
		}
	}
	return count
}

// byRows is the loop of a rule over rows. Rows between those that have a gradient are done together.
func (t *tied[T]) byRows(slot []int32) []par.Loop {
	n := t.elements / len(slot)
	chunk := max(1, ruleChunk/n)
	g, zeros := t.src[t.kernel.Gradient], make([]T, chunk*n)
	return []par.Loop{{N: len(slot), Chunk: chunk, Body: func(worker, lo, hi int) {
		for lo < hi {
			if k := int(slot[lo]); k >= 0 {
				r := t.region(worker, lo*n, (lo+1)*n)
				r.Src[t.kernel.Gradient] = g[k*n:][:n]
				t.kernel.Run(r)
				lo++
				continue
			}
			end := lo + 1
			for end < hi && slot[end] < 0 {
				end++
			}
			t.still(t.region(worker, lo*n, end*n), zeros[:(end-lo)*n])
			lo = end
		}
	}}}
}

// still does a region whose gradient is 0.
func (t *tied[T]) still(r *kernels.Region[T], zeros []T) {
	r.Src[t.kernel.Gradient] = zeros
	if rate := float64(r.By[t.kernel.Rate]); r.By[t.kernel.Epsilon] > 0 && !math.IsNaN(rate) && !math.IsInf(rate, 0) {
		t.kernel.Rest(r)
		return
	}
	t.kernel.Run(r)
}
