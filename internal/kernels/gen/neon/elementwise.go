package main

// arithmetic writes the operations of two operands, each with the operands as vectors or numbers, and those of one that are
// an instruction or two.
func (p *program) arithmetic() {
	for _, o := range []struct {
		name string
		op   op
	}{{"add", fadd}, {"sub", fsub}, {"mul", fmul}, {"div", fdiv}, {"max", fmax}, {"min", fmin}} {
		f := func(l *loop, x []vec) vec { return l.do(o.op, x[0], x[1]) }
		doc := "a op b for op = " + o.name
		p.row(o.name+"VVNEON", "dst, a, b []float32", doc, 4, f, vector("a"), vector("b"))
		p.row(o.name+"VSNEON", "dst, a []float32, b float32", doc, 4, f, vector("a"), scalar("b"))
		p.row(o.name+"SVNEON", "dst []float32, a float32, b []float32", doc, 4, f, scalar("a"), vector("b"))
	}
	p.unary("neg", 4, func(l *loop, x vec) vec { return l.do(fneg, x) })
	p.unary("abs", 4, func(l *loop, x vec) vec { return l.do(fabs, x) })
	p.unary("square", 4, func(l *loop, x vec) vec { return l.do(fmul, x, x) })
	p.unary("sqrt", 2, func(l *loop, x vec) vec { return l.do(fsqrt, x) })
	p.unary("rsqrt", 2, func(l *loop, x vec) vec { return l.do(fdiv, l.number(1), l.do(fsqrt, x)) })
	p.unary("reciprocal", 2, func(l *loop, x vec) vec { return l.do(fdiv, l.number(1), x) })
	p.unary("relu", 4, func(l *loop, x vec) vec { return l.do(fmax, x, l.zeros()) })
	// mulAdd and axpy add to dst; the sums are rounded once.
	f := func(l *loop, x []vec) vec { return l.op(fmla, x[0], x[1], x[2]) }
	p.row("mulAddNEON", "dst, a, b []float32", "dst + a*b", 4, f, vector("dst"), vector("a"), vector("b"))
	p.row("axpyNEON", "dst []float32, s float32, x []float32", "dst + s*x", 4, f, vector("dst"), scalar("s"), vector("x"))
	p.row("fillNEON", "dst []uint32, v uint32", "v", 4, func(l *loop, x []vec) vec { return x[0] }, scalar("v"))
}

// unary writes an operation of one vector.
func (p *program) unary(name string, unroll int, f func(l *loop, x vec) vec) {
	p.row(name+"NEON", "dst, src []float32", name, unroll, func(l *loop, x []vec) vec { return f(l, x[0]) }, vector("src"))
}

func (p *program) comparisons() {
	for _, o := range []struct {
		name string
		f    func(l *loop, a, b vec) vec
	}{
		{"equal", func(l *loop, a, b vec) vec { return l.do(fcmeq, a, b) }},
		{"notEqual", func(l *loop, a, b vec) vec { return l.do(not, l.do(fcmeq, a, b)) }},
		{"less", func(l *loop, a, b vec) vec { return l.do(fcmgt, b, a) }},
		{"lessEqual", func(l *loop, a, b vec) vec { return l.do(fcmge, b, a) }},
		{"greater", func(l *loop, a, b vec) vec { return l.do(fcmgt, a, b) }},
		{"greaterEqual", func(l *loop, a, b vec) vec { return l.do(fcmge, a, b) }},
	} {
		f := func(l *loop, x []vec) vec { return o.f(l, x[0], x[1]) }
		doc := "whether a op b for op = " + o.name
		p.test(o.name+"VVNEON", "dst []bool, a, b []float32", doc, f, vector("a"), vector("b"))
		p.test(o.name+"VSNEON", "dst []bool, a []float32, b float32", doc, f, vector("a"), scalar("b"))
	}
	p.test("nonZeroNEON", "dst []bool, src []float32", "whether src is not 0", func(l *loop, x []vec) vec {
		return l.do(not, l.do(fcmeq, x[0], l.zeros()))
	}, vector("src"))
}

func (p *program) selections() {
	f := func(l *loop, x []vec) vec { return l.op(bsl, l.do(neg, x[0]), x[1], x[2]) }
	doc := "a if cond, else b"
	p.row("selectVVNEON", "dst []uint32, cond []bool, a, b []uint32", doc, 4, f, bools("cond"), vector("a"), vector("b"))
	p.row("selectVSNEON", "dst []uint32, cond []bool, a []uint32, b uint32", doc, 4, f, bools("cond"), vector("a"), scalar("b"))
	p.row("selectSVNEON", "dst []uint32, cond []bool, a uint32, b []uint32", doc, 4, f, bools("cond"), scalar("a"), vector("b"))
	p.row("selectSSNEON", "dst []uint32, cond []bool, a, b uint32", doc, 4, f, bools("cond"), scalar("a"), scalar("b"))
}

func (p *program) casts() {
	f := func(l *loop, x []vec) vec { return l.do(scvtf, x[0]) }
	p.row("fromBoolNEON", "dst []float32, src []bool", "1 if src, else 0", 4, f, bools("src"))
	p.row("fromInt32NEON", "dst []float32, src []int32", "float32(src)", 4, f, vector("src"))
}
