package main

import "fmt"

func (p *program) randomness() {
	p.philox()
	p.row("uniformNEON", "dst []float32, src []uint32, low, width float64, limit float32",
		"the smaller of low + width*src/2^32, computed in float64, and limit", 1, func(l *loop, x []vec) vec {
			y := l.do(fcvtn, l.between(l.do(uxtlD, x[0]), x[1], x[2]))
			l.op(fcvtn2, y, l.between(l.do(uxtlD2, x[0]), x[1], x[2]))
			return l.do(fmin, y, x[3])
		}, vector("src"), operand{name: "low", scalar: true, wide: true}, operand{name: "width", scalar: true, wide: true}, scalar("limit"))
}

// between is low + width*w/2^32 of two integers. The product is rounded, as everywhere.
func (l *loop) between(w, low, width vec) vec {
	unit := l.do(fmulD, l.do(ucvtfD, w), l.number64(0x1p-32))
	return l.do(faddD, low, l.do(fmulD, width, unit))
}

// philox makes four blocks of four words at a time: register i holds word i of all blocks until the last step.
func (p *program) philox() {
	l := p.loop("philoxNEON", "dst []uint32, first uint32, counter *[2]uint32, key *[2]uint32",
		"fills dst with the words of the blocks from first on. The length must be a multiple of 16, and not 0; no block number may go beyond 32 bits")
	dst, n := l.load("dst_base"), l.load("dst_len")
	block := l.do(add, l.open(scalar("first")).all, l.constant([2]uint64{1 << 32, 3<<32 | 2}))
	var fixed [4]vec // the halves of the counter and of the key
	for i, name := range []string{"counter", "key"} {
		at := l.load(name)
		for k := range 2 {
			fixed[2*i+k] = l.vec()
			l.move(fmt.Sprintf("FMOVS %d(%s), F%%d", 4*k, at), fixed[2*i+k])
			l.move("VDUP V%d.S[0], V%d.S4", fixed[2*i+k], fixed[2*i+k])
		}
	}
	l.label("loop")
	c := [4]vec{block, l.zeros(), fixed[0], fixed[1]}
	k0, k1 := fixed[2], fixed[3]
	for range 10 {
		lo0, hi0 := l.product(c[0], 0xD2511F53)
		lo1, hi1 := l.product(c[2], 0xCD9E8D57)
		c = [4]vec{l.do(eor, l.do(eor, hi1, c[1]), k0), lo1, l.do(eor, l.do(eor, hi0, c[3]), k1), lo0}
		k0, k1 = l.do(add, k0, l.bits(0x9E3779B9)), l.do(add, k1, l.bits(0xBB67AE85))
	}
	q := l.transposed(c)
	l.move(fmt.Sprintf("FSTPQ.P (F%%d, F%%d), 32(%s)", dst), q[0], q[1])
	l.move(fmt.Sprintf("FSTPQ.P (F%%d, F%%d), 32(%s)", dst), q[2], q[3])
	l.op(add, block, block, l.bits(4))
	l.line("SUBS $16, %s", n)
	l.back("BNE", "loop")
}

// product is the halves of x*m.
func (l *loop) product(x vec, m uint32) (lo, hi vec) {
	by := l.bits(m)
	a, b := l.do(umull, x, by), l.do(umull2, x, by)
	return l.do(uzp1, a, b), l.do(uzp2, a, b)
}
