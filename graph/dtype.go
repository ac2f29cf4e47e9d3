package graph

// Dtype is the type of a tensor's elements, by Keras's name.
type Dtype string

// The element types. Float16 and BFloat16 are computed in float32 and rounded after every operation.
const (
	Float32  Dtype = "float32"
	Float64  Dtype = "float64"
	Float16  Dtype = "float16"
	BFloat16 Dtype = "bfloat16"
	Int8     Dtype = "int8"
	Int16    Dtype = "int16"
	Int32    Dtype = "int32"
	Int64    Dtype = "int64"
	Uint8    Dtype = "uint8"
	Uint16   Dtype = "uint16"
	Uint32   Dtype = "uint32"
	Bool     Dtype = "bool"
	String   Dtype = "string"
)

// IsFloat reports whether d is a floating point type: gradients exist only for these.
func (d Dtype) IsFloat() bool {
	return d == Float32 || d == Float64 || d == Float16 || d == BFloat16
}

// IsInteger reports whether d is an integer type; bool is none.
func (d Dtype) IsInteger() bool {
	return d.IsUnsigned() || d == Int8 || d == Int16 || d == Int32 || d == Int64
}

// IsUnsigned reports whether d is an integer type without negative numbers.
func (d Dtype) IsUnsigned() bool { return d == Uint8 || d == Uint16 || d == Uint32 }

// Valid reports whether d is one of the package's element types.
func (d Dtype) Valid() bool { return d.IsFloat() || d.IsInteger() || d == Bool || d == String }

// Size is the number of bytes an element takes in the engine's memory.
func (d Dtype) Size() int {
	switch d {
	case Float64, Int64:
		return 8
	case Bool, Uint8, Int8:
		return 1
	case Int16, Uint16:
		return 2
	case String:
		return 16
	}
	return 4
}
