package kernels

func comparisons[T Number]() map[string]binary[T, bool] {
	lessSV := func(dst []bool, a T, b []T) { greaterVS(dst, b, a) }
	greaterSV := func(dst []bool, a T, b []T) { lessVS(dst, b, a) }
	lessEqualSV := func(dst []bool, a T, b []T) { greaterEqualVS(dst, b, a) }
	greaterEqualSV := func(dst []bool, a T, b []T) { lessEqualVS(dst, b, a) }
	greaterVV := func(dst []bool, a, b []T) { lessVV(dst, b, a) }
	greaterEqualVV := func(dst []bool, a, b []T) { lessEqualVV(dst, b, a) }
	equalSV := func(dst []bool, a T, b []T) { equalVS(dst, b, a) }
	return map[string]binary[T, bool]{
		"not_equal":     pairs(1, func(a, b T) bool { return a != b }),
		"equal":         pairs(1, func(a, b T) bool { return a == b }).hot(equalVV[T], equalVS[T], equalSV),
		"less":          pairs(1, func(a, b T) bool { return a < b }).hot(lessVV[T], lessVS[T], lessSV),
		"less_equal":    pairs(1, func(a, b T) bool { return a <= b }).hot(lessEqualVV[T], lessEqualVS[T], lessEqualSV),
		"greater":       pairs(1, func(a, b T) bool { return a > b }).hot(greaterVV, greaterVS[T], greaterSV),
		"greater_equal": pairs(1, func(a, b T) bool { return a >= b }).hot(greaterEqualVV, greaterEqualVS[T], greaterEqualSV),
	}
}

func equalVV[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] == b[i]
	}
}

func lessVV[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] < b[i]
	}
}

func lessEqualVV[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] <= b[i]
	}
}

func equalVS[T Number](dst []bool, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] == b
	}
}

func lessVS[T Number](dst []bool, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] < b
	}
}

func lessEqualVS[T Number](dst []bool, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] <= b
	}
}

func greaterVS[T Number](dst []bool, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] > b
	}
}

func greaterEqualVS[T Number](dst []bool, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] >= b
	}
}

var logical = map[string]binary[bool, bool]{
	"logical_and": pairs(1, func(a, b bool) bool { return a && b }),
	"logical_or":  pairs(1, func(a, b bool) bool { return a || b }),
	"logical_xor": pairs(1, func(a, b bool) bool { return a != b }),
	"equal":       pairs(1, func(a, b bool) bool { return a == b }),
	"not_equal":   pairs(1, func(a, b bool) bool { return a != b }),
}
