package kernels

import (
	"fmt"
	"math"
	"testing"
)

// TestBroadcast checks every operation of every pairing of strides against its pair function.
func TestBroadcast(t *testing.T) {
	t.Run("float32", testBroadcast[float32])
	t.Run("float64", testBroadcast[float64])
	t.Run("int32", testBroadcast[int32])
	t.Run("int64", testBroadcast[int64])
	t.Run("uint8", testBroadcast[uint8])
}

func testBroadcast[T Number](t *testing.T) {
	r := newRand()
	for _, c := range []struct{ shape, sa, sb []int }{
		{nil, nil, nil},
		{[]int{0, 3}, []int{3, 1}, []int{0, 1}},
		{[]int{17}, []int{1}, []int{1}},
		{[]int{3, 5}, []int{5, 1}, []int{0, 1}},
		{[]int{3, 5}, []int{1, 0}, []int{5, 1}},
		{[]int{2, 3, 4}, []int{0, 4, 1}, []int{12, 0, 1}},
		{[]int{2, 3, 4}, []int{12, 1, 3}, []int{0, 0, 0}},
		{[]int{300, 70}, []int{70, 1}, []int{1, 0}},
	} {
		n := size(c.shape)
		a, b := values[T](r, n+1), values[T](r, n+1)
		oa, ob := offsets(c.shape, c.sa), offsets(c.shape, c.sb)
		got, want := make([]T, n), make([]T, n)
		for name, op := range tableOf[T]().binary {
			for i := range want {
				want[i] = op.pair(a[oa[i]], b[ob[i]])
			}
			loops, err := Binary(name, got, a, b, c.shape, c.sa, c.sb)
			runBoth(t, got, nil, loops, err)
			near(t, fmt.Sprint(name, c), got, want, 0)
		}
		cmp, wantCmp := make([]bool, n), make([]bool, n)
		for name, op := range tableOf[T]().compare {
			for i := range want {
				wantCmp[i] = op.pair(a[oa[i]], b[ob[i]])
			}
			loops, err := Compare(name, cmp, a, b, c.shape, c.sa, c.sb)
			run(t, loops, err)
			same(t, fmt.Sprint(name, c), cmp, wantCmp)
		}
	}
}

func TestBinaryValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name       string
		a, b, want float64
	}{
		{"add", 1, 2, 3}, {"sub", 1, 2, -1}, {"mul", 3, 2, 6}, {"div", 3, 2, 1.5}, {"div", 1, 0, inf},
		{"floor_divide", 7, 2, 3}, {"floor_divide", -7, 2, -4}, {"floor_divide", 7, -2, -4}, {"floor_divide", 1, 0, inf}, {"floor_divide", 0.3, 0.1, 2},
		{"mod", 7, 3, 1}, {"mod", -7, 3, 2}, {"mod", 7, -3, -2}, {"mod", 6, 3, 0}, {"mod", 1, 0, nan},
		{"remainder", -7, 3, -1}, {"remainder", 7, -3, 1},
		{"pow", 2, 10, 1024}, {"pow", -8, 1.0 / 3, nan}, {"pow", 0, 0, 1}, {"pow", -3, 2, 9},
		{"maximum", 1, nan, nan}, {"maximum", nan, 1, nan}, {"maximum", 1, 2, 2}, {"minimum", 1, nan, nan}, {"minimum", -inf, 2, -inf},
		{"atan2", 1, -1, 3 * math.Pi / 4}, {"hypot", 3, 4, 5}, {"ldexp", 3, 4, 48},
		{"logaddexp", 0, 0, math.Ln2}, {"logaddexp", -inf, -inf, -inf}, {"logaddexp", inf, 1, inf}, {"logaddexp", 1000, 1000, 1000 + math.Ln2},
		{"nextafter", 1, 2, 1 + 0x1p-52},
	} {
		got := make([]float64, 1)
		loops, err := Binary(c.name, got, []float64{c.a}, []float64{c.b}, []int{1}, []int{1}, []int{1})
		run(t, loops, err)
		near(t, fmt.Sprint(c.name, c.a, c.b), got, []float64{c.want}, 1e-15)
	}
	for _, c := range []struct {
		name       string
		a, b, want int32
	}{
		{"div", -7, 2, -3}, {"div", 1, 0, 0}, {"floor_divide", -7, 2, -4}, {"mod", -7, 3, 2}, {"mod", 7, -3, -2}, {"mod", 5, 0, 0}, {"remainder", -7, 3, -1},
		{"pow", 3, 4, 81}, {"pow", 2, -1, 0}, {"pow", -1, -3, -1}, {"pow", -1, -2, 1}, {"gcd", 12, -18, 6}, {"left_shift", 3, 2, 12}, {"right_shift", -8, 1, -4},
		{"right_shift", -8, -1, -1}, {"bitwise_and", 6, 3, 2}, {"bitwise_or", 6, 3, 7}, {"bitwise_xor", 6, 3, 5},
	} {
		got := make([]int32, 1)
		loops, err := Binary(c.name, got, []int32{c.a}, []int32{c.b}, nil, nil, nil)
		run(t, loops, err)
		same(t, fmt.Sprint(c.name, c.a, c.b), got, []int32{c.want})
	}
}

func TestBinaryInPlace(t *testing.T) {
	x := values[float32](newRand(), 1000)
	want := make([]float32, 1000)
	for i, v := range x {
		want[i] = v * v
	}
	loops, err := Binary("mul", x, x, x, []int{1000}, []int{1}, []int{1})
	run(t, loops, err)
	near(t, "x*x", x, want, 0)
}

func TestLogicalAndSelect(t *testing.T) {
	a, b := []bool{true, true, false, false}, []bool{true, false, true, false}
	got := make([]bool, 4)
	for name, want := range map[string][]bool{"logical_and": {true, false, false, false}, "logical_or": {true, true, true, false}, "logical_xor": {false, true, true, false}} {
		loops, err := Logical(name, got, a, b, []int{4}, []int{1}, []int{1})
		run(t, loops, err)
		same(t, name, got, want)
	}
	y := make([]int64, 8)
	loops, err := Select(y, a, []int64{1, 2}, []int64{-1}, []int{4, 2}, []int{1, 0}, []int{0, 1}, []int{0, 0})
	run(t, loops, err)
	same(t, "select", y, []int64{1, 2, 1, 2, -1, -1, -1, -1})
}

func TestBinaryRefusesWhatDoesNotFit(t *testing.T) {
	x := make([]float32, 4)
	if _, err := Binary("add", x, x, x[:3], []int{4}, []int{1}, []int{1}); err == nil {
		t.Fatal("an operand of 3 elements passed for 4")
	}
	if _, err := Binary("bitwise_and", x, x, x, []int{4}, []int{1}, []int{1}); err == nil {
		t.Fatal("bitwise_and passed for floats")
	}
}

func TestCopy(t *testing.T) {
	src := values[float32](newRand(), 5000)
	for _, c := range []struct {
		shape, strides []int
		offset         int
	}{
		{nil, nil, 3},
		{[]int{2, 0}, []int{1, 1}, 0},
		{[]int{10, 7}, []int{7, 1}, 0},
		{[]int{40, 70}, []int{1, 40}, 0},          // transpose
		{[]int{3, 33, 35}, []int{1155, 1, 33}, 0}, // batch of transposes
		{[]int{4, 5, 6}, []int{1, 24, 4}, 0},
		{[]int{6}, []int{-2}, 11},     // flip with a step
		{[]int{3, 4}, []int{0, 1}, 5}, // broadcast
		{[]int{3, 4, 2}, []int{8, 1, 0}, 5},
	} {
		want := make([]float32, size(c.shape))
		for i, o := range offsets(c.shape, c.strides) {
			want[i] = src[c.offset+o]
		}
		got := make([]float32, len(want))
		loops, err := Copy(got, src, c.shape, c.strides, c.offset)
		runBoth(t, got, nil, loops, err)
		near(t, fmt.Sprint(c), got, want, 0)
	}
	if _, err := Copy(make([]float32, 6), src, []int{6}, []int{-2}, 9); err == nil {
		t.Fatal("a copy from before the source passed")
	}
}

func TestPlaceAndFill(t *testing.T) {
	dst := make([]int32, 12)
	run(t, Fill(dst, 9), nil)
	loops, err := Place(dst, []int32{1, 2, 3, 4}, []int{2, 2}, []int{4, 2}, 1)
	run(t, loops, err)
	same(t, "place", dst, []int32{9, 1, 9, 2, 9, 3, 9, 4, 9, 9, 9, 9})
}
