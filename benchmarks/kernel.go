package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
)

// kernelLine is what is printed of one kernel.
type kernelLine struct {
	Framework    string  `json:"framework"`
	Workload     string  `json:"workload"`
	Name         string  `json:"name"`
	Threads      int     `json:"threads"`
	StepMsMin    float64 `json:"step_ms_min"`
	StepMsMedian float64 `json:"step_ms_median"`
	N            int     `json:"n"`
	GFLOPs       float64 `json:"gflops"` // at the minimum
	PeakGFLOPs   float64 `json:"peak_gflops"`
	Fraction     float64 `json:"fraction"` // of the peak
	GBps         float64 `json:"gbps"`     // operands and result, each counted once
	RSSMb        float64 `json:"rss_mb"`
}

// kernel measures loops that do so many operations on so many float32s, and prints their line. The peak is measured before and
// after, since a machine's clock and neighbours move.
func (b *bench) kernel(name string, flops float64, elements int, loops []par.Loop, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	pool := par.New(b.threads)
	defer pool.Close()
	top := peakOf(b.threads)
	repeat := max(1, int(2e6/flops)) // long enough for the clock
	s, err := b.measure(1, 3, func() error {
		for range repeat {
			for i := range loops {
				pool.Run(&loops[i])
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	top = max(top, peakOf(b.threads))
	least, middle := s.over(repeat).extremes()
	l := kernelLine{
		Framework: "gorgonin", Workload: b.options.workload, Name: name, Threads: b.threads, N: len(s.took) * repeat,
		StepMsMin: milliseconds(least), StepMsMedian: milliseconds(middle), GFLOPs: flops / float64(least), PeakGFLOPs: top,
		GBps: float64(4*elements) / float64(least), RSSMb: peakMemory(),
	}
	if top > 0 {
		l.Fraction = l.GFLOPs / top
	}
	return print(l)
}

// products measures matrix products: squares, transposes, those of layers, of matrices with vectors, and small ones in batches.
func (b *bench) products() error {
	b.budget = min(b.budget, 3*time.Second)
	for _, s := range []kernels.MatMulShape{
		{M: 256, N: 256, K: 256}, {M: 512, N: 512, K: 512}, {M: 1024, N: 1024, K: 1024}, {M: 2048, N: 2048, K: 2048}, {M: 4096, N: 4096, K: 4096},
		{M: 512, N: 512, K: 512, TransA: true}, {M: 512, N: 512, K: 512, TransB: true},
		{M: 1024, N: 1024, K: 1024, TransA: true}, {M: 1024, N: 1024, K: 1024, TransB: true},
		{M: 1000, N: 1000, K: 1000}, {M: 257, N: 255, K: 259},
		{M: 128, N: 512, K: 784}, {M: 784, N: 512, K: 128, TransA: true}, {M: 128, N: 784, K: 512, TransB: true}, {M: 128, N: 10, K: 512},
		{M: 32, N: 64, K: 100}, {M: 2560, N: 512, K: 128}, {M: 32, N: 512, K: 128}, {M: 128, N: 512, K: 2560, TransA: true},
		{M: 1, N: 512, K: 512}, {M: 1, N: 512, K: 512, TransB: true}, {M: 512, N: 1, K: 512}, {M: 1, N: 4096, K: 4096}, {M: 1, N: 4096, K: 4096, TransB: true},
		{M: 200, N: 200, K: 32, TransB: true, Batch: []int{64}, StrideA: []int{6400}, StrideB: []int{6400}},
		{M: 200, N: 32, K: 200, Batch: []int{64}, StrideA: []int{40000}, StrideB: []int{6400}},
		{M: 8, N: 8, K: 8},
	} {
		batch := 1
		for _, d := range s.Batch {
			batch *= d
		}
		x, y, z := random(batch*s.M*s.K), random(batch*s.K*s.N), make([]float32, batch*s.M*s.N)
		loops, err := kernels.MatMul(z, x, y, s)
		if err := b.kernel(productName(s), 2*float64(batch*s.M*s.N*s.K), len(x)+len(y)+len(z), loops, err); err != nil {
			return err
		}
	}
	return nil
}

// productName is like "64 x 200x200x32 bT": the batch, rows, columns and the length of the sums, and what is stored transposed.
func productName(s kernels.MatMulShape) string {
	var name strings.Builder
	for _, d := range s.Batch {
		fmt.Fprintf(&name, "%d x ", d)
	}
	fmt.Fprintf(&name, "%dx%dx%d", s.M, s.N, s.K)
	if s.TransA {
		name.WriteString(" aT")
	}
	if s.TransB {
		name.WriteString(" bT")
	}
	return name.String()
}

// convolution is a convolution of squares.
type convolution struct {
	batch, side, in, out, size, stride int
	same, depthwise                    bool
}

// shape is what the kernels take.
func (c convolution) shape() kernels.Conv {
	s := kernels.Conv{N: c.batch, C: c.in, Out: c.out, In: []int{c.side, c.side}, K: []int{c.size, c.size}, Stride: []int{c.stride, c.stride}}
	side, before := (c.side-c.size)/c.stride+1, 0
	if c.same {
		side = (c.side + c.stride - 1) / c.stride
		before = max(0, (side-1)*c.stride+c.size-c.side) / 2
	}
	s.OutSp, s.PadLo = []int{side, side}, []int{before, before}
	if c.depthwise {
		s.Groups = c.in
	}
	return s
}

func (c convolution) String() string {
	kind := ""
	if c.depthwise {
		kind = " depthwise"
	}
	return fmt.Sprintf("%dx%d/%d%s, %d x %dx%dx%d to %d", c.size, c.size, c.stride, kind, c.batch, c.side, c.side, c.in, c.out)
}

// convolutions measures those of the models, and their gradients.
func (b *bench) convolutions() error {
	b.budget = min(b.budget, time.Second)
	for _, c := range []convolution{
		{batch: 128, side: 28, in: 1, out: 32, size: 3, stride: 1},
		{batch: 128, side: 13, in: 32, out: 64, size: 3, stride: 1},
		{batch: 32, side: 32, in: 3, out: 16, size: 3, stride: 1, same: true},
		{batch: 32, side: 32, in: 16, out: 16, size: 3, stride: 1, same: true},
		{batch: 32, side: 32, in: 16, out: 32, size: 3, stride: 2, same: true},
		{batch: 32, side: 16, in: 32, out: 32, size: 3, stride: 1, same: true},
		{batch: 32, side: 8, in: 64, out: 64, size: 3, stride: 1, same: true},
		{batch: 32, side: 32, in: 16, out: 32, size: 1, stride: 2, same: true},
		{batch: 8, side: 224, in: 3, out: 32, size: 3, stride: 2, same: true},
		{batch: 8, side: 56, in: 24, out: 144, size: 1, stride: 1, same: true},
		{batch: 8, side: 14, in: 384, out: 64, size: 1, stride: 1, same: true},
		{batch: 8, side: 56, in: 144, out: 144, size: 3, stride: 1, same: true, depthwise: true},
		{batch: 8, side: 57, in: 144, out: 144, size: 3, stride: 2, depthwise: true},
	} {
		s := c.shape()
		inputs, outputs := s.N*s.In[0]*s.In[1]*s.C, s.N*s.OutSp[0]*s.OutSp[1]*s.Out
		taps := s.K[0] * s.K[1] * s.C / max(1, s.Groups)
		x, y, w := random(inputs), random(outputs), random(taps*s.Out)
		for _, pass := range []struct {
			name string
			make func() ([]par.Loop, error)
		}{
			{"forward", func() ([]par.Loop, error) { return kernels.ConvForward(s, y, x, w) }},
			{"dx", func() ([]par.Loop, error) { return kernels.ConvInputGrad(s, x, y, w) }},
			{"dw", func() ([]par.Loop, error) { return kernels.ConvKernelGrad(s, w, x, y) }},
		} {
			loops, err := pass.make()
			if err := b.kernel(c.String()+" "+pass.name, 2*float64(outputs*taps), inputs+outputs+len(w), loops, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// random is numbers of which sums stay small: a measurement that meets infinities or subnormals measures those.
func random(n int) []float32 {
	r := source()
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32() - 0.5
	}
	return x
}
