package main

import (
	"fmt"
	"math"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func randomness() {
	philox()
	row("uniformAVX2", "dst []float32, src []uint32, low, width float64, limit float32",
		"the smaller of low + width*src/2^32, computed in float64, and limit", 1, func(x []VecVirtual) VecVirtual {
			signed := into(VXORPS, Bits(1<<31), x[0])
			high, y := XMM(), YMM()
			VEXTRACTI128(Imm(1), signed, high)
			a, b := between(signed.AsX(), x[1], x[2]), between(high, x[1], x[2])
			VINSERTF128(Imm(1), b, a.AsY(), y)
			return into(VMINPS, x[3], y)
		}, vector("src"), operand{name: "low", scalar: true, wide: true}, operand{name: "width", scalar: true, wide: true}, scalar("limit"))
}

// between is low + width*(w+2^31)/2^32 of four integers.
func between(w Register, low, width VecVirtual) VecVirtual {
	d, x := YMM(), XMM()
	VCVTDQ2PD(w, d)
	VADDPD(number64(0x1p31), d, d)
	VMULPD(number64(0x1p-32), d, d)
	VMULPD(width, d, d)
	VADDPD(low, d, d)
	VCVTPD2PSY(d, x)
	return x
}

// number64 is the address of a float64 in all lanes.
func number64(v float64) Mem {
	key := math.Float64bits(v)
	m, ok := constants64[key]
	if !ok {
		m = GLOBL(fmt.Sprintf("vec%016x", key), RODATA|NOPTR)
		for i := range Lanes / 2 {
			DATA(8*i, U64(key))
		}
		constants64[key] = m
	}
	return m
}

var constants64 = map[uint64]Mem{}

// philox makes eight blocks of four words at a time: register i holds word i of all blocks until the last step.
func philox() {
	TEXT("philoxAVX2", NOSPLIT, "func(dst []uint32, first uint32, counter *[2]uint32, key *[2]uint32)")
	Pragma("noescape")
	Doc("philoxAVX2 fills dst with the words of the blocks from first on. The length must be a multiple of 32, and not 0; no",
		"block number may go beyond 32 bits.")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64())
	counter, key := Load(Param("counter"), GP64()), Load(Param("key"), GP64())
	block := YMM()
	VBROADCASTSS(Argument("first"), block)
	VPADDD(lanesCounted(), block, block)
	i := GP64()
	XORQ(i, i)
	Label("loop")
	var c [4]VecVirtual
	for k := range c {
		c[k] = YMM()
	}
	VMOVDQA(block, c[0])
	VPXOR(c[1], c[1], c[1])
	VPBROADCASTD(Mem{Base: counter}, c[2])
	VPBROADCASTD(Mem{Base: counter, Disp: 4}, c[3])
	k0, k1 := YMM(), YMM()
	VPBROADCASTD(Mem{Base: key}, k0)
	VPBROADCASTD(Mem{Base: key, Disp: 4}, k1)
	for range 10 {
		lo0, hi0 := product(c[0], 0xD2511F53)
		lo1, hi1 := product(c[2], 0xCD9E8D57)
		VPXOR(c[1], hi1, hi1)
		VPXOR(k0, hi1, hi1)
		VPXOR(c[3], hi0, hi0)
		VPXOR(k1, hi0, hi0)
		c = [4]VecVirtual{hi1, lo1, hi0, lo0}
		VPADDD(Bits(0x9E3779B9), k0, k0)
		VPADDD(Bits(0xBB67AE85), k1, k1)
	}
	t0, t1 := into(VPUNPCKLDQ, c[1], c[0]), into(VPUNPCKHDQ, c[1], c[0])
	t2, t3 := into(VPUNPCKLDQ, c[3], c[2]), into(VPUNPCKHDQ, c[3], c[2])
	b0, b1 := into(VPUNPCKLQDQ, t2, t0), into(VPUNPCKHQDQ, t2, t0)
	b2, b3 := into(VPUNPCKLQDQ, t3, t1), into(VPUNPCKHQDQ, t3, t1)
	for k, p := range [][2]VecVirtual{{b0, b1}, {b2, b3}, {b0, b1}, {b2, b3}} {
		y := YMM()
		VPERM2I128(Imm([]uint64{0x20, 0x31}[k/2]), p[1], p[0], y)
		VMOVDQU(y, Mem{Base: dst, Index: i, Scale: 4, Disp: 32 * k})
	}
	VPADDD(Bits(Lanes), block, block)
	ADDQ(Imm(4*Lanes), i)
	CMPQ(i, n)
	JL(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// product is the halves of x*m.
func product(x VecVirtual, m uint32) (lo, hi VecVirtual) {
	even, odd := into(VPMULUDQ, Bits(m), x), YMM()
	VPSHUFD(Imm(0xF5), x, odd)
	VPMULUDQ(Bits(m), odd, odd)
	lo, hi = YMM(), YMM()
	VPSHUFD(Imm(0xA0), odd, lo)
	VPBLENDD(Imm(0xAA), lo, even, lo)
	VPSHUFD(Imm(0xF5), even, hi)
	VPBLENDD(Imm(0xAA), odd, hi, hi)
	return lo, hi
}

var counted Mem

// lanesCounted is 0 to 7.
func lanesCounted() Mem {
	if counted.Symbol.Name == "" {
		counted = GLOBL("vecCounted", RODATA|NOPTR)
		for i := range Lanes {
			DATA(4*i, U32(uint32(i)))
		}
	}
	return counted
}
