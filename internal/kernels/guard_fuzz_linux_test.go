package kernels

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// drawers are the kernels that FuzzAgainstPortable draws sizes for.
var drawers = []func(r *rand.Rand) (name string, make loopMaker){drawProduct, drawConvolution, drawPooling, drawBinary, drawUnary, drawReduction, drawMove}

// FuzzAgainstPortable draws a kernel and its sizes, and wants the results of portable Go between guards.
func FuzzAgainstPortable(f *testing.F) {
	for seed := range uint64(150) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 6))
		name, make := drawers[seed%uint64(len(drawers))](r)
		inside(t, name, make)
	})
}

// drawLength is 0, small, around a multiple of a vector, or some hundreds.
func drawLength(r *rand.Rand) int {
	switch r.IntN(5) {
	case 0:
		return r.IntN(4)
	case 1:
		return max(0, 8*r.IntN(12)+r.IntN(3)-1)
	case 2:
		return r.IntN(700)
	}
	return 1 + r.IntN(70)
}

func drawProduct(r *rand.Rand) (string, loopMaker) {
	s := MatMulShape{M: drawLength(r), N: drawLength(r), K: drawLength(r), TransA: r.IntN(2) == 0, TransB: r.IntN(2) == 0, Accumulate: r.IntN(3) == 0}
	batch := 1
	if r.IntN(4) == 0 {
		batch = r.IntN(4)
		s.Batch, s.StrideA, s.StrideB = []int{batch}, []int{s.M * s.K}, []int{0}
	}
	return fmt.Sprintf("product %+v", s), func(g *guards) ([]par.Loop, error) {
		return MatMul(numbers[float32](g, batch*s.M*s.N), numbers[float32](g, batch*s.M*s.K), numbers[float32](g, s.K*s.N), s)
	}
}

func drawConvolution(r *rand.Rand) (string, loopMaker) {
	s := drawConv(r)
	if r.IntN(2) == 0 {
		s.C, s.Out, s.Groups = 1+r.IntN(40), 1+r.IntN(70), 1
		if r.IntN(3) == 0 {
			s.Out, s.Groups = s.C, s.C
		}
	}
	in, out, kernel := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out, size(s.K)*s.C/max(1, s.Groups)*s.Out
	direction := r.IntN(3)
	return fmt.Sprintf("convolution, direction %d, %+v", direction, s), func(g *guards) ([]par.Loop, error) {
		x, y, w := numbers[float32](g, in), numbers[float32](g, out), numbers[float32](g, kernel)
		switch direction {
		case 0:
			return ConvForward(s, y, x, w)
		case 1:
			return ConvInputGrad(s, x, y, w)
		}
		return ConvKernelGrad(s, w, x, y)
	}
}

func drawPooling(r *rand.Rand) (string, loopMaker) {
	c := drawConv(r)
	s := Pool{N: c.N, C: 1 + r.IntN(70), In: c.In, K: c.K, OutSp: c.OutSp, Stride: c.Stride, PadLo: c.PadLo, Dilation: c.Dilation}
	in, out := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.C
	kind := r.IntN(4)
	return fmt.Sprintf("pooling of kind %d, %+v", kind, s), func(g *guards) ([]par.Loop, error) {
		x, y := numbers[float32](g, in), numbers[float32](g, out)
		switch kind {
		case 0:
			return MaxPool(s, y, x)
		case 1:
			return AvgPool(s, y, x)
		case 2:
			return MaxPoolGrad(s, room[float32](g, in), y, x)
		}
		return AvgPoolGrad(s, x, y)
	}
}

// drawBinary draws operands of which any axes are repeated.
func drawBinary(r *rand.Rand) (string, loopMaker) {
	shape := []int{1 + r.IntN(3), 1 + r.IntN(4), drawLength(r)}
	read := func() (strides []int, length int) {
		strides, length = make([]int, 3), 1
		for axis := 2; axis >= 0; axis-- {
			if r.IntN(3) > 0 {
				strides[axis] = length
				length *= shape[axis]
			}
		}
		return strides, length
	}
	a, lengthA := read()
	b, lengthB := read()
	names := slices.Sorted(maps.Keys(table32.binary))
	name := names[r.IntN(len(names))]
	return fmt.Sprintf("%s of %v, strides %v and %v", name, shape, a, b), func(g *guards) ([]par.Loop, error) {
		return Binary(name, room[float32](g, size(shape)), numbers[float32](g, lengthA), numbers[float32](g, lengthB), shape, a, b)
	}
}

func drawUnary(r *rand.Rand) (string, loopMaker) {
	names := slices.Sorted(maps.Keys(table32.unary))
	name, n := names[r.IntN(len(names))], drawLength(r)
	return fmt.Sprintf("%s of %d", name, n), func(g *guards) ([]par.Loop, error) {
		return Unary(name, room[float32](g, n), numbers[float32](g, n))
	}
}

func drawReduction(r *rand.Rand) (string, loopMaker) {
	var shape, axes []int
	left := 1
	for axis := range 1 + r.IntN(3) {
		shape = append(shape, min(drawLength(r), 100))
		if r.IntN(2) == 0 {
			axes = append(axes, axis)
		} else {
			left *= shape[axis]
		}
	}
	name := []string{"sum", "mean", "max", "min", "logsumexp"}[r.IntN(5)]
	return fmt.Sprintf("%s of %v over %v", name, shape, axes), func(g *guards) ([]par.Loop, error) {
		return Reduce(name, room[float32](g, left), numbers[float32](g, size(shape)), shape, axes)
	}
}

// drawMove draws a permutation of axes.
func drawMove(r *rand.Rand) (string, loopMaker) {
	var from []int
	for range 1 + r.IntN(3) {
		from = append(from, min(drawLength(r), 70))
	}
	strides, shape := rowMajor(from), slices.Clone(from)
	r.Shuffle(len(shape), func(i, j int) {
		shape[i], shape[j] = shape[j], shape[i]
		strides[i], strides[j] = strides[j], strides[i]
	})
	return fmt.Sprintf("copy to %v, strides %v", shape, strides), func(g *guards) ([]par.Loop, error) {
		return Copy(room[float32](g, size(shape)), numbers[float32](g, size(shape)), shape, strides, 0)
	}
}
