//go:build unix

package kernels

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/gorgonin/gorgonin/internal/kernels/peak"
	"github.com/gorgonin/gorgonin/internal/par"
)

// BenchmarkProduct reports GFLOP/s of float32 products on one thread.
func BenchmarkProduct(b *testing.B) {
	for _, s := range []MatMulShape{
		{M: 256, N: 256, K: 256}, {M: 512, N: 512, K: 512}, {M: 1024, N: 1024, K: 1024}, {M: 2048, N: 2048, K: 2048},
		{M: 512, N: 512, K: 512, TransA: true}, {M: 512, N: 512, K: 512, TransB: true}, {M: 1024, N: 1024, K: 1024, TransA: true},
		{M: 1024, N: 1024, K: 1024, TransB: true},
		{M: 128, N: 512, K: 784}, {M: 784, N: 512, K: 128, TransA: true}, {M: 128, N: 784, K: 512, TransB: true}, {M: 32, N: 64, K: 100},
		{M: 32, N: 512, K: 128}, {M: 32, N: 128, K: 512, TransB: true}, {M: 128, N: 10, K: 512}, {M: 1, N: 512, K: 512},
		{M: 1, N: 512, K: 512, TransB: true}, {M: 512, N: 1, K: 512}, {M: 8, N: 8, K: 8}, {M: 250, N: 250, K: 250, Batch: []int{4}, StrideA: []int{62500}, StrideB: []int{62500}},
		{M: 4096, N: 24, K: 27}, {M: 6, N: 16, K: 384}, {M: 48, N: 16, K: 128}, {M: 24, N: 16, K: 128}, {M: 12, N: 16, K: 256}, {M: 24, N: 256, K: 128}, {M: 240, N: 256, K: 128}, {M: 240, N: 16, K: 256}, {M: 6, N: 256, K: 256}, {M: 60, N: 256, K: 256},
	} {
		n := max(1, size(s.Batch))
		x, y, z := values[float32](newRand(), n*s.M*s.K), values[float32](newRand(), n*s.K*s.N), make([]float32, n*s.M*s.N)
		loops, err := MatMul(z, x, y, s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%dx%dx%d_%v_%v", s.M, s.N, s.K, s.TransA, s.TransB), func(b *testing.B) {
			reportBest(b, 2*float64(n*s.M*s.N*s.K), loops)
		})
	}
}

// cpuTime is the processor time that this process has used: on a shared machine it says more than the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reportBest runs loops and reports the GFLOP/s of the best of some stretches, and their share of the peak measured between them.
func reportBest(b *testing.B, flops float64, loops []par.Loop) {
	runSerial(loops)
	repeat := max(1, int(4e7/flops))
	best, top := 0.0, 0.0
	for b.Loop() {
		start := cpuTime()
		for range repeat {
			runSerial(loops)
		}
		best = max(best, flops*float64(repeat)/float64(cpuTime()-start))
		top = max(top, peak.Measure())
	}
	b.ReportMetric(best, "GFLOP/s")
	b.ReportMetric(100*best/top, "%peak")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkConvolution reports GFLOP/s of float32 convolutions and their gradients on one thread.
func BenchmarkConvolution(b *testing.B) {
	for _, c := range []struct{ n, side, in, out, k, stride, groups int }{
		{4, 13, 32, 64, 3, 1, 1}, {4, 32, 16, 16, 3, 1, 1}, {4, 8, 64, 64, 3, 1, 1}, {16, 28, 1, 32, 3, 1, 1},
		{4, 32, 16, 32, 3, 2, 1}, {4, 32, 16, 32, 1, 2, 1}, {2, 14, 128, 256, 1, 1, 1}, {2, 28, 64, 64, 3, 1, 64},
	} {
		s := Conv{N: c.n, C: c.in, Out: c.out, In: []int{c.side, c.side}, K: []int{c.k, c.k}, Groups: c.groups, Stride: []int{c.stride, c.stride}}
		side, pad := (c.side+c.stride-1)/c.stride, c.k/2
		if c.side == 13 || c.side == 28 {
			side, pad = c.side-2, 0
		}
		s.OutSp, s.PadLo = []int{side, side}, []int{pad, pad}
		x, y := values[float32](newRand(), s.N*size(s.In)*s.C), values[float32](newRand(), s.N*size(s.OutSp)*s.Out)
		w := values[float32](newRand(), size(s.K)*s.C/s.Groups*s.Out)
		flops := 2 * float64(len(y)*size(s.K)*s.C/s.Groups)
		for _, pass := range []struct {
			name string
			make func() ([]par.Loop, error)
		}{
			{"forward", func() ([]par.Loop, error) { return ConvForward(s, y, x, w) }},
			{"dx", func() ([]par.Loop, error) { return ConvInputGrad(s, x, y, w) }},
			{"dw", func() ([]par.Loop, error) { return ConvKernelGrad(s, w, x, y) }},
		} {
			loops, err := pass.make()
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%dx%d_%d-%d_%dx%d_s%d_g%d/%s", c.side, c.side, c.in, c.out, c.k, c.k, c.stride, c.groups, pass.name), func(b *testing.B) {
				reportBest(b, flops, loops)
			})
		}
	}
}
