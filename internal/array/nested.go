package array

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// nested converts slices of slices: the first elements tell shape and type, a second walk checks the others and copies.
func nested(v reflect.Value) (*tensor.Dense, error) {
	shape, leaf, err := measure(v, nil)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return tensor.New(tensor.FromScalar(deref(v).Convert(leaf).Interface())), nil
	}
	n := tensor.Shape(shape).TotalSize()
	f := filler{dst: reflect.MakeSlice(reflect.SliceOf(leaf), 0, n), leaf: leaf}
	if err := f.fill(v, shape, nil); err != nil {
		return nil, err
	}
	return backed(f.dst.Interface(), shape), nil
}

// deref looks through interfaces and pointers to what they hold; the zero Value stands for nil.
func deref(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && !isTensor(v) {
		v = v.Elem()
	}
	return v
}

var tensorType = reflect.TypeFor[tensor.Tensor]()

func isTensor(v reflect.Value) bool { return v.Type().Implements(tensorType) }

// measure follows the first elements down to the leaves. path is where v lies in the whole.
func measure(v reflect.Value, path []int) ([]int, reflect.Type, error) {
	v = deref(v)
	if !v.IsValid() {
		return nil, nil, errors.Errorf("the value%s is nil", at(path))
	}
	if isTensor(v) {
		d, err := Contiguous(v.Interface().(tensor.Tensor))
		if err != nil {
			return nil, nil, errors.WithMessagef(err, "the value%s", at(path))
		}
		return slices.Clone([]int(d.Shape())), d.Dtype().Type, nil
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if v.Len() == 0 {
			return nil, nil, errEmpty(path)
		}
		shape, leaf, err := measure(v.Index(0), append(path, 0))
		return append([]int{v.Len()}, shape...), leaf, err
	}
	if leaf, ok := basic[v.Kind()]; ok {
		return nil, leaf, nil
	}
	return nil, nil, errors.Errorf("the value%s is a %v: want numbers, bools, strings, tensors, or slices of them", at(path), v.Type())
}

// IsBasic reports whether values of a kind are elements of an array, not arrays themselves.
func IsBasic(k reflect.Kind) bool { return basic[k] != nil }

// basic maps the kinds that a tensor holds to their unnamed types, which are the ones the tensor package knows.
var basic = map[reflect.Kind]reflect.Type{
	reflect.Bool: reflect.TypeFor[bool](), reflect.String: reflect.TypeFor[string](),
	reflect.Float32: reflect.TypeFor[float32](), reflect.Float64: reflect.TypeFor[float64](),
	reflect.Int: reflect.TypeFor[int](), reflect.Int8: reflect.TypeFor[int8](), reflect.Int16: reflect.TypeFor[int16](),
	reflect.Int32: reflect.TypeFor[int32](), reflect.Int64: reflect.TypeFor[int64](),
	reflect.Uint: reflect.TypeFor[uint](), reflect.Uint8: reflect.TypeFor[uint8](), reflect.Uint16: reflect.TypeFor[uint16](),
	reflect.Uint32: reflect.TypeFor[uint32](), reflect.Uint64: reflect.TypeFor[uint64](),
}

type filler struct {
	dst  reflect.Value // a slice of leaf, filled from the front
	leaf reflect.Type
}

// fill appends v, which must have the given shape.
func (f *filler) fill(v reflect.Value, shape, path []int) error {
	v = deref(v)
	if !v.IsValid() {
		return errors.Errorf("the value%s is nil", at(path))
	}
	if isTensor(v) {
		return f.fillTensor(v.Interface().(tensor.Tensor), shape, path)
	}
	list := v.Kind() == reflect.Slice || v.Kind() == reflect.Array
	if list != (len(shape) > 0) || list && v.Len() != shape[0] {
		got, _, err := measure(v, path)
		if err != nil {
			return err
		}
		return errRagged(path, got, shape)
	}
	if !list {
		if basic[v.Kind()] != f.leaf {
			return errMixed(path, v.Type(), f.leaf)
		}
		f.dst = reflect.Append(f.dst, v.Convert(f.leaf))
		return nil
	}
	if v.Type().Elem() == f.leaf && len(shape) == 1 {
		if v.Kind() == reflect.Array { // an array in an interface cannot be sliced where it is
			a := reflect.New(v.Type()).Elem()
			a.Set(v)
			v = a.Slice(0, a.Len())
		}
		f.dst = reflect.AppendSlice(f.dst, v)
		return nil
	}
	for i := range v.Len() {
		if err := f.fill(v.Index(i), shape[1:], append(path, i)); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) fillTensor(t tensor.Tensor, shape, path []int) error {
	d, err := Contiguous(t)
	if err != nil {
		return errors.WithMessagef(err, "the value%s", at(path))
	}
	if !slices.Equal([]int(d.Shape()), shape) {
		return errRagged(path, d.Shape(), shape)
	}
	if d.Dtype().Type != f.leaf {
		return errMixed(path, d.Dtype().Type, f.leaf)
	}
	f.dst = reflect.AppendSlice(f.dst, reflect.ValueOf(elements(d)))
	return nil
}

// elements is the backing slice of a contiguous tensor, of length 1 for a scalar.
func elements(d *tensor.Dense) any {
	if empty(d) { // Data panics
		return reflect.MakeSlice(reflect.SliceOf(d.Dtype().Type), 0, 0).Interface()
	}
	v := reflect.ValueOf(d.Data())
	if !d.Shape().IsScalar() {
		return v.Interface()
	}
	one := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
	one.Index(0).Set(v)
	return one.Interface()
}

// empty reports whether d has no elements.
func empty(d *tensor.Dense) bool { return !d.Shape().IsScalar() && d.Shape().TotalSize() == 0 }

func at(path []int) string {
	if len(path) == 0 {
		return ""
	}
	return " at " + Position(path)
}

// Position writes an index as "[2][0]".
func Position(path []int) string {
	var s strings.Builder
	for _, i := range path {
		fmt.Fprintf(&s, "[%d]", i)
	}
	return s.String()
}

func errEmpty(path []int) error {
	return errors.Errorf("the slice%s is empty: an array needs at least one element", at(path))
}

func errRagged(path, got, want []int) error {
	return errors.Errorf("ragged array: shape %v at %s, but %v at %s: give every element one shape (PadSequences pads sequences)",
		tensor.Shape(got), Position(path), tensor.Shape(want), Position(make([]int, len(path))))
}

func errMixed(path []int, got, want reflect.Type) error {
	return errors.Errorf("mixed types: %v at %s, but %v before it: convert to one type", got, Position(path), want)
}
