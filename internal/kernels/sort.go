package kernels

import (
	"cmp"
	"slices"
	"sort"

	"github.com/gorgonin/gorgonin/internal/par"
)

// order compares with NaN above all numbers.
func order[T Number](a, b T) int {
	switch {
	case a < b || b != b && a == a:
		return -1
	case a > b || a != a && b == b:
		return 1
	}
	return 0
}

// SortRows returns the loops that sort each of the rows of n elements, ascending, NaN last. dst may be src.
func SortRows[T Number](dst, src []T, rows, n int) ([]par.Loop, error) {
	if err := firstError(need("sort", "dst", len(dst), rows*n), need("sort", "src", len(src), rows*n)); err != nil {
		return nil, err
	}
	return []par.Loop{{N: rows, Chunk: chunkOf(16 * n), Body: func(_, lo, hi int) {
		for r := lo; r < hi; r++ {
			row := dst[r*n : (r+1)*n]
			copy(row, src[r*n:])
			slices.SortFunc(row, order)
		}
	}}}, nil
}

// ArgSort returns the loops of the positions that sort each row of n elements, ascending or descending; equals keep their
// order; NaN counts as the largest.
func ArgSort[I Index, T Number](dst []I, src []T, rows, n int, descending bool) ([]par.Loop, error) {
	if err := firstError(need("argsort", "dst", len(dst), rows*n), need("argsort", "src", len(src), rows*n)); err != nil {
		return nil, err
	}
	return []par.Loop{{N: rows, Chunk: chunkOf(16 * n), Body: func(_, lo, hi int) {
		for r := lo; r < hi; r++ {
			argSort(dst[r*n:(r+1)*n], src[r*n:(r+1)*n], descending)
		}
	}}}, nil
}

func argSort[I Index, T Number](at []I, x []T, descending bool) {
	for i := range at {
		at[i] = I(i)
	}
	slices.SortFunc(at, func(i, j I) int {
		c := order(x[i], x[j])
		if descending {
			c = -c
		}
		if c == 0 {
			c = cmp.Compare(i, j)
		}
		return c
	})
}

// insertionTop is the largest k for which top-k inserts into a short list rather than sorting the row.
const insertionTop = 32

// TopK returns the loops of the k largest elements of each row of n and their positions, descending; of equals the lower
// position comes first; NaN counts as the largest. values and index are (rows, k).
func TopK[T Number](values []T, index []int32, src []T, rows, n, k int) ([]par.Loop, error) {
	k = min(k, n)
	if err := firstError(need("top k", "values", len(values), rows*k), need("top k", "index", len(index), rows*k),
		need("top k", "src", len(src), rows*n)); err != nil {
		return nil, err
	}
	var memory scratch[int32]
	return []par.Loop{{N: rows, Chunk: chunkOf(4 * n), Body: func(worker, lo, hi int) {
		for r := lo; r < hi; r++ {
			x, at := src[r*n:(r+1)*n], index[r*k:(r+1)*k]
			if k <= insertionTop {
				topInsert(at, x)
			} else {
				all := memory.get(worker, n)
				argSort(all, x, true)
				copy(at, all)
			}
			for j, i := range at {
				values[r*k+j] = x[i]
			}
		}
	}}}, nil
}

// topInsert keeps the positions of the largest elements so far in order.
func topInsert[T Number](at []int32, x []T) {
	n := 0
	for i, v := range x {
		if n == len(at) && (n == 0 || order(v, x[at[n-1]]) <= 0) {
			continue
		}
		n = min(n+1, len(at))
		j := n - 1
		for ; j > 0 && order(v, x[at[j-1]]) > 0; j-- {
			at[j] = at[j-1]
		}
		at[j] = int32(i)
	}
}

// SearchSorted returns the loops of the position in sorted (ascending) where each value belongs: before its equals, or after
// them if right.
func SearchSorted[I Index, T Number](dst []I, sorted, values []T, right bool) ([]par.Loop, error) {
	if err := need("searchsorted", "dst", len(dst), len(values)); err != nil {
		return nil, err
	}
	return each(len(values), 32, func(lo, hi int) {
		for i, v := range values[lo:hi] {
			dst[lo+i] = I(sort.Search(len(sorted), func(j int) bool {
				c := order(sorted[j], v)
				return c > 0 || c == 0 && !right
			}))
		}
	}), nil
}

// Bincount returns the loops of dst[r, v] = how often v occurs in row r of x, or the sum of the weights where it does; dst is
// (rows, length), x and weights (rows, n), nil weights mean 1. Values outside [0, length) are not counted.
func Bincount[T Number, I Index](dst []T, x []I, weights []T, rows, n, length int) ([]par.Loop, error) {
	if err := firstError(need("bincount", "dst", len(dst), rows*length), need("bincount", "x", len(x), rows*n)); err != nil {
		return nil, err
	}
	if weights != nil {
		if err := need("bincount", "weights", len(weights), rows*n); err != nil {
			return nil, err
		}
	}
	return []par.Loop{{N: rows, Chunk: chunkOf(n + length), Body: func(_, lo, hi int) {
		for r := lo; r < hi; r++ {
			row := dst[r*length : (r+1)*length]
			clear(row)
			for i, v := range x[r*n : (r+1)*n] {
				if v < 0 || int(v) >= length {
					continue
				}
				if weights == nil {
					row[v]++
				} else {
					row[v] += weights[r*n+i]
				}
			}
		}
	}}}, nil
}
