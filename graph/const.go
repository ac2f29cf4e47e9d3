package graph

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/gorgonin/gorgonin/internal/array"
)

// ConstOp is a tensor known when the graph is built. Constants of up to 4 KB are merged by their bits (so +0, -0 and
// every NaN stay what they are), larger ones by identity.
type ConstOp struct {
	Dtype Dtype
	Dims  Ints
	bits  string
	big   *bigConst
}

type bigConst struct{ values any }

// mergeLimit is the size in bytes up to which equal constants become one node.
const mergeLimit = 4096

// Name is "const".
func (ConstOp) Name() string { return "const" }

// Infer returns the constant's spec.
func (o ConstOp) Infer([]Spec) (Spec, error) { return Spec{o.Dtype, o.Dims.Slice()}, nil }

// Values returns the elements, row-major, as the slice type that [MakeValues] makes. It must not be changed.
func (o ConstOp) Values() any {
	if o.big != nil {
		return o.big.values
	}
	n := Prod(o.Dims.Slice()...)
	v := MakeValues(o.Dtype, n)
	copy(bytesOf(v), o.bits)
	return v
}

// Scalar returns the only element of a numeric constant of rank 0 as float64.
func (o ConstOp) Scalar() (float64, bool) {
	if o.Dims != "" || o.Dtype == String {
		return 0, false
	}
	return array.Float64s(o.Values())[0], true
}

// String shows a scalar's value, and only the spec of anything larger.
func (o ConstOp) String() string {
	if o.Dtype != String && Prod(o.Dims.Slice()...) == 1 {
		return fmt.Sprintf("const{%v}", array.Float64s(o.Values())[0])
	}
	return "const"
}

// Const makes a constant of a number, a bool, a string, a tensor, or slices of them nested to any depth. A Go int
// becomes int32 (int64 if it does not fit), a single float64 becomes float32 as in Keras; slices keep float64.
func (g *Graph) Const(v any) *Node {
	values, shape, err := array.From(v)
	if err != nil {
		return g.fail("const", err, nil, here())
	}
	switch x := values.(type) {
	case []int:
		values = array.Cast(x, string(intDtype(x)))
	case []float64:
		if len(shape) == 0 {
			values = array.Cast(x, "float32")
		}
	}
	d := Dtype(array.DtypeOf(values))
	if !d.Valid() {
		return g.fail("const", fmt.Errorf("elements of type %T are not supported", values), nil, here())
	}
	return g.constant(d, shape, values, here())
}

func intDtype(x []int) Dtype {
	for _, v := range x {
		if v > math.MaxInt32 || v < math.MinInt32 {
			return Int64
		}
	}
	return Int32
}

// ConstOf makes a constant from values that are already of the slice type that [MakeValues] makes for d.
func (g *Graph) ConstOf(d Dtype, shape Shape, values any) *Node {
	return g.constant(d, shape, values, here())
}

func (g *Graph) constant(d Dtype, shape Shape, values any, pos position) *Node {
	op := ConstOp{Dtype: d, Dims: MakeInts(shape...)}
	if n := shape.Size(); d == String || n*d.Size() > mergeLimit {
		op.big = &bigConst{values}
	} else {
		op.bits = string(bytesOf(values))
	}
	return g.apply(op, nil, pos)
}

// Full makes a constant whose elements are all v, cast to d.
func (g *Graph) Full(d Dtype, shape Shape, v float64) *Node {
	pos := here()
	if !shape.Known() {
		return g.fail("const", fmt.Errorf("shape %v is not known: use ops.FullLike", shape), nil, pos)
	}
	values := MakeValues(d, shape.Size())
	array.Fill(values, v)
	return g.constant(d, shape, values, pos)
}

// Scalar makes a constant of rank 0.
func (g *Graph) Scalar(d Dtype, v float64) *Node { return g.Full(d, Shape{}, v) }

// MakeValues makes the slice in which n elements of dtype d are held: []float32 (also for float16 and bfloat16),
// []float64, []int8 ... []int64, []uint8 ... []uint32, []bool or []string.
func MakeValues(d Dtype, n int) any {
	switch d {
	case Float64:
		return make([]float64, n)
	case Int8:
		return make([]int8, n)
	case Int16:
		return make([]int16, n)
	case Int32:
		return make([]int32, n)
	case Int64:
		return make([]int64, n)
	case Uint8:
		return make([]uint8, n)
	case Uint16:
		return make([]uint16, n)
	case Uint32:
		return make([]uint32, n)
	case Bool:
		return make([]bool, n)
	case String:
		return make([]string, n)
	}
	return make([]float32, n)
}

// bytesOf views a numeric slice as its bytes.
func bytesOf(v any) []byte {
	switch s := v.(type) {
	case []float32:
		return view(s, 4)
	case []float64:
		return view(s, 8)
	case []int8:
		return view(s, 1)
	case []int16:
		return view(s, 2)
	case []uint16:
		return view(s, 2)
	case []uint32:
		return view(s, 4)
	case []int32:
		return view(s, 4)
	case []int64:
		return view(s, 8)
	case []uint8:
		return s
	case []bool:
		return view(s, 1)
	}
	return nil
}

func view[T any](s []T, size int) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*size)
}
