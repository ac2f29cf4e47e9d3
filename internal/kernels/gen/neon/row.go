package main

import (
	"fmt"
	"math"
)

// lanes is the number of float32 in a register.
const lanes = 4

// operand is a parameter that an operation reads: a slice or a number.
type operand struct {
	name   string
	scalar bool
	bools  bool // the slice is of bool, which f sees as integers 0 and 1
	wide   bool // the number is a float64, in both lanes
}

func vector(name string) operand { return operand{name: name} }
func scalar(name string) operand { return operand{name: name, scalar: true} }
func bools(name string) operand  { return operand{name: name, bools: true} }

// source is an operand in a function: its address, or its value in all lanes.
type source struct {
	operand
	base gp
	all  vec
}

// loop is a function that reads constants from a table.
type loop struct {
	*function
	program *program
	reads   bool // the table
}

// loop begins a function that may use constants.
func (p *program) loop(name, params, doc string) *loop {
	l := &loop{function: p.function(name, params, doc), program: p}
	return l
}

// constant returns a new register with 16 bytes, which the caller may change.
func (l *loop) constant(v [2]uint64) vec {
	at := -1
	for i, c := range l.program.constants {
		if c == v {
			at = i
		}
	}
	if at < 0 {
		at = len(l.program.constants)
		l.program.constants = append(l.program.constants, v)
	}
	if !l.reads {
		l.reads = true
		find := instruction{text: fmt.Sprintf("MOVD $neonConstants<>(SB), %s", tableAt)}
		l.code = append([]instruction{find}, l.code...)
	}
	r := l.vec()
	l.move(fmt.Sprintf("FMOVQ %d(%s), F%%d", 16*at, tableAt), r)
	return r
}

// bits is a word in all lanes, number a float32, number64 a float64.
func (l *loop) bits(v uint32) vec {
	w := uint64(v)<<32 | uint64(v)
	return l.constant([2]uint64{w, w})
}

func (l *loop) number(v float64) vec { return l.bits(math.Float32bits(float32(v))) }

func (l *loop) number64(v float64) vec {
	w := math.Float64bits(v)
	return l.constant([2]uint64{w, w})
}

func (l *loop) zeros() vec { return l.do(zeroAll) }

// open reads a parameter.
func (l *loop) open(o operand) source {
	s := source{operand: o}
	if !o.scalar {
		s.base = l.load(o.name + "_base")
		return s
	}
	s.all = l.vec()
	move, lane, size := "FMOVS", "S", "S4"
	if o.wide {
		move, lane, size = "FMOVD", "D", "D2"
	}
	l.move(fmt.Sprintf("%s %s, F%%d", move, l.arg(o.name)), s.all)
	l.move(fmt.Sprintf("VDUP V%%d.%s[0], V%%d.%s", lane, size), s.all, s.all)
	return s
}

// read reads a register of lanes, the k-th from where the operand is.
func (l *loop) read(s source, k int) vec {
	y := l.vec()
	switch {
	case s.scalar:
		return s.all
	case s.bools:
		l.move(fmt.Sprintf("FMOVS %d(%s), F%%d", lanes*k, s.base), y)
		l.op(uxtlH, y, y)
		l.op(uxtlS, y, y)
	default:
		l.move(fmt.Sprintf("FMOVQ %d(%s), F%%d", 16*k, s.base), y)
	}
	return y
}

// readOne reads one element into the first lane and moves on.
func (l *loop) readOne(s source) vec {
	y := l.vec()
	switch {
	case s.scalar:
		return s.all
	case s.bools:
		l.line("MOVBU.P 1(%s), %s", s.base, scratch)
		l.move(fmt.Sprintf("FMOVS %s, F%%d", scratch), y)
	default:
		l.move(fmt.Sprintf("FMOVS.P 4(%s), F%%d", s.base), y)
	}
	return y
}

// advance moves operands on by registers of lanes.
func (l *loop) advance(in []source, registers int) {
	for _, s := range in {
		switch {
		case s.bools:
			l.line("ADD $%d, %s", lanes*registers, s.base)
		case !s.scalar:
			l.line("ADD $%d, %s", 16*registers, s.base)
		}
	}
}

// result is where a loop writes.
type result struct {
	base  gp
	bools bool // of masks
}

// write stores registers one after the other.
func (l *loop) write(r result, y ...vec) {
	switch {
	case !r.bools:
		for k, v := range y {
			l.move(fmt.Sprintf("FMOVQ F%%d, %d(%s)", 16*k, r.base), v)
		}
	case len(y) == 4:
		low, high := l.do(uzp1H, y[0], y[1]), l.do(uzp1H, y[2], y[3])
		all := l.do(uzp1B, low, high)
		l.move(fmt.Sprintf("FMOVQ F%%d, (%s)", r.base), l.do(ushrB(7), all))
	default:
		l.move(fmt.Sprintf("FMOVS F%%d, (%s)", r.base), l.do(xtnB, l.do(xtnH, l.do(ushr(31), y[0]))))
	}
}

func (l *loop) writeOne(r result, y vec) {
	if r.bools {
		l.move(fmt.Sprintf("FMOVS F%%d, %s", scratch), y)
		l.line("AND $1, %s", scratch)
		l.line("MOVB.P %s, 1(%s)", scratch, r.base)
		return
	}
	l.move(fmt.Sprintf("FMOVS.P F%%d, 4(%s)", r.base), y)
}

// row writes the loop dst[i] = f(operands at i): unroll registers at a time, one at a time, and what is left lane by lane.
func (p *program) row(name, params, doc string, unroll int, f func(l *loop, x []vec) vec, operands ...operand) {
	p.rowTo(name, params, doc, unroll, false, f, operands...)
}

// test is row for an f that makes masks and a dst of bool.
func (p *program) test(name, params, doc string, f func(l *loop, x []vec) vec, operands ...operand) {
	p.rowTo(name, params, doc, 4, true, f, operands...)
}

func (p *program) rowTo(name, params, doc string, unroll int, bools bool, f func(l *loop, x []vec) vec, operands ...operand) {
	l := p.loop(name, params, "is dst[i] = "+doc)
	dst := result{l.load("dst_base"), bools}
	n := l.load("dst_len")
	var in []source
	for _, o := range operands {
		in = append(in, l.open(o))
	}
	apply := func(read func(s source) vec) vec {
		x := make([]vec, len(in))
		for i, s := range in {
			x[i] = read(s)
		}
		return f(l, x)
	}
	to := append([]source{{operand: operand{bools: bools}, base: dst.base}}, in...)
	some := func(label, next string, registers int) {
		l.line("SUBS $%d, %s", lanes*registers, n)
		l.line("BLT %s", next)
		l.label(label)
		var y []vec
		for k := range registers {
			v := apply(func(s source) vec { return l.read(s, k) })
			if bools {
				y = append(y, v)
			} else { // at once: dst may be an operand, and registers are few
				l.move(fmt.Sprintf("FMOVQ F%%d, %d(%s)", 16*k, dst.base), v)
			}
		}
		if bools {
			l.write(dst, y...)
		}
		l.advance(to, registers)
		l.line("SUBS $%d, %s", lanes*registers, n)
		l.back("BGE", label)
		l.label(next)
		l.line("ADD $%d, %s", lanes*registers, n)
	}
	some("many", "fewer", unroll)
	if unroll > 1 {
		some("one", "lanes", 1)
	}
	l.line("CBZ %s, done", n)
	l.label("lane")
	y := apply(l.readOne)
	l.writeOne(dst, y)
	l.line("SUBS $1, %s", n)
	l.back("BNE", "lane")
	l.label("done")
}
