package kernels

import (
	"math"
	"testing"
)

// TestCompactRows holds the sums that are kept against those of ScatterRows.
func TestCompactRows(t *testing.T) {
	r := newRand()
	for range 200 {
		rows, m, n := 1+r.IntN(50), r.IntN(100), r.IntN(40)
		index := make([]int32, m)
		for j := range index {
			index[j] = int32(r.IntN(2*rows) - rows) // from the end too
		}
		src := make([]float32, m*n)
		for i := range src {
			src[i] = float32(r.NormFloat64())
			if r.IntN(8) == 0 {
				src[i] = float32(math.Copysign(0, -1))
			}
		}
		var f Fault
		want, got, slot := make([]float32, rows*n), make([]float32, min(m, rows)*n), make([]int32, rows)
		all, err := ScatterRows("add", want, src, index, Axis{1, rows, n}, false, &f)
		if err != nil {
			t.Fatal(err)
		}
		few, err := CompactRows(got, slot, src, index, n, &f)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // what a run leaves must not disturb the next one
			runSerial(all)
			runSerial(few)
		}
		if err := f.Take(); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			for c := range n {
				v := float32(0)
				if slot[i] >= 0 {
					v = got[int(slot[i])*n+c]
				}
				if math.Float32bits(v) != math.Float32bits(want[i*n+c]) {
					t.Fatalf("%d rows of %d by %d indices: row %d, column %d is %v, want %v", rows, n, m, i, c, v, want[i*n+c])
				}
			}
		}
	}
	var f Fault
	loops, err := CompactRows(make([]float32, 2), make([]int32, 2), make([]float32, 2), []int64{1, 2}, 1, &f)
	if err != nil {
		t.Fatal(err)
	}
	runSerial(loops)
	if f.Take() == nil {
		t.Error("an index out of range is no fault")
	}
	if _, err := CompactRows(make([]float32, 1), make([]int32, 9), make([]float32, 4), []int64{1, 2}, 2, &f); err == nil {
		t.Error("a result that is too short is no error")
	}
}
