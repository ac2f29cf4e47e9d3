// Command fuse writes the AVX2 assembly of the float32 loops that are only there for fused steps: several results in one pass
// over memory.
//
//	go run . -out ../../fuse_avx2_amd64.s -stubs ../../fuse_avx2_amd64.go -pkg kernels
package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	squareRows()
	Generate()
}

// columns writes a loop over the columns of n, 16 and then 8 at a time, with down for each width. It must move its addresses on.
func columns(n Register, down func(width int)) {
	Label("wide")
	CMPQ(n, Imm(2*Lanes))
	JL(LabelRef("narrow"))
	down(2 * Lanes)
	SUBQ(Imm(2*Lanes), n)
	JMP(LabelRef("wide"))
	Label("narrow")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	down(Lanes)
	SUBQ(Imm(Lanes), n)
	JMP(LabelRef("narrow"))
	Label("done")
	VZEROUPPER()
	RET()
}

// sums is registers for width sums of float64 at an address.
func sums(at Register, width int) []VecVirtual {
	s := make([]VecVirtual, width/4)
	for k := range s {
		s[k] = YMM()
		VMOVUPD(Mem{Base: at, Disp: 32 * k}, s[k])
	}
	return s
}

func keep(s []VecVirtual, at Register) {
	for k := range s {
		VMOVUPD(s[k], Mem{Base: at, Disp: 32 * k})
	}
	ADDQ(U32(32*len(s)), at)
}

// squareRows keeps sums and sums of squares of some columns in registers while it goes down the rows.
func squareRows() {
	TEXT("squareRowsAVX2", NOSPLIT, "func(sum, squares []float64, x []float32, rows, step int)")
	Pragma("noescape")
	Doc("squareRowsAVX2 is sum[i] += the sum of x[i+r*step] and squares[i] += that of its squares, over r < rows; x has the length of sum here, a multiple of 8.")
	sum, squares := Load(Param("sum").Base(), GP64()), Load(Param("squares").Base(), GP64())
	x, n := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
	rows, step := Load(Param("rows"), GP64()), Load(Param("step"), GP64())
	SHLQ(Imm(2), step)
	columns(n, func(width int) {
		s, q := sums(sum, width), sums(squares, width)
		at, r, label := GP64(), GP64(), Unique("down")
		MOVQ(x, at)
		MOVQ(rows, r)
		Label(label)
		for k := range s {
			y := YMM()
			VCVTPS2PD(Mem{Base: at, Disp: 16 * k}, y)
			VADDPD(y, s[k], s[k])
			VFMADD231PD(y, y, q[k])
		}
		ADDQ(step, at)
		DECQ(r)
		JNZ(LabelRef(label))
		keep(s, sum)
		keep(q, squares)
		ADDQ(U32(4*width), x)
	})
}
