package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"testing"
	"unsafe"

	"github.com/gorgonin/gorgonin/internal/par"
	"golang.org/x/sys/unix"
)

// guards hands out the memory of one run of a kernel: slices that end where a page begins that must not be touched, or that
// begin right behind such a page. A kernel that reads or writes past its slices faults.
type guards struct {
	t     testing.TB
	end   bool // slices end at a guard, else they begin at one
	plain bool // ordinary memory, for the run that is compared with
	r     *rand.Rand
	kept  []any // the slices, in order
	maps  [][]byte
}

// room hands out n elements, all zero.
func room[T any](g *guards, n int) []T {
	s := make([]T, n)
	if !g.plain {
		s = fenced[T](g, n)
	}
	g.kept = append(g.kept, s)
	return s
}

// fenced maps pages of its own for n elements. A slice without elements is at the guard too.
func fenced[T any](g *guards, n int) []T {
	page := os.Getpagesize()
	size := n * int(unsafe.Sizeof(*new(T)))
	inside := max(1, (size+page-1)/page) * page
	m, err := unix.Mmap(-1, 0, inside+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		g.t.Fatal(err)
	}
	g.maps = append(g.maps, m)
	for _, guard := range [][]byte{m[:page], m[page+inside:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			g.t.Fatal(err)
		}
	}
	at := page
	if g.end {
		at += inside - size
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&m[at])), n)
}

// numbers hands out n random elements.
func numbers[T Number](g *guards, n int) []T {
	s := room[T](g, n)
	copy(s, values[T](g.r, n))
	return s
}

// below hands out n random indices in [0, m).
func below[I Index](g *guards, n, m int) []I {
	s := room[I](g, n)
	for i := range s {
		s[i] = I(g.r.IntN(m))
	}
	return s
}

// bools hands out n random truth values.
func bools(g *guards, n int) []bool {
	s := room[bool](g, n)
	for i := range s {
		s[i] = g.r.IntN(2) == 0
	}
	return s
}

func (g *guards) free() {
	for _, m := range g.maps {
		if err := unix.Munmap(m); err != nil {
			g.t.Fatal(err)
		}
	}
}

// loopMaker constructs a kernel on memory of g. It is called anew for each run and must draw the same sizes.
type loopMaker func(g *guards) ([]par.Loop, error)

// inside runs a kernel of portable Go on ordinary memory, and the one for this CPU between guards of both kinds; all slices
// must then hold the same, floats within rounding.
func inside(t *testing.T, name string, make loopMaker) {
	t.Helper()
	want := &guards{t: t, plain: true, r: newRand()}
	err := Build(true, func() error {
		loops, err := make(want)
		runSerial(loops)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, end := range []bool{false, true} {
		g := &guards{t: t, end: end, r: newRand()}
		if err := withFaults(func() error {
			return Build(false, func() error {
				loops, err := make(g)
				runSerial(loops)
				return err
			})
		}); err != nil {
			t.Errorf("%s, memory that ends at a guard %v: %v", name, end, err)
		} else {
			for i := range want.kept {
				alike(t, fmt.Sprintf("%s, slice %d", name, i), g.kept[i], want.kept[i])
			}
		}
		g.free()
	}
}

// withFaults turns a touch of a guard into an error.
func withFaults(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return f()
}

// alike compares slices of any type of element.
func alike(t *testing.T, what string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case []float32:
		alikeFloats(t, what, got.([]float32), want, 3e-5)
	case []float64:
		alikeFloats(t, what, got.([]float64), want, 1e-11)
	default:
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			t.Errorf("%s is\n%s, want\n%s", what, g, w)
		}
	}
}

// alikeFloats allows a small part of the largest element, since sums are taken in other orders.
func alikeFloats[T Float](t *testing.T, what string, got, want []T, tol float64) {
	t.Helper()
	largest := 1.0
	for _, v := range want {
		if a := math.Abs(float64(v)); a > largest && !math.IsInf(a, 0) {
			largest = a
		}
	}
	for i, w := range want {
		g := got[i]
		if g == w || g != g && w != w || math.Abs(float64(g)-float64(w)) <= tol*largest {
			continue
		}
		t.Errorf("%s: element %d of %d is %v, want %v", what, i, len(want), g, w)
		return
	}
}

// TestGuards wants the guards to work.
func TestGuards(t *testing.T) {
	for _, end := range []bool{false, true} {
		g := &guards{t: t, end: end, r: newRand()}
		x := room[float32](g, 5)
		past := -1
		if end {
			past = 5
		}
		if err := withFaults(func() error {
			*(*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), 4*past)) = 1
			return nil
		}); err == nil {
			t.Errorf("element %d of a slice of 5 could be written, guard at the end %v", past, end)
		}
		g.free()
	}
}
