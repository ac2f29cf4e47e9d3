// Command norm writes the AVX2 assembly of float32 loops over the rows of attention and of normalisations.
//
//	go run . -out ../../norm_avx2_amd64.s -stubs ../../norm_avx2_amd64.go -pkg kernels
package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	softmaxRows()
	pullRows()
	normForward()
	normBackward()
	Generate()
}

// function begins a function that takes addresses and numbers.
func function(name, signature, doc string) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(name + " is " + doc)
}

// argument is the value of a parameter in a register.
func argument(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }

// times writes a loop that runs n times, at least once; n is used up.
func times(n Register, body func()) {
	l := Unique("loop")
	Label(l)
	body()
	DECQ(n)
	JNZ(LabelRef(l))
}

// vectors writes a loop over n vectors: width at a time and then one by one. body gets the offset in bytes of the first of count vectors.
func vectors(n, at Register, width int, body func(at Register, count int)) {
	rest, many, one, done := GP64(), Unique("many"), Unique("one"), Unique("done")
	XORQ(at, at)
	MOVQ(n, rest)
	SUBQ(Imm(uint64(width)), rest)
	JL(LabelRef(one))
	Label(many)
	body(at, width)
	ADDQ(U32(32*width), at)
	SUBQ(Imm(uint64(width)), rest)
	JGE(LabelRef(many))
	Label(one)
	ADDQ(Imm(uint64(width)), rest)
	JZ(LabelRef(done))
	single := Unique("single")
	Label(single)
	body(at, 1)
	ADDQ(Imm(32), at)
	DECQ(rest)
	JNZ(LabelRef(single))
	Label(done)
}

// lane is vector i of a row at an offset.
func lane(row, at Register, i int) Mem { return Mem{Base: row, Index: at, Scale: 1, Disp: 32 * i} }

// fold joins the lanes of a register in its lowest one.
func fold(op func(...Op), a VecVirtual) VecVirtual {
	x, high := XMM(), XMM()
	VEXTRACTF128(Imm(1), a, high)
	op(high, a.AsX(), x)
	VMOVHLPS(x, x, high)
	op(high, x, x)
	VMOVSHDUP(x, high)
	op(high, x, x)
	return x
}
