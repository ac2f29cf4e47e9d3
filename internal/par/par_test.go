package par

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestEveryIterationOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		p := New(threads)
		defer p.Close()
		for _, n := range []int{0, 1, 2, 7, 64, 1000} {
			for _, chunk := range []int{-1, 0, 1, 3, 64, 5000} {
				seen := make([]int32, n)
				p.Run(&Loop{N: n, Chunk: chunk, Body: func(w, lo, hi int) {
					if w < 0 || w >= p.Threads() {
						t.Errorf("worker %d of %d", w, p.Threads())
					}
					if chunk > 0 && lo%chunk != 0 {
						t.Errorf("chunk of %d starts at %d", chunk, lo)
					}
					for i := lo; i < hi; i++ {
						atomic.AddInt32(&seen[i], 1)
					}
				}})
				for i, c := range seen {
					if c != 1 {
						t.Fatalf("threads %d, n %d, chunk %d: iteration %d ran %d times", threads, n, chunk, i, c)
					}
				}
			}
		}
	}
}

// TestWorkersAreExclusive fails under -race, or by count, if two bodies share a worker id.
func TestWorkersAreExclusive(t *testing.T) {
	p := New(4)
	defer p.Close()
	var scratch [4]int
	for range 200 {
		p.Run(&Loop{N: 100, Chunk: 1, Body: func(w, lo, hi int) { scratch[w]++ }})
	}
	if sum := scratch[0] + scratch[1] + scratch[2] + scratch[3]; sum != 20000 {
		t.Fatalf("counted %d iterations, want 20000", sum)
	}
}

func TestConcurrentAndNested(t *testing.T) {
	p := New(3)
	defer p.Close()
	var total atomic.Int64
	inner := func() { p.Run(&Loop{N: 10, Chunk: 1, Body: func(_, lo, hi int) { total.Add(int64(hi - lo)) }}) }
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				p.Run(&Loop{N: 6, Chunk: 1, Body: func(int, int, int) { inner() }})
			}
		})
	}
	wg.Wait()
	if got := total.Load(); got != 8*50*6*10 {
		t.Fatalf("ran %d inner iterations, want %d", got, 8*50*6*10)
	}
}

func TestPanicReachesCaller(t *testing.T) {
	p := New(4)
	defer p.Close()
	for bad := range 20 {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != "bad chunk" {
					t.Fatalf("recovered %q", got)
				}
			}()
			p.Run(&Loop{N: 20, Chunk: 1, Body: func(_, lo, _ int) {
				if lo == bad {
					panic("bad chunk")
				}
			}})
		}()
	}
	var n atomic.Int64
	p.Run(&Loop{N: 20, Chunk: 1, Body: func(int, int, int) { n.Add(1) }})
	if n.Load() != 20 {
		t.Fatalf("after a panic the pool ran %d of 20 chunks", n.Load())
	}
}

func TestClosedPoolRunsSerially(t *testing.T) {
	p := New(2)
	p.Close()
	p.Close()
	sum := 0
	p.Run(&Loop{N: 10, Chunk: 1, Body: func(w, lo, _ int) { sum += lo + w }})
	if sum != 45 {
		t.Fatalf("sum %d, want 45", sum)
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	p := New(3)
	defer p.Close()
	x := make([]float64, 1<<12)
	l := &Loop{N: len(x), Chunk: 256, Body: func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			x[i]++
		}
	}}
	if a := testing.AllocsPerRun(100, func() { p.Run(l) }); a != 0 {
		t.Fatalf("%v allocations a run", a)
	}
}

func BenchmarkForkJoin(b *testing.B) {
	p := New(0)
	defer p.Close()
	l := &Loop{N: 8, Chunk: 1, Body: func(int, int, int) {}}
	for b.Loop() {
		p.Run(l)
	}
}

// work is some microseconds of a core.
func work(n int) (x int) {
	for i := range n {
		x = x*3 + i
	}
	return x
}

// BenchmarkSteps is a program of steps of some 20 microseconds in 4 chunks, with a little between them.
func BenchmarkSteps(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprint("threads=", threads), func(b *testing.B) {
			p := New(threads)
			defer p.Close()
			var sums [4]int
			l := &Loop{N: 4, Chunk: 1, Body: func(_, lo, _ int) { sums[lo] += work(5000) }}
			for b.Loop() {
				p.Run(l)
				sums[0] += work(300)
			}
		})
	}
}

// BenchmarkCallers is many goroutines that run such steps at once: each should do its own when the cores are taken.
func BenchmarkCallers(b *testing.B) {
	p := New(2)
	defer p.Close()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		var sums [4]int
		l := &Loop{N: 4, Chunk: 1, Body: func(_, lo, _ int) { sums[lo] += work(5000) }}
		for pb.Next() {
			p.Run(l)
		}
	})
}
