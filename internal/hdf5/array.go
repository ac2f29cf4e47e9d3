package hdf5

import (
	"fmt"
	"math"
)

// Dtype names the type of an array's elements, by the names that Keras and NumPy use.
type Dtype string

// The element types that Keras files hold. Float16 and BFloat16 are kept as raw bits; BFloat16 is stored as two opaque
// bytes, for which Keras adds the attribute dtype="bfloat16". String is UTF-8 text, Bytes is text that h5py returns as bytes.
const (
	Float16  Dtype = "float16"
	BFloat16 Dtype = "bfloat16"
	Float32  Dtype = "float32"
	Float64  Dtype = "float64"
	Int8     Dtype = "int8"
	Int16    Dtype = "int16"
	Int32    Dtype = "int32"
	Int64    Dtype = "int64"
	Uint8    Dtype = "uint8"
	Uint16   Dtype = "uint16"
	Uint32   Dtype = "uint32"
	Uint64   Dtype = "uint64"
	Bool     Dtype = "bool"
	String   Dtype = "string"
	Bytes    Dtype = "bytes"
)

// Array is a dense row-major array. Shape is empty for a scalar. Data is a slice with one element per entry:
// []float32, []float64, []int8 ... []uint64, []bool, []string (String and Bytes), or []uint16 (Uint16, Float16, BFloat16).
type Array struct {
	Dtype Dtype
	Shape []int
	Data  any
}

// Element is a Go type that an array can hold.
type Element interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool | string
}

// Scalar returns an array of shape () holding v.
func Scalar[T Element](v T) Array { return Array{dtypeOf[T](), []int{}, []T{v}} }

// Vector returns an array of shape (len(v)) that shares v.
func Vector[T Element](v []T) Array { return Array{dtypeOf[T](), []int{len(v)}, v} }

// New returns an array of the given shape that shares data. It is an error if the shape does not hold len(data) elements.
func New[T Element](data []T, shape ...int) (Array, error) {
	a := Array{dtypeOf[T](), shape, data}
	if err := a.check(); err != nil {
		return Array{}, fmt.Errorf("hdf5: %w", err)
	}
	return a, nil
}

func dtypeOf[T Element]() Dtype {
	var zero T
	return Dtype(fmt.Sprintf("%T", zero))
}

// Text returns the string of a scalar String or Bytes array, and whether a is one.
func (a Array) Text() (string, bool) {
	s, ok := a.Data.([]string)
	if !ok || len(a.Shape) != 0 || len(s) != 1 {
		return "", false
	}
	return s[0], true
}

// Strings returns the elements of a String or Bytes array. An empty array of any type gives an empty list, since h5py
// stores an empty list of names as float64.
func (a Array) Strings() ([]string, bool) {
	if n, err := elements(a.Shape); err == nil && n == 0 {
		return nil, true
	}
	s, ok := a.Data.([]string)
	return s, ok
}

func (a Array) check() error {
	c, ok := codecs[a.Dtype]
	if !ok {
		return fmt.Errorf("dtype %q cannot be stored; use one of the Dtype constants", a.Dtype)
	}
	have, ok := c.count(a.Data)
	if !ok {
		return fmt.Errorf("dtype %s needs data of type %T, not %T", a.Dtype, c.make(0), a.Data)
	}
	want, err := elements(a.Shape)
	if err != nil {
		return err
	}
	if have != want {
		return fmt.Errorf("shape %v holds %d elements, but the data has %d", a.Shape, want, have)
	}
	return nil
}

// elements is the number of entries of an array of the given shape, refusing sizes whose bytes would overflow an int.
func elements(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative axis", shape)
		}
		if d == 0 {
			return 0, nil
		}
	}
	for _, d := range shape {
		if n > math.MaxInt/maxElementSize/d {
			return 0, fmt.Errorf("shape %v has too many elements", shape)
		}
		n *= d
	}
	return n, nil
}
