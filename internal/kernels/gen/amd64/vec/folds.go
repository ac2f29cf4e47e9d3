package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func folds() {
	extremeRow("maxRowAVX2", VMAXPS, VANDPS)
	extremeRow("minRowAVX2", VMINPS, VORPS)
	sumRow()
	inner()
	addCols()
	addRows()
	expSum()
	winners()
}

// start opens a fold over x, which must have at least 8 elements.
func start(name, signature, doc string) (x, n Register) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(name + " is " + doc + ". The length must be a multiple of 8, and not 0.")
	return Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
}

// loop writes a loop over registers.
func loop(n Register, body func(i Register)) {
	i := GP64()
	XORQ(i, i)
	Label("loop")
	body(i)
	ADDQ(Imm(Lanes), i)
	CMPQ(i, n)
	JL(LabelRef("loop"))
}

func loadAt(base, i Register) VecVirtual {
	y := YMM()
	VMOVUPS(Mem{Base: base, Index: i, Scale: 4}, y)
	return y
}

// extremeRow keeps the extreme of each lane, and apart from it whether there was a NaN.
func extremeRow(name string, op, join func(...Op)) {
	x, n := start(name, "x []float32, lanes *[8]float32", "the extreme of each lane of x, NaN if the lane holds one")
	m, nan := YMM(), Zeros()
	VMOVUPS(Mem{Base: x}, m)
	loop(n, func(i Register) {
		v := loadAt(x, i)
		VORPS(into2(Imm(unordered), v), nan, nan)
		a, b := into(op, v, m), into(op, m, v)
		join(a, b, m)
	})
	VORPS(nan, m, m)
	out := Load(Param("lanes"), GP64())
	VMOVUPS(m, Mem{Base: out})
	VZEROUPPER()
	RET()
}

// into2 compares a register with itself.
func into2(predicate Constant, v VecVirtual) VecVirtual {
	y := YMM()
	VCMPPS(predicate, v, v, y)
	return y
}

// halves converts the lanes at i to float64.
func halves(base, i Register) (lo, hi VecVirtual) {
	lo, hi = YMM(), YMM()
	VCVTPS2PD(Mem{Base: base, Index: i, Scale: 4}, lo)
	VCVTPS2PD(Mem{Base: base, Index: i, Scale: 4, Disp: 16}, hi)
	return lo, hi
}

// total returns the sum of the lanes of two registers of float64.
func total(a, b VecVirtual) {
	VADDPD(b, a, a)
	high := XMM()
	VEXTRACTF128(Imm(1), a, high)
	x := XMM()
	VADDPD(high, a.AsX(), x)
	VHADDPD(x, x, x)
	VZEROUPPER()
	Store(x, ReturnIndex(0))
	RET()
}

func sumRow() {
	x, n := start("sumRowAVX2", "x []float32) (sum float64", "the sum of x in float64")
	s0, s1 := Zeros(), Zeros()
	loop(n, func(i Register) {
		lo, hi := halves(x, i)
		VADDPD(lo, s0, s0)
		VADDPD(hi, s1, s1)
	})
	total(s0, s1)
}

func inner() {
	x, n := start("innerAVX2", "x, y []float32) (sum float64", "the sum of x*y in float64")
	y := Load(Param("y").Base(), GP64())
	s0, s1 := Zeros(), Zeros()
	loop(n, func(i Register) {
		a0, a1 := halves(x, i)
		b0, b1 := halves(y, i)
		VFMADD231PD(a0, b0, s0)
		VFMADD231PD(a1, b1, s1)
	})
	total(s0, s1)
}

func addCols() {
	x, n := start("addColsAVX2", "acc []float64, x []float32", "acc[i] += x[i]")
	acc := Load(Param("acc").Base(), GP64())
	loop(n, func(i Register) {
		lo, hi := halves(x, i)
		a0, a1 := Mem{Base: acc, Index: i, Scale: 8}, Mem{Base: acc, Index: i, Scale: 8, Disp: 32}
		VADDPD(a0, lo, lo)
		VADDPD(a1, hi, hi)
		VMOVUPD(lo, a0)
		VMOVUPD(hi, a1)
	})
	VZEROUPPER()
	RET()
}

func expSum() {
	x, n := start("expSumAVX2", "dst, x []float32, shift float32) (sum float64", "dst[i] = exp(x[i]-shift) and the sum of dst in float64")
	dst := Load(Param("dst").Base(), GP64())
	shift := YMM()
	VBROADCASTSS(Argument("shift"), shift)
	s0, s1 := Zeros(), Zeros()
	loop(n, func(i Register) {
		y := loadAt(x, i)
		VSUBPS(shift, y, y)
		e := exp(y)
		VMOVUPS(e, Mem{Base: dst, Index: i, Scale: 4})
		lo, hi, high := YMM(), YMM(), XMM()
		VEXTRACTF128(Imm(1), e, high)
		VCVTPS2PD(e.AsX(), lo)
		VCVTPS2PD(high, hi)
		VADDPD(lo, s0, s0)
		VADDPD(hi, s1, s1)
	})
	total(s0, s1)
}

// addRows keeps the sums of 32 columns, or of 8, in registers while it goes down the rows.
func addRows() {
	x, n := start("addRowsAVX2", "acc []float64, x []float32, rows, step int", "acc[i] += the sum of x[i+r*step] over r < rows; x has the length of acc here")
	acc := Load(Param("acc").Base(), GP64())
	rows, step := Load(Param("rows"), GP64()), Load(Param("step"), GP64())
	SHLQ(Imm(2), step)
	down := func(width int) {
		sums := make([]VecVirtual, width/4)
		for k := range sums {
			sums[k] = YMM()
			VMOVUPD(Mem{Base: acc, Disp: 32 * k}, sums[k])
		}
		at, r, label := GP64(), GP64(), Unique("down")
		MOVQ(x, at)
		MOVQ(rows, r)
		Label(label)
		for k := range sums {
			y := YMM()
			VCVTPS2PD(Mem{Base: at, Disp: 16 * k}, y)
			VADDPD(y, sums[k], sums[k])
		}
		ADDQ(step, at)
		DECQ(r)
		JNZ(LabelRef(label))
		for k := range sums {
			VMOVUPD(sums[k], Mem{Base: acc, Disp: 32 * k})
		}
		ADDQ(U32(4*width), x)
		ADDQ(U32(8*width), acc)
		SUBQ(U32(width), n)
	}
	Label("wide")
	CMPQ(n, Imm(32))
	JL(LabelRef("narrow"))
	down(32)
	JMP(LabelRef("wide"))
	Label("narrow")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	down(Lanes)
	JMP(LabelRef("narrow"))
	leave()
}

// winners keeps the larger of best and x, the first of equals and NaN before numbers, and the pixel it is of.
func winners() {
	x, n := start("winnersAVX2", "at []int32, best, x []float32, pixel uint32", "at[i], best[i] = pixel, x[i] where x[i] wins over best[i]")
	at, best := Load(Param("at").Base(), GP64()), Load(Param("best").Base(), GP64())
	pixel := YMM()
	VBROADCASTSS(Argument("pixel"), pixel)
	loop(n, func(i Register) {
		v, b, p := loadAt(x, i), loadAt(best, i), loadAt(at, i)
		wins := into(VANDPS, compare(unordered, v, v), compare(ordered, b, b))
		VORPS(compare(greater, v, b), wins, wins)
		VMOVUPS(choose(wins, v, b), Mem{Base: best, Index: i, Scale: 4})
		VMOVUPS(choose(wins, pixel, p), Mem{Base: at, Index: i, Scale: 4})
	})
	VZEROUPPER()
	RET()
}
