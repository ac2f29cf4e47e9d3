package kernels

import "sync"

// vecTable holds the innermost functions for one element type. Entries work on slices of equal length.
type vecTable[T Number] struct {
	// unary maps a name to dst[i] = f(src[i]); dst may be src.
	unary map[string]func(dst, src []T)
	// binary maps a name to the loops of dst[i] = f(a[i], b[i]).
	binary map[string]binary[T, T]
	// compare maps a name to the loops of a comparison.
	compare map[string]binary[T, bool]

	// gemm computes c (+)= op(a)·op(b) for one block; see gemm.
	gemm func(c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T)
	// dot is the sum of a[i]*b[i].
	dot func(a, b []T) T
	// axpy is dst[i] += s*x[i].
	axpy func(dst []T, s T, x []T)
	// mulAdd is dst[i] += a[i]*b[i].
	mulAdd func(dst, a, b []T)
	// maxRow and minRow are the extremes of a row (NaN if it holds one).
	maxRow, minRow func(x []T) T
	// sumRow is the sum of a row, accumulated in float64 for floats.
	sumRow func(x []T) float64
	// addCols is acc[i] += x[i].
	addCols func(acc []float64, x []T)
	// addRows is acc[i] += the sum of x[i+r*step] over rows r; nil where addCols row by row does as well.
	addRows func(acc []float64, x []T, rows, step int)
	// inner is the sum of a[i]*b[i] in float64.
	inner func(a, b []T) float64
	// expSum is dst[i] = exp(x[i]-shift) and their sum; dst may be x.
	expSum func(dst, x []T, shift T) float64
	// wins is at[i], best[i] = pixel, x[i] where x[i] is larger than best[i], or NaN and best[i] is not.
	wins func(at []int32, best, x []T, pixel int32)
	// fromBool is dst[i] = 1 if src[i], else 0; fromInt32 and nonZero (dst[i] = src[i] != 0) convert too.
	fromBool  func(dst []T, src []bool)
	fromInt32 func(dst []T, src []int32)
	nonZero   func(dst []bool, src []T)
	// rules are steps of optimizers; see RuleOf.
	rules map[string]Rule[T]
}

// vv returns the loop of a binary operation on two vectors.
func (t *vecTable[T]) vv(name string) func(dst, a, b []T) { return t.binary[name].vv }

// vs returns the loop of a binary operation on a vector and a scalar.
func (t *vecTable[T]) vs(name string) func(dst, a []T, b T) { return t.binary[name].vs }

// binary is one operation of two operands: both vectors, a scalar on the right or the left, and one pair.
type binary[T, R any] struct {
	vv   func(dst []R, a, b []T)
	vs   func(dst []R, a []T, b T)
	sv   func(dst []R, a T, b []T)
	pair func(a, b T) R
	cost int // in additions
}

var (
	table32  = floatTable[float32]()
	table64  = floatTable[float64]()
	tableI32 = intTable[int32]()
	tableI64 = intTable[int64]()
	tableU8  = intTable[uint8]()
)

// The tables of portable Go, whatever the CPU has.
var (
	portable32 = floatTable[float32]()
	portable64 = floatTable[float64]()
)

// building is read-held while kernels are constructed for the CPU at hand, write-held while portable ones are; portable
// says which.
var (
	building sync.RWMutex
	portable bool
)

// Build calls f, which constructs kernels: with what the CPU has, or in portable Go.
func Build(inPortableGo bool, f func() error) error {
	if !inPortableGo {
		building.RLock()
		defer building.RUnlock()
		return f()
	}
	building.Lock()
	defer building.Unlock()
	portable = true
	defer func() { portable = false }()
	return f()
}

// tableOf returns the table of an element type. Constructors ask for it, not loops: see Build.
func tableOf[T Number]() *vecTable[T] {
	var t any
	switch any(T(0)).(type) {
	case float32:
		t = table32
		if portable {
			t = portable32
		}
	case float64:
		t = table64
		if portable {
			t = portable64
		}
	case int32:
		t = tableI32
	case int64:
		t = tableI64
	default:
		t = tableU8
	}
	return t.(*vecTable[T])
}

func floatTable[T Float]() *vecTable[T] {
	t := numberTable[T]()
	addFloatUnary(t)
	addFloatBinary(t)
	t.rules = rules[T]()
	return t
}

func intTable[T Integer]() *vecTable[T] {
	t := numberTable[T]()
	addIntUnary(t)
	addIntBinary(t)
	return t
}

func numberTable[T Number]() *vecTable[T] {
	return &vecTable[T]{
		unary:   numberUnary[T](),
		binary:  numberBinary[T](),
		compare: comparisons[T](),
		gemm:    gemm[T],
		dot:     dot[T],
		axpy:    axpy[T],
		mulAdd:  mulAdd[T],
		maxRow:  maxRow[T],
		minRow:  minRow[T],
		sumRow:  sumRow[T],
		addCols: addCols[T, float64],
		inner:   inner[T],

		wins:      wins[T],
		fromBool:  fromBool[T],
		fromInt32: convertRow[T, int32],
		nonZero:   nonZero[T],
	}
}

// dot keeps four partial sums, so that additions overlap and errors grow slower.
func dot[T Number](a, b []T) T {
	b = b[:len(a)]
	var s0, s1, s2, s3 T
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, v := range a {
		s0 += v * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func axpy[T Number](dst []T, s T, x []T) {
	x = x[:len(dst)]
	for len(dst) >= 4 && len(x) >= 4 {
		dst[0] += s * x[0]
		dst[1] += s * x[1]
		dst[2] += s * x[2]
		dst[3] += s * x[3]
		dst, x = dst[4:], x[4:]
	}
	for i := range dst {
		dst[i] += s * x[i]
	}
}

func mulAdd[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for len(dst) >= 4 && len(a) >= 4 && len(b) >= 4 {
		dst[0] += a[0] * b[0]
		dst[1] += a[1] * b[1]
		dst[2] += a[2] * b[2]
		dst[3] += a[3] * b[3]
		dst, a, b = dst[4:], a[4:], b[4:]
	}
	for i := range dst {
		dst[i] += a[i] * b[i]
	}
}

// maxRow uses the built-in max: it returns NaN if either operand is NaN. Four maxima at once do not wait for one another.
func maxRow[T Number](x []T) T {
	m0 := lowest[T]()
	m1, m2, m3 := m0, m0, m0
	for len(x) >= 4 {
		m0, m1, m2, m3 = max(m0, x[0]), max(m1, x[1]), max(m2, x[2]), max(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = max(m0, v)
	}
	return max(m0, m1, m2, m3)
}

func minRow[T Number](x []T) T {
	m0 := highest[T]()
	m1, m2, m3 := m0, m0, m0
	for len(x) >= 4 {
		m0, m1, m2, m3 = min(m0, x[0]), min(m1, x[1]), min(m2, x[2]), min(m3, x[3])
		x = x[4:]
	}
	for _, v := range x {
		m0 = min(m0, v)
	}
	return min(m0, m1, m2, m3)
}

func sumRow[T Number](x []T) float64 {
	var s0, s1, s2, s3 float64
	for len(x) >= 4 {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		s0 += float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}

func inner[T Number](a, b []T) float64 {
	b = b[:len(a)]
	var s0, s1 float64
	for len(a) >= 2 && len(b) >= 2 {
		s0 += float64(a[0]) * float64(b[0])
		s1 += float64(a[1]) * float64(b[1])
		a, b = a[2:], b[2:]
	}
	for i, v := range a {
		s0 += float64(v) * float64(b[i])
	}
	return s0 + s1
}
