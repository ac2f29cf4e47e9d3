package main

import "math"

func (p *program) transcendental() {
	p.unary("exp", 2, (*loop).exp)
	p.unary("tanh", 2, (*loop).tanh)
	p.unary("sigmoid", 2, (*loop).sigmoid)
	p.unary("log", 2, (*loop).log)
	p.unary("erf", 2, (*loop).erf)
}

// horner is the polynomial of x with the coefficients, the highest power first. Each coefficient is read into the register of
// the next sum.
func (l *loop) horner(x vec, coefficients ...float64) vec {
	y := l.number(coefficients[0])
	for _, c := range coefficients[1:] {
		y = l.op(fmla, l.number(c), y, x)
	}
	return y
}

// expParts returns p and n with exp(x) = p 2^n, p near 1: x = n ln2 + r, exp(r) by the polynomial of Cephes' expf.
func (l *loop) expParts(x vec) (p, n vec) {
	k := l.do(frintn, l.do(fmul, x, l.number(1/math.Ln2)))
	r := l.do(orr, x, x)
	l.op(fmls, r, k, l.number(0x1.62e400p-1))
	l.op(fmls, r, k, l.number(1.42860677e-6))
	p = l.horner(r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
	r2 := l.do(fmul, r, r)
	p = l.do(fadd, l.op(fmla, r, p, r2), l.number(1))
	return p, l.do(fcvtns, k)
}

// exp scales in two steps, so that subnormal results are rounded once and 2^128 is none. The bounds are where the result has
// long been 0 or +Inf; NaN passes them.
func (l *loop) exp(x vec) vec {
	y := l.do(fmax, l.do(fmin, x, l.number(89)), l.number(-104))
	p, n := l.expParts(y)
	half := l.do(sshr(1), n)
	rest := l.do(sub, n, half)
	p = l.do(add, p, l.do(shl(23), half))
	return l.do(fmul, p, l.do(shl(23), l.do(add, rest, l.bits(127))))
}

// expSmall is exp for results that are normal numbers.
func (l *loop) expSmall(x vec) vec {
	p, n := l.expParts(x)
	return l.do(add, p, l.do(shl(23), n))
}

// signed gives y the sign of x.
func (l *loop) signed(y, x vec) vec { return l.op(bsl, l.bits(1<<31), x, y) }

// tanh is Cephes': an odd polynomial below 0.625, 1 - 2/(exp(2|x|)+1) from there on, which is 1 beyond 10.
func (l *loop) tanh(x vec) vec {
	a := l.do(fabs, x)
	small := l.do(fcmgt, l.number(0.625), a)
	y := l.do(fmin, a, l.number(10))
	e := l.do(fadd, l.expSmall(l.do(fadd, y, y)), l.number(1))
	large := l.do(fsub, l.number(1), l.do(fdiv, l.number(2), e))
	z := l.do(fmul, x, x)
	p := l.horner(z, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
	low := l.op(fmla, l.do(orr, x, x), p, l.do(fmul, z, x))
	return l.signed(l.op(bsl, small, low, large), x) // of the polynomial too: it takes -0 to 0
}

// sigmoid is 1/(1+t) or t/(1+t) with t = exp(-|x|), which cannot overflow.
func (l *loop) sigmoid(x vec) vec {
	t := l.exp(l.do(fneg, l.do(fabs, x)))
	one := l.number(1)
	negative := l.do(sshr(31), x)
	return l.do(fdiv, l.op(bsl, negative, t, one), l.do(fadd, one, t))
}

// log is Cephes' logf: x = 2^e m with sqrt(1/2) <= m < sqrt(2), a polynomial of m-1.
func (l *loop) log(x vec) vec {
	tiny := l.do(fcmgt, l.number(0x1p-126), x)
	y := l.op(bsl, l.do(orr, tiny, tiny), l.do(fmul, x, l.number(0x1p23)), x)
	const root = 0x3f3504f3 // the bits of sqrt(1/2)
	e := l.do(sshr(23), l.do(sub, y, l.bits(root)))
	m := l.do(fsub, l.do(sub, y, l.do(shl(23), e)), l.number(1))
	e = l.do(fsub, l.do(scvtf, e), l.do(and, tiny, l.number(23)))
	p := l.horner(m, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
		2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)
	z := l.do(fmul, m, m)
	p = l.do(fmul, l.do(fmul, p, m), z)
	l.op(fmla, p, e, l.number(-2.12194440e-4))
	l.op(fmls, p, z, l.number(0.5))
	p = l.do(fadd, p, m)
	l.op(fmla, p, e, l.number(0.693359375))

	finite := l.do(fcmgt, l.number(math.Inf(1)), x) // not +Inf and not NaN
	p = l.op(bsl, finite, p, x)
	zero := l.zeros()
	p = l.op(bsl, l.do(fcmeq, x, zero), l.number(math.Inf(-1)), p)
	return l.do(orr, p, l.do(fcmgt, zero, x))
}

// erf is a polynomial up to about 0.93 and 1 - exp(polynomial) from there on (minimax fits of the usual form; N. Juffa).
func (l *loop) erf(x vec) vec {
	s := l.do(fmul, x, x)
	p := l.horner(s, -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1)
	low := l.op(fmla, l.do(orr, x, x), p, x)
	t := l.do(fmin, l.do(fabs, x), l.number(4))
	s = l.do(fmul, t, t)
	r := l.horner(t, -1.72853470e-5, 3.83197126e-4)
	u := l.horner(t, -3.88396438e-3, 2.42546219e-2)
	r = l.op(fmla, u, r, s)
	for _, c := range []float64{-1.06777877e-1, -6.34846687e-1, -1.28717512e-1} {
		r = l.op(fmla, l.number(c), r, t)
	}
	r = l.op(fmla, l.do(fneg, t), r, t)
	large := l.signed(l.do(fsub, l.number(1), l.expSmall(r)), x)
	above := l.do(fcmgt, l.do(fabs, x), l.number(0.927734375))
	return l.op(bsl, above, large, low)
}
