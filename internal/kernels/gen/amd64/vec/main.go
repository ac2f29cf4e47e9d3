// Command vec writes the AVX2 assembly of the float32 loops in internal/kernels: elementwise operations, functions, comparisons
// and sums of rows.
//
//	go run . -out ../../vec_avx2_amd64.s -stubs ../../vec_avx2_amd64.go -pkg kernels
package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	arithmetic()
	functions()
	comparisons()
	selections()
	casts()
	folds()
	randomness()
	recurrent()
	updates()
	row("fillAVX2", "dst []uint32, v uint32", "v", 4, func(x []VecVirtual) VecVirtual { return x[0] }, scalar("v"))
	Generate()
}

// arithmetic writes the operations of two operands, each with the operands as vectors or numbers, and those of one that are
// an instruction or two.
func arithmetic() {
	for _, op := range []struct {
		name string
		f    func(a, b VecVirtual) VecVirtual
	}{
		{"add", func(a, b VecVirtual) VecVirtual { return into(VADDPS, b, a) }},
		{"sub", func(a, b VecVirtual) VecVirtual { return into(VSUBPS, b, a) }},
		{"mul", func(a, b VecVirtual) VecVirtual { return into(VMULPS, b, a) }},
		{"div", func(a, b VecVirtual) VecVirtual { return into(VDIVPS, b, a) }},
		{"max", func(a, b VecVirtual) VecVirtual { return extreme(VMAXPS, VANDPS, a, b) }},
		{"min", func(a, b VecVirtual) VecVirtual { return extreme(VMINPS, VORPS, a, b) }},
	} {
		f := func(x []VecVirtual) VecVirtual { return op.f(x[0], x[1]) }
		row(op.name+"VVAVX2", "dst, a, b []float32", "a op b for op = "+op.name, 4, f, vector("a"), vector("b"))
		row(op.name+"VSAVX2", "dst, a []float32, b float32", "a op b for op = "+op.name, 4, f, vector("a"), scalar("b"))
		row(op.name+"SVAVX2", "dst []float32, a float32, b []float32", "a op b for op = "+op.name, 4, f, scalar("a"), vector("b"))
	}
	unary("neg", 4, func(x VecVirtual) VecVirtual { return into(VXORPS, Bits(1<<31), x) })
	unary("abs", 4, func(x VecVirtual) VecVirtual { return into(VANDPS, Bits(1<<31-1), x) })
	unary("square", 4, func(x VecVirtual) VecVirtual { return into(VMULPS, x, x) })
	unary("sqrt", 2, func(x VecVirtual) VecVirtual { y := YMM(); VSQRTPS(x, y); return y })
	unary("rsqrt", 2, func(x VecVirtual) VecVirtual { y := YMM(); VSQRTPS(x, y); return into(VDIVPS, y, Broadcast(1)) })
	unary("reciprocal", 2, func(x VecVirtual) VecVirtual { return into(VDIVPS, x, Broadcast(1)) })
	unary("relu", 4, func(x VecVirtual) VecVirtual {
		zero := Zeros()
		return into(VADDPS, zero, into(VMAXPS, x, zero)) // the sum makes +0 of -0
	})
	// mulAdd and axpy add to dst; the sums are rounded once.
	row("mulAddAVX2", "dst, a, b []float32", "dst + a*b", 4, func(x []VecVirtual) VecVirtual {
		VFMADD231PS(x[1], x[2], x[0])
		return x[0]
	}, vector("dst"), vector("a"), vector("b"))
	row("axpyAVX2", "dst []float32, s float32, x []float32", "dst + s*x", 4, func(x []VecVirtual) VecVirtual {
		VFMADD231PS(x[1], x[2], x[0])
		return x[0]
	}, vector("dst"), scalar("s"), vector("x"))
}

// extreme is the maximum or minimum as Go defines it: NaN if either is, and +0 is above -0. The instruction alone returns its
// second operand for both; join takes the right zero of the two orders.
func extreme(op, join func(...Op), a, b VecVirtual) VecVirtual {
	nan := YMM()
	VCMPPS(Imm(unordered), a, b, nan)
	y := into(op, a, b)
	z := into(op, b, a)
	join(y, z, z)
	return into(VORPS, nan, z)
}

// unary writes an operation of one vector.
func unary(name string, unroll int, f func(x VecVirtual) VecVirtual) {
	row(name+"AVX2", "dst, src []float32", name, unroll, func(x []VecVirtual) VecVirtual { return f(x[0]) }, vector("src"))
}
