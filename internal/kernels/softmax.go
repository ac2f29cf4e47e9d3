package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Softmax returns the loops of exp(x) / sum exp(x) along an axis, with the maximum subtracted first. dst may be src.
func Softmax[T Float](dst, src []T, a Axis) ([]par.Loop, error) {
	t := tableOf[T]()
	scale := t.vs("mul")
	return lines("softmax", a, [][]T{dst, src}, func(x [][]T, work []T) {
		y, src := x[0], x[1]
		sum := t.expSum(y, src, t.maxRow(src)) // rounded to T below, as in LogSoftmax
		scale(y, y, T(1/float64(T(sum))))
	})
}

// LogSoftmax returns the loops of x - log sum exp(x) along an axis. dst may be src.
func LogSoftmax[T Float](dst, src []T, a Axis) ([]par.Loop, error) {
	t := tableOf[T]()
	sub := t.vs("sub")
	return lines("log_softmax", a, [][]T{dst, src}, func(x [][]T, work []T) {
		m := t.maxRow(x[1])
		// The sum is rounded to T first, as in Keras: a loss close to 0 is then the same, not a more exact one.
		log := T(math.Log(float64(T(t.expSum(work, x[1], m)))))
		sub(x[0], x[1], m)
		sub(x[0], x[0], log)
	})
}

// SoftmaxGrad returns the loops of dx = y (dy - sum y dy), the gradient of y = softmax(x). dx may be dy.
func SoftmaxGrad[T Float](dx, y, dy []T, a Axis) ([]par.Loop, error) {
	t := tableOf[T]()
	sub, mul := t.vs("sub"), t.vv("mul")
	return lines("softmax gradient", a, [][]T{dx, y, dy}, func(x [][]T, _ []T) {
		sub(x[0], x[2], T(t.inner(x[1], x[2])))
		mul(x[0], x[0], x[1])
	})
}

// LogSoftmaxGrad returns the loops of dx = dy - exp(y) sum dy, the gradient of y = log_softmax(x). dx may be dy.
func LogSoftmaxGrad[T Float](dx, y, dy []T, a Axis) ([]par.Loop, error) {
	t := tableOf[T]()
	return lines("log_softmax gradient", a, [][]T{dx, y, dy}, func(x [][]T, work []T) {
		t.expSum(work, x[1], 0)
		s := T(t.sumRow(x[2]))
		copy(x[0], x[2])
		t.axpy(x[0], -s, work)
	})
}

// lines returns the loop that runs body on every line along the axis. x[0] is written, the others are read; body sees their
// lines contiguous and as much work memory. If Inner > 1 lines are copied, several neighbours at once.
func lines[T Float](name string, a Axis, x [][]T, body func(x [][]T, work []T)) ([]par.Loop, error) {
	for _, s := range x {
		if err := need(name, "an operand", len(s), a.size()); err != nil {
			return nil, err
		}
	}
	const width = 16 // neighbours copied together, so that each cache line is fetched once
	blocks := (a.Inner + width - 1) / width
	var memory scratch[T]
	var views scratch[[]T]
	return []par.Loop{{N: a.Outer * blocks, Chunk: chunkOf(8 * a.N * min(a.Inner, width)), Body: func(worker, lo, hi int) {
		view := views.get(worker, len(x))
		if a.Inner == 1 {
			work := memory.get(worker, a.N)
			for o := lo; o < hi && a.N > 0; o++ {
				for i := range x {
					view[i] = x[i][o*a.N : (o+1)*a.N]
				}
				body(view, work)
			}
			return
		}
		buffer := memory.get(worker, a.N*(width*len(x)+1))
		work := buffer[:a.N]
		buffer = buffer[a.N:]
		for t := lo; t < hi && a.N > 0; t++ {
			at := t/blocks*a.N*a.Inner + t%blocks*width
			w := min(width, a.Inner-t%blocks*width)
			for i := 1; i < len(x); i++ {
				gatherLines(buffer[i*width*a.N:], x[i][at:], a, w)
			}
			for j := range w {
				for i := range x {
					view[i] = buffer[(i*width+j)*a.N:][:a.N]
				}
				body(view, work)
			}
			scatterLines(x[0][at:], buffer, a, w)
		}
	}}}, nil
}

// gatherLines copies w neighbouring lines of x to contiguous ones.
func gatherLines[T any](to, x []T, a Axis, w int) {
	for i := range a.N {
		for j, v := range x[i*a.Inner:][:w] {
			to[j*a.N+i] = v
		}
	}
}

// scatterLines is the inverse of gatherLines.
func scatterLines[T any](x, from []T, a Axis, w int) {
	for i := range a.N {
		row := x[i*a.Inner:][:w]
		for j := range row {
			row[j] = from[j*a.N+i]
		}
	}
}
