package kernels

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestGatherAndScatterRows(t *testing.T) {
	r := newRand()
	for _, a := range []Axis{{1, 5, 3}, {2, 4, 1}, {3, 20, 16}, {1, 3, 0}, {0, 3, 2}} {
		for _, m := range []int{0, 1, 7, 50} {
			index := make([]int32, m)
			for i := range index {
				index[i] = int32(r.IntN(2*a.N) - a.N)
			}
			src, dy := values[float64](r, a.size()), values[float64](r, a.Outer*m*a.Inner)
			want, dsrc := make([]float64, len(dy)), make([]float64, len(src))
			for e := range want {
				i := (int(index[e/a.Inner%m]) + a.N) % a.N
				at := (e/a.Inner/m*a.N+i)*a.Inner + e%a.Inner
				want[e] = src[at]
				dsrc[at] += dy[e]
			}
			var f Fault
			got := make([]float64, len(dy))
			loops, err := GatherRows(got, src, index, a, &f)
			runBoth(t, got, nil, loops, err)
			near(t, fmt.Sprint("gather ", a, m), got, want, 0)
			got = make([]float64, len(src))
			loops, err = ScatterRows("add", got, dy, index, a, false, &f)
			runBoth(t, got, nil, loops, err)
			near(t, fmt.Sprint("scatter ", a, m), got, dsrc, 0)
			if err := f.Take(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestScatterJoins(t *testing.T) {
	for name, want := range map[string][]int32{"add": {7, 6, 0}, "mul": {10, 6, 1}, "maximum": {5, 6, math.MinInt32},
		"minimum": {2, 6, math.MaxInt32}, "set": {2, 6, 0}} {
		var f Fault
		got := make([]int32, 3)
		loops, err := ScatterRows(name, got, []int32{5, 6, 2}, []int64{0, 1, 0}, Axis{1, 3, 1}, false, &f)
		run(t, loops, err)
		same(t, name, got, want)
	}
	dst := []float64{1, 2}
	loops, err := ScatterRows("maximum", dst, []float64{math.NaN(), 1}, []int32{0, -1}, Axis{1, 2, 1}, true, &Fault{})
	run(t, loops, err)
	near(t, "onto what is there", dst, []float64{math.NaN(), 2}, 0)
	if _, err := ScatterRows("sub", dst, dst, []int32{0, 1}, Axis{1, 2, 1}, true, &Fault{}); err == nil {
		t.Fatal("an unknown join passed")
	}
}

func TestTakeAndPutAlong(t *testing.T) {
	a := Axis{2, 3, 2}
	src := []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	index := []int64{2, -1, 0, 0, 1, 1, 1, 1}
	var f Fault
	got := make([]int32, 8)
	loops, err := TakeAlong(got, src, index, a, 2, &f)
	run(t, loops, err)
	same(t, "take", got, []int32{4, 5, 0, 1, 8, 9, 8, 9})
	back := slices.Repeat([]int32{1}, 12)
	loops, err = PutAlong(back, got, index, a, 2, true, &f)
	run(t, loops, err)
	same(t, "put", back, []int32{1, 2, 1, 1, 5, 6, 1, 1, 17, 19, 1, 1})
	if err := f.Take(); err != nil {
		t.Fatal(err)
	}
}

func TestIndicesOutOfRange(t *testing.T) {
	var f Fault
	got := make([]float32, 3)
	loops, err := GatherRows(got, []float32{1, 2}, []int32{1, 7, -3}, Axis{1, 2, 1}, &f)
	run(t, loops, err)
	same(t, "gather", got, []float32{2, 0, 0})
	if err := f.Take(); err == nil || !strings.Contains(err.Error(), "index 7 at position 1") {
		t.Fatalf("fault %v", err)
	}
	if err := f.Take(); err != nil {
		t.Fatalf("a fault was reported twice: %v", err)
	}
	dst := make([]float32, 2)
	loops, err = ScatterRows("add", dst, []float32{5, 6}, []int32{2, 0}, Axis{1, 2, 1}, false, &f)
	run(t, loops, err)
	same(t, "scatter", dst, []float32{6, 0})
	if f.Take() == nil {
		t.Fatal("scatter out of range passed")
	}
}

func TestOneHot(t *testing.T) {
	got := make([]float32, 9)
	loops, err := OneHot(got, []int32{2, -1, 0}, Axis{3, 3, 1}, 1, 0)
	run(t, loops, err)
	same(t, "last axis", got, []float32{0, 0, 1, 0, 0, 0, 1, 0, 0})
	loops, err = OneHot(got, []int32{2, 3, 0}, Axis{1, 3, 3}, 1, 0)
	run(t, loops, err)
	same(t, "first axis", got, []float32{0, 0, 1, 0, 0, 0, 1, 0, 0})
}

func TestPad(t *testing.T) {
	src := []int32{1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		mode string
		want []int32
		grad []int32
	}{
		{"constant", []int32{9, 1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9}, []int32{1, 1, 1, 1, 1, 1}},
		{"edge", []int32{1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 6}, []int32{2, 1, 3, 2, 1, 3}},
		{"reflect", []int32{2, 1, 2, 3, 2, 1, 5, 4, 5, 6, 5, 4}, []int32{2, 3, 1, 2, 3, 1}},
		{"symmetric", []int32{1, 1, 2, 3, 3, 2, 4, 4, 5, 6, 6, 5}, []int32{2, 2, 2, 2, 2, 2}},
	} {
		got := make([]int32, 12)
		loops, err := Pad(c.mode, got, src, []int{2, 3}, []int{0, 1}, []int{0, 2}, 9)
		runBoth(t, got, nil, loops, err)
		same(t, c.mode, got, c.want)
		dx := make([]int32, 6)
		loops, err = PadGrad(c.mode, dx, slices.Repeat([]int32{1}, 12), []int{2, 3}, []int{0, 1}, []int{0, 2})
		runBoth(t, dx, nil, loops, err)
		same(t, c.mode+" gradient", dx, c.grad)
	}
	got := make([]int32, 9)
	loops, err := Pad("constant", got, []int32{5}, []int{1, 1}, []int{1, 1}, []int{1, 1}, 0)
	run(t, loops, err)
	same(t, "both axes", got, []int32{0, 0, 0, 0, 5, 0, 0, 0, 0})
	long := make([]int32, 12)
	loops, err = Pad("reflect", long, []int32{1, 2, 3}, []int{3}, []int{5}, []int{4}, 0)
	run(t, loops, err)
	same(t, "reflected more than once", long, []int32{2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3})
	if _, err := Pad("wrap around", got, src, []int{6}, []int{1}, []int{2}, 0); err == nil {
		t.Fatal("an unknown mode passed")
	}
}

func TestConcat(t *testing.T) {
	got := make([]int32, 10)
	loops, err := Concat(got, [][]int32{{1, 2, 3, 4}, {5, 6}, {7, 8, 9, 10}}, 2, []int{2, 1, 2})
	run(t, loops, err)
	same(t, "concat", got, []int32{1, 2, 5, 7, 8, 3, 4, 6, 9, 10})
}

func TestSorting(t *testing.T) {
	nan := math.NaN()
	x := []float64{3, nan, 1, 3, -1, 2, 2, 2, nan, 0}
	got, at := make([]float64, 10), make([]int32, 10)
	loops, err := SortRows(got, x, 2, 5)
	runBoth(t, got, nil, loops, err)
	near(t, "sort", got, []float64{-1, 1, 3, 3, nan, 0, 2, 2, 2, nan}, 0)
	loops, err = ArgSort(at, x, 2, 5, false)
	run(t, loops, err)
	same(t, "argsort", at, []int32{4, 2, 0, 3, 1, 4, 0, 1, 2, 3})
	loops, err = ArgSort(at, x, 2, 5, true)
	run(t, loops, err)
	same(t, "descending", at, []int32{1, 0, 3, 2, 4, 3, 0, 1, 2, 4})
}

func TestTopK(t *testing.T) {
	r := newRand()
	x := values[float32](r, 3*100)
	for i := range x {
		x[i] = float32(math.Round(float64(x[i]) * 5))
	}
	all := make([]int32, 300)
	loops, err := ArgSort(all, x, 3, 100, true)
	run(t, loops, err)
	for _, k := range []int{0, 1, 5, 32, 33, 100} {
		v, at := make([]float32, 3*k), make([]int32, 3*k)
		loops, err := TopK(v, at, x, 3, 100, k)
		run(t, loops, err)
		for row := range 3 {
			same(t, fmt.Sprint("top ", k), at[row*k:(row+1)*k], all[row*100:row*100+k])
		}
		for i := range v {
			if v[i] != x[i/k*100+int(at[i])] {
				t.Fatalf("value %d of top %d is %v", i, k, v[i])
			}
		}
	}
}

func TestSearchSortedAndBincount(t *testing.T) {
	sorted, v := []float32{1, 2, 2, 5}, []float32{0, 1, 2, 3, 9}
	got := make([]int32, 5)
	loops, err := SearchSorted(got, sorted, v, false)
	run(t, loops, err)
	same(t, "left", got, []int32{0, 0, 1, 3, 4})
	loops, err = SearchSorted(got, sorted, v, true)
	run(t, loops, err)
	same(t, "right", got, []int32{0, 1, 3, 3, 4})
	counts := make([]float32, 6)
	loops, err = Bincount(counts, []int32{0, 2, 2, 1, -1, 7}, nil, 2, 3, 3)
	run(t, loops, err)
	same(t, "counts", counts, []float32{1, 0, 2, 0, 1, 0})
	loops, err = Bincount(counts, []int32{0, 2, 2, 1, -1, 7}, []float32{1, 2, 3, 4, 5, 6}, 2, 3, 3)
	run(t, loops, err)
	same(t, "weights", counts, []float32{1, 0, 5, 0, 4, 0})
}
