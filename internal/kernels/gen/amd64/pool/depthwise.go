package main

import (
	"fmt"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// depthwise writes a convolution of each channel by itself. Some pixels share the weights of a tap while they are in a register;
// a single pixel takes more channels at once, so that its sums do not wait for one another.
func depthwise() {
	TEXT("depthRowAVX2", NOSPLIT, "func(y, x, w, bias *float32, taps, weights *int, count, pixels, step, ld, vecs int, floor float32)")
	Pragma("noescape")
	Doc("depthRowAVX2 sets pixels of y, ld apart, to the maximum of floor and the sum of bias and the products at count taps: taps holds the",
		"elements from x, which is step on for the next pixel, and weights those from w. It does vecs*8 channels.")
	floor := YMM()
	VBROADCASTSS(Argument("floor"), floor)
	step, ld := load("step"), load("ld")
	SHLQ(Imm(2), step)
	SHLQ(Imm(2), ld)
	for _, pixels := range []int{8, 4, 1} {
		again, next := fmt.Sprintf("pixels%d", pixels), fmt.Sprintf("behind%d", pixels)
		Label(again)
		CMPQ(Argument("pixels"), Imm(uint64(pixels)))
		JL(LabelRef(next))
		if pixels == 1 {
			channels(floor, step, ld, 1, 4, 1)
		} else {
			channels(floor, step, ld, pixels, 1)
		}
		on := GP64()
		for _, row := range []struct {
			name string
			step Register
		}{{"x", step}, {"y", ld}} {
			IMUL3Q(Imm(uint64(pixels)), row.step, on)
			ADDQ(on, Argument(row.name))
		}
		SUBQ(Imm(uint64(pixels)), Argument("pixels"))
		JMP(LabelRef(again))
		Label(next)
	}
	VZEROUPPER()
	RET()
}

func load(name string) Register { return Load(Param(name), GP64()) }

// channels does all channels of a number of pixels, with as many registers of them at once as groups say, in order.
func channels(floor VecVirtual, step, ld Register, pixels int, groups ...int) {
	x, y, w, bias, vecs := load("x"), load("y"), load("w"), load("bias"), load("vecs")
	for _, n := range groups {
		loops++
		again, next := fmt.Sprintf("channels%d", loops), fmt.Sprintf("rest%d", loops)
		Label(again)
		CMPQ(vecs, Imm(uint64(n)))
		JL(LabelRef(next))
		sums := products(x, w, step, pixels, n)
		store(sums, y, bias, ld, floor, pixels, n)
		for _, r := range []Register{x, y, w, bias} {
			ADDQ(U32(32*n), r)
		}
		SUBQ(Imm(uint64(n)), vecs)
		JMP(LabelRef(again))
		Label(next)
	}
}

// products returns the sums over the taps, for each pixel and register of channels.
func products(x, w, step Register, pixels, vecs int) []VecVirtual {
	sums := make([]VecVirtual, pixels*vecs)
	for i := range sums {
		sums[i] = Zeros()
	}
	taps, weights, left := load("taps"), load("weights"), load("count")
	loop, done := fmt.Sprintf("products%d", loops), fmt.Sprintf("added%d", loops)
	TESTQ(left, left)
	JZ(LabelRef(done))
	Label(loop)
	from, at := GP64(), GP64()
	MOVQ(Mem{Base: taps}, from)
	LEAQ(Mem{Base: x, Index: from, Scale: 4}, from)
	MOVQ(Mem{Base: weights}, at)
	each := pixelsFrom(from, step, pixels)
	for k := range vecs {
		weight := YMM()
		VMOVUPS(Mem{Base: w, Index: at, Scale: 4, Disp: 32 * k}, weight)
		for p, m := range each {
			m.Disp = 32 * k
			VFMADD231PS(m, weight, sums[p*vecs+k])
		}
	}
	ADDQ(Imm(8), taps)
	ADDQ(Imm(8), weights)
	DECQ(left)
	JNZ(LabelRef(loop))
	Label(done)
	return sums
}

// pixelsFrom returns the places of up to eight pixels.
func pixelsFrom(base, step Register, pixels int) []Mem {
	places := []Mem{{Base: base}}
	if pixels == 1 {
		return places
	}
	three, behind := GP64(), GP64()
	LEAQ(Mem{Base: step, Index: step, Scale: 2}, three)
	if pixels > 4 {
		LEAQ(Mem{Base: base, Index: step, Scale: 4}, behind)
	}
	for p := 1; p < pixels; p++ {
		m := Mem{Base: base, Index: step, Scale: uint8(p % 4)}
		if p >= 4 {
			m.Base = behind
		}
		switch p % 4 {
		case 0:
			m = Mem{Base: behind}
		case 3:
			m.Index, m.Scale = three, 1
		}
		places = append(places, m)
	}
	return places
}

// store writes sums with the bias added, and at least floor; NaN stays.
func store(sums []VecVirtual, y, bias, ld Register, floor VecVirtual, pixels, vecs int) {
	places := pixelsFrom(y, ld, pixels)
	for k := range vecs {
		b := YMM()
		VMOVUPS(Mem{Base: bias, Disp: 32 * k}, b)
		for p, m := range places {
			s := sums[p*vecs+k]
			VADDPS(b, s, s)
			VMAXPS(s, floor, s)
			m.Disp = 32 * k
			VMOVUPS(s, m)
		}
	}
}
