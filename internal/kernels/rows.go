package kernels

// Rows are the loops of one operation of two operands over slices of equal length; VS and SV take a number on the right or on
// the left. They are what a fused loop calls tile by tile. dst may be an operand.
type Rows[T, R any] struct {
	VV func(dst []R, a, b []T)
	VS func(dst []R, a []T, b T)
	SV func(dst []R, a T, b []T)
}

// UnaryRow returns the loop of an operation of [Unary], nil if T has none of the name.
func UnaryRow[T Number](name string) func(dst, src []T) { return tableOf[T]().unary[name] }

// BinaryRows returns the loops of an operation of [Binary]; ok is false if T has none of the name.
func BinaryRows[T Number](name string) (r Rows[T, T], ok bool) {
	op, ok := tableOf[T]().binary[name]
	return Rows[T, T]{op.vv, op.vs, op.sv}, ok
}

// CompareRows returns the loops of an operation of [Compare]; ok is false if there is none of the name.
func CompareRows[T Number](name string) (r Rows[T, bool], ok bool) {
	op, ok := tableOf[T]().compare[name]
	return Rows[T, bool]{op.vv, op.vs, op.sv}, ok
}

// FillRow sets all elements to v.
func FillRow[T any](dst []T, v T) { fillRow(dst, v) }
