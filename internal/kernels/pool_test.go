package kernels

import (
	"fmt"
	"math"
	"testing"
)

var poolCases = []Pool{
	{N: 2, C: 3, In: []int{7}, K: []int{2}, OutSp: []int{3}, Stride: []int{2}},
	{N: 2, C: 2, In: []int{6, 7}, K: []int{3, 3}, OutSp: []int{6, 7}, PadLo: []int{1, 1}},
	{N: 1, C: 40, In: []int{5, 5}, K: []int{3, 2}, OutSp: []int{3, 3}, Stride: []int{2, 2}, PadLo: []int{1, 0}},
	{N: 2, C: 1, In: []int{4, 5, 6}, K: []int{2, 2, 3}, OutSp: []int{2, 4, 2}, Stride: []int{2, 1, 3}},
	{N: 2, C: 2, In: []int{9}, K: []int{3}, OutSp: []int{5}, Dilation: []int{2}},
	{N: 0, C: 2, In: []int{9}, K: []int{3}, OutSp: []int{7}},
	{N: 2, C: 3, In: []int{3}, K: []int{2}, OutSp: []int{5}, PadLo: []int{2}}, // the first window is all padding
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
	nan := math.NaN()
	s := Pool{N: 1, C: 1, In: []int{4}, K: []int{2}, OutSp: []int{2}, Stride: []int{2}}
	x := []float64{1, nan, nan, 2}
	y, dx := make([]float64, 2), make([]float64, 4)
	loops, err := MaxPool(s, y, x)
	run(t, loops, err)
	near(t, "max", y, []float64{nan, nan}, 0)
	loops, err = MaxPoolGrad(s, dx, []float64{5, 6}, x)
	run(t, loops, err)
	near(t, "gradient", dx, []float64{0, 5, 6, 0}, 0)
}

func TestPoolRefusesWhatDoesNotFit(t *testing.T) {
	if _, err := MaxPool(poolCases[0], make([]float32, 17), make([]float32, 42)); err == nil {
		t.Fatal("an output of 17 elements passed for 18")
	}
}
