package kernels

import (
	"fmt"
	"sync"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Fault collects what goes wrong while loops run: an index out of range, a matrix that has no factors. The loops go on with
// the rest. The zero value is ready.
type Fault struct {
	mu  sync.Mutex
	at  int
	err error
}

// report keeps the fault of the lowest position, so that the message does not depend on the threads.
func (f *Fault) report(at int, format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil || at < f.at {
		f.at, f.err = at, fmt.Errorf(format, args...)
	}
}

// reportIndex reports an index outside an axis of size n.
func (f *Fault) reportIndex(what string, at int, index, n int64) {
	f.report(at, "%s: index %d at position %d is outside an axis of size %d", what, index, at, n)
}

// Take returns the fault of the loops run since the last call, nil if there was none.
func (f *Fault) Take() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.err
	f.err = nil
	return err
}

// wrap turns an index from the end into one from the start; ok is false if it is out of range.
func wrap[I Index](index I, n int) (at int, ok bool) {
	at = int(index)
	if at < 0 {
		at += n
	}
	return at, uint(at) < uint(n)
}

// GatherRows returns the loops of dst[o, j, :] = src[o, index[j], :]: src is (Outer, N, Inner), dst (Outer, len(index), Inner).
// Negative indices count from the end. Rows of indices out of range are zero, and f is told.
func GatherRows[T any, I Index](dst, src []T, index []I, a Axis, f *Fault) ([]par.Loop, error) {
	m := len(index)
	if err := firstError(need("gather", "dst", len(dst), a.Outer*m*a.Inner), need("gather", "src", len(src), a.size())); err != nil {
		return nil, err
	}
	return []par.Loop{{N: a.Outer * m, Chunk: chunkOf(a.Inner + 4), Body: func(_, lo, hi int) {
		for r := lo; r < hi; r++ {
			o, j := r/m, r%m
			row := dst[r*a.Inner:][:a.Inner]
			i, ok := wrap(index[j], a.N)
			if !ok {
				clear(row)
				f.reportIndex("gather", j, int64(index[j]), int64(a.N))
				continue
			}
			copy(row, src[(o*a.N+i)*a.Inner:])
		}
	}}}, nil
}

// ScatterRows returns the loops that join rows of src to the rows of dst that index names, in the order of j:
// dst[o, index[j], :] = join(dst[o, index[j], :], src[o, j, :]). dst is (Outer, N, Inner), src (Outer, len(index), Inner). Joins are
// add (with which it is the adjoint of GatherRows), mul, maximum, minimum and set. dst starts from what it holds if accumulate, else
// from the join's identity (0 for set). Indices as in GatherRows.
func ScatterRows[T Number, I Index](name string, dst, src []T, index []I, a Axis, accumulate bool, f *Fault) ([]par.Loop, error) {
	join, identity, err := joinOf[T](name)
	if err != nil {
		return nil, err
	}
	m := len(index)
	if err := firstError(need("scatter", "dst", len(dst), a.size()), need("scatter", "src", len(src), a.Outer*m*a.Inner)); err != nil {
		return nil, err
	}
	ranges := 1
	if a.N >= scatterRanges && a.Inner >= scatterRanges {
		ranges = scatterRanges
	}
	length := (a.N + ranges - 1) / ranges
	work := m*a.Inner/ranges + m + length*a.Inner
	return []par.Loop{{N: a.Outer * ranges, Chunk: chunkOf(work), Body: func(_, lo, hi int) {
		for t := lo; t < hi; t++ {
			o, i0 := t/ranges, min(t%ranges*length, a.N)
			i1 := min(i0+length, a.N)
			if !accumulate {
				fillRow(dst[(o*a.N+i0)*a.Inner:(o*a.N+i1)*a.Inner], identity)
			}
			for j, v := range index {
				i, ok := wrap(v, a.N)
				if !ok {
					f.reportIndex("scatter", j, int64(v), int64(a.N))
				}
				if ok && i >= i0 && i < i1 {
					row := dst[(o*a.N+i)*a.Inner:][:a.Inner]
					join(row, row, src[(o*m+j)*a.Inner:][:a.Inner])
				}
			}
		}
	}}}, nil
}

// scatterRanges is how many ranges of rows share out a scatter; each looks at all indices.
const scatterRanges = 8

// joinOf returns a join's loop over two rows and its identity.
func joinOf[T Number](name string) (join func(dst, a, b []T), identity T, err error) {
	switch name {
	case "add":
	case "set":
		return func(dst, _, b []T) { copy(dst, b) }, 0, nil
	case "mul":
		identity = 1
	case "maximum":
		identity = lowest[T]()
	case "minimum":
		identity = highest[T]()
	default:
		return nil, 0, unknown("scatter", name, T(0))
	}
	return tableOf[T]().vv(name), identity, nil
}

// TakeAlong returns the loops of dst[o, j, i] = src[o, index[o, j, i], i] (NumPy's take_along_axis): src is (Outer, N, Inner),
// index and dst are (Outer, m, Inner). Indices as in GatherRows.
func TakeAlong[T any, I Index](dst, src []T, index []I, a Axis, m int, f *Fault) ([]par.Loop, error) {
	n := a.Outer * m * a.Inner
	if err := firstError(need("take along", "dst", len(dst), n), need("take along", "index", len(index), n),
		need("take along", "src", len(src), a.size())); err != nil {
		return nil, err
	}
	return each(n, 4, func(lo, hi int) {
		for e := lo; e < hi; e++ {
			var v T
			if i, ok := wrap(index[e], a.N); ok {
				v = src[(e/a.Inner/m*a.N+i)*a.Inner+e%a.Inner]
			} else {
				f.reportIndex("take_along_axis", e, int64(index[e]), int64(a.N))
			}
			dst[e] = v
		}
	}), nil
}

// PutAlong returns the loops of the adjoint of TakeAlong: dst[o, index[o, j, i], i] += src[o, j, i], from zero or, if
// accumulate, from what dst holds.
func PutAlong[T Number, I Index](dst, src []T, index []I, a Axis, m int, accumulate bool, f *Fault) ([]par.Loop, error) {
	n := a.Outer * m * a.Inner
	if err := firstError(need("put along", "src", len(src), n), need("put along", "index", len(index), n),
		need("put along", "dst", len(dst), a.size())); err != nil {
		return nil, err
	}
	return a.lanes(func(first, lane int) {
		if !accumulate {
			for i := range a.N {
				dst[first+i*a.Inner] = 0
			}
		}
		e := lane/a.Inner*m*a.Inner + lane%a.Inner
		for range m {
			if i, ok := wrap(index[e], a.N); ok {
				dst[first+i*a.Inner] += src[e]
			} else {
				f.reportIndex("put_along_axis", e, int64(index[e]), int64(a.N))
			}
			e += a.Inner
		}
	}), nil
}

// OneHot returns the loops of dst[o, c, i] = on if index[o, i] == c, else off: dst is (Outer, N, Inner), index (Outer, Inner). An
// index outside [0, N) has no on.
func OneHot[T any, I Index](dst []T, index []I, a Axis, on, off T) ([]par.Loop, error) {
	if err := firstError(need("one hot", "dst", len(dst), a.size()), need("one hot", "index", len(index), a.Outer*a.Inner)); err != nil {
		return nil, err
	}
	return a.lanes(func(first, lane int) {
		for c := range a.N {
			dst[first+c*a.Inner] = off
		}
		if c := index[lane]; c >= 0 && int(c) < a.N {
			dst[first+int(c)*a.Inner] = on
		}
	}), nil
}
