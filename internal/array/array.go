// Package array turns what looks like an array in Go (numbers, nested slices, tensors) into a contiguous slice and a
// shape, and converts slices between element types. Packages graph and data share it.
package array

import (
	"fmt"
	"reflect"

	"gorgonia.org/tensor"
)

// number is every Go type whose values are numbers that a tensor can hold.
type number interface {
	float32 | float64 | int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

// From returns the elements of v, row-major, as a slice of its basic Go type ([]int for int), with the shape. The slice
// may be v's own memory: it is to be read only.
func From(v any) (values any, shape []int, err error) {
	d, err := Tensor(v)
	if err != nil {
		return nil, nil, err
	}
	return elements(d), append([]int{}, d.Shape()...), nil
}

// Dense wraps a slice as a tensor of the given shape, without copying. Rank 0 gives a scalar tensor.
func Dense(values any, shape []int) *tensor.Dense {
	if len(shape) == 0 {
		return tensor.New(tensor.FromScalar(reflect.ValueOf(values).Index(0).Interface()))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
}

// Elements is the backing slice of a contiguous tensor, of length 1 for a scalar.
func Elements(d *tensor.Dense) any { return elements(d) }

// Len is the length of a slice of any type.
func Len(values any) int {
	switch v := values.(type) {
	case []float32:
		return len(v)
	case []float64:
		return len(v)
	case []int32:
		return len(v)
	}
	return reflect.ValueOf(values).Len()
}

// Clone copies a slice of any type.
func Clone(values any) any {
	v := reflect.ValueOf(values)
	c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(c, v)
	return c.Interface()
}

// Copy writes src into dst, which has the same length, converting the elements as Go does; bools are 0 and 1, and a
// number is true when it is not 0.
func Copy(dst, src any) error {
	if Len(dst) != Len(src) {
		return fmt.Errorf("%d elements do not fill %d", Len(src), Len(dst))
	}
	switch d := dst.(type) {
	case []float32:
		return into(d, src)
	case []float64:
		return into(d, src)
	case []int:
		return into(d, src)
	case []int8:
		return into(d, src)
	case []int16:
		return into(d, src)
	case []int32:
		return into(d, src)
	case []int64:
		return into(d, src)
	case []uint:
		return into(d, src)
	case []uint8:
		return into(d, src)
	case []uint16:
		return into(d, src)
	case []uint32:
		return into(d, src)
	case []uint64:
		return into(d, src)
	case []bool:
		return intoBools(d, src)
	case []string:
		if s, ok := src.([]string); ok {
			copy(d, s)
			return nil
		}
	}
	return fmt.Errorf("elements of %T cannot become elements of %T", src, dst)
}

func into[T number](dst []T, src any) error {
	switch s := src.(type) {
	case []T:
		copy(dst, s)
	case []float32:
		convert(dst, s)
	case []float64:
		convert(dst, s)
	case []int:
		convert(dst, s)
	case []int8:
		convert(dst, s)
	case []int16:
		convert(dst, s)
	case []int32:
		convert(dst, s)
	case []int64:
		convert(dst, s)
	case []uint:
		convert(dst, s)
	case []uint8:
		convert(dst, s)
	case []uint16:
		convert(dst, s)
	case []uint32:
		convert(dst, s)
	case []uint64:
		convert(dst, s)
	case []bool:
		for i, x := range s {
			dst[i] = 0
			if x {
				dst[i] = 1
			}
		}
	default:
		return fmt.Errorf("elements of %T cannot become numbers", src)
	}
	return nil
}

func convert[T, S number](dst []T, src []S) {
	for i, x := range src {
		dst[i] = T(x)
	}
}

func intoBools(dst []bool, src any) error {
	if s, ok := src.([]bool); ok {
		copy(dst, s)
		return nil
	}
	f := make([]float64, len(dst))
	if err := into(f, src); err != nil {
		return err
	}
	for i, x := range f {
		dst[i] = x != 0
	}
	return nil
}

// Float64s converts a numeric or bool slice; anything else gives nil.
func Float64s(values any) []float64 {
	out := make([]float64, Len(values))
	if Copy(out, values) != nil {
		return nil
	}
	return out
}

// Make makes a slice of n elements of the type named as in Keras: "float32", "int32", "bool" ... nil for another name.
// The 16-bit floats are held as float32.
func Make(dtype string, n int) any {
	switch dtype {
	case "float32", "float16", "bfloat16":
		return make([]float32, n)
	case "float64":
		return make([]float64, n)
	case "int8":
		return make([]int8, n)
	case "int16":
		return make([]int16, n)
	case "int32":
		return make([]int32, n)
	case "int64":
		return make([]int64, n)
	case "uint8":
		return make([]uint8, n)
	case "uint16":
		return make([]uint16, n)
	case "uint32":
		return make([]uint32, n)
	case "uint64":
		return make([]uint64, n)
	case "bool":
		return make([]bool, n)
	case "string":
		return make([]string, n)
	}
	return nil
}

// Cast converts a slice to the named type; nil if there is no conversion.
func Cast(values any, dtype string) any {
	out := Make(dtype, Len(values))
	if out == nil || Copy(out, values) != nil {
		return nil
	}
	return out
}

// DtypeOf names the element type of a slice as Keras does.
func DtypeOf(values any) string { return reflect.TypeOf(values).Elem().Kind().String() }

// Fill sets every element of a numeric or bool slice to v.
func Fill(values any, v float64) {
	one := []float64{v}
	n := Len(values)
	if n == 0 {
		return
	}
	r := reflect.ValueOf(values)
	if Copy(r.Slice(0, 1).Interface(), one) != nil {
		return
	}
	for done := 1; done < n; done *= 2 {
		reflect.Copy(r.Slice(done, n), r.Slice(0, done))
	}
}
