package main

import (
	"math"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPS.
const (
	equal        = 0x00
	less         = 0x11
	lessEqual    = 0x12
	unordered    = 0x03
	notEqual     = 0x04
	ordered      = 0x07
	notLess      = 0x15
	greaterEqual = 0x1d
	greater      = 0x1e
)

func functions() {
	unary("exp", 2, exp)
	unary("tanh", 2, tanh)
	unary("sigmoid", 2, sigmoid)
	unary("log", 2, log)
	unary("erf", 2, erf)
}

// horner is the polynomial of x with the coefficients, the highest power first.
func horner(x VecVirtual, coefficients ...float64) VecVirtual {
	y := Broadcast(coefficients[0])
	for _, c := range coefficients[1:] {
		VFMADD213PS(Number(c), x, y)
	}
	return y
}

// expParts returns p and n with exp(x) = p 2^n, p near 1: x = n ln2 + r, exp(r) by the polynomial of Cephes' expf.
func expParts(x VecVirtual) (p, n VecVirtual) {
	k := into(VMULPS, Number(1/math.Ln2), x)
	VROUNDPS(Imm(8), k, k)
	r := YMM()
	VMOVAPS(x, r)
	VFNMADD231PS(Number(0x1.62e400p-1), k, r)
	VFNMADD231PS(Number(1.42860677e-6), k, r)
	p = horner(r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
	r2 := into(VMULPS, r, r)
	VFMADD213PS(r, r2, p)
	VADDPS(Number(1), p, p)
	n = YMM()
	VCVTPS2DQ(k, n)
	return p, n
}

// exp scales in two steps, so that subnormal results are rounded once and 2^128 is none. The bounds are where the result has
// long been 0 or +Inf.
func exp(x VecVirtual) VecVirtual {
	y := YMM()
	VMINPS(x, Broadcast(89), y) // NaN stays: it is the second operand of the instruction
	lo := Broadcast(-104)
	VMAXPS(y, lo, y)
	p, n := expParts(y)
	half := YMM()
	VPSRAD(Imm(1), n, half)
	VPSUBD(half, n, n)
	VPSLLD(Imm(23), half, half)
	VPADDD(half, p, p)
	VPADDD(Bits(127), n, n)
	VPSLLD(Imm(23), n, n)
	return into(VMULPS, n, p)
}

// small is exp for results that are normal numbers.
func expSmall(x VecVirtual) VecVirtual {
	p, n := expParts(x)
	VPSLLD(Imm(23), n, n)
	return into(VPADDD, n, p)
}

// magnitude and sign take a number apart.
func magnitude(x VecVirtual) VecVirtual { return into(VANDPS, Bits(1<<31-1), x) }
func sign(x VecVirtual) VecVirtual      { return into(VANDPS, Bits(1<<31), x) }

// choose is mask ? a : b.
func choose(mask, a, b VecVirtual) VecVirtual {
	y := YMM()
	VBLENDVPS(mask, a, b, y)
	return y
}

// compare is the mask of a op b.
func compare(op int, a VecVirtual, b Op) VecVirtual {
	y := YMM()
	VCMPPS(Imm(uint64(op)), b, a, y)
	return y
}

// tanh is Cephes': an odd polynomial below 0.625, 1 - 2/(exp(2|x|)+1) from there on, which is 1 beyond 10.
func tanh(x VecVirtual) VecVirtual {
	a := magnitude(x)
	small := compare(less, a, Number(0.625))
	y := into(VMINPS, a, Broadcast(10))
	VADDPS(y, y, y)
	e := expSmall(y)
	VADDPS(Number(1), e, e)
	VDIVPS(e, Broadcast(2), e)
	large := into(VSUBPS, e, Broadcast(1))
	z := into(VMULPS, x, x)
	p := horner(z, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
	VMULPS(x, z, z)
	VFMADD213PS(x, z, p)
	y = choose(small, p, large)
	VORPS(sign(x), y, y) // for the polynomial too: it takes -0 to 0
	return y
}

// sigmoid is 1/(1+t) or t/(1+t) with t = exp(-|x|), which cannot overflow.
func sigmoid(x VecVirtual) VecVirtual {
	a := into(VORPS, Bits(1<<31), x)
	t := exp(a)
	one := Broadcast(1)
	d := into(VADDPS, t, one)
	return into(VDIVPS, d, choose(x, t, one))
}

// log is Cephes' logf: x = 2^e m with sqrt(1/2) <= m < sqrt(2), a polynomial of m-1.
func log(x VecVirtual) VecVirtual {
	tiny := compare(less, x, Number(0x1p-126))
	y := choose(tiny, into(VMULPS, Number(0x1p23), x), x)
	const root = 0x3f3504f3 // the bits of sqrt(1/2)
	e := into(VPSUBD, Bits(root), y)
	VPSRAD(Imm(23), e, e)
	m := YMM()
	VPSLLD(Imm(23), e, m)
	VPSUBD(m, y, m)
	VSUBPS(Number(1), m, m)
	VCVTDQ2PS(e, e)
	VSUBPS(into(VANDPS, Number(23), tiny), e, e)
	p := horner(m, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
		2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)
	z := into(VMULPS, m, m)
	VMULPS(m, p, p)
	VMULPS(z, p, p)
	VFMADD231PS(Number(-2.12194440e-4), e, p)
	VFNMADD231PS(Number(0.5), z, p)
	VADDPS(m, p, p)
	VFMADD231PS(Number(0.693359375), e, p)

	p = choose(compare(notLess, x, Number(math.Inf(1))), x, p) // +Inf and NaN
	p = choose(compare(equal, x, Number(0)), Broadcast(math.Inf(-1)), p)
	return into(VORPS, compare(less, x, Number(0)), p)
}

// erf is a polynomial up to about 0.93 and 1 - exp(polynomial) from there on (minimax fits of the usual form; N. Juffa).
func erf(x VecVirtual) VecVirtual {
	s := into(VMULPS, x, x)
	p := horner(s, -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1)
	VFMADD213PS(x, x, p)
	t := into(VMINPS, magnitude(x), Broadcast(4))
	VMULPS(t, t, s)
	r := horner(t, -1.72853470e-5, 3.83197126e-4)
	u := horner(t, -3.88396438e-3, 2.42546219e-2)
	VFMADD213PS(u, s, r)
	for _, c := range []float64{-1.06777877e-1, -6.34846687e-1, -1.28717512e-1} {
		VFMADD213PS(Number(c), t, r)
	}
	VFMSUB213PS(t, t, r)
	large := into(VSUBPS, expSmall(r), Broadcast(1))
	VORPS(sign(x), large, large)
	return choose(compare(greater, magnitude(x), Number(0.927734375)), large, p)
}
