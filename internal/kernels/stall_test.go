package kernels

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorgonin/gorgonin/internal/par"
)

// TestStall stops the world while long loops run: assembly cannot be interrupted, so that its calls have to be short. Most stops
// must be; a busy machine may delay some.
func TestStall(t *testing.T) {
	const n = 1 << 20
	x, y, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range x {
		x[i] = float32(i%17) / 16
	}
	adam, _ := RuleOf[float32]("adam")
	update := func(_, lo, hi int) {
		a, b, c := x[lo:hi], y[lo:hi], z[lo:hi]
		adam.Run(&Region[float32]{Src: [4][]float32{a, b, c, a}, Dst: [3][]float32{b, a, c}, By: [6]float32{0.1, 0.001, 0.001, 1e-7}})
	}
	for name, loopsOf := range map[string]func() ([]par.Loop, error){
		"matmul": func() ([]par.Loop, error) { return MatMul(z, x, y, MatMulShape{M: 1024, N: 1024, K: 1024}) },
		"exp":    func() ([]par.Loop, error) { return Unary("exp", z, x) },
		"sum":    func() ([]par.Loop, error) { return Reduce("sum", z[:1], x, []int{n}, []int{0}) },
		"adam":   func() ([]par.Loop, error) { return []par.Loop{{N: n, Chunk: grain, Body: update}}, nil },
	} {
		loops, err := loopsOf()
		if err != nil {
			t.Fatal(err)
		}
		var stop atomic.Bool
		var busy sync.WaitGroup
		busy.Go(func() {
			for !stop.Load() {
				for i := range loops {
					pool1.Run(&loops[i])
				}
			}
		})
		var took []time.Duration
		for range 15 {
			time.Sleep(time.Millisecond)
			var m runtime.MemStats
			start := time.Now()
			runtime.ReadMemStats(&m) // stops the world
			took = append(took, time.Since(start))
		}
		stop.Store(true)
		busy.Wait()
		slices.Sort(took)
		if quick := took[len(took)/4]; quick > 10*time.Millisecond {
			t.Errorf("%s: stopping takes %v, mostly", name, took)
		}
		t.Logf("%s: stopping takes %v to %v", name, took[0], took[len(took)-1])
	}
}
