package backend

import (
	"fmt"
	"unsafe"

	"github.com/gorgonin/gorgonin/graph"
)

// Slice is a typed slice without an interface around it, so that handing it on allocates nothing. The 16-bit floats are
// held as float32.
type Slice struct {
	Dtype graph.Dtype
	at    unsafe.Pointer
	n     int
}

// SliceAt views n elements at an address. The memory must stay where it is while the slice is in use.
func SliceAt(d graph.Dtype, at unsafe.Pointer, n int) Slice { return Slice{d, at, n} }

// SliceOf wraps the elements of v for dtype d.
func SliceOf[T any](d graph.Dtype, v []T) Slice {
	return Slice{d, unsafe.Pointer(unsafe.SliceData(v)), len(v)}
}

// Wrap wraps a slice of the type that graph.MakeValues makes for d.
func Wrap(d graph.Dtype, values any) (Slice, error) {
	switch v := values.(type) {
	case []float32:
		return checked(d, v, d == graph.Float32 || d == graph.Float16 || d == graph.BFloat16)
	case []float64:
		return checked(d, v, d == graph.Float64)
	case []int8:
		return checked(d, v, d == graph.Int8)
	case []int16:
		return checked(d, v, d == graph.Int16)
	case []int32:
		return checked(d, v, d == graph.Int32)
	case []int64:
		return checked(d, v, d == graph.Int64)
	case []uint8:
		return checked(d, v, d == graph.Uint8)
	case []uint16:
		return checked(d, v, d == graph.Uint16)
	case []uint32:
		return checked(d, v, d == graph.Uint32)
	case []bool:
		return checked(d, v, d == graph.Bool)
	case []string:
		return checked(d, v, d == graph.String)
	}
	return Slice{}, fmt.Errorf("a %T holds no elements of %s", values, d)
}

func checked[T any](d graph.Dtype, v []T, ok bool) (Slice, error) {
	if !ok {
		return Slice{}, fmt.Errorf("a %T holds no elements of %s", v, d)
	}
	return SliceOf(d, v), nil
}

// At is the address of the first element.
func (s Slice) At() unsafe.Pointer { return s.at }

// Len is the number of elements.
func (s Slice) Len() int { return s.n }

// Values is the slice in the type that graph.MakeValues makes, sharing the memory.
func (s Slice) Values() any {
	switch s.Dtype {
	case graph.Float64:
		return Elements[float64](s)
	case graph.Int8:
		return Elements[int8](s)
	case graph.Int16:
		return Elements[int16](s)
	case graph.Int32:
		return Elements[int32](s)
	case graph.Int64:
		return Elements[int64](s)
	case graph.Uint8:
		return Elements[uint8](s)
	case graph.Uint16:
		return Elements[uint16](s)
	case graph.Uint32:
		return Elements[uint32](s)
	case graph.Bool:
		return Elements[bool](s)
	case graph.String:
		return Elements[string](s)
	}
	return Elements[float32](s)
}

// Elements views the slice as elements of type T, which must have the size of the dtype's elements: operations that only
// move elements need not tell int32 from float32.
func Elements[T any](s Slice) []T { return unsafe.Slice((*T)(s.at), s.n) }

// Copy copies the elements of src, which has the same dtype and length.
func (s Slice) Copy(src Slice) {
	if s.Dtype == graph.String {
		copy(Elements[string](s), Elements[string](src))
		return
	}
	size := s.Dtype.Size()
	copy(unsafe.Slice((*byte)(s.at), s.n*size), unsafe.Slice((*byte)(src.at), src.n*size))
}

// Same reports whether both slices begin at the same address.
func (s Slice) Same(t Slice) bool { return s.at == t.at && s.n > 0 }

// As views the first n elements of the memory as elements of dtype d, which must have room there.
func (s Slice) As(d graph.Dtype, n int) Slice { return Slice{d, s.at, n} }

// Part is part i of the slice when it is cut into parts of n elements.
func (s Slice) Part(i, n int) Slice {
	if n == 0 {
		return Slice{Dtype: s.Dtype}
	}
	size := s.Dtype.Size()
	return Slice{s.Dtype, unsafe.Add(s.at, i*n*size), n}
}
