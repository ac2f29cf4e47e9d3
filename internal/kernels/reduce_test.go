package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestReduce(t *testing.T) {
	t.Run("float32", testReduce[float32])
	t.Run("float64", testReduce[float64])
	t.Run("int32", testReduce[int32])
}

var naiveFolds = map[string]struct {
	zero float64
	join func(a, v float64) float64
}{
	"sum":       {0, func(a, v float64) float64 { return a + v }},
	"mean":      {0, func(a, v float64) float64 { return a + v }},
	"prod":      {1, func(a, v float64) float64 { return a * v }},
	"max":       {math.Inf(-1), math.Max},
	"min":       {math.Inf(1), math.Min},
	"logsumexp": {0, func(a, v float64) float64 { return a + math.Exp(v) }},
}

func testReduce[T Number](t *testing.T) {
	r := newRand()
	for _, c := range []struct{ shape, axes []int }{
		{nil, nil}, {[]int{5}, nil}, {[]int{7}, []int{0}}, {[]int{3, 5}, []int{0}}, {[]int{3, 5}, []int{1}}, {[]int{2, 3, 4}, []int{0, 2}},
		{[]int{2, 3, 4, 5}, []int{1, 3}}, {[]int{2, 3, 4, 5}, []int{2, 0}}, {[]int{2, 1, 3, 1}, []int{1, 2, 3}}, {[]int{0, 3}, []int{1}},
		{[]int{300, 700}, []int{0}}, {[]int{700, 300}, []int{1}}, {[]int{100000}, []int{0}}, {[]int{40, 3, 900}, []int{0, 2}}, {[]int{2, 5000}, []int{0}},
	} {
		x := values[T](r, size(c.shape))
		for name, f := range naiveFolds {
			if name == "prod" && len(x) > 100 || !isFloat[T]() && (name == "mean" || name == "logsumexp") {
				continue
			}
			want := naiveReduce(name, x, c.shape, c.axes, f.zero, f.join)
			got := make([]T, len(want))
			loops, err := Reduce(name, got, x, c.shape, c.axes)
			runBoth(t, got, nil, loops, err)
			near(t, fmt.Sprint(name, c), got, want, 2e-6)
		}
	}
}

func naiveReduce[T Number](name string, x []T, shape, axes []int, zero float64, join func(a, v float64) float64) []T {
	kept := slices.Clone(shape)
	count := 1
	for _, a := range axes {
		count *= shape[a]
		kept[a] = 1
	}
	strides := rowMajor(kept)
	for _, a := range axes {
		strides[a] = 0
	}
	acc := slices.Repeat([]float64{zero}, size(kept))
	for i, o := range offsets(shape, strides) {
		acc[o] = join(acc[o], float64(x[i]))
	}
	want := make([]T, len(acc))
	for i, a := range acc {
		switch name {
		case "mean":
			a /= float64(count)
		case "logsumexp":
			a = math.Log(a)
		}
		want[i] = T(a)
	}
	return want
}

func TestReduceOverNothing(t *testing.T) {
	for name, want := range map[string]float64{"sum": 0, "prod": 1, "mean": math.NaN(), "max": math.Inf(-1), "min": math.Inf(1), "logsumexp": math.Inf(-1)} {
		got := []float64{7, 7}
		loops, err := Reduce(name, got, nil, []int{2, 0}, []int{1})
		run(t, loops, err)
		near(t, name, got, []float64{want, want}, 0)
	}
}

func TestReduceNonFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{1, nan, -inf, -inf, inf, 1}
	for name, want := range map[string][]float64{"max": {nan, -inf, inf}, "min": {nan, -inf, 1}, "sum": {nan, -inf, inf}, "logsumexp": {nan, -inf, inf}} {
		got := make([]float64, 3)
		loops, err := Reduce(name, got, x, []int{3, 2}, []int{1})
		run(t, loops, err)
		near(t, name, got, want, 0)
		loops, err = Reduce(name, got, []float64{1, -inf, inf, nan, -inf, 1}, []int{2, 3}, []int{0})
		run(t, loops, err)
		near(t, name+" of columns", got, want, 0)
	}
}

func TestSumOfAMillion(t *testing.T) {
	x := make([]float32, 1e6)
	for i := range x {
		x[i] = 0.1
	}
	for _, shape := range [][]int{{1e6, 1}, {1, 1e6}} {
		got := make([]float32, 1)
		loops, err := Reduce("sum", got, x, shape, []int{0, 1})
		run(t, loops, err)
		near(t, "sum", got, []float32{1e5}, 1e-7)
	}
}

func TestReduceBool(t *testing.T) {
	x := []bool{true, false, true, true}
	for name, want := range map[string][]bool{"any": {true, true}, "all": {false, true}} {
		got := make([]bool, 2)
		loops, err := ReduceBool(name, got, x, []int{2, 2}, []int{1})
		run(t, loops, err)
		same(t, name, got, want)
	}
	if _, err := ReduceBool("all", make([]bool, 2), x, []int{2, 2}, []int{2}); err == nil {
		t.Fatal("axis 2 of a matrix passed")
	}
}

func TestArgExtreme(t *testing.T) {
	nan := float32(math.NaN())
	x := []float32{1, 3, 3, 2, nan, nan, -1, -1, 0}
	got := make([]int32, 3)
	loops, err := ArgExtreme("argmax", got, x, Axis{3, 3, 1})
	run(t, loops, err)
	same(t, "argmax", got, []int32{1, 1, 2})
	loops, err = ArgExtreme("argmin", got, x, Axis{1, 3, 3})
	run(t, loops, err)
	same(t, "argmin", got, []int32{2, 1, 1})
}

func TestCumulate(t *testing.T) {
	x := []int32{1, 3, 2, 4, 5, 1}
	for _, c := range []struct {
		name    string
		reverse bool
		a       Axis
		want    []int32
	}{
		{"sum", false, Axis{2, 3, 1}, []int32{1, 4, 6, 4, 9, 10}},
		{"sum", true, Axis{2, 3, 1}, []int32{6, 5, 2, 10, 6, 1}},
		{"prod", false, Axis{1, 2, 3}, []int32{1, 3, 2, 4, 15, 2}},
		{"max", false, Axis{1, 6, 1}, []int32{1, 3, 3, 4, 5, 5}},
		{"min", true, Axis{1, 6, 1}, []int32{1, 1, 1, 1, 1, 1}},
	} {
		got := slices.Clone(x)
		loops, err := Cumulate(c.name, got, got, c.a, c.reverse)
		run(t, loops, err)
		same(t, fmt.Sprint(c), got, c.want)
	}
}

func TestSoftmax(t *testing.T) {
	t.Run("float32", testSoftmax[float32])
	t.Run("float64", testSoftmax[float64])
}

func testSoftmax[T Float](t *testing.T) {
	r := newRand()
	for _, a := range []Axis{{1, 1, 1}, {3, 7, 1}, {0, 3, 1}, {2, 0, 3}, {2, 5, 3}, {3, 4, 37}, {70, 300, 1}} {
		n := a.size()
		x, dy := values[T](r, n), values[T](r, n)
		y, logY, dx, dlog := make([]T, n), make([]T, n), make([]T, n), make([]T, n)
		for l := range a.Outer * a.Inner {
			at := func(i int) int { return l/a.Inner*a.N*a.Inner + i*a.Inner + l%a.Inner }
			sum, inner, total := 0.0, 0.0, 0.0
			for i := range a.N {
				sum += math.Exp(float64(x[at(i)]))
			}
			for i := range a.N {
				p := math.Exp(float64(x[at(i)])) / sum
				y[at(i)], logY[at(i)] = T(p), T(math.Log(p))
				inner += p * float64(dy[at(i)])
				total += float64(dy[at(i)])
			}
			for i := range a.N {
				p, g := float64(y[at(i)]), float64(dy[at(i)])
				dx[at(i)], dlog[at(i)] = T(p*(g-inner)), T(g-p*total)
			}
		}
		got := make([]T, n)
		check := func(what string, want []T, f func() error) {
			t.Helper()
			if err := f(); err != nil {
				t.Fatal(err)
			}
			near(t, fmt.Sprint(what, a), got, want, tolerance[T]()*10)
		}
		check("softmax", y, func() error { loops, err := Softmax(got, x, a); runBoth(t, got, nil, loops, err); return err })
		check("log_softmax", logY, func() error { loops, err := LogSoftmax(got, x, a); runBoth(t, got, nil, loops, err); return err })
		check("gradient", dx, func() error { loops, err := SoftmaxGrad(got, y, dy, a); runBoth(t, got, nil, loops, err); return err })
		check("log gradient", dlog, func() error {
			loops, err := LogSoftmaxGrad(got, logY, dy, a)
			runBoth(t, got, nil, loops, err)
			return err
		})
		copy(got, x)
		check("in place", logY, func() error { loops, err := LogSoftmax(got, got, a); run(t, loops, err); return err })
	}
}

func TestSoftmaxSaturates(t *testing.T) {
	got := make([]float32, 3)
	loops, err := Softmax(got, []float32{1000, -1000, float32(math.Inf(-1))}, Axis{1, 3, 1})
	run(t, loops, err)
	near(t, "softmax", got, []float32{1, 0, 0}, 0)
}
