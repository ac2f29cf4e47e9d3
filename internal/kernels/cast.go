package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Cast returns the loops of dst[i] = D(src[i]) between numbers. Floats become integers by truncation toward zero; NaN and what
// does not fit give the smallest integer of the type (0 for uint8, which takes the low bits of int64).
func Cast[D, S Number](dst []D, src []S) ([]par.Loop, error) {
	if err := need("cast", "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	if src, ok := any(src).([]int32); ok {
		f := tableOf[D]().fromInt32
		return each(len(dst), 1, func(lo, hi int) { f(dst[lo:hi], src[lo:hi]) }), nil
	}
	convert := func(v S) D { return D(v) }
	if isFloat[S]() && !isFloat[D]() {
		convert = func(v S) D { return truncate[D](float64(v)) }
	}
	return each(len(dst), 2, func(lo, hi int) {
		for i, v := range src[lo:hi] {
			dst[lo+i] = convert(v)
		}
	}), nil
}

// truncate makes the conversion the same on all machines: Go leaves what does not fit to the hardware.
func truncate[D Number](v float64) D {
	limit := 0x1p63
	if any(D(0)) == any(int32(0)) {
		limit = 0x1p31
	}
	if !(v > -limit-1 && v < limit) {
		return lowest[D]()
	}
	return D(int64(v))
}

// CastToBool returns the loops of dst[i] = src[i] != 0 (NaN is true).
func CastToBool[S Number](dst []bool, src []S) ([]par.Loop, error) {
	if err := need("cast", "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	f := tableOf[S]().nonZero
	return each(len(dst), 1, func(lo, hi int) { f(dst[lo:hi], src[lo:hi]) }), nil
}

// CastFromBool returns the loops of dst[i] = 1 if src[i], else 0.
func CastFromBool[D Number](dst []D, src []bool) ([]par.Loop, error) {
	if err := need("cast", "src", len(src), len(dst)); err != nil {
		return nil, err
	}
	f := tableOf[D]().fromBool
	return each(len(dst), 1, func(lo, hi int) { f(dst[lo:hi], src[lo:hi]) }), nil
}

func convertRow[D, S Number](dst []D, src []S) {
	for i, v := range src {
		dst[i] = D(v)
	}
}

func nonZero[T Number](dst []bool, src []T) {
	for i, v := range src {
		dst[i] = v != 0
	}
}

func fromBool[T Number](dst []T, src []bool) {
	for i, v := range src {
		dst[i] = 0
		if v {
			dst[i] = 1
		}
	}
}

// RoundBF16 returns the loops that round x in place to bfloat16: 8 bits of precision, half to even.
func RoundBF16(x []float32) []par.Loop {
	return each(len(x), 2, func(lo, hi int) {
		for i, v := range x[lo:hi] {
			bits := math.Float32bits(v)
			if v != v {
				bits |= 0x400000 // rounding must not turn a NaN into Inf
			} else {
				bits += 0x7fff + bits>>16&1
			}
			x[lo+i] = math.Float32frombits(bits &^ 0xffff)
		}
	})
}

// RoundF16 returns the loops that round x in place to IEEE binary16: 11 bits of precision, half to even, subnormals below
// 2^-14, Inf from 65520 on.
func RoundF16(x []float32) []par.Loop {
	return each(len(x), 4, func(lo, hi int) {
		for i, v := range x[lo:hi] {
			x[lo+i] = roundF16(v)
		}
	})
}

// roundF16 adds and subtracts a number whose last bit is the last bit that binary16 keeps of v.
func roundF16(v float32) float32 {
	if v != v {
		return v
	}
	a := math.Abs(float64(v))
	if a >= 65520 {
		return float32(math.Copysign(math.Inf(1), float64(v)))
	}
	_, e := math.Frexp(a)
	last := math.Ldexp(1, max(e, -13)-11)
	return float32(math.Copysign(math.RoundToEven(a/last)*last, float64(v)))
}
