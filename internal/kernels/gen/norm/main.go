// Command norm writes the AVX2 assembly of float32 loops over the rows of attention and of normalisations.
//
//	go run . -out ../../norm_avx2_amd64.s -stubs ../../norm_avx2_amd64.go -pkg kernels
package main

import (
	"fmt"
	"math"

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

// lanes is the number of float32 in a register.
const lanes = 8

// function begins a function that takes addresses and numbers.
func function(name, signature, doc string) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(name + " is " + doc)
}

// argument is the value of a parameter in a register.
func argument(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }

var labels int

// unique is a label that no other code uses.
func unique(name string) string {
	labels++
	return fmt.Sprintf("%s%d", name, labels)
}

// times writes a loop that runs n times, at least once; n is used up.
func times(n Register, body func()) {
	l := unique("loop")
	Label(l)
	body()
	DECQ(n)
	JNZ(LabelRef(l))
}

// vectors writes a loop over n vectors: width at a time and then one by one. body gets the offset in bytes of the first of count vectors.
func vectors(n, at Register, width int, body func(at Register, count int)) {
	rest, many, one, done := GP64(), unique("many"), unique("one"), unique("done")
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
	single := unique("single")
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

var constants = map[uint32]Mem{}

// bits is the address of a word in all lanes.
func bits(v uint32) Mem {
	m, ok := constants[v]
	if !ok {
		m = GLOBL(fmt.Sprintf("norm%08x", v), RODATA|NOPTR)
		for i := range lanes {
			DATA(4*i, U32(v))
		}
		constants[v] = m
	}
	return m
}

// number is the address of a number in all lanes.
func number(v float64) Mem { return bits(math.Float32bits(float32(v))) }

// constant is a number in all lanes of a register.
func constant(v float64) VecVirtual {
	y := YMM()
	VMOVUPS(number(v), y)
	return y
}

func zeros() VecVirtual {
	y := YMM()
	VXORPS(y, y, y)
	return y
}
