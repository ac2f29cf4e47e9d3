// Package kernels holds the portable numeric kernels of the native backend: pure Go, and the reference that faster
// versions are tested against.
//
// A constructor such as MatMul or Unary takes slices that are already resolved (contiguous, row-major) and sizes, and
// returns the par.Loops to run in order. It is called once for a memory plan; running the loops allocates nothing, except
// that a worker gets its scratch memory the first time it needs some. Loops are cut by the sizes only, so results have the
// same bits for any number of threads. The loops of one call share memory: they must not run twice at the same time.
//
// The innermost functions are looked up in a vecTable for each element type when the loops are made: a file for one CPU
// replaces entries in its init. Sizes and names that do not fit are errors: they are mistakes of the caller, found while
// compiling and never while running.
package kernels

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Float is the set of element types that models compute in.
type Float interface{ float32 | float64 }

// Integer is the set of integer element types.
type Integer interface{ int32 | int64 | uint8 }

// Number is the set of element types with arithmetic.
type Number interface{ Float | Integer }

// Index is the set of element types that hold positions along an axis.
type Index interface{ int32 | int64 }

// grain is the number of elements of cheap work that make a chunk: some microseconds, well above the cost of a fork.
const grain = 8192

// chunkOf returns how many iterations, each of the given amount of work in elements, make a chunk.
func chunkOf(work int) int { return max(1, grain/max(1, work)) }

// scratch is memory for each worker of a loop, made when the worker first asks.
type scratch[T any] struct{ of [par.MaxThreads][]T }

// get returns n elements, not cleared, that belong to the worker.
func (s *scratch[T]) get(worker, n int) []T {
	if cap(s.of[worker]) < n {
		s.of[worker] = make([]T, n)
	}
	return s.of[worker][:n]
}

// size returns the number of elements of a shape.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// rowMajor returns the strides of a contiguous array of this shape.
func rowMajor(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	return strides
}

// need reports that a slice is shorter than the sizes say.
func need(kernel, what string, have, want int) error {
	if have >= want {
		return nil
	}
	return fmt.Errorf("kernels: %s: %s has %d elements, its sizes need %d", kernel, what, have, want)
}

// firstError returns the first error that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unknown reports a name that a table lacks.
func unknown(kernel, name string, zero any) error {
	return fmt.Errorf("kernels: %s: no operation %q for %T", kernel, name, zero)
}

// each returns the loop that does an elementwise body over n elements of the given cost (1 is an addition).
func each(n, cost int, body func(lo, hi int)) []par.Loop {
	return []par.Loop{{N: n, Chunk: chunkOf(cost), Body: func(_, lo, hi int) { body(lo, hi) }}}
}

// lowest returns what the maximum of nothing is: -Inf, or the smallest integer.
func lowest[T Number]() T {
	var v T
	switch p := any(&v).(type) {
	case *float32:
		*p = float32(math.Inf(-1))
	case *float64:
		*p = math.Inf(-1)
	case *int32:
		*p = math.MinInt32
	case *int64:
		*p = math.MinInt64
	}
	return v
}

// highest returns what the minimum of nothing is: +Inf, or the largest integer.
func highest[T Number]() T {
	var v T
	switch p := any(&v).(type) {
	case *float32:
		*p = float32(math.Inf(1))
	case *float64:
		*p = math.Inf(1)
	case *int32:
		*p = math.MaxInt32
	case *int64:
		*p = math.MaxInt64
	case *uint8:
		*p = math.MaxUint8
	}
	return v
}
