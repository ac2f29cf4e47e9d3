package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// CompactRows returns the loops that add up rows by index as [ScatterRows] does, but keep only the rows that some index names:
// slot[i] is the number of row i in dst, or -1. src is (len(index), n), dst (min(len(index), len(slot)), n). Rows are numbered, and
// added, in the order of index.
func CompactRows[T Number, I Index](dst []T, slot []int32, src []T, index []I, n int, f *Fault) ([]par.Loop, error) {
	m := len(index)
	if err := firstError(need("compact rows", "dst", len(dst), min(m, len(slot))*n), need("compact rows", "src", len(src), m*n)); err != nil {
		return nil, err
	}
	to, first := make([]int32, m), make([]bool, m) // the row of dst of each index, and whether it is the first with this row
	number := par.Loop{N: 1, Body: func(int, int, int) {
		fillRow(slot, -1)
		rows := int32(0)
		for j, v := range index {
			i, ok := wrap(v, len(slot))
			if !ok {
				f.reportIndex("scatter", j, int64(v), int64(len(slot)))
				to[j] = -1
				continue
			}
			if first[j] = slot[i] < 0; first[j] {
				slot[i] = rows
				rows++
			}
			to[j] = slot[i]
		}
	}}
	add, addZero := tableOf[T]().vv("add"), tableOf[T]().vs("add")
	ranges := min(scatterRanges, max(1, m*n/grain))
	length := (m + ranges - 1) / ranges
	return []par.Loop{number, {N: ranges, Chunk: 1, Body: func(_, lo, hi int) {
		lo, hi = lo*length, hi*length
		for j, k := range to {
			if k := int(k); k >= lo && k < hi {
				row, x := dst[k*n:][:n], src[j*n:][:n]
				if first[j] {
					addZero(row, x, 0) // as if the row had been 0 before
				} else {
					add(row, row, x)
				}
			}
		}
	}}}, nil
}
