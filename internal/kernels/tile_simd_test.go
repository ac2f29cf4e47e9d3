//go:build (amd64 || arm64) && unix

package kernels

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// withTiles runs a test for each set of micro-kernels that the processor has, and without any.
func withTiles(t *testing.T, test func(t *testing.T)) {
	defer func(a, b *tileSet) { tiles32, tiles64 = a, b }(tiles32, tiles64)
	for _, limit := range append(instructionSets(), "off", "") {
		chooseTiles(limit)
		name := fmt.Sprintf("GORGONIN_SIMD=%s", limit)
		if tiles32 != nil {
			name = fmt.Sprintf("%s is %d lanes", name, tiles32.lanes)
		}
		t.Run(name, test)
	}
}

func TestTiles(t *testing.T) {
	withTiles(t, func(t *testing.T) {
		r := newRand()
		for range 100 {
			m, n, k := drawSize(r), drawSize(r), drawSize(r)
			checkMatMul[float32](t, r, m, n, k, r.IntN(8))
			checkMatMul[float64](t, r, m, n, k, r.IntN(8))
		}
		for _, d := range [][3]int{{33, 70, 1024}, {70, 300, 401}, {64, 256, 256}, {250, 130, 40}, {5, 1100, 3}} {
			for flags := range 4 {
				checkMatMul[float32](t, r, d[0], d[1], d[2], flags)
			}
		}
		for range 60 {
			checkConv[float32](t, r, drawConv(r))
		}
	})
}

func drawSize(r *rand.Rand) int {
	if r.IntN(4) == 0 {
		return r.IntN(3)
	}
	return 1 + r.IntN(60)
}

// guardedFloats returns n elements that end, or begin, at a page that must not be touched.
func guardedFloats(t *testing.T, n int, atEnd bool) []float32 {
	page := syscall.Getpagesize()
	bytes := (4*n + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, bytes+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	for _, guard := range [][]byte{memory[:page], memory[page+bytes:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	from := page
	if atEnd {
		from = page + bytes - 4*n
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&memory[from])), n)
}

func TestTilesStayInside(t *testing.T) {
	withTiles(t, func(t *testing.T) {
		r := newRand()
		fill := func(n int, atEnd bool) []float32 {
			x := guardedFloats(t, n, atEnd)
			copy(x, values[float32](r, n))
			return x
		}
		for i := range 100 {
			s := MatMulShape{M: drawSize(r), N: drawSize(r), K: drawSize(r), TransA: i&1 != 0, TransB: i&2 != 0, Accumulate: i&4 != 0}
			a, b, c := fill(s.M*s.K, i&8 != 0), fill(s.K*s.N, i&16 != 0), fill(s.M*s.N, i&32 != 0)
			want := naiveMatMul(c, a, b, s)
			loops, err := MatMul(c, a, b, s)
			run(t, loops, err)
			near(t, "product", c, want, tolerance[float32]()*8)
		}
		for i := range 30 {
			s := drawConv(r)
			in, out := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out
			x, w, y := fill(in, i&1 == 0), fill(size(s.K)*s.C/s.Groups*s.Out, i&1 == 0), fill(out, i&1 == 0)
			want := make([]float32, out)
			naiveConv(s, func(o, i, k int) { want[o] += x[i] * w[k] })
			loops, err := ConvForward(s, y, x, w)
			run(t, loops, err)
			near(t, "convolution", y, want, tolerance[float32]()*40)
			for _, gradient := range []func() error{
				func() error { l, err := ConvInputGrad(s, x, y, w); run(t, l, err); return err },
				func() error { l, err := ConvKernelGrad(s, w, x, y); run(t, l, err); return err },
			} {
				if err := gradient(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
