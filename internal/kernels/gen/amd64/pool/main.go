// Command pool writes the AVX2 assembly of windows whose channels do not mix in internal/kernels: maxima, means and weighted sums
// over the taps of a window, and gradients, eight channels in a register. Start reading at windows; the Go sides are poolrows.go
// and depthwise.go.
//
// Run it with "go generate ./internal/kernels" from the root of the module.
package main

import (
	"fmt"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPS.
const (
	equal     = 0
	unordered = 3
)

func main() {
	ConstraintExpr("amd64")
	maxima()
	depthwise()
	means()
	for _, add := range []bool{false, true} {
		maxGradient(add)
		meanGradient(add)
	}
	Generate()
}

// pass is a function over the windows of a row.
type pass struct {
	small, big  Register // rows of the output's and the input's size at the channels at hand
	big2        Register // a second row of the input's size, or nil
	taps, count Register
}

// windows writes a function that calls body for each window and each group of registers of channels. small is the argument of
// the output's size, big those of the input's size.
func windows(name, doc, small string, big []string, params string, most int, setup func(), body func(p *pass, vecs int)) {
	args := small + ", " + big[0]
	if len(big) > 1 {
		args += ", " + big[1]
	}
	TEXT(name, NOSPLIT, fmt.Sprintf("func(%s *float32, taps *int, count, pixels, step, ld, vecs int%s)", args, params))
	Pragma("noescape")
	Doc(name+" "+doc, "for windows whose taps are count elements of the input, step apart from pixel to pixel, and vecs*8 channels;",
		"pixels of the output are ld apart.")
	p := &pass{small: GP64(), big: GP64(), taps: load("taps"), count: load("count")}
	row, rows := load(small), []Register{load(big[0])}
	at := []Register{p.big}
	if len(big) > 1 {
		p.big2 = GP64()
		rows, at = append(rows, load(big[1])), append(at, p.big2)
	}
	pixels, step, ld := load("pixels"), load("step"), load("ld")
	SHLQ(Imm(2), step)
	SHLQ(Imm(2), ld)
	setup()
	vecs := GP64()
	Label("pixel")
	MOVQ(row, p.small)
	for i := range rows {
		MOVQ(rows[i], at[i])
	}
	MOVQ(Argument("vecs"), vecs)
	next := func(n int) {
		for _, r := range append([]Register{p.small}, at...) {
			ADDQ(U32(32*n), r)
		}
		SUBQ(U32(n), vecs)
	}
	Label("wide")
	CMPQ(vecs, U32(most))
	JL(LabelRef("narrow"))
	body(p, most)
	next(most)
	JMP(LabelRef("wide"))
	Label("narrow")
	TESTQ(vecs, vecs)
	JZ(LabelRef("done"))
	body(p, 1)
	next(1)
	JMP(LabelRef("narrow"))
	Label("done")
	ADDQ(ld, row)
	for _, r := range rows {
		ADDQ(step, r)
	}
	DECQ(pixels)
	JNZ(LabelRef("pixel"))
	VZEROUPPER()
	RET()
}

var loops int

// eachTap calls body for taps from the given one on, with the index of the tap's element. There must be one.
func (p *pass) eachTap(from int, body func(tap Register)) {
	loops++
	loop, out := fmt.Sprintf("taps%d", loops), fmt.Sprintf("tapped%d", loops)
	tap, at, left := GP64(), GP64(), GP64()
	MOVQ(p.taps, at)
	MOVQ(p.count, left)
	if from > 0 {
		ADDQ(U32(8*from), at)
		SUBQ(U32(from), left)
		JZ(LabelRef(out))
	}
	Label(loop)
	MOVQ(Mem{Base: at}, tap)
	body(tap)
	ADDQ(Imm(8), at)
	DECQ(left)
	JNZ(LabelRef(loop))
	Label(out)
}

func input(base, tap Register, k int) Mem { return Mem{Base: base, Index: tap, Scale: 4, Disp: 32 * k} }

// largest returns the maximum over the taps of x: the first of equals, NaN if there is one. VMAXPS returns its first operand,
// in Go's order, if they are equal or one is NaN.
func (p *pass) largest(x Register, vecs int) []VecVirtual {
	best, nan := make([]VecVirtual, vecs), make([]VecVirtual, vecs)
	first := GP64()
	MOVQ(Mem{Base: p.taps}, first)
	for k := range best {
		best[k], nan[k] = YMM(), Zeros()
		VMOVUPS(input(x, first, k), best[k])
	}
	p.eachTap(1, func(tap Register) {
		for k := range best {
			v, is := YMM(), YMM()
			VMOVUPS(input(x, tap, k), v)
			VMAXPS(best[k], v, best[k])
			VCMPPS(Imm(unordered), v, v, is)
			VORPS(is, nan[k], nan[k])
		}
	})
	for k := range best {
		VORPS(nan[k], best[k], best[k])
	}
	return best
}

func maxima() {
	windows("poolMaxAVX2", "writes the maximum of each window, NaN if it holds one,", "y", []string{"x"}, "", 4, func() {}, func(p *pass, vecs int) {
		for k, v := range p.largest(p.big, vecs) {
			VMOVUPS(v, Mem{Base: p.small, Disp: 32 * k})
		}
	})
}

// maxGradient gives the gradient of a window to the first tap that is the maximum.
func maxGradient(add bool) {
	name, doc := variant("poolMaxGrad", "the gradient of each window at its first maximum, and zero at its other taps", add)
	windows(name, doc, "dy", []string{"dx", "x"}, "", 2, func() {}, func(p *pass, vecs int) {
		best := p.largest(p.big2, vecs)
		dy := make([]VecVirtual, vecs)
		for k := range dy { // what is left of dy: nothing once a tap has it
			dy[k] = YMM()
			VMOVUPS(Mem{Base: p.small, Disp: 32 * k}, dy[k])
		}
		p.eachTap(0, func(tap Register) {
			for k := range dy {
				v, hit, nan := YMM(), YMM(), YMM()
				VMOVUPS(input(p.big2, tap, k), v)
				VCMPPS(Imm(equal), best[k], v, hit)
				VCMPPS(Imm(unordered), v, v, nan)
				VORPS(nan, hit, hit)
				VANDPS(dy[k], hit, v)
				VANDNPS(dy[k], hit, dy[k])
				p.put(v, input(p.big, tap, k), add)
			}
		})
	})
}

// put stores a register, or adds it to memory.
func (p *pass) put(v VecVirtual, to Mem, add bool) {
	if add {
		VADDPS(to, v, v)
	}
	VMOVUPS(v, to)
}

func variant(name, what string, add bool) (string, string) {
	if add {
		return name + "AddAVX2", "adds " + what + ","
	}
	return name + "AVX2", "writes " + what + ","
}

func means() {
	var n VecVirtual
	windows("poolMeanAVX2", "writes the mean of each window", "y", []string{"x"}, ", n float32", 4, func() { n = divisor() }, func(p *pass, vecs int) {
		sums := make([]VecVirtual, vecs)
		first := GP64()
		MOVQ(Mem{Base: p.taps}, first)
		for k := range sums {
			sums[k] = YMM()
			VMOVUPS(input(p.big, first, k), sums[k])
		}
		p.eachTap(1, func(tap Register) {
			for k, s := range sums {
				VADDPS(input(p.big, tap, k), s, s)
			}
		})
		for k, s := range sums {
			VDIVPS(n, s, s)
			VMOVUPS(s, Mem{Base: p.small, Disp: 32 * k})
		}
	})
}

// divisor is the argument n in all lanes.
func divisor() VecVirtual {
	y := YMM()
	VBROADCASTSS(Argument("n"), y)
	return y
}

func meanGradient(add bool) {
	name, doc := variant("poolMeanGrad", "the gradient of each window over n at its taps", add)
	var n VecVirtual
	windows(name, doc, "dy", []string{"dx"}, ", n float32", 4, func() { n = divisor() }, func(p *pass, vecs int) {
		share := make([]VecVirtual, vecs)
		for k := range share {
			share[k] = YMM()
			VMOVUPS(Mem{Base: p.small, Disp: 32 * k}, share[k])
			VDIVPS(n, share[k], share[k])
		}
		p.eachTap(0, func(tap Register) {
			for k, s := range share {
				v := s
				if add {
					v = YMM()
					VADDPS(input(p.big, tap, k), s, v)
				}
				VMOVUPS(v, input(p.big, tap, k))
			}
		})
	})
}
