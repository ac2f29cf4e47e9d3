package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// rows is what the loops over normalised rows share.
type rows struct {
	x, vecs, at, ld, numbers Register
}

// open reads the parameters; a row is vecs vectors, and rows follow one another.
func open() rows {
	r := rows{argument("x"), argument("vecs"), GP64(), GP64(), argument("numbers")}
	MOVQ(r.vecs, r.ld)
	SHLQ(Imm(5), r.ld)
	return r
}

// meanFactor, part and epsilon are what numbers points to: what the sum of a row is multiplied by, 1 over its elements, and epsilon.
func (r rows) meanFactor() Mem { return Mem{Base: r.numbers} }
func (r rows) part() Mem       { return Mem{Base: r.numbers, Disp: 4} }
func (r rows) epsilon() Mem    { return Mem{Base: r.numbers, Disp: 8} }

// sum adds up f of all vectors of a row in the lowest lane; f adds vector i at an offset to a register.
func (r rows) sum(f func(at Register, i int, to VecVirtual)) Register {
	s := []VecVirtual{Zeros(), Zeros(), Zeros(), Zeros()}
	vectors(r.vecs, r.at, len(s), func(at Register, count int) {
		for i := range count {
			f(at, i, s[i])
		}
	})
	VADDPS(s[1], s[0], s[0])
	VADDPS(s[3], s[2], s[2])
	VADDPS(s[2], s[0], s[0])
	return fold(VADDPS, s[0]).AsX()
}

// normalise returns the mean of a row and the factor that brings its variance to 1, in all lanes.
func (r rows) normalise() (mean, factor VecVirtual) {
	mean, factor = YMM(), YMM()
	s := r.sum(func(at Register, i int, to VecVirtual) { VADDPS(lane(r.x, at, i), to, to) })
	VMULSS(r.meanFactor(), s, s)
	VBROADCASTSS(s, mean)
	q := r.sum(func(at Register, i int, to VecVirtual) {
		v := YMM()
		VMOVUPS(lane(r.x, at, i), v)
		VSUBPS(mean, v, v)
		VFMADD231PS(v, v, to)
	})
	one := XMM()
	VMULSS(r.part(), q, q)
	VADDSS(r.epsilon(), q, q)
	VSQRTSS(q, q, q)
	VMOVSS(Number(1), one)
	VDIVSS(q, one, one)
	VBROADCASTSS(one, factor)
	return mean, factor
}

func normForward() {
	function("normForwardAVX2", "y, x, gamma, beta *float32, rows, vecs int, numbers *[3]float32",
		"y = (x - mean)/sqrt(variance + epsilon)*gamma + beta for each of rows rows of vecs vectors. No size may be 0")
	y, gamma, beta, n := argument("y"), argument("gamma"), argument("beta"), argument("rows")
	r := open()
	times(n, func() {
		mean, factor := r.normalise()
		vectors(r.vecs, r.at, 4, func(at Register, count int) {
			for i := range count {
				v := YMM()
				VMOVUPS(lane(r.x, at, i), v)
				VSUBPS(mean, v, v)
				VMULPS(factor, v, v)
				w := YMM()
				VMOVUPS(lane(gamma, at, i), w)
				VFMADD213PS(lane(beta, at, i), w, v)
				VMOVUPS(v, lane(y, at, i))
			}
		})
		ADDQ(r.ld, r.x)
		ADDQ(r.ld, y)
	})
	VZEROUPPER()
	RET()
}

// normBackward is the gradient: with y = (x - mean) f and g = dy gamma, dx = f (g - mean g - y mean (g y)).
func normBackward() {
	function("normBackwardAVX2", "dx, dy, x, gamma, dgamma, dbeta *float32, rows, vecs int, numbers *[3]float32",
		"the gradient of normForwardAVX2: dx is set, dgamma and dbeta are added to")
	dx, dy, gamma, dgamma, dbeta, n := argument("dx"), argument("dy"), argument("gamma"), argument("dgamma"), argument("dbeta"), argument("rows")
	r := open()
	times(n, func() {
		mean, factor := r.normalise()
		sums := []VecVirtual{Zeros(), Zeros()} // of g, and of g y
		vectors(r.vecs, r.at, 4, func(at Register, count int) {
			for i := range count {
				g, v := YMM(), YMM()
				VMOVUPS(lane(dy, at, i), g)
				VMULPS(lane(gamma, at, i), g, g)
				VADDPS(g, sums[0], sums[0])
				VMOVUPS(lane(r.x, at, i), v)
				VSUBPS(mean, v, v)
				VFMADD231PS(v, g, sums[1])
			}
		})
		sum, inner := fold(VADDPS, sums[0]).AsX(), fold(VADDPS, sums[1]).AsX()
		VMULSS(r.meanFactor(), sum, sum)
		VMULSS(r.part(), inner, inner)
		VMULSS(factor.AsX(), inner, inner) // the sum was of g (x - mean)
		a, b := YMM(), YMM()
		VBROADCASTSS(sum, a)
		VBROADCASTSS(inner, b)
		vectors(r.vecs, r.at, 2, func(at Register, count int) {
			for i := range count {
				d, g, v := YMM(), YMM(), YMM()
				VMOVUPS(lane(r.x, at, i), v)
				VSUBPS(mean, v, v)
				VMULPS(factor, v, v)
				VMOVUPS(lane(dy, at, i), d)
				VMULPS(lane(gamma, at, i), d, g)
				VSUBPS(a, g, g)
				VFNMADD231PS(b, v, g)
				VMULPS(factor, g, g)
				VMOVUPS(g, lane(dx, at, i))
				VFMADD213PS(lane(dgamma, at, i), d, v)
				VMOVUPS(v, lane(dgamma, at, i))
				VADDPS(lane(dbeta, at, i), d, d)
				VMOVUPS(d, lane(dbeta, at, i))
			}
		})
		for _, p := range []Register{r.x, dx, dy} {
			ADDQ(r.ld, p)
		}
	})
	VZEROUPPER()
	RET()
}
