package main

import (
	"math"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// operand is a parameter that an operation reads: a slice or a number.
type operand struct {
	name   string
	scalar bool
	bools  bool // the slice is of bool, which f sees as masks
	wide   bool // the number is a float64, and four of it are in a register
}

func vector(name string) operand { return operand{name: name} }
func scalar(name string) operand { return operand{name: name, scalar: true} }

// source is an operand in a function: its address, or its value in all lanes.
type source struct {
	operand
	base Register
	all  VecVirtual
}

// open reads a parameter.
func (o operand) open() source {
	s := source{operand: o}
	if !o.scalar {
		s.base = Load(Param(o.name).Base(), GP64())
		return s
	}
	s.all = YMM()
	if o.wide {
		VBROADCASTSD(Argument(o.name), s.all)
	} else {
		VBROADCASTSS(Argument(o.name), s.all)
	}
	return s
}

// load reads the lanes from element i+at on.
func (s source) load(i Register, at int) VecVirtual {
	y := YMM()
	switch {
	case s.scalar:
		VMOVAPS(s.all, y)
	case s.bools:
		VPMOVZXBD(Mem{Base: s.base, Index: i, Scale: 1, Disp: at}, y)
		return mask(y)
	default:
		VMOVUPS(Mem{Base: s.base, Index: i, Scale: 4, Disp: 4 * at}, y)
	}
	return y
}

// part reads fewer than all lanes; the others are 0.
func (s source) part(n Register, m VecVirtual) VecVirtual {
	y := YMM()
	switch {
	case s.scalar:
		VMOVAPS(s.all, y)
	case s.bools:
		return mask(partBools(s.base, n))
	default:
		VMASKMOVPS(Mem{Base: s.base}, m, y)
	}
	return y
}

// row writes the loop dst[i] = f(operands at i). The last lanes of a length that is no multiple of 8 are read before
// the loop, since dst may be an operand, and written after it, over elements that already hold the same.
func row(name, signature, doc string, unroll int, f func(x []VecVirtual) VecVirtual, operands ...operand) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(name + " is dst[i] = " + doc + ".")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64())
	var in []source
	for _, o := range operands {
		in = append(in, o.open())
	}
	CMPQ(n, Imm(Lanes))
	JL(LabelRef("few"))
	last := GP64()
	LEAQ(Mem{Base: n, Disp: -Lanes}, last)
	tail := make([]VecVirtual, len(in))
	for k, s := range in {
		tail[k] = s.load(last, 0)
	}
	i := GP64()
	XORQ(i, i)
	each(i, n, unroll, func(at int) {
		x := make([]VecVirtual, len(in))
		for k, s := range in {
			x[k] = s.load(i, at)
		}
		VMOVUPS(f(x), Mem{Base: dst, Index: i, Scale: 4, Disp: 4 * at})
	})
	TESTQ(U32(Lanes-1), n)
	JZ(LabelRef("done"))
	VMOVUPS(f(tail), Mem{Base: dst, Index: last, Scale: 4})
	leave()

	Label("few")
	m := partMask(n)
	x := make([]VecVirtual, len(in))
	for k, s := range in {
		x[k] = s.part(n, m)
	}
	storePart(f(x), dst, n)
	RET()
}

// each writes the loops that call body for whole registers: unrolled, then one by one.
func each(i, n Register, unroll int, body func(at int)) {
	rest := GP64()
	MOVQ(n, rest)
	if unroll > 1 {
		Label("many")
		CMPQ(rest, U32(Lanes*unroll))
		JL(LabelRef("one"))
		for u := range unroll {
			body(u * Lanes)
		}
		ADDQ(U32(Lanes*unroll), i)
		SUBQ(U32(Lanes*unroll), rest)
		JMP(LabelRef("many"))
	}
	Label("one")
	CMPQ(rest, Imm(Lanes))
	JL(LabelRef("tail"))
	body(0)
	ADDQ(Imm(Lanes), i)
	SUBQ(Imm(Lanes), rest)
	JMP(LabelRef("one"))
	Label("tail")
}

// leave ends a function.
func leave() {
	Label("done")
	VZEROUPPER()
	RET()
}

// partMask is all ones in the first n < 8 lanes.
func partMask(n Register) VecVirtual {
	table := GP64()
	LEAQ(partTable(), table)
	m := YMM()
	at := GP64()
	MOVQ(n, at)
	NEGQ(at)
	VMOVDQU(Mem{Base: table, Index: at, Scale: 4, Disp: 4 * Lanes}, m)
	return m
}

var parts Mem

// partTable is 8 words of ones and 8 of zeros.
func partTable() Mem {
	if parts.Symbol.Name == "" {
		parts = GLOBL("vecParts", RODATA|NOPTR)
		for i := range 2 * Lanes {
			v := uint32(0)
			if i < Lanes {
				v = math.MaxUint32
			}
			DATA(4*i, U32(v))
		}
	}
	return parts
}

// storePart writes the first n < 8 lanes of y to dst, 4, 2 and 1 at a time: a masked store is slow on AMD. It ends the use of
// the upper halves.
func storePart(y VecVirtual, dst, n Register) {
	x := YMM()
	VMOVAPS(y, x)
	high := XMM()
	VEXTRACTF128(Imm(1), x, high)
	low := x.AsX()
	to := GP64()
	MOVQ(dst, to)
	TESTQ(U32(4), n)
	JZ(LabelRef("two"))
	VMOVUPS(low, Mem{Base: to})
	ADDQ(Imm(16), to)
	VMOVAPS(high, low)
	Label("two")
	TESTQ(U32(2), n)
	JZ(LabelRef("single"))
	VMOVLPS(low, Mem{Base: to})
	ADDQ(Imm(8), to)
	VPSRLDQ(Imm(8), low, low)
	Label("single")
	TESTQ(U32(1), n)
	JZ(LabelRef("stored"))
	VMOVSS(low, Mem{Base: to})
	Label("stored")
	VZEROUPPER()
}

// into applies an instruction of three operands to a new register: a op b in Go's order, so that VSUBPS, b, a is a-b.
func into(op func(...Op), b Op, a VecVirtual) VecVirtual {
	y := YMM()
	op(b, a, y)
	return y
}
