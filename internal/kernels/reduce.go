package kernels

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Reduce returns the loops of a reduction of src over a set of axes; dst holds the remaining axes in order. Names: sum prod max
// min, and for floats mean and logsumexp. Floats are summed in float64. Over nothing, sum is 0, prod 1, mean NaN, max -Inf (the
// smallest integer), min the opposite and logsumexp -Inf.
func Reduce[T Number](name string, dst, src []T, shape, axes []int) ([]par.Loop, error) {
	r, err := newReduction(name, shape, axes, len(dst), len(src))
	if err != nil {
		return nil, err
	}
	t := tableOf[T]()
	switch name {
	case "max":
		return reduce(r, fold[T, T, T]{lowest[T](), func(a T, x []T) T { return max(a, t.maxRow(x)) }, cols(t.vv("maximum")),
			func(a, b T) T { return max(a, b) }, self[T], nil}, dst, src), nil
	case "min":
		return reduce(r, fold[T, T, T]{highest[T](), func(a T, x []T) T { return min(a, t.minRow(x)) }, cols(t.vv("minimum")),
			func(a, b T) T { return min(a, b) }, self[T], nil}, dst, src), nil
	}
	if !isFloat[T]() {
		return reduceInt(name, r, dst, src)
	}
	finish := func(a float64) T { return T(a) }
	switch name {
	case "mean":
		n := float64(r.inside.total)
		finish = func(a float64) T { return T(a / n) }
		fallthrough
	case "sum":
		return reduce(r, fold[T, float64, T]{0, func(a float64, x []T) float64 { return a + t.sumRow(x) }, t.addCols,
			func(a, b float64) float64 { return a + b }, finish, t.addRows}, dst, src), nil
	case "prod":
		return reduce(r, fold[T, float64, T]{1, mulRow[T, float64], mulCols[T, float64], func(a, b float64) float64 { return a * b },
			finish, nil}, dst, src), nil
	case "logsumexp":
		return reduce(r, fold[T, logSum, T]{logSum{m: math.Inf(-1)}, logSumRow[T], logSumCols[T], logSum.merge,
			func(a logSum) T { return T(a.value()) }, nil}, dst, src), nil
	}
	return nil, unknown("reduce", name, T(0))
}

// reduceInt sums integers in their own type: they wrap around like NumPy's.
func reduceInt[T Number](name string, r *reduction, dst, src []T) ([]par.Loop, error) {
	switch name {
	case "sum":
		return reduce(r, fold[T, T, T]{0, addRow[T], addCols[T, T], func(a, b T) T { return a + b }, self[T], nil}, dst, src), nil
	case "prod":
		return reduce(r, fold[T, T, T]{1, mulRow[T, T], mulCols[T, T], func(a, b T) T { return a * b }, self[T], nil}, dst, src), nil
	}
	return nil, unknown("reduce", name, T(0))
}

// ReduceBool returns the loops of "any" or "all" over a set of axes; over nothing, any is false and all is true.
func ReduceBool(name string, dst, src []bool, shape, axes []int) ([]par.Loop, error) {
	r, err := newReduction(name, shape, axes, len(dst), len(src))
	if err != nil {
		return nil, err
	}
	join := func(a, b bool) bool { return a || b }
	switch name {
	case "all":
		join = func(a, b bool) bool { return a && b }
	case "any":
	default:
		return nil, unknown("reduce", name, false)
	}
	row := func(a bool, x []bool) bool {
		for _, v := range x {
			a = join(a, v)
		}
		return a
	}
	cols := func(acc, x []bool) {
		for i, v := range x {
			acc[i] = join(acc[i], v)
		}
	}
	return reduce(r, fold[bool, bool, bool]{name == "all", row, cols, join, self[bool], nil}, dst, src), nil
}

// fold says how elements T are gathered in an accumulator A and turned into a result R.
type fold[T, A, R any] struct {
	zero   A
	row    func(a A, x []T) A
	cols   func(acc []A, x []T) // acc[i] takes x[i]
	merge  func(a, b A) A
	finish func(a A) R
	many   func(acc []A, x []T, rows, step int) // cols for rows a step apart; may be nil
}

// reduction is how a shape is walked: for each position of outside, all of inside, and at each of those, cols neighbours
// that stay apart (1 if the innermost axis is reduced).
type reduction struct {
	outside, inside *nest
	cols            int
	blocks          int // of columns
	parts           int // of the inside
}

// blockCols is how many columns one task accumulates: their accumulators stay in L1.
const blockCols = 2048

func newReduction(name string, shape, axes []int, dst, src int) (*reduction, error) {
	reduced := make([]bool, len(shape))
	for _, a := range axes {
		if a < 0 || a >= len(shape) || reduced[a] {
			return nil, fmt.Errorf("kernels: %s: axes %v of shape %v", name, axes, shape)
		}
		reduced[a] = true
	}
	var kept, keptStrides, gone, goneStrides []int
	r := &reduction{cols: 1}
	innermost := true
	strides := rowMajor(shape)
	for a := len(shape) - 1; a >= 0; a-- {
		d := shape[a]
		switch {
		case reduced[a]:
			gone, goneStrides = append([]int{d}, gone...), append([]int{strides[a]}, goneStrides...)
			innermost = innermost && d == 1
		case innermost:
			r.cols *= d
		default:
			kept, keptStrides = append([]int{d}, kept...), append([]int{strides[a]}, keptStrides...)
		}
	}
	var err error
	if r.outside, err = newNest(name, kept, keptStrides); err != nil {
		return nil, err
	}
	if r.inside, err = newNest(name, gone, goneStrides); err != nil {
		return nil, err
	}
	r.blocks = (r.cols + blockCols - 1) / blockCols
	r.parts = 1
	if tasks := r.outside.total * r.blocks; tasks > 0 && tasks < 16 {
		r.parts = min(max(1, r.inside.total*min(r.cols, blockCols)/(2*grain)), 32)
	}
	return r, firstError(need(name, "dst", dst, r.outside.total*r.cols), need(name, "src", src, size(shape)))
}

// reduce folds parts of the inside into accumulators and merges those in order.
func reduce[T, A, R any](r *reduction, f fold[T, A, R], dst []R, src []T) []par.Loop {
	if r.rows() {
		return reduceRows(r, f, dst, src)
	}
	n := r.outside.total * r.cols
	acc := make([]A, r.parts*n)
	length := (r.inside.total + r.parts - 1) / r.parts
	task := func(t int) {
		part := t % r.parts
		t /= r.parts
		block, o := t%r.blocks, t/r.blocks
		j0 := block * blockCols
		w := min(blockCols, r.cols-j0)
		var out cursor
		out.start(r.outside, o)
		lo := min(part*length, r.inside.total)
		hi := min(lo+length, r.inside.total)
		at := part*n + o*r.cols + j0
		walk(r, f, acc[at:at+w], src[min(out.off[0]+j0, len(src)):], lo, hi)
	}
	work := length * min(r.cols, blockCols)
	return []par.Loop{
		{N: r.outside.total * r.blocks * r.parts, Chunk: chunkOf(work), Body: func(_, lo, hi int) {
			for t := lo; t < hi; t++ {
				task(t)
			}
		}},
		{N: n, Chunk: chunkOf(2 * r.parts), Body: func(_, lo, hi int) {
			for i := lo; i < hi; i++ {
				a := acc[i]
				for part := 1; part < r.parts; part++ {
					a = f.merge(a, acc[part*n+i])
				}
				dst[i] = f.finish(a)
			}
		}},
	}
}

// rows reports whether this is the common case of a matrix whose rows are reduced, enough of them to occupy the threads.
func (r *reduction) rows() bool {
	return r.cols == 1 && r.parts == 1 && len(r.outside.shape) == 1 && len(r.inside.shape) == 1 && r.inside.inner(0) == 1
}

// reduceRows folds each row at once, without accumulators in memory.
func reduceRows[T, A, R any](r *reduction, f fold[T, A, R], dst []R, src []T) []par.Loop {
	n, step := r.inside.total, r.outside.inner(0)
	return []par.Loop{{N: r.outside.total, Chunk: chunkOf(n + 8), Body: func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = f.finish(f.row(f.zero, src[i*step:i*step+n]))
		}
	}}}
}

// walk folds the inside positions [lo, hi) of x into acc.
func walk[T, A, R any](r *reduction, f fold[T, A, R], acc []A, x []T, lo, hi int) {
	for i := range acc {
		acc[i] = f.zero
	}
	step := r.inside.inner(0)
	var c cursor
	if lo < hi {
		c.start(r.inside, lo)
	}
	for lo < hi {
		run := min(c.run, hi-lo)
		at := c.off[0]
		switch {
		case r.cols == 1 && (step == 1 || run == 1):
			acc[0] = f.row(acc[0], x[at:at+run])
		case f.many != nil && run > 1 && len(acc) > 0:
			f.many(acc, x[at:at+(run-1)*step+len(acc)], run, step)
		default:
			for range run {
				f.cols(acc, x[at:at+len(acc)])
				at += step
			}
		}
		if lo += run; lo < hi {
			c.next()
		}
	}
}
