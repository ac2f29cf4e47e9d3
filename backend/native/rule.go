package native

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
)

// ruleTexts are the fused units for which there is a kernel of one pass: the steps of optimizers, as their text is (see
// ruleText), and the names of the kernels. The operands d0, d1, ... are the kernel's Src, the numbers s its By.
var ruleTexts = map[string]string{
	"sub d2 d1;mul 0 s;add d1 1;mul 2 s;square d2;sub 4 d3;mul 5 s;add d3 6;sqrt 7;add 8 s;div 3 9;sub d0 10>2 7 11":                              "adam",
	"mul d0 s;mul 0 s;sub d0 1;sub d2 d1;mul 3 s;add d1 4;mul 5 s;square d2;sub 7 d3;mul 8 s;add d3 9;sqrt 10;add 11 s;div 6 12;sub 2 13>5 10 14": "adam_w",
	"mul d1 s;sub d0 0>1":                                                             "sgd",
	"mul d1 s;mul d2 s;sub 0 1;add d0 2>2 3":                                          "momentum",
	"mul d1 s;mul d2 s;sub 0 1;mul 2 s;sub 3 1;add d0 4>2 5":                          "nesterov",
	"mul s d1;mul d2 s;square d1;mul 2 s;add 1 3;add 4 s;sqrt 5;div 0 6;sub d0 7>4 8": "rms_prop",
}

// rule is a fused unit that a kernel does.
type rule struct {
	name     string
	src, by  []int // the numbers of the step's operands
	dst      []int // the numbers of its results
	elements int
	slots    int // the operand that tells which rows of the gradient are kept (see rows.go); 0: all of them
}

// ruleText writes what a unit computes, from its last node up, operations in the order in which they are then found: the same
// for all parameters and sizes. Dense operands are d0, d1, ... in the order of their use, every number is s.
type ruleText struct {
	c       *tiler
	lines   []string
	numbers map[*graph.Node]int // of the operations
	dense   []int               // the operands of the step that are d0, d1, ...
	by      []int               // those that are numbers
}

// rule finds the kernel of a unit whose results have their places; nil if there is none.
func (c *tiler) rule() *rule {
	if !c.p.fuses("rules") || c.u.product != nil {
		return nil
	}
	t := ruleText{c: c, numbers: map[*graph.Node]int{}}
	if !t.write(c.u.head()) || len(t.lines) != len(c.u.nodes) {
		return nil
	}
	leave := make(map[int]int) // the result of each operation that leaves
	for n, i := range c.results {
		leave[t.numbers[n]] = i
	}
	text, r := strings.Join(t.lines, ";"), &rule{src: t.dense, by: t.by, elements: c.t.shape.Size()}
	sep := ">"
	for k := range t.lines {
		if i, ok := leave[k]; ok {
			text += fmt.Sprint(sep, k)
			r.dst, sep = append(r.dst, i), " "
		}
	}
	r.name = ruleTexts[text]
	if r.name == "" {
		return nil
	}
	c.compact(r)
	return r
}

// write adds the lines of n and of what it is made of.
func (t *ruleText) write(n *graph.Node) bool {
	line := n.Op().Name()
	if len(t.c.operands[n]) != len(n.Inputs()) { // it is folded into another operation
		return false
	}
	if d := n.Dtype(); d != graph.Float32 && d != graph.Float64 || len(t.c.operands[n]) != len(n.Inputs()) { // a product, for one
		return false
	}
	for i, x := range n.Inputs() {
		o := t.c.operands[n][i]
		if o < 0 {
			if _, done := t.numbers[x]; !done && !t.write(x) {
				return false
			}
			line += fmt.Sprint(" ", t.numbers[x])
			continue
		}
		switch t.c.t.regs[t.c.regs[o]].kind {
		case dense:
			at := slices.Index(t.dense, o)
			if at < 0 {
				at, t.dense = len(t.dense), append(t.dense, o)
			}
			line += fmt.Sprint(" d", at)
		case scalar:
			t.by = append(t.by, o)
			line += " s"
		default:
			return false
		}
	}
	t.numbers[n] = len(t.lines)
	t.lines = append(t.lines, line)
	return true
}

// loops ties the rule to memory.
func (r *rule) loops(in, out []backend.Slice, workers int) []par.Loop {
	if in[r.src[0]].Dtype == graph.Float64 {
		return ruleLoops[float64](r, in, out, workers)
	}
	return ruleLoops[float32](r, in, out, workers)
}

// ruleChunk is the number of elements of a chunk: some microseconds.
const ruleChunk = 8192

func ruleLoops[T kernels.Float](r *rule, in, out []backend.Slice, workers int) []par.Loop {
	kernel, _ := kernels.RuleOf[T](r.name)
	t := tied[T]{rule: r, kernel: kernel, dst: make([][]T, len(r.dst)), src: make([][]T, len(r.src)), by: make([]*T, len(r.by))}
	for k, i := range r.src {
		t.src[k] = backend.Elements[T](in[i])
	}
	for k, i := range r.dst {
		t.dst[k] = backend.Elements[T](out[i])
	}
	for k, i := range r.by {
		t.by[k] = &backend.Elements[T](in[i])[0]
	}
	t.regions = make([]kernels.Region[T], workers)
	if r.slots > 0 {
		return t.byRows(backend.Elements[int32](in[r.slots]))
	}
	return []par.Loop{{N: r.elements, Chunk: ruleChunk, Body: func(worker, lo, hi int) {
		kernel.Run(t.region(worker, lo, hi))
	}}}
}

// tied is a rule with its memory.
type tied[T kernels.Float] struct {
	*rule
	kernel   kernels.Rule[T]
	dst, src [][]T
	by       []*T
	regions  []kernels.Region[T] // of the workers
}

// region is the elements [lo, hi).
func (t *tied[T]) region(worker, lo, hi int) *kernels.Region[T] {
	r := &t.regions[worker]
	for k, v := range t.src {
		if t.slots == 0 || k != t.kernel.Gradient {
			r.Src[k] = v[lo:hi]
		}
	}
	for k, v := range t.dst {
		r.Dst[k] = v[lo:hi]
	}
	for k, v := range t.by {
		r.By[k] = *v
	}
	return r
}
