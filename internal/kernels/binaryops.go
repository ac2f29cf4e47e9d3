package kernels

import "math"

func numberBinary[T Number]() map[string]binary[T, T] {
	return map[string]binary[T, T]{
		"add":     pairs(1, func(a, b T) T { return a + b }).hot(addVV[T], addVS[T], func(dst []T, a T, b []T) { addVS(dst, b, a) }),
		"sub":     pairs(1, func(a, b T) T { return a - b }).hot(subVV[T], subVS[T], subSV[T]),
		"mul":     pairs(1, func(a, b T) T { return a * b }).hot(mulVV[T], mulVS[T], func(dst []T, a T, b []T) { mulVS(dst, b, a) }),
		"maximum": pairs(2, func(a, b T) T { return max(a, b) }).hot(maxVV[T], maxVS[T], func(dst []T, a T, b []T) { maxVS(dst, b, a) }),
		"minimum": pairs(2, func(a, b T) T { return min(a, b) }).hot(minVV[T], minVS[T], func(dst []T, a T, b []T) { minVS(dst, b, a) }),
	}
}

func addVV[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func addVS[T Number](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b
	}
}

func subVV[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func subVS[T Number](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b
	}
}

func subSV[T Number](dst []T, a T, b []T) {
	b = b[:len(dst)]
	for i := range dst {
		dst[i] = a - b[i]
	}
}

func mulVV[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func mulVS[T Number](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b
	}
}

func maxVV[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

func maxVS[T Number](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b)
	}
}

func minVV[T Number](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

func minVS[T Number](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b)
	}
}

func divVV[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

func divVS[T Float](dst, a []T, b T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b
	}
}

func divSV[T Float](dst []T, a T, b []T) {
	b = b[:len(dst)]
	for i := range dst {
		dst[i] = a / b[i]
	}
}

// wide makes a binary operation of a float64 function.
func wide[T Float](cost int, f func(a, b float64) float64) binary[T, T] {
	return pairs(cost, func(a, b T) T { return T(f(float64(a), float64(b))) })
}

func addFloatBinary[T Float](t *vecTable[T]) {
	t.binary["div"] = pairs(2, func(a, b T) T { return a / b }).hot(divVV[T], divVS[T], divSV[T])
	t.binary["pow"] = wide[T](16, pow)
	t.binary["floor_divide"] = wide[T](8, floorDivide)
	t.binary["mod"] = wide[T](8, pythonMod)
	t.binary["remainder"] = wide[T](8, math.Mod)
	t.binary["atan2"] = wide[T](16, math.Atan2)
	t.binary["hypot"] = wide[T](4, math.Hypot)
	t.binary["logaddexp"] = wide[T](16, logAddExp)
	t.binary["ldexp"] = wide[T](4, func(a, b float64) float64 { return a * math.Exp2(b) })
	t.binary["nextafter"] = pairs(4, nextAfter[T])
}

// pow shortens the exponents that models use; the results are those of math.Pow.
func pow(a, b float64) float64 {
	switch b {
	case 2:
		return a * a
	case 1:
		return a
	}
	return math.Pow(a, b)
}

// pythonMod has the sign of b, like Python's and NumPy's %.
func pythonMod(a, b float64) float64 {
	m := math.Mod(a, b)
	switch {
	case m == 0:
		return math.Copysign(0, b)
	case (m < 0) != (b < 0):
		return m + b
	}
	return m
}

// floorDivide is NumPy's: the quotient of what mod leaves, so that a = b*floor_divide(a, b) + mod(a, b).
func floorDivide(a, b float64) float64 {
	if b == 0 {
		return a / b
	}
	m := math.Mod(a, b)
	q := (a - m) / b
	if m != 0 && (m < 0) != (b < 0) {
		q--
	}
	if q == 0 {
		return math.Copysign(0, a/b)
	}
	return math.RoundToEven(q)
}

// logAddExp is log(exp(a)+exp(b)); equal infinities would give NaN in a-b.
func logAddExp(a, b float64) float64 {
	if a == b {
		return a + math.Ln2
	}
	return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}

func nextAfter[T Float](a, b T) T {
	switch x := any(a).(type) {
	case float32:
		return T(math.Nextafter32(x, float32(b)))
	default:
		return T(math.Nextafter(float64(a), float64(b)))
	}
}

func addIntBinary[T Integer](t *vecTable[T]) {
	t.binary["div"] = pairs(4, func(a, b T) T {
		if b == 0 {
			return 0
		}
		return a / b
	})
	t.binary["remainder"] = pairs(4, func(a, b T) T {
		if b == 0 {
			return 0
		}
		return a % b
	})
	t.binary["floor_divide"] = pairs(4, intFloorDivide[T])
	t.binary["mod"] = pairs(4, func(a, b T) T {
		if b == 0 {
			return 0
		}
		return a - b*intFloorDivide(a, b)
	})
	t.binary["pow"] = pairs(8, intPow[T])
	t.binary["bitwise_and"] = pairs(1, func(a, b T) T { return a & b })
	t.binary["bitwise_or"] = pairs(1, func(a, b T) T { return a | b })
	t.binary["bitwise_xor"] = pairs(1, func(a, b T) T { return a ^ b })
	t.binary["left_shift"] = pairs(1, func(a, b T) T { return a << shiftCount(b) })
	t.binary["right_shift"] = pairs(1, func(a, b T) T { return a >> shiftCount(b) })
	t.binary["gcd"] = pairs(16, gcd[T])
}

func intFloorDivide[T Integer](a, b T) T {
	if b == 0 {
		return 0
	}
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// intPow multiplies by squaring and wraps around. A negative exponent has only the results of ±1; the rest is 0.
func intPow[T Integer](a, b T) T {
	if b < 0 {
		switch {
		case a == 1 || a+1 == 0 && b%2 == 0:
			return 1
		case a+1 == 0:
			return a
		}
		return 0
	}
	r := T(1)
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			r *= a
		}
		a *= a
	}
	return r
}

// shiftCount makes a negative count as large as can be: Go refuses negative shifts at run time.
func shiftCount[T Integer](b T) uint64 {
	if b < 0 {
		return 64
	}
	return uint64(b)
}

func gcd[T Integer](a, b T) T {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}
