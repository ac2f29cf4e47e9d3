package peak

import (
	"time"

	"golang.org/x/sys/cpu"
)

func fma256(n int)
func fma512(n int)

// Measure returns the best GFLOP/s of float32 multiply-adds of several short runs on this thread (they hold it for about 50 us
// each), 0 if the processor has none.
func Measure() float64 {
	if !cpu.X86.HasFMA || !cpu.X86.HasAVX2 {
		return 0
	}
	best := run(fma256, 8)
	if cpu.X86.HasAVX512F {
		best = max(best, run(fma512, 16))
	}
	return best
}

func run(loop func(n int), lanes int) float64 {
	const n, chains = 20_000, 12
	best := 0.0
	for range 20 {
		start := time.Now()
		loop(n)
		best = max(best, 2*n*chains*float64(lanes)/float64(time.Since(start).Nanoseconds()))
	}
	return best
}
