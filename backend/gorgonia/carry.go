package gorgonia

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"gorgonia.org/tensor"
)

// carrier is the type in which Gorgonia holds elements of dtype d: integers and bools are float64.
func carrier(d graph.Dtype) tensor.Dtype {
	if d == graph.Float32 {
		return tensor.Float32
	}
	return tensor.Float64
}

// shapeOf is the shape in which Gorgonia holds a tensor. A scalar is a vector of one element: Gorgonia's scalars obey rules of their own.
func shapeOf(s graph.Shape) tensor.Shape {
	if len(s) == 0 {
		return tensor.Shape{1}
	}
	return tensor.Shape(s.Clone())
}

// whole is up to where float64 holds every whole number.
const whole = 1 << 53

// load copies elements into the carrier.
func load(dst *tensor.Dense, src backend.Slice) error {
	switch to := dst.Data().(type) {
	case []float32:
		copy(to, backend.Elements[float32](src))
	case []float64:
		switch src.Dtype {
		case graph.Float64:
			copy(to, backend.Elements[float64](src))
		case graph.Int8:
			widen(to, backend.Elements[int8](src))
		case graph.Int32:
			widen(to, backend.Elements[int32](src))
		case graph.Uint8:
			widen(to, backend.Elements[uint8](src))
		case graph.Int64:
			widen(to, backend.Elements[int64](src))
			return checkRange(to, graph.Int64)
		case graph.Bool:
			for i, v := range backend.Elements[bool](src) {
				to[i] = truth(v)
			}
		}
	}
	return nil
}

func widen[T int8 | uint8 | int32 | int64](dst []float64, src []T) {
	for i, v := range src {
		dst[i] = float64(v)
	}
}

// store copies the carrier's elements out; they passed checkRange.
func store(dst backend.Slice, src []float64) {
	switch dst.Dtype {
	case graph.Float64:
		copy(backend.Elements[float64](dst), src)
	case graph.Float32:
		narrow(backend.Elements[float32](dst), src)
	case graph.Int8:
		narrow(backend.Elements[int8](dst), src)
	case graph.Int32:
		narrow(backend.Elements[int32](dst), src)
	case graph.Int64:
		narrow(backend.Elements[int64](dst), src)
	case graph.Uint8:
		narrow(backend.Elements[uint8](dst), src)
	case graph.Bool:
		to := backend.Elements[bool](dst)
		for i, v := range src {
			to[i] = v != 0
		}
	}
}

func narrow[T float32 | int8 | uint8 | int32 | int64](dst []T, src []float64) {
	for i, v := range src {
		dst[i] = T(v)
	}
}

// limits is the range of an integer dtype, that of int64 as far as float64 holds it.
func limits(d graph.Dtype) (lo, hi float64) {
	switch d {
	case graph.Int8:
		return math.MinInt8, math.MaxInt8
	case graph.Uint8:
		return 0, math.MaxUint8
	case graph.Int32:
		return math.MinInt32, math.MaxInt32
	}
	return -whole, whole
}

// checkRange refuses integers that the dtype, or float64, does not hold.
func checkRange(v []float64, d graph.Dtype) error {
	if !d.IsInteger() {
		return nil
	}
	lo, hi := limits(d)
	for i, x := range v {
		if !(x >= lo && x <= hi) {
			return fmt.Errorf("element %d is %v: the gorgonia backend holds %s in float64 and does not wrap around: use the native backend", i, x, d)
		}
	}
	return nil
}

// floats returns the elements of a value; float32 is copied.
func floats(v any) []float64 {
	switch x := v.(type) {
	case []float64:
		return x
	case float64:
		return []float64{x}
	case float32:
		return []float64{float64(x)}
	case []float32:
		out := make([]float64, len(x))
		for i, e := range x {
			out[i] = float64(e)
		}
		return out
	}
	return nil
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
