package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

func TestEpilogue(t *testing.T) {
	t.Run("float32", testEpilogue[float32])
	t.Run("float64", testEpilogue[float64])
	t.Run("int32", testEpilogue[int32])
}

func testEpilogue[T Number](t *testing.T) {
	r := newRand()
	for _, d := range [][3]int{{1, 1, 1}, {0, 3, 2}, {3, 0, 2}, {3, 2, 0}, {1, 5, 7}, {5, 1, 7}, {1, 70, 33}, {3, 5, 5000}, {1, 1100, 5000}, {300, 1, 5000},
		{1, 300, 5000}, {65, 131, 17}, {130, 300, 900}, {250, 37, 40}} {
		for flags := range 32 {
			checkEpilogue[T](t, r, d[0], d[1], d[2], flags)
		}
	}
}

// checkEpilogue compares a product that has an epilogue, element by element, with one that is followed by it. Bits of flags
// transpose a, transpose b, accumulate, add a bias, rectify.
func checkEpilogue[T Number](t *testing.T, r *rand.Rand, m, n, k, flags int) {
	t.Helper()
	s := MatMulShape{M: m, N: n, K: k, TransA: flags&1 != 0, TransB: flags&2 != 0, Accumulate: flags&4 != 0}
	a, b, c := values[T](r, m*k), values[T](r, k*n), values[T](r, m*n)
	want := append([]T(nil), c...)
	loops, err := MatMul(want, a, b, s)
	run(t, loops, err)
	end := &Epilogue[T]{Relu: flags&16 != 0}
	if flags&8 != 0 {
		end.Bias = values[T](r, n)
	}
	for i := range want {
		if end.Bias != nil {
			want[i] += end.Bias[i%n]
		}
		if end.Relu {
			want[i] = max(want[i], 0)
		}
		want[i] *= 3
	}
	got := make([]T, m*n)
	var lock sync.Mutex
	visits := 0
	end.Block = func(_, row, col, rows, cols int) {
		lock.Lock()
		visits += rows * cols
		lock.Unlock()
		for i := range rows {
			for j := range cols {
				got[(row+i)*n+col+j] *= 3
			}
		}
	}
	loops, err = MatMulWith(got, a, b, s, end)
	runBoth(t, got, func() { copy(got, c); visits = 0 }, loops, err)
	same(t, fmt.Sprintf("%+v, %d", s, flags), got, want)
	if visits != m*n {
		t.Fatalf("%+v: %d elements were reported, want %d", s, visits, m*n)
	}
}

func TestEpilogueOfBatch(t *testing.T) {
	const m, n, k = 7, 5, 3
	r := newRand()
	a, b, bias := values[float32](r, 4*m*k), values[float32](r, 4*k*n), values[float32](r, n)
	s := MatMulShape{M: m, N: n, K: k, Batch: []int{4}, StrideA: []int{m * k}, StrideB: []int{k * n}}
	want, got, seen := make([]float32, 4*m*n), make([]float32, 4*m*n), make([]int, 4*m*n)
	loops, err := MatMul(want, a, b, s)
	run(t, loops, err)
	for i := range want {
		want[i] += bias[i%n]
	}
	loops, err = MatMulWith(got, a, b, s, &Epilogue[float32]{Bias: bias, Block: func(_, row, col, rows, cols int) {
		for i := row; i < row+rows; i++ {
			for j := col; j < col+cols; j++ {
				seen[i*n+j]++
			}
		}
	}})
	runSerial(loops)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "product", got, want)
	for i, count := range seen {
		if count != 1 {
			t.Fatalf("element %d was reported %d times", i, count)
		}
	}
}

func TestEpilogueKeepsNaN(t *testing.T) {
	nan := float32(math.NaN())
	a, b, got := []float32{1, -1, nan, 1}, []float32{1, -2, 0}, make([]float32, 12)
	loops, err := MatMulWith(got, a, b, MatMulShape{M: 4, N: 3, K: 1}, &Epilogue[float32]{Relu: true})
	run(t, loops, err)
	near(t, "product", got, []float32{1, 0, 0, 0, 2, 0, nan, nan, nan, 1, 0, 0}, 0)
	for i, v := range got {
		if v == 0 && math.Signbit(float64(v)) {
			t.Fatalf("element %d is -0", i)
		}
	}
}

func TestEpilogueRefusesShortBias(t *testing.T) {
	c := make([]float32, 4)
	if _, err := MatMulWith(c, c, c, MatMulShape{M: 2, N: 2, K: 2}, &Epilogue[float32]{Bias: c[:1]}); err == nil {
		t.Fatal("a bias of 1 element passed for 2 columns")
	}
}
