package kernels

// Choice is the loops of dst = cond ? a : b over slices of equal length; the letters tell which of a and b are vectors (V) and
// which numbers (S). dst may be a or b.
type Choice[T any] struct {
	VV func(dst []T, cond []bool, a, b []T)
	VS func(dst []T, cond []bool, a []T, b T)
	SV func(dst []T, cond []bool, a T, b []T)
	SS func(dst []T, cond []bool, a, b T)
}

// choice32 serves all elements of 4 bytes: they are only moved.
var choice32 = choiceOf[uint32]()

// ChoiceRows returns the loops of a selection.
func ChoiceRows[T any]() Choice[T] {
	if c, ok := any(choice32).(Choice[T]); ok {
		return c
	}
	return choiceOf[T]()
}

// choiceOf is the portable loops.
func choiceOf[T any]() Choice[T] {
	return Choice[T]{
		VV: func(dst []T, cond []bool, a, b []T) {
			cond, a, b = cond[:len(dst)], a[:len(dst)], b[:len(dst)]
			for i := range dst {
				if cond[i] {
					dst[i] = a[i]
				} else {
					dst[i] = b[i]
				}
			}
		},
		VS: func(dst []T, cond []bool, a []T, b T) {
			cond, a = cond[:len(dst)], a[:len(dst)]
			for i := range dst {
				if cond[i] {
					dst[i] = a[i]
				} else {
					dst[i] = b
				}
			}
		},
		SV: func(dst []T, cond []bool, a T, b []T) {
			cond, b = cond[:len(dst)], b[:len(dst)]
			for i := range dst {
				if cond[i] {
					dst[i] = a
				} else {
					dst[i] = b[i]
				}
			}
		},
		SS: func(dst []T, cond []bool, a, b T) {
			cond = cond[:len(dst)]
			for i := range dst {
				if cond[i] {
					dst[i] = a
				} else {
					dst[i] = b
				}
			}
		},
	}
}

// row returns the loop for the steps of the two operands along the last axis, nil if one is neither 0 nor 1.
func (c Choice[T]) row(ia, ib int) func(dst []T, cond []bool, a, b []T) {
	switch {
	case ia == 1 && ib == 1:
		return func(dst []T, cond []bool, a, b []T) { c.VV(dst, cond, a[:len(dst)], b[:len(dst)]) }
	case ia == 1 && ib == 0:
		return func(dst []T, cond []bool, a, b []T) { c.VS(dst, cond, a[:len(dst)], b[0]) }
	case ia == 0 && ib == 1:
		return func(dst []T, cond []bool, a, b []T) { c.SV(dst, cond, a[0], b[:len(dst)]) }
	case ia == 0 && ib == 0:
		return func(dst []T, cond []bool, a, b []T) { c.SS(dst, cond, a[0], b[0]) }
	}
	return nil
}
