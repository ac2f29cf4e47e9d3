//go:build amd64 || arm64

package kernels

import "math"

// The folds below give assembly, whose names end in SIMD here, what it asks for: lengths that are multiples of 8, and not too much
// at once.

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
	rest := blocks(len(x), func(lo, hi int) { m = max(m, maxRowSIMD(x[lo:hi])) })
	return max(m, maxRow(x[rest:]))
}

func minRow32(x []float32) float32 {
	m := highest[float32]()
	rest := blocks(len(x), func(lo, hi int) { m = min(m, minRowSIMD(x[lo:hi])) })
	return min(m, minRow(x[rest:]))
}

func wins32(at []int32, best, x []float32, pixel int32) {
	rest := blocks(len(at), func(lo, hi int) { winnersSIMD(at[lo:hi], best[lo:hi], x[lo:hi], uint32(pixel)) })
	wins(at[rest:], best[rest:], x[rest:], pixel)
}

func sumRow32(x []float32) float64 {
	s := 0.0
	rest := blocks(len(x), func(lo, hi int) { s += sumRowSIMD(x[lo:hi]) })
	return s + sumRow(x[rest:])
}

func inner32(a, b []float32) float64 {
	b = b[:len(a)]
	s := 0.0
	rest := blocks(len(a), func(lo, hi int) { s += innerSIMD(a[lo:hi], b[lo:hi]) })
	return s + inner(a[rest:], b[rest:])
}

func addCols32(acc []float64, x []float32) {
	x = x[:len(acc)]
	rest := blocks(len(x), func(lo, hi int) { addColsSIMD(acc[lo:hi], x[lo:hi]) })
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
			addRowsSIMD(acc[:n], x[r*step:][:n], min(most, rows-r), step)
		}
	}
	for i := n; i < len(acc); i++ {
		for r := range rows {
			acc[i] += float64(x[i+r*step])
		}
	}
}

func expSumRow32(dst, x []float32, shift float32) float64 {
	x = x[:len(dst)]
	s := 0.0
	rest := blocks(len(x), func(lo, hi int) { s += expSumSIMD(dst[lo:hi], x[lo:hi], shift) })
	if rest == len(x) {
		return s
	}
	var few [8]float32 // the same function as above: equal elements of a row have equal results
	copy(few[:], x[rest:])
	expSumSIMD(few[:], few[:], shift)
	copy(dst[rest:], few[:])
	return s + sumRow(dst[rest:])
}

// wordsSIMD is fillWords; a number of blocks that no longer fits in 32 bits is left to the portable loop.
func wordsSIMD(words []uint32, s *Seed, first uint64) {
	if first+uint64(len(words)/4) > math.MaxUint32 {
		portableWords(words, s, first)
		return
	}
	if len(words) > 0 {
		philoxSIMD(words, uint32(first), &[2]uint32{uint32(s.Counter), uint32(s.Counter >> 32)}, &s.Key)
	}
}
