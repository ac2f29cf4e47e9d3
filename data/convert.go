package data

import (
	"github.com/gorgonin/gorgonin/internal/array"
	"math"

	"gorgonia.org/tensor"
)

// Float64s returns a copy of the elements of t in row-major order, whatever its type, views and transposes included.
// Bools are 0 and 1. A tensor without numbers (nil, strings, complex) gives nil.
func Float64s(t tensor.Tensor) []float64 { return numbers[float64](t) }

// Float32s is Float64s in single precision.
func Float32s(t tensor.Tensor) []float32 { return numbers[float32](t) }

// Ints is Float64s for integers: fractions are cut off, as in a Go conversion.
func Ints(t tensor.Tensor) []int { return numbers[int](t) }

// Argmax returns the index of the largest element along the last axis of t, one for each position of the other axes in
// row-major order: for scores of shape (batch, classes), the class of each row. The first of equal elements wins, and
// NaN counts as the largest, as in NumPy. A scalar gives [0], a tensor without numbers nil.
func Argmax(t tensor.Tensor) []int {
	values := Float64s(t)
	if values == nil {
		return nil
	}
	n := 1
	if shape := t.Shape(); len(shape) > 0 {
		n = shape[len(shape)-1]
	}
	best := make([]int, 0, len(values)/n)
	for ; len(values) > 0; values = values[n:] {
		k := 0
		for i, v := range values[:n] {
			if v > values[k] || math.IsNaN(v) && !math.IsNaN(values[k]) {
				k = i
			}
		}
		best = append(best, k)
	}
	return best
}

// numbers converts the elements of t. The nil tensor of an interface or pointer is not an array either.
func numbers[T Number](t tensor.Tensor) []T {
	if t == nil {
		return nil
	}
	d, err := array.Contiguous(t)
	if err != nil {
		return nil
	}
	switch v := array.Elements(d).(type) {
	case []float32:
		return cast[T](v)
	case []float64:
		return cast[T](v)
	case []int:
		return cast[T](v)
	case []int8:
		return cast[T](v)
	case []int16:
		return cast[T](v)
	case []int32:
		return cast[T](v)
	case []int64:
		return cast[T](v)
	case []uint:
		return cast[T](v)
	case []uint8:
		return cast[T](v)
	case []uint16:
		return cast[T](v)
	case []uint32:
		return cast[T](v)
	case []uint64:
		return cast[T](v)
	case []bool:
		return bits[T](v)
	}
	return nil
}

func cast[T, S Number](v []S) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}

func bits[T Number](v []bool) []T {
	out := make([]T, len(v))
	for i, x := range v {
		if x {
			out[i] = 1
		}
	}
	return out
}
