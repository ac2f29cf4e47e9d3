package data

import (
	"math"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Normalize divides x, anything that [Tensor] takes, by its norm along an axis (negative counts from the end) and
// returns a new tensor of the same shape: float32 for float32, else float64. The norm is (Σ|x|^order)^(1/order); order 2
// is the usual one, +Inf the largest |x|. Where the norm is 0, x stays as it is. Keras's defaults are axis -1, order 2.
// It is an error when x is a scalar or not numeric, when axis is not one of x's, or order is not positive.
// See https://keras.io/api/utils/python_utils/#normalize-function.
func Normalize(x any, axis int, order float64) (*tensor.Dense, error) {
	d, err := Tensor(x)
	if err != nil {
		return nil, err
	}
	shape := d.Shape().Clone()
	if axis < -len(shape) || axis >= len(shape) {
		return nil, errors.Errorf("data: axis %d is not an axis of shape %v", axis, shape)
	}
	if !(order > 0) {
		return nil, errors.Errorf("data: the order of a norm is %v: it must be positive", order)
	}
	values := Float64s(d)
	if values == nil {
		return nil, errors.Errorf("data: a tensor of %v cannot be normalized: want numbers", d.Dtype())
	}
	axis = (axis + len(shape)) % len(shape)
	stride := shape[axis+1:].TotalSize()
	if axis == len(shape)-1 {
		stride = 1
	}
	for outer := 0; outer < len(values); outer += stride * shape[axis] {
		for inner := range stride {
			normalizeLine(values[outer+inner:], shape[axis], stride, order)
		}
	}
	if d.Dtype() == tensor.Float32 {
		return backed(cast[float32](values), shape), nil
	}
	return backed(values, shape), nil
}

// normalizeLine divides n values, stride apart, by their norm.
func normalizeLine(v []float64, n, stride int, order float64) {
	var largest, sum float64
	for i := range n {
		largest = max(largest, math.Abs(v[i*stride]))
	}
	if largest == 0 {
		return
	}
	norm := largest
	if !math.IsInf(order, 1) {
		for i := range n { // relative to the largest, so that squares neither overflow nor vanish
			sum += math.Pow(math.Abs(v[i*stride])/largest, order)
		}
		norm *= math.Pow(sum, 1/order)
	}
	for i := range n {
		v[i*stride] /= norm
	}
}
