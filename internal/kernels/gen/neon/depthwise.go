package main

import "fmt"

// depthwise writes a convolution of each channel by itself: eight channels of four pixels, which share the weights of a tap, then
// of one.
func (p *program) depthwise() {
	l := p.loop("depthRowNEON", "y, x, w, bias *float32, taps, weights *int, count, pixels, step, ld, vecs int, floor float32",
		"sets pixels of y, ld apart, to the maximum of floor and the sum of bias and the products at count taps: taps holds the elements from x, "+
			"which is step on for the next pixel, and weights those from w. It does vecs*8 channels, at least 8")
	y, x, w, bias := l.load("y"), l.load("x"), l.load("w"), l.load("bias")
	taps, weights, count := l.load("taps"), l.load("weights"), l.load("count")
	pixels, step, ld, vecs := l.load("pixels"), l.load("step"), l.load("ld"), l.load("vecs")
	floor := l.open(scalar("floor")).all
	l.line("LSL $2, %s", step)
	l.line("LSL $2, %s", ld)
	moving := [4]gp{l.gp(), l.gp(), l.gp(), l.gp()}
	left, tap, weight, at, atWeight := l.gp(), l.gp(), l.gp(), l.gp(), l.gp()
	for _, n := range []int{4, 1} {
		pixelLoop, next := fmt.Sprintf("pixels%d", n), fmt.Sprintf("behind%d", n)
		l.label(pixelLoop)
		l.line("CMP $%d, %s", n, pixels)
		l.line("BLT %s", next)
		for i, from := range []gp{x, y, w, bias} {
			l.line("MOVD %s, %s", from, moving[i])
		}
		l.line("MOVD %s, %s", vecs, left)
		l.label(fmt.Sprintf("channels%d", n))
		l.line("MOVD %s, %s", taps, tap)
		l.line("MOVD %s, %s", weights, weight)
		l.line("MOVD %s, %s", count, scratch)
		sums := l.products(n, moving[0], moving[2], tap, weight, at, atWeight, step)
		b0, b1 := l.pair(moving[3])
		l.line("MOVD %s, %s", moving[1], at)
		for i := range n {
			a := l.do(fmax, l.do(fadd, sums[2*i], b0), floor)
			b := l.do(fmax, l.do(fadd, sums[2*i+1], b1), floor)
			l.move(fmt.Sprintf("FSTPQ (F%%d, F%%d), (%s)", at), a, b)
			l.line("ADD %s, %s", ld, at)
		}
		for _, r := range moving {
			l.line("ADD $32, %s", r)
		}
		l.line("SUBS $1, %s", left)
		l.back("BNE", fmt.Sprintf("channels%d", n))
		for range n {
			l.line("ADD %s, %s", step, x)
			l.line("ADD %s, %s", ld, y)
		}
		l.line("SUB $%d, %s", n, pixels)
		l.back("B", pixelLoop)
		l.label(next)
	}
}

// products returns the sums over the taps for eight channels of n pixels; scratch counts the taps.
func (l *loop) products(n int, x, w, tap, weight, at, atWeight, step gp) []vec {
	sums := make([]vec, 2*n)
	for i := range sums {
		sums[i] = l.zeros()
	}
	again, done := fmt.Sprintf("products%d", n), fmt.Sprintf("added%d", n)
	l.line("CBZ %s, %s", scratch, done)
	l.label(again)
	l.line("MOVD.P 8(%s), %s", tap, at)
	l.line("MOVD.P 8(%s), %s", weight, atWeight)
	l.line("ADD %s<<2, %s, %s", at, x, at)
	l.line("ADD %s<<2, %s, %s", atWeight, w, atWeight)
	w0, w1 := l.pair(atWeight)
	for i := range n {
		a, b := l.pair(at)
		l.op(fmla, sums[2*i], a, w0)
		l.op(fmla, sums[2*i+1], b, w1)
		l.line("ADD %s, %s", step, at)
	}
	l.line("SUBS $1, %s", scratch)
	l.back("BNE", again)
	l.label(done)
	return sums
}
