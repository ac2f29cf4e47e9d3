package data

import (
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// ToCategorical turns class numbers into one-hot rows: (len(labels), n) float32 with a 1 at each label and 0 elsewhere.
// n is the number of classes; 0 is the largest label plus 1. A label outside 0..n-1 is an error that names its position.
// See https://keras.io/api/utils/python_utils/#to_categorical-function.
func ToCategorical(labels []int, n int) (*tensor.Dense, error) { return OneHot(labels, n) }

// OneHot is [ToCategorical] for labels of any shape and integer type, anything that [Tensor] takes: the result has one
// more axis, of size n, at the end. A last axis of size 1, as in a column (rows, 1), is replaced by it.
func OneHot(labels any, n int) (*tensor.Dense, error) {
	d, err := Tensor(labels)
	if err != nil {
		return nil, errors.WithMessage(err, "labels")
	}
	classes := Ints(d)
	if classes == nil || d.Dtype() == tensor.Float32 || d.Dtype() == tensor.Float64 {
		return nil, errors.Errorf("data: labels are %v: want integers", d.Dtype())
	}
	if n == 0 {
		n = max(slices.Max(classes), 0) + 1
	}
	if n < 0 {
		return nil, errors.Errorf("data: the number of classes is %d: it must be positive, or 0 to take it from the labels", n)
	}
	out := make([]float32, len(classes)*n)
	for i, k := range classes {
		if k < 0 || k >= n {
			return nil, errors.Errorf("data: label %d at position %d is not in 0..%d", k, i, n-1)
		}
		out[i*n+k] = 1
	}
	shape := slices.Clone([]int(d.Shape()))
	if last := len(shape) - 1; last > 0 && shape[last] == 1 {
		shape = shape[:last]
	}
	return backed(out, append(shape, n)), nil
}
