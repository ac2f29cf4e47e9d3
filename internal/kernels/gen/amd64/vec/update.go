package main

import (
	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// updates writes the rules of optimizers. Their instructions are those of the operations one by one, each rounded, so that they
// have the bits of the portable rules.
func updates() {
	mul := func(a, b VecVirtual) VecVirtual { return into(VMULPS, b, a) }
	add := func(a, b VecVirtual) VecVirtual { return into(VADDPS, b, a) }
	sub := func(a, b VecVirtual) VecVirtual { return into(VSUBPS, b, a) }
	div := func(a, b VecVirtual) VecVirtual { return into(VDIVPS, b, a) }
	sqrt := func(x VecVirtual) VecVirtual { y := YMM(); VSQRTPS(x, y); return y }

	// moments is the new averages, and w less their quotient.
	moments := func(w, m, g, v VecVirtual, by []VecVirtual) []VecVirtual {
		mean := add(m, mul(sub(g, m), by[0]))
		square := add(v, mul(sub(mul(g, g), v), by[2]))
		return []VecVirtual{mean, square, sub(w, div(mul(mean, by[1]), add(sqrt(square), by[3])))}
	}
	rule{"adam", 4, 4, 3, false}.write(func(x, by []VecVirtual) []VecVirtual {
		return moments(x[0], x[1], x[2], x[3], by)
	})
	rule{"adamRest", 4, 4, 3, true}.write(func(x, by []VecVirtual) []VecVirtual {
		return moments(x[0], x[1], Zeros(), x[3], by)
	})
	rule{"adamW", 4, 6, 3, false}.write(func(x, by []VecVirtual) []VecVirtual {
		return moments(sub(x[0], mul(mul(x[0], by[0]), by[1])), x[1], x[2], x[3], by[2:])
	})
	rule{"sgd", 2, 1, 1, false}.write(func(x, by []VecVirtual) []VecVirtual {
		return []VecVirtual{sub(x[0], mul(x[1], by[0]))}
	})
	rule{"momentum", 3, 2, 2, false}.write(func(x, by []VecVirtual) []VecVirtual {
		v := sub(mul(x[1], by[0]), mul(x[2], by[1]))
		return []VecVirtual{v, add(x[0], v)}
	})
	rule{"nesterov", 3, 3, 2, false}.write(func(x, by []VecVirtual) []VecVirtual {
		fall := mul(x[2], by[1])
		v := sub(mul(x[1], by[0]), fall)
		return []VecVirtual{v, add(x[0], sub(mul(v, by[2]), fall))}
	})
	rule{"rmsProp", 3, 4, 2, false}.write(func(x, by []VecVirtual) []VecVirtual {
		v := add(mul(x[2], by[1]), mul(mul(x[1], x[1]), by[2]))
		return []VecVirtual{v, sub(x[0], div(mul(by[0], x[1]), sqrt(add(v, by[3]))))}
	})
}

// rule is a function over the fields of a Region.
type rule struct {
	name         string
	src, by, dst int  // how many of each there are
	rest         bool // the gradient is 0: it is not read, and where both averages are +0 too nothing changes
}

// What a rule with a rest reads.
const (
	gradient     = 2
	mean, square = 1, 3
)

// write writes the loop dst[...][i] = f(src[...][i], by). lanes behind the last element are neither read nor written.
func (r rule) write(f func(x, by []VecVirtual) []VecVirtual) {
	name := r.name + "AVX2"
	TEXT(name, NOSPLIT, "func(dst *[3][]float32, src *[4][]float32, by *[6]float32, n int)")
	Pragma("noescape")
	Doc(name + " is the rule " + r.name + " over n elements.")
	src, dst := bases("src", r.src), bases("dst", r.dst)
	numbers := Load(Param("by"), GP64())
	by := make([]VecVirtual, r.by)
	for k := range by {
		by[k] = YMM()
		VBROADCASTSS(Mem{Base: numbers, Disp: 4 * k}, by[k])
	}
	rest, i := Load(Param("n"), GP64()), GP64()
	XORQ(i, i)
	at := func(base Register) Mem { return Mem{Base: base, Index: i, Scale: 4} }

	Label("whole")
	CMPQ(rest, Imm(Lanes))
	JL(LabelRef("part"))
	r.step(f, by, r.rest, func(k int) VecVirtual {
		y := YMM()
		VMOVUPS(at(src[k]), y)
		return y
	}, func(k int, y VecVirtual) { VMOVUPS(y, at(dst[k])) })
	Label("next")
	ADDQ(Imm(Lanes), i)
	SUBQ(Imm(Lanes), rest)
	JMP(LabelRef("whole"))

	Label("part")
	TESTQ(rest, rest)
	JZ(LabelRef("done"))
	m := partMask(rest)
	r.step(f, by, false, func(k int) VecVirtual {
		y := YMM()
		VMASKMOVPS(at(src[k]), m, y)
		return y
	}, func(k int, y VecVirtual) { VMASKMOVPS(y, m, at(dst[k])) })
	leave()
}

// step is one register of each field; look goes to the next where nothing changes.
func (r rule) step(f func(x, by []VecVirtual) []VecVirtual, by []VecVirtual, look bool, load func(k int) VecVirtual, store func(k int, y VecVirtual)) {
	x := make([]VecVirtual, r.src)
	if look {
		x[mean], x[square] = load(mean), load(square)
		both := YMM()
		VPOR(x[mean], x[square], both)
		VPTEST(both, both)
		JZ(LabelRef("next"))
	}
	for k := range x {
		if x[k] == nil && !(r.rest && k == gradient) {
			x[k] = load(k)
		}
	}
	for k, y := range f(x, by) {
		store(k, y)
	}
}

// bases are the addresses of the slices in an array of n of them.
func bases(name string, n int) []Register {
	array := Load(Param(name), GP64())
	out := make([]Register, n)
	for k := range out {
		r := GP64()
		MOVQ(Mem{Base: array, Disp: 24 * k}, r)
		out[k] = r
	}
	return out
}
