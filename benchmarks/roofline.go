package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/kernels/peak"
	"github.com/gorgonin/gorgonin/internal/par"
)

// Roofline is what the hardware would take for a program: its arithmetic at the multiply-add peak, and after it its traffic at the
// bandwidth of memory that is as large as what the program holds. The traffic is that of the unfused ideal: inputs and outputs
// once, every intermediate result that is kept written and read once, every parameter read, and written if it is updated. Both
// peaks are measured by this process, on the same number of threads. Arithmetic and traffic overlap in part, so a program may be
// a little faster than RooflineMs, but not than the larger part; the rest of what it takes is calls, loops and kernels below peak.
type Roofline struct {
	FLOPs         int64   `json:"flops"`
	MovedBytes    int64   `json:"moved_bytes"`
	PeakGFLOPs    float64 `json:"peak_gflops"`
	BandwidthGBps float64 `json:"bandwidth_gbps"`
	ArithmeticMs  float64 `json:"arithmetic_ms"`
	MemoryMs      float64 `json:"memory_ms"`
	RooflineMs    float64 `json:"roofline_ms"`
}

// roofline estimates one run for a batch of n.
func (b *bench) roofline(c engine.Config, n int) (*Roofline, error) {
	cost, err := engine.Estimate(c, n)
	if err != nil {
		return nil, fmt.Errorf("the roofline: %w", err)
	}
	moved := 2*cost.ActivationBytes + cost.ParamBytes
	if len(c.Updates) > 0 {
		moved += cost.ParamBytes
	}
	for _, x := range append(c.Inputs, c.Outputs...) {
		shape := x.Shape().Clone()
		if len(shape) > 0 {
			shape[0] = n
		}
		moved += int64(shape.Size() * x.Dtype().Size())
	}
	r := &Roofline{
		FLOPs: cost.FLOPs, MovedBytes: moved, PeakGFLOPs: peakOf(b.threads), BandwidthGBps: bandwidth(b.threads, cost.PeakBytes),
	}
	r.MemoryMs = float64(moved) / r.BandwidthGBps / 1e6
	if r.PeakGFLOPs > 0 {
		r.ArithmeticMs = float64(cost.FLOPs) / r.PeakGFLOPs / 1e6
	}
	r.RooflineMs = r.ArithmeticMs + r.MemoryMs
	return r, nil
}

// peakOf is the best GFLOP/s of float32 multiply-adds of so many threads at once; 0 where it is not known.
func peakOf(threads int) float64 {
	each := make([]float64, threads)
	var all sync.WaitGroup
	for i := range each {
		all.Go(func() {
			for range 5 {
				each[i] = max(each[i], peak.Measure())
			}
		})
	}
	all.Wait()
	sum := 0.0
	for _, g := range each {
		sum += g
	}
	return sum
}

// bandwidth is the best GB/s of adding two arrays into a third, three arrays that together take the given number of bytes (at
// least half of a small first cache, at most several times a large last one), each of which is passed once a time.
func bandwidth(threads int, bytes int64) float64 {
	n := int(min(max(bytes, 16<<10), 192<<20)) / 12
	x, y, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range x {
		x[i], y[i] = float32(i), 1
	}
	one := []int{1}
	loops, err := kernels.Binary("add", z, x, y, []int{n}, one, one)
	if err != nil {
		return 0
	}
	pool := par.New(threads)
	defer pool.Close()
	best, repeat := 0.0, 1+(1<<20)/n // long enough for the clock
	for start := time.Now(); time.Since(start) < 150*time.Millisecond; {
		t := time.Now()
		for range repeat {
			for i := range loops {
				pool.Run(&loops[i])
			}
		}
		best = max(best, float64(12*n*repeat)/float64(time.Since(t)))
	}
	return best
}
