package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

var convCases = []Conv{
	{N: 2, C: 3, Out: 4, In: []int{7}, K: []int{3}, OutSp: []int{7}, PadLo: []int{1}},
	{N: 1, C: 1, Out: 1, In: []int{5}, K: []int{2}, OutSp: []int{2}, Stride: []int{2}, PadLo: []int{0}},
	{N: 2, C: 2, Out: 5, In: []int{6, 7}, K: []int{3, 2}, OutSp: []int{4, 6}},
	{N: 2, C: 4, Out: 6, In: []int{9, 8}, K: []int{3, 3}, OutSp: []int{5, 4}, Stride: []int{2, 2}, PadLo: []int{1, 0}},
	{N: 3, C: 4, Out: 6, In: []int{9, 8}, K: []int{2, 3}, OutSp: []int{9, 8}, PadLo: []int{1, 2}, Dilation: []int{3, 2}, Groups: 2},
	{N: 2, C: 3, Out: 3, In: []int{8, 8}, K: []int{3, 3}, OutSp: []int{8, 8}, PadLo: []int{1, 1}, Groups: 3},
	{N: 2, C: 3, Out: 6, In: []int{8, 9}, K: []int{3, 3}, OutSp: []int{4, 5}, PadLo: []int{1, 1}, Stride: []int{2, 2}, Groups: 3},
	{N: 2, C: 5, Out: 7, In: []int{6, 6}, K: []int{1, 1}, OutSp: []int{6, 6}},
	{N: 1, C: 8, Out: 4, In: []int{6, 6}, K: []int{1, 1}, OutSp: []int{3, 3}, Stride: []int{2, 2}, Groups: 2},
	{N: 2, C: 2, Out: 3, In: []int{4, 5, 6}, K: []int{2, 3, 2}, OutSp: []int{4, 5, 3}, PadLo: []int{0, 1, 1}, Stride: []int{1, 1, 2}},
	{N: 0, C: 2, Out: 3, In: []int{4}, K: []int{2}, OutSp: []int{3}},
	{N: 40, C: 1, Out: 8, In: []int{12, 12}, K: []int{3, 3}, OutSp: []int{12, 12}, PadLo: []int{1, 1}},
	{N: 1, C: 150, Out: 140, In: []int{3, 3}, K: []int{3, 3}, OutSp: []int{1, 1}},
	{N: 9, C: 30, Out: 4, In: []int{10, 10}, K: []int{5, 5}, OutSp: []int{10, 10}, PadLo: []int{2, 2}},
	// Channels by themselves.
	{N: 2, C: 43, Out: 43, In: []int{9, 14}, K: []int{3, 3}, OutSp: []int{9, 14}, PadLo: []int{1, 1}, Groups: 43},
	{N: 1, C: 40, Out: 40, In: []int{8, 9}, K: []int{3, 3}, OutSp: []int{4, 5}, PadLo: []int{0, 1}, Stride: []int{2, 2}, Groups: 40},
	{N: 1, C: 24, Out: 24, In: []int{30}, K: []int{5}, OutSp: []int{28}, PadLo: []int{3}, Dilation: []int{2}, Groups: 24},
	{N: 2, C: 8, Out: 8, In: []int{2, 3, 26}, K: []int{2, 2, 2}, OutSp: []int{2, 4, 25}, PadLo: []int{0, 2, 0}, Groups: 8},
	// By Winograd's method.
	{N: 2, C: 16, Out: 24, In: []int{13, 13}, K: []int{3, 3}, OutSp: []int{11, 11}},
	{N: 3, C: 40, Out: 16, In: []int{8, 6}, K: []int{3, 3}, OutSp: []int{8, 6}, PadLo: []int{1, 1}},
	{N: 1, C: 64, Out: 72, In: []int{9, 16}, K: []int{3, 3}, OutSp: []int{9, 16}, PadLo: []int{1, 1}},
	{N: 37, C: 16, Out: 16, In: []int{5, 3}, K: []int{3, 3}, OutSp: []int{5, 3}, PadLo: []int{1, 1}},
	{N: 2, C: 16, Out: 16, In: []int{7, 8}, K: []int{3, 3}, OutSp: []int{10, 4}, PadLo: []int{3, -1}},
	{N: 1, C: 128, Out: 304, In: []int{12, 12}, K: []int{3, 3}, OutSp: []int{12, 12}, PadLo: []int{1, 1}},
	{N: 1, C: 264, Out: 16, In: []int{40, 70}, K: []int{3, 3}, OutSp: []int{38, 68}},
}

// naiveConv calls f for every product of the definition: y[o] += x[i] w[k].
func naiveConv(s Conv, f func(o, i, k int)) {
	win, _ := newWindow("conv", s.N, s.In, s.K, s.OutSp, s.Stride, s.PadLo, s.Dilation)
	groups := max(1, s.Groups)
	cg, og := s.C/groups, s.Out/groups
	for r := range win.outPix {
		p := pixelAt(win.out, r)
		for t := range win.taps {
			at := [3]int{p.z*win.stride[0] + win.taps[t][0], p.y*win.stride[1] + win.taps[t][1], p.x*win.stride[2] + win.taps[t][2]}
			if min(at[0], at[1], at[2]) < 0 || at[0] >= win.in[0] || at[1] >= win.in[1] || at[2] >= win.in[2] {
				continue
			}
			i := ((p.n*win.in[0]+at[0])*win.in[1]+at[1])*win.in[2] + at[2]
			for co := range s.Out {
				for ci := range cg {
					f(r*s.Out+co, i*s.C+co/og*cg+ci, (t*cg+ci)*s.Out+co)
				}
			}
		}
	}
}

func TestConv(t *testing.T) {
	t.Run("float32", testConv[float32])
	t.Run("float64", testConv[float64])
}

func testConv[T Float](t *testing.T) {
	r := newRand()
	for _, s := range convCases {
		checkConv[T](t, r, s)
	}
}

// checkConv compares a convolution and its gradients with the definition.
func checkConv[T Float](t *testing.T, r *rand.Rand, s Conv) {
	t.Helper()
	in, out := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out
	x, w, dy := values[T](r, in), values[T](r, size(s.K)*s.C/max(1, s.Groups)*s.Out), values[T](r, out)
	y, dx, dw := make([]float64, out), make([]float64, in), make([]float64, len(w))
	naiveConv(s, func(o, i, k int) {
		y[o] += float64(x[i]) * float64(w[k])
		dx[i] += float64(dy[o]) * float64(w[k])
		dw[k] += float64(dy[o]) * float64(x[i])
	})
	check := func(what string, want []float64, loops func(dst []T) error) {
		t.Helper()
		narrow := make([]T, len(want))
		for i, v := range want {
			narrow[i] = T(v)
		}
		got := make([]T, len(want))
		if err := loops(got); err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("%s %+v", what, s), got, narrow, tolerance[T]()*40)
	}
	check("forward", y, func(dst []T) error { l, err := ConvForward(s, dst, x, w); runBoth(t, dst, nil, l, err); return err })
	check("input gradient", dx, func(dst []T) error { l, err := ConvInputGrad(s, dst, dy, w); runBoth(t, dst, nil, l, err); return err })
	check("kernel gradient", dw, func(dst []T) error { l, err := ConvKernelGrad(s, dst, x, dy); runBoth(t, dst, nil, l, err); return err })
}

func TestConvEpilogue(t *testing.T) {
	t.Run("float32", testConvEpilogue[float32])
	t.Run("float64", testConvEpilogue[float64])
}

// testConvEpilogue compares bias, relu and the blocks that are told of with a convolution followed by them.
func testConvEpilogue[T Float](t *testing.T) {
	r := newRand()
	for _, s := range convCases {
		n := s.N * size(s.OutSp)
		x, w, bias := values[T](r, s.N*size(s.In)*s.C), values[T](r, size(s.K)*s.C/max(1, s.Groups)*s.Out), values[T](r, s.Out)
		want, got, calls := make([]T, n*s.Out), make([]T, n*s.Out), make([]int32, n*s.Out)
		loops, err := ConvForward(s, want, x, w)
		run(t, loops, err)
		for i := range want {
			want[i] = 2 * max(0, want[i]+bias[i%s.Out])
		}
		loops, err = ConvForwardWith(s, got, x, w, &Epilogue[T]{Bias: bias, Relu: true, Block: func(_, row, col, rows, cols int) {
			for i := row; i < row+rows; i++ {
				for j := col; j < col+cols; j++ {
					got[i*s.Out+j] *= 2
					calls[i*s.Out+j]++
				}
			}
		}})
		run(t, loops, err)
		near(t, fmt.Sprintf("%+v", s), got, want, tolerance[T]()*40)
		for i, n := range calls {
			if n != 1 {
				t.Fatalf("%+v: element %d is in %d blocks", s, i, n)
			}
		}
	}
}

func TestConvRefusesWhatDoesNotFit(t *testing.T) {
	x := make([]float32, 100)
	for _, s := range []Conv{
		{N: 1, C: 3, Out: 4, In: []int{5}, K: []int{2}, OutSp: []int{4}, Groups: 2},
		{N: 1, C: 2, Out: 4, In: []int{5}, K: []int{2}, OutSp: []int{40}},
		{N: 1, C: 2, Out: 4, In: []int{5}, K: []int{2, 2}, OutSp: []int{4}},
		{N: 1, C: 2, Out: 4, In: []int{5}, K: []int{2}, OutSp: []int{4}, Stride: []int{0}},
		{N: 1, C: 1, Out: 1, In: []int{1, 1, 1, 1}, K: []int{1, 1, 1, 1}, OutSp: []int{1, 1, 1, 1}},
	} {
		if _, err := ConvForward(s, x, x, x); err == nil {
			t.Errorf("%+v passed", s)
		}
	}
}

func BenchmarkConv(b *testing.B) {
	s := Conv{N: 4, C: 32, Out: 64, In: []int{13, 13}, K: []int{3, 3}, OutSp: []int{11, 11}}
	x, w, y := make([]float32, s.N*169*32), make([]float32, 9*32*64), make([]float32, s.N*121*64)
	forward, _ := ConvForward(s, y, x, w)
	input, _ := ConvInputGrad(s, x, y, w)
	kernel, _ := ConvKernelGrad(s, w, x, y)
	for name, loops := range map[string]func(){
		"forward": func() { pool1.Run(&forward[0]) },
		"input":   func() { pool1.Run(&input[0]) },
		"kernel":  func() { pool1.Run(&kernel[0]) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				loops()
			}
			b.ReportMetric(2*9*32*64*121*4*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
