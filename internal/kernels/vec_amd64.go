package kernels

import (
	"math"
	"os"

	"golang.org/x/sys/cpu"
)

//go:generate go -C gen/vec run . -out ../../vec_avx2_amd64.s -stubs ../../vec_avx2_amd64.go -pkg kernels

func init() {
	if os.Getenv("GORGONIN_SIMD") != "off" && cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		useAVX2(table32)
		fillWords, uniform32, fill32 = wordsAVX2, uniformAVX2, fillAVX2
		choice32 = Choice[uint32]{selectVVAVX2, selectVSAVX2, selectSVAVX2, selectSSAVX2}
	}
}

// useAVX2 replaces the loops that there is assembly for. What is an IEEE operation keeps its bits; functions stay within 4 units
// in the last place, and sums of products are rounded once.
func useAVX2(t *vecTable[float32]) {
	for name, f := range map[string]func(dst, src []float32){
		"neg": negAVX2, "abs": absAVX2, "square": squareAVX2, "sqrt": sqrtAVX2, "rsqrt": rsqrtAVX2, "reciprocal": reciprocalAVX2,
		"relu": reluAVX2, "exp": expAVX2, "tanh": tanhAVX2, "sigmoid": sigmoidAVX2, "log": logAVX2, "erf": erfAVX2,
	} {
		t.unary[name] = f
	}
	for name, r := range map[string]Rows[float32, float32]{
		"add": {addVVAVX2, addVSAVX2, addSVAVX2}, "sub": {subVVAVX2, subVSAVX2, subSVAVX2}, "mul": {mulVVAVX2, mulVSAVX2, mulSVAVX2},
		"div": {divVVAVX2, divVSAVX2, divSVAVX2}, "maximum": {maxVVAVX2, maxVSAVX2, maxSVAVX2}, "minimum": {minVVAVX2, minVSAVX2, minSVAVX2},
	} {
		t.binary[name] = t.binary[name].hot(r.VV, r.VS, r.SV)
	}
	for name, r := range compareAVX2 {
		t.compare[name] = t.compare[name].hot(r.VV, r.VS, r.SV)
	}
	t.mulAdd, t.axpy = mulAddAVX2, axpyAVX2
	t.fromBool, t.fromInt32, t.nonZero = fromBoolAVX2, fromInt32AVX2, nonZeroAVX2
	t.wins = wins32
	t.maxRow, t.minRow, t.sumRow = maxRow32, minRow32, sumRow32
	t.addCols, t.addRows, t.inner, t.expSum = addCols32, addRows32, inner32, expSum32AVX2
}

// compareAVX2 turns a number on the left around.
var compareAVX2 = map[string]Rows[float32, bool]{
	"equal":         {equalVVAVX2, equalVSAVX2, func(dst []bool, a float32, b []float32) { equalVSAVX2(dst, b, a) }},
	"not_equal":     {notEqualVVAVX2, notEqualVSAVX2, func(dst []bool, a float32, b []float32) { notEqualVSAVX2(dst, b, a) }},
	"less":          {lessVVAVX2, lessVSAVX2, func(dst []bool, a float32, b []float32) { greaterVSAVX2(dst, b, a) }},
	"less_equal":    {lessEqualVVAVX2, lessEqualVSAVX2, func(dst []bool, a float32, b []float32) { greaterEqualVSAVX2(dst, b, a) }},
	"greater":       {greaterVVAVX2, greaterVSAVX2, func(dst []bool, a float32, b []float32) { lessVSAVX2(dst, b, a) }},
	"greater_equal": {greaterEqualVVAVX2, greaterEqualVSAVX2, func(dst []bool, a float32, b []float32) { lessEqualVSAVX2(dst, b, a) }},
}

// longest is how many elements one call folds: the garbage collector can stop a goroutine between two calls only.
const longest = 1 << 16

// blocks cuts n elements into multiples of 8 for assembly and a rest of less than 8.
func blocks(n int, body func(lo, hi int)) (rest int) {
	rest = n &^ 7
	for lo := 0; lo < rest; lo += longest {
		body(lo, min(lo+longest, rest))
	}
	return rest
}

func maxRow32(x []float32) float32 {
	m := lowest[float32]()
	rest := blocks(len(x), func(lo, hi int) {
		var lanes [8]float32
		maxRowAVX2(x[lo:hi], &lanes)
		m = max(m, maxRow(lanes[:]))
	})
	return max(m, maxRow(x[rest:]))
}

func minRow32(x []float32) float32 {
	m := highest[float32]()
	rest := blocks(len(x), func(lo, hi int) {
		var lanes [8]float32
		minRowAVX2(x[lo:hi], &lanes)
		m = min(m, minRow(lanes[:]))
	})
	return min(m, minRow(x[rest:]))
}

func wins32(at []int32, best, x []float32, pixel int32) {
	rest := blocks(len(at), func(lo, hi int) { winnersAVX2(at[lo:hi], best[lo:hi], x[lo:hi], uint32(pixel)) })
	wins(at[rest:], best[rest:], x[rest:], pixel)
}

func sumRow32(x []float32) float64 {
	s := 0.0
	rest := blocks(len(x), func(lo, hi int) { s += sumRowAVX2(x[lo:hi]) })
	return s + sumRow(x[rest:])
}

func inner32(a, b []float32) float64 {
	b = b[:len(a)]
	s := 0.0
	rest := blocks(len(a), func(lo, hi int) { s += innerAVX2(a[lo:hi], b[lo:hi]) })
	return s + inner(a[rest:], b[rest:])
}

func addCols32(acc []float64, x []float32) {
	x = x[:len(acc)]
	rest := blocks(len(x), func(lo, hi int) { addColsAVX2(acc[lo:hi], x[lo:hi]) })
	addCols(acc[rest:], x[rest:])
}

// wideRow is from how many elements on a row is better read as a whole, as memory comes.
const wideRow = 256

func addRows32(acc []float64, x []float32, rows, step int) {
	if len(acc) >= wideRow {
		for r := range rows {
			addCols32(acc, x[r*step:][:len(acc)])
		}
		return
	}
	n := len(acc) &^ 7
	if n > 0 {
		most := max(1, longest/n)
		for r := 0; r < rows; r += most {
			addRowsAVX2(acc[:n], x[r*step:][:n], min(most, rows-r), step)
		}
	}
	for i := n; i < len(acc); i++ {
		for r := range rows {
			acc[i] += float64(x[i+r*step])
		}
	}
}

func expSum32AVX2(dst, x []float32, shift float32) float64 {
	x = x[:len(dst)]
	s := 0.0
	rest := blocks(len(x), func(lo, hi int) { s += expSumAVX2(dst[lo:hi], x[lo:hi], shift) })
	if rest == len(x) {
		return s
	}
	var few [8]float32 // the same function as above: equal elements of a row have equal results
	copy(few[:], x[rest:])
	expSumAVX2(few[:], few[:], shift)
	copy(dst[rest:], few[:])
	return s + sumRow(dst[rest:])
}

// wordsAVX2 is fillWords; a number of blocks that no longer fits in 32 bits is left to the portable loop.
func wordsAVX2(words []uint32, s *Seed, first uint64) {
	if first+uint64(len(words)/4) > math.MaxUint32 {
		portableWords(words, s, first)
		return
	}
	if len(words) > 0 {
		philoxAVX2(words, uint32(first), &[2]uint32{uint32(s.Counter), uint32(s.Counter >> 32)}, &s.Key)
	}
}
