package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

var poolCases = []Pool{
	{N: 2, C: 3, In: []int{7}, K: []int{2}, OutSp: []int{3}, Stride: []int{2}},
	{N: 2, C: 2, In: []int{6, 7}, K: []int{3, 3}, OutSp: []int{6, 7}, PadLo: []int{1, 1}},
	{N: 1, C: 40, In: []int{5, 5}, K: []int{3, 2}, OutSp: []int{3, 3}, Stride: []int{2, 2}, PadLo: []int{1, 0}},
	{N: 2, C: 1, In: []int{4, 5, 6}, K: []int{2, 2, 3}, OutSp: []int{2, 4, 2}, Stride: []int{2, 1, 3}},
	{N: 2, C: 2, In: []int{9}, K: []int{3}, OutSp: []int{5}, Dilation: []int{2}},
	{N: 0, C: 2, In: []int{9}, K: []int{3}, OutSp: []int{7}},
	{N: 2, C: 3, In: []int{3}, K: []int{2}, OutSp: []int{5}, PadLo: []int{2}},               // the first window is all padding
	{N: 2, C: 45, In: []int{7, 9}, K: []int{2, 2}, OutSp: []int{3, 4}, Stride: []int{2, 2}}, // side by side, with a rest behind
	{N: 3, C: 16, In: []int{5, 4, 7}, K: []int{2, 2, 3}, OutSp: []int{2, 2, 2}, Stride: []int{2, 2, 3}},
	{N: 1, C: 8, In: []int{4, 11}, K: []int{2, 3}, OutSp: []int{1, 3}, Stride: []int{2, 3}},
	{N: 2, C: 12, In: []int{6, 6}, K: []int{2, 2}, OutSp: []int{2, 2}, Stride: []int{3, 3}}, // gaps
	{N: 2, C: 17, In: []int{9, 9}, K: []int{3, 3}, OutSp: []int{5, 5}, Stride: []int{2, 2}, PadLo: []int{1, 1}},
	{N: 2, C: 9, In: []int{3, 3}, K: []int{5, 5}, OutSp: []int{3, 3}, PadLo: []int{2, 2}}, // no window lies inside
	{N: 2, C: 33, In: []int{4, 5}, K: []int{4, 5}, OutSp: []int{1, 1}},
	{N: 1, C: 80, In: []int{3000}, K: []int{2}, OutSp: []int{1500}, Stride: []int{2}},
	{N: 1, C: 2, In: []int{1}, K: []int{2}, OutSp: []int{0}, Stride: []int{2}},
}

// members returns the input elements of each output element's window, in order.
func (s Pool) members() [][]int {
	c := Conv{N: s.N, C: s.C, Out: s.C, Groups: s.C, In: s.In, K: s.K, OutSp: s.OutSp, Stride: s.Stride, PadLo: s.PadLo, Dilation: s.Dilation}
	m := make([][]int, s.N*size(s.OutSp)*s.C)
	naiveConv(c, func(o, i, _ int) { m[o] = append(m[o], i) })
	return m
}

func TestPool(t *testing.T) {
	t.Run("float32", testPool[float32])
	t.Run("float64", testPool[float64])
}

func testPool[T Float](t *testing.T) {
	r := newRand()
	for _, s := range poolCases {
		members := s.members()
		in, out := s.N*size(s.In)*s.C, len(members)
		x, dy, src := values[T](r, in), values[T](r, out), values[T](r, in)
		for i := range x {
			x[i] = T(math.Round(float64(x[i]))) // many ties
		}
		maximum, mean, picked := make([]T, out), make([]T, out), make([]T, out)
		dmax, dmean := make([]T, in), make([]T, in)
		for o, m := range members {
			maximum[o], mean[o] = T(math.Inf(-1)), 0
			best := -1
			for _, i := range m {
				if best < 0 || x[i] > x[best] {
					best = i
				}
				mean[o] += x[i]
				dmean[i] += dy[o] / T(len(m))
			}
			mean[o] /= T(len(m))
			if best >= 0 {
				maximum[o], picked[o] = x[best], src[best]
				dmax[best] += dy[o]
			}
		}
		check := func(what string, want []T, loops func(dst []T) error) {
			t.Helper()
			got := make([]T, len(want))
			if err := loops(got); err != nil {
				t.Fatal(err)
			}
			near(t, fmt.Sprintf("%s %+v", what, s), got, want, tolerance[T]())
		}
		check("max", maximum, func(y []T) error { l, err := MaxPool(s, y, x); runBoth(t, y, nil, l, err); return err })
		check("max gradient", dmax, func(dx []T) error { l, err := MaxPoolGrad(s, dx, dy, x); runBoth(t, dx, nil, l, err); return err })
		check("max gather", picked, func(y []T) error { l, err := MaxPoolGather(s, y, src, x); runBoth(t, y, nil, l, err); return err })
		check("average", mean, func(y []T) error { l, err := AvgPool(s, y, x); runBoth(t, y, nil, l, err); return err })
		check("average gradient", dmean, func(dx []T) error { l, err := AvgPoolGrad(s, dx, dy); runBoth(t, dx, nil, l, err); return err })
	}
}

func TestMaxPoolNaN(t *testing.T) {
	t.Run("float32", testMaxPoolNaN[float32])
	t.Run("float64", testMaxPoolNaN[float64])
}

func testMaxPoolNaN[T Float](t *testing.T) {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	windows := [][3]T{{1, nan, 2}, {nan, 2, nan}, {2, 3, nan}, {-inf, -inf, -inf}, {inf, nan, inf}, {1, inf, inf}, {0, -0, -1}}
	first := []int{1, 0, 2, 0, 1, 1, 0}
	const channels = 11
	s := Pool{N: 1, C: channels, In: []int{3 * len(windows)}, K: []int{3}, OutSp: []int{len(windows)}, Stride: []int{3}}
	x, want, dy, dwant := []T{}, []T{}, []T{}, []T{}
	for i, w := range windows {
		for tap, v := range w {
			for c := range channels {
				x, dwant = append(x, v), append(dwant, 0)
				if tap == first[i] {
					want, dwant[len(dwant)-1] = append(want, v), T(c+1)
				}
			}
		}
		for c := range channels {
			dy = append(dy, T(c+1))
		}
	}
	y, dx := make([]T, len(want)), make([]T, len(x))
	loops, err := MaxPool(s, y, x)
	run(t, loops, err)
	near(t, "max", y, want, 0)
	loops, err = MaxPoolGrad(s, dx, dy, x)
	run(t, loops, err)
	near(t, "gradient", dx, dwant, 0)
}

func TestPoolRefusesWhatDoesNotFit(t *testing.T) {
	if _, err := MaxPool(poolCases[0], make([]float32, 17), make([]float32, 42)); err == nil {
		t.Fatal("an output of 17 elements passed for 18")
	}
}

// BenchmarkPool reports nanoseconds for an element of the input, on one thread.
func BenchmarkPool(b *testing.B) {
	for _, s := range []Pool{
		{N: 16, C: 32, In: []int{26, 26}, K: []int{2, 2}, OutSp: []int{13, 13}, Stride: []int{2, 2}},
		{N: 4, C: 64, In: []int{28, 28}, K: []int{3, 3}, OutSp: []int{14, 14}, Stride: []int{2, 2}},
	} {
		x, y := values[float32](newRand(), s.N*size(s.In)*s.C), values[float32](newRand(), s.N*size(s.OutSp)*s.C)
		dx := make([]float32, len(x))
		maximum, _ := MaxPool(s, y, x)
		maximumGrad, _ := MaxPoolGrad(s, dx, y, x)
		mean, _ := AvgPool(s, y, x)
		meanGrad, _ := AvgPoolGrad(s, dx, y)
		for _, pass := range []struct {
			name  string
			loops []par.Loop
		}{{"max", maximum}, {"max gradient", maximumGrad}, {"mean", mean}, {"mean gradient", meanGrad}} {
			b.Run(fmt.Sprintf("%dx%dx%d/%s", s.K[0], s.K[1], s.C, pass.name), func(b *testing.B) {
				for b.Loop() {
					runSerial(pass.loops)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/element")
			})
		}
	}
}
