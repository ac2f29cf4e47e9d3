package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Moments returns the loops of mean and variance of src: (outer, n, cols) over its middle axis; both results are (outer, cols). src
// is read once from memory and added up in float64. Over nothing both are NaN.
func Moments[T Float](mean, variance, src []T, outer, n, cols int) ([]par.Loop, error) {
	total := outer * cols
	err := firstError(need("moments", "mean", len(mean), total), need("moments", "variance", len(variance), total), need("moments", "src", len(src), total*n))
	if err != nil {
		return nil, err
	}
	const block = 512 // columns of one task: their sums stay in L1
	blocks, parts := (cols+block-1)/block, 1
	if tasks := outer * blocks; tasks > 0 && tasks < 16 {
		parts = min(max(1, n*min(cols, block)/(2*grain)), 32)
	}
	length := (n + parts - 1) / parts
	means, squares := make([]float64, parts*total), make([]float64, parts*total)
	fold := momentsOf[T]()
	return []par.Loop{
		{N: outer * blocks * parts, Chunk: chunkOf(length * min(cols, block)), Body: func(_, lo, hi int) {
			for t := lo; t < hi; t++ {
				part, j, o := t%parts, t/parts%blocks*block, t/parts/blocks
				first := min(part*length, n)
				rows := min(length, n-first)
				at := part*total + o*cols + j
				w := min(block, cols-j)
				if rows > 0 {
					fold(means[at:at+w], squares[at:at+w], src[(o*n+first)*cols+j:], rows, cols)
				}
			}
		}},
		{N: total, Chunk: chunkOf(4 * parts), Body: func(_, lo, hi int) {
			for i := lo; i < hi; i++ {
				m, s := joined(means[i:], squares[i:], total, n, length)
				mean[i], variance[i] = T(m), T(s/float64(n))
			}
		}},
	}, nil
}

// joined is the mean of n numbers and the sum of their squared distances from it, given those of parts of the given length, which
// lie step apart. (Chan et al., 1979)
func joined(means, squares []float64, step, n, length int) (mean, square float64) {
	if n > 0 {
		mean, square = means[0], squares[0]
	} else {
		mean = math.NaN()
	}
	for done, at := length, step; done < n; done, at = done+length, at+step {
		k := float64(min(length, n-done))
		all := float64(done) + k
		d := means[at] - mean
		mean += d * k / all
		square += squares[at] + d*d*float64(done)*k/all
	}
	return mean, square
}

// momentsOf returns the loop that sets mean[i] to the mean of x[i+r*step] over r < rows and square[i] to the sum of the squared
// distances from it.
func momentsOf[T Float]() func(mean, square []float64, x []T, rows, step int) {
	if f, ok := any(moments32).(func(mean, square []float64, x []T, rows, step int)); ok && !portable && moments32 != nil {
		return f
	}
	return momentsRows[T]
}

// moments32 is what the CPU has for float32, nil for nothing.
var moments32 func(mean, square []float64, x []float32, rows, step int)

func momentsRows[T Float](mean, square []float64, x []T, rows, step int) {
	clear(mean)
	clear(square)
	for r := range rows {
		for i, v := range x[r*step:][:len(mean)] {
			mean[i] += float64(v)
		}
	}
	for i := range mean {
		mean[i] /= float64(rows)
	}
	for r := range rows {
		for i, v := range x[r*step:][:len(mean)] {
			d := float64(v) - mean[i]
			square[i] += d * d
		}
	}
}
