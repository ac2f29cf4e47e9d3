package kernels

import "testing"

// TestTableIsUsed replaces entries, as a file for one CPU would, and checks that the kernels built from them call the new ones.
func TestTableIsUsed(t *testing.T) {
	saved := *table64
	defer func() { *table64 = saved }()
	defer func(t *tileSet) { tiles64 = t }(tiles64)
	tiles64 = nil // micro-kernels bypass gemm
	calls := map[string]int{}
	table64.gemm = func(c []float64, ldc int, a, b operand[float64], m, n, k int, accumulate bool, work []float64) {
		calls["gemm"]++
		saved.gemm(c, ldc, a, b, m, n, k, accumulate, work)
	}
	table64.maxRow = func(x []float64) float64 { calls["maxRow"]++; return saved.maxRow(x) }
	table64.expSum = func(dst, x []float64, shift float64) float64 { calls["expSum"]++; return saved.expSum(dst, x, shift) }
	x, y := make([]float64, 64), make([]float64, 64)
	conv := Conv{N: 1, C: 2, Out: 2, In: []int{4}, K: []int{2}, OutSp: []int{3}}
	for _, c := range []struct {
		name string
		want map[string]int
		run  func() error
	}{
		{"matmul", map[string]int{"gemm": 1}, func() error { l, err := MatMul(y, x, x, MatMulShape{M: 2, N: 2, K: 2}); runSerial(l); return err }},
		{"conv", map[string]int{"gemm": 1}, func() error { l, err := ConvForward(conv, y, x, x); runSerial(l); return err }},
		{"softmax", map[string]int{"maxRow": 3, "expSum": 3}, func() error { l, err := Softmax(y, x, Axis{3, 2, 1}); runSerial(l); return err }},
		{"max", map[string]int{"maxRow": 3}, func() error { l, err := Reduce("max", y, x, []int{3, 2}, []int{1}); runSerial(l); return err }},
	} {
		clear(calls)
		if err := c.run(); err != nil {
			t.Fatal(err)
		}
		for entry, want := range c.want {
			if calls[entry] != want {
				t.Errorf("%s called %s %d times, want %d", c.name, entry, calls[entry], want)
			}
		}
	}
}
