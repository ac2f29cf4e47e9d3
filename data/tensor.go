package data

import (
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Number is every Go type whose values are numbers that a tensor can hold.
type Number interface {
	float32 | float64 | int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

// Of makes a tensor of the given shape from values in row-major order; without a shape it is a vector. The tensor shares
// the memory of values. It is an error when the shape has another number of elements, or an axis below 1.
func Of[T Number](values []T, shape ...int) (*tensor.Dense, error) {
	if len(shape) == 0 {
		shape = []int{len(values)}
	}
	n := 1
	for _, d := range shape {
		if d < 1 {
			return nil, errors.Errorf("data: shape %v: every axis must be at least 1", tensor.Shape(shape))
		}
		n *= d
	}
	if n != len(values) {
		return nil, errors.Errorf("data: %d values do not fill shape %v, which has %d elements", len(values), tensor.Shape(shape), n)
	}
	return backed(values, shape), nil
}

// Tensor converts anything that looks like an array: a tensor.Tensor, a number, bool or string (a scalar, shape ()), and
// slices, arrays and []any of these nested to any depth, as decoded JSON has them; tensors in a slice are stacked. Go's
// type stays: int gives a tensor of int, float64 of float64; named types become their basic type.
//
// The result is row-major and contiguous; views and transposes are copied into order. A tensor or a flat slice that is
// so already is not copied but shared, so treat the result as read-only while the source is in use.
//
// It is an error when v or an element is nil, when slices are ragged, empty, or hold different types; the message shows
// both positions and shapes.
func Tensor(v any) (*tensor.Dense, error) {
	if f, ok := v.(failure); ok {
		return nil, f.err
	}
	d, err := array.Tensor(v)
	return d, errors.WithMessage(err, "data")
}

// backed wraps a slice of any basic type. tensor.New would panic on a wrong size, so callers have checked it.
func backed(slice any, shape []int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slice))
}
