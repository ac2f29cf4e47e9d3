package main

import (
	"math"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// softmaxRows goes over each row three times: for its largest element, for the exponentials and their sum, and to divide. exp(y) is 2^k p(r) for y = k ln2 +
// r, where p is a minimax polynomial of degree 6, within 3e-9 of exp. Four vectors are computed side by side, since each is one long
// chain. No y is above 0; what is below -88 becomes 0.
func softmaxRows() {
	function("softmaxRowsAVX2", "x *float32, rows, vecs, ld int",
		"x = exp(x - m)/s, m the largest of each of rows rows of vecs vectors, ld bytes apart, and s the sum of the exponentials. No size may be 0")
	x, rows, vecs, ld := argument("x"), argument("rows"), argument("vecs"), argument("ld")
	at := GP64()
	const bias = 0x1.8p23 + 127 // a sum with it is rounded to an integer, whose lowest bits are those of the exponent
	biased, lowest := Broadcast(bias), Broadcast(-88)
	coefficients := []float64{0.00836874525336, 0.0416683904676, 0.166665203976, 0.499999934333, 1, 1}
	times(rows, func() {
		m := []VecVirtual{YMM(), YMM(), YMM(), YMM()}
		VBROADCASTSS(Mem{Base: x}, m[0])
		for _, v := range m[1:] {
			VMOVAPS(m[0], v)
		}
		vectors(vecs, at, len(m), func(at Register, count int) {
			for i := range count {
				VMAXPS(lane(x, at, i), m[i], m[i])
			}
		})
		VMAXPS(m[1], m[0], m[0])
		VMAXPS(m[3], m[2], m[2])
		VMAXPS(m[2], m[0], m[0])
		most, sum := YMM(), Zeros()
		VBROADCASTSS(fold(VMAXPS, m[0]).AsX(), most)
		vectors(vecs, at, 4, func(at Register, count int) {
			y, k, p := make([]VecVirtual, count), make([]VecVirtual, count), make([]VecVirtual, count)
			step := func(f func(i int)) {
				for i := range count {
					f(i)
				}
			}
			step(func(i int) {
				y[i], k[i], p[i] = YMM(), YMM(), YMM()
				VMOVUPS(lane(x, at, i), y[i])
				VSUBPS(most, y[i], y[i])
				VMAXPS(y[i], lowest, y[i]) // NaN stays: it is the second operand of the instruction
				VMOVAPS(biased, k[i])
				VFMADD231PS(Number(1/math.Ln2), y[i], k[i])
			})
			step(func(i int) {
				VSUBPS(biased, k[i], p[i])
				VFNMADD231PS(Number(math.Ln2), p[i], y[i])
				VMOVUPS(Number(0.00138145582768), p[i])
			})
			for _, c := range coefficients {
				step(func(i int) { VFMADD213PS(Number(c), y[i], p[i]) })
			}
			step(func(i int) {
				VPSLLD(Imm(23), k[i], k[i])
				VMULPS(k[i], p[i], p[i])
				VADDPS(p[i], sum, sum)
				VMOVUPS(p[i], lane(x, at, i))
			})
		})
		part, inverse := XMM(), YMM()
		VMOVSS(Number(1), part)
		VDIVSS(fold(VADDPS, sum).AsX(), part, part)
		VBROADCASTSS(part, inverse)
		vectors(vecs, at, 4, func(at Register, count int) {
			for i := range count {
				v := YMM()
				VMULPS(lane(x, at, i), inverse, v)
				VMOVUPS(v, lane(x, at, i))
			}
		})
		ADDQ(ld, x)
	})
	VZEROUPPER()
	RET()
}

// pullRows goes over each row twice: for the sum of products, and for the result.
func pullRows() {
	function("pullRowsAVX2", "dx, y *float32, rows, vecs, ld int",
		"dx = y (dx - s), s the sum of y dx, for each of rows rows of vecs vectors, ld bytes apart. No size may be 0")
	dx, y, rows, vecs, ld := argument("dx"), argument("y"), argument("rows"), argument("vecs"), argument("ld")
	at := GP64()
	times(rows, func() {
		s := []VecVirtual{Zeros(), Zeros(), Zeros(), Zeros()}
		vectors(vecs, at, len(s), func(at Register, count int) {
			for i := range count {
				v := YMM()
				VMOVUPS(lane(dx, at, i), v)
				VFMADD231PS(lane(y, at, i), v, s[i])
			}
		})
		VADDPS(s[1], s[0], s[0])
		VADDPS(s[3], s[2], s[2])
		VADDPS(s[2], s[0], s[0])
		t, all := fold(VADDPS, s[0]).AsX(), YMM()
		VBROADCASTSS(t, all)
		vectors(vecs, at, 4, func(at Register, count int) {
			for i := range count {
				v := YMM()
				VMOVUPS(lane(dx, at, i), v)
				VSUBPS(all, v, v)
				VMULPS(lane(y, at, i), v, v)
				VMOVUPS(v, lane(dx, at, i))
			}
		})
		ADDQ(ld, dx)
		ADDQ(ld, y)
	})
	VZEROUPPER()
	RET()
}
