package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// mask makes all ones of words that are 1.
func mask(y VecVirtual) VecVirtual {
	z := Zeros()
	VPSUBD(y, z, z)
	return z
}

// partBools reads n < 8 bools as words; it reads no byte behind them.
func partBools(base, n Register) VecVirtual {
	var last, all, b GPVirtual = GP64(), GP64(), GP64()
	XORQ(all, all)
	MOVQ(n, last)
	label := Unique("bools")
	Label(label)
	TESTQ(last, last)
	JZ(LabelRef(label + "end"))
	DECQ(last)
	SHLQ(Imm(8), all)
	MOVBQZX(Mem{Base: base, Index: last, Scale: 1}, b)
	ORQ(b, all)
	JMP(LabelRef(label))
	Label(label + "end")
	x, y := XMM(), YMM()
	VMOVQ(all, x)
	VPMOVZXBD(x, y)
	return y
}

// packed makes 8 bytes, 0 or 1, of the lanes of a mask.
func packed(y VecVirtual) VecVirtual {
	high, x := XMM(), XMM()
	VEXTRACTI128(Imm(1), y, high)
	VPACKSSDW(high, y.AsX(), x)
	VPACKSSWB(x, x, x)
	VPAND(Bits(0x01010101), x, x)
	return x
}

// packed4 makes 32 bytes of four masks.
func packed4(y []VecVirtual) VecVirtual {
	VPACKSSDW(y[1], y[0], y[0])
	VPACKSSDW(y[3], y[2], y[2])
	VPACKSSWB(y[2], y[0], y[0])
	order := YMM()
	VMOVDQU(packOrder(), order)
	VPERMD(y[0], order, y[0])
	VPAND(Bits(0x01010101), y[0], y[0])
	return y[0]
}

var orders Mem

// packOrder undoes that instructions pack each half of a register on its own.
func packOrder() Mem {
	if orders.Symbol.Name == "" {
		orders = GLOBL("vecOrder", RODATA|NOPTR)
		for i, v := range []uint32{0, 4, 1, 5, 2, 6, 3, 7} {
			DATA(4*i, U32(v))
		}
	}
	return orders
}

// test writes the loop dst[i] = f(operands at i) for an f that makes masks and a dst of bool.
func test(name, signature, doc string, f func(x []VecVirtual) VecVirtual, operands ...operand) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(name + " is dst[i] = " + doc + ".")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64())
	var in []source
	for _, o := range operands {
		in = append(in, o.open())
	}
	at := func(i Register, disp int) VecVirtual {
		x := make([]VecVirtual, len(in))
		for k, s := range in {
			x[k] = s.load(i, disp)
		}
		return f(x)
	}
	CMPQ(n, Imm(Lanes))
	JL(LabelRef("few"))
	i, rest := GP64(), GP64()
	XORQ(i, i)
	MOVQ(n, rest)
	Label("many")
	CMPQ(rest, Imm(4*Lanes))
	JL(LabelRef("one"))
	var y []VecVirtual
	for u := range 4 {
		y = append(y, at(i, u*Lanes))
	}
	VMOVDQU(packed4(y), Mem{Base: dst, Index: i, Scale: 1})
	ADDQ(Imm(4*Lanes), i)
	SUBQ(Imm(4*Lanes), rest)
	JMP(LabelRef("many"))
	Label("one")
	CMPQ(rest, Imm(Lanes))
	JL(LabelRef("tail"))
	VMOVQ(packed(at(i, 0)), Mem{Base: dst, Index: i, Scale: 1})
	ADDQ(Imm(Lanes), i)
	SUBQ(Imm(Lanes), rest)
	JMP(LabelRef("one"))
	Label("tail")
	TESTQ(rest, rest)
	JZ(LabelRef("done"))
	LEAQ(Mem{Base: n, Disp: -Lanes}, i)
	VMOVQ(packed(at(i, 0)), Mem{Base: dst, Index: i, Scale: 1})
	leave()

	Label("few")
	m := partMask(n)
	x := make([]VecVirtual, len(in))
	for k, s := range in {
		x[k] = s.part(n, m)
	}
	b := GP64()
	VMOVQ(packed(f(x)), b)
	VZEROUPPER()
	to := GP64()
	MOVQ(dst, to)
	Label("byte")
	TESTQ(n, n)
	JZ(LabelRef("stored"))
	MOVB(b.As8(), Mem{Base: to})
	SHRQ(Imm(8), b)
	INCQ(to)
	DECQ(n)
	JMP(LabelRef("byte"))
	Label("stored")
	RET()
}

func comparisons() {
	for _, op := range []struct {
		name      string
		predicate int
	}{{"equal", equal}, {"notEqual", notEqual}, {"less", less}, {"lessEqual", lessEqual}, {"greater", greater}, {"greaterEqual", greaterEqual}} {
		f := func(x []VecVirtual) VecVirtual { return compare(op.predicate, x[0], x[1]) }
		test(op.name+"VVAVX2", "dst []bool, a, b []float32", "whether a op b for op = "+op.name, f, vector("a"), vector("b"))
		test(op.name+"VSAVX2", "dst []bool, a []float32, b float32", "whether a op b for op = "+op.name, f, vector("a"), scalar("b"))
	}
	test("nonZeroAVX2", "dst []bool, src []float32", "whether src is not 0", func(x []VecVirtual) VecVirtual {
		return compare(notEqual, x[0], Zeros())
	}, vector("src"))
}

func selections() {
	cond := operand{name: "cond", bools: true}
	f := func(x []VecVirtual) VecVirtual { return choose(x[0], x[1], x[2]) }
	row("selectVVAVX2", "dst []uint32, cond []bool, a, b []uint32", "a if cond, else b", 4, f, cond, vector("a"), vector("b"))
	row("selectVSAVX2", "dst []uint32, cond []bool, a []uint32, b uint32", "a if cond, else b", 4, f, cond, vector("a"), scalar("b"))
	row("selectSVAVX2", "dst []uint32, cond []bool, a uint32, b []uint32", "a if cond, else b", 4, f, cond, scalar("a"), vector("b"))
	row("selectSSAVX2", "dst []uint32, cond []bool, a, b uint32", "a if cond, else b", 4, f, cond, scalar("a"), scalar("b"))
}

func casts() {
	row("fromBoolAVX2", "dst []float32, src []bool", "1 if src, else 0", 4, func(x []VecVirtual) VecVirtual {
		return into(VANDPS, Number(1), x[0])
	}, operand{name: "src", bools: true})
	row("fromInt32AVX2", "dst []float32, src []int32", "float32(src)", 4, func(x []VecVirtual) VecVirtual {
		y := YMM()
		VCVTDQ2PS(x[0], y)
		return y
	}, vector("src"))
}
