package native

import (
	"unsafe"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

// fold is a sum that a fused step takes of one of its values while the tiles are in the cache: that of (outer, n, cols) over the
// middle axis.
type fold struct {
	outer, n, cols int
	src, to        int // the numbers of the register and of the result
	size           int // bytes of an element
	at             int // the place of the sums so far in the scratch memory
}

// Bounds of a fold: its sums have to stay in the cache, and so has a group of elements that is added up in one chunk.
const (
	maxFoldCols  = 4096
	maxFoldGroup = 1 << 16
)

// foldOf describes the sum that a node is; ok is false if it is none that a fused step can take.
func foldOf(n *graph.Node) (f fold, ok bool) {
	if len(n.Inputs()) != 1 || n.IsTuple() || n.Dtype() != graph.Float32 && n.Dtype() != graph.Float64 {
		return f, false
	}
	shape := n.In(0).Shape()
	axes, ok := summed(n.Op(), shape, n.Shape())
	if !ok || shape.Size() <= 1 {
		return f, false
	}
	f = fold{outer: 1, n: 1, cols: 1, size: n.Dtype().Size()}
	gone := make([]bool, len(shape))
	for _, a := range axes {
		gone[a] = true
	}
	for i := len(shape) - 1; i >= 0; i-- {
		switch d := shape[i]; {
		case d == 1:
		case gone[i] && f.outer == 1:
			f.n *= d
		case gone[i]:
			return f, false // the axes lie apart
		case f.n == 1:
			f.cols *= d
		default:
			f.outer *= d
		}
	}
	return f, f.n > 1 && f.cols <= maxFoldCols && (f.outer == 1 || f.group() <= maxFoldGroup)
}

// summed is the axes over which a node adds up its operand; ok is false for what is no sum.
func summed(op graph.Op, from, to graph.Shape) (axes []int, ok bool) {
	switch op := op.(type) {
	case ops.ReduceOp:
		return op.Axes.Slice(), op.Kind == "sum"
	case ops.SumToOp:
		lead := len(from) - len(to)
		for i, d := range from {
			if i < lead || to[i-lead] == 1 && d != 1 {
				axes = append(axes, i)
			}
		}
		return axes, true
	}
	return nil, false
}

// group is the number of elements in a row that results of their own are made of.
func (f fold) group() int { return f.n * f.cols }

// sums is how many vectors of sums are kept: of each chunk if all elements are of one group, else of each worker, since a chunk
// then holds whole groups.
func (f fold) sums(t *tiles, workers int) int {
	if f.outer == 1 {
		return (t.shape.Size() + t.chunk - 1) / t.chunk
	}
	return workers
}

// bytes is the scratch memory of the sums.
func (f fold) bytes(t *tiles, workers int) int { return f.sums(t, workers) * f.cols * 8 }

// folder is a fold tied to memory.
type folder interface {
	// begin clears the sums of the chunk that starts at element lo.
	begin(worker, lo int)
	// add takes the n elements from lo on, which lie in x.
	add(worker, lo int, x unsafe.Pointer, n int)
	// merge is the loop that adds up the chunks; it does nothing if no group is spread over several.
	merge() []par.Loop
}

func (f fold) tie(t *tiles, out backend.Slice, scratch []byte, workers int) folder {
	acc := unsafe.Slice((*float64)(unsafe.Pointer(&scratch[f.at])), f.bytes(t, workers)/8)
	if f.size == 8 {
		return &folding[float64]{f, kernels.SumsOf[float64](), t.chunk, acc, backend.Elements[float64](out)}
	}
	return &folding[float32]{f, kernels.SumsOf[float32](), t.chunk, acc, backend.Elements[float32](out)}
}

type folding[T kernels.Float] struct {
	fold
	loops kernels.Sums[T]
	chunk int
	acc   []float64
	out   []T
}

// sum is the vector of sums that a worker adds to in the chunk that holds element lo.
func (f *folding[T]) sum(worker, lo int) []float64 {
	if f.outer == 1 {
		worker = lo / f.chunk
	}
	return f.acc[worker*f.cols:][:f.cols]
}

func (f *folding[T]) begin(worker, lo int) { clear(f.sum(worker, lo)) }

func (f *folding[T]) add(worker, lo int, p unsafe.Pointer, n int) {
	acc, x := f.sum(worker, lo), unsafe.Slice((*T)(p), n)
	if f.outer == 1 {
		f.gather(acc, lo%f.cols, x)
		return
	}
	for group := f.group(); len(x) > 0; {
		at := lo % group
		run := min(group-at, len(x))
		f.gather(acc, at%f.cols, x[:run])
		if at+run == group {
			to := f.out[lo/group*f.cols:]
			for i, s := range acc {
				to[i] = T(s)
			}
			clear(acc)
		}
		x, lo = x[run:], lo+run
	}
}

// gather adds elements to the sums of their columns, the first of them to that of col.
func (f *folding[T]) gather(acc []float64, col int, x []T) {
	if f.cols == 1 {
		acc[0] += f.loops.Row(x)
		return
	}
	if col > 0 {
		k := min(f.cols-col, len(x))
		f.loops.Cols(acc[col:col+k], x[:k])
		x = x[k:]
	}
	rows := len(x) / f.cols
	if rows > 0 {
		f.loops.Rows(acc, x, rows, f.cols)
	}
	if x = x[rows*f.cols:]; len(x) > 0 {
		f.loops.Cols(acc[:len(x)], x)
	}
}

func (f *folding[T]) merge() []par.Loop {
	if f.outer > 1 {
		return nil
	}
	return []par.Loop{{N: f.cols, Chunk: 1024, Body: func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			s := 0.0
			for at := i; at < len(f.acc); at += f.cols {
				s += f.acc[at]
			}
			f.out[i] = T(s)
		}
	}}}
}
