package kernels

import (
	"math"
	"math/bits"

	"github.com/gorgonin/gorgonin/internal/par"
)

// philox is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): ten rounds that
// turn a counter and a key into four random words.
func philox(ctr [4]uint32, key [2]uint32) [4]uint32 {
	const m0, m1, w0, w1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
	c0, c1, c2, c3 := ctr[0], ctr[1], ctr[2], ctr[3] // the compiler keeps variables in registers, but not arrays
	k0, k1 := key[0], key[1]
	for range 10 {
		p0, p1 := m0*uint64(c0), m1*uint64(c2)
		c0, c1, c2, c3 = uint32(p1>>32)^c1^k0, uint32(p1), uint32(p0>>32)^c3^k1, uint32(p0)
		k0 += w0
		k1 += w1
	}
	return [4]uint32{c0, c1, c2, c3}
}

// Seed is the state of a random operation, read when its loops run. Element i of a result depends on Key, Counter and i only.
type Seed struct {
	Key     [2]uint32
	Counter uint64
}

// block returns the four words of block i: the counter's low half is i, its high half Counter.
func (s *Seed) block(i uint64) [4]uint32 {
	return philox([4]uint32{uint32(i), uint32(i >> 32), uint32(s.Counter), uint32(s.Counter >> 32)}, s.Key)
}

// randomChunk is a multiple of 4, so that chunks start at a block.
const randomChunk = 2048

// random returns the loop that makes dst from the words; fill gets four words and up to four elements.
func random[T any](dst []T, fill func(out []T, w [4]uint32), s *Seed) []par.Loop {
	return worded(dst, func(out []T, words []uint32) {
		for i := 0; i < len(out); i += 4 {
			fill(out[i:min(i+4, len(out))], [4]uint32(words[i:]))
		}
	}, s)
}

// worded returns the loop that makes chunks of dst from a word for each element.
func worded[T any](dst []T, fill func(out []T, words []uint32), s *Seed) []par.Loop {
	var memory scratch[uint32]
	return []par.Loop{{N: len(dst), Chunk: randomChunk, Body: func(worker, lo, hi int) {
		for ; lo < hi; lo += randomChunk {
			n := min(hi-lo, randomChunk)
			words := memory.get(worker, randomChunk)[:(n+31)&^31]
			s.words(words, uint64(lo/4))
			fill(dst[lo:lo+n], words)
		}
	}}}
}

// fillWords is the loop of Seed.words.
var fillWords = portableWords

func portableWords(words []uint32, s *Seed, first uint64) {
	for i := 0; i < len(words); i += 4 {
		w := s.block(first + uint64(i/4))
		copy(words[i:], w[:])
	}
}

// words fills a multiple of 32 words with the blocks from first on.
func (s *Seed) words(words []uint32, first uint64) { fillWords(words, s, first) }

// pairwise is random for elements that are made two at a time, from two words.
func pairwise[T any](dst []T, fill func(out []T, a, b uint32), s *Seed) []par.Loop {
	return random(dst, func(out []T, w [4]uint32) {
		fill(out[:min(2, len(out))], w[0], w[1])
		if len(out) > 2 {
			fill(out[2:], w[2], w[3])
		}
	}, s)
}

// unit returns a number in [0, 1).
func unit(w uint32) float64 { return float64(w) * 0x1p-32 }

// open returns a number in (0, 1) of 32 bits, never 0 or 1.
func open(w uint32) float64 { return (float64(w) + 0.5) * 0x1p-32 }

// uniform32 is the loop of Uniform for float32: low + width*w/2^32, but at most limit.
var uniform32 = func(dst []float32, words []uint32, low, width float64, limit float32) {
	for i := range dst {
		dst[i] = min(float32(low+width*unit(words[i])), limit)
	}
}

// Uniform returns the loops of numbers in [low, high). s is read when they run.
func Uniform[T Float](dst []T, s *Seed, low, high float64) []par.Loop {
	if d, ok := any(dst).([]float32); ok {
		limit := float32(math.Inf(1))
		if low < high { // rounding to float32 may reach the end
			limit = max(float32(low), math.Nextafter32(float32(high), float32(low)))
		}
		return worded(d, func(out []float32, words []uint32) { uniform32(out, words, low, high-low, limit) }, s)
	}
	return random(dst, func(out []T, w [4]uint32) {
		for i := range out {
			v := T(low + (high-low)*unit(w[i]))
			if v >= T(high) && low < high { // rounding to T may reach the end
				v = max(T(low), nextAfter(T(high), T(low)))
			}
			out[i] = v
		}
	}, s)
}

// Normal returns the loops of normally distributed numbers (Box and Muller 1958: two words give two numbers).
func Normal[T Float](dst []T, s *Seed, mean, stddev float64) []par.Loop {
	return pairwise(dst, func(out []T, a, b uint32) {
		r := math.Sqrt(-2 * math.Log(open(a)))
		sin, cos := math.Sincos(2 * math.Pi * unit(b))
		out[0] = T(mean + stddev*r*cos)
		if len(out) == 2 {
			out[1] = T(mean + stddev*r*sin)
		}
	}, s)
}

// TruncatedNormal returns the loops of normally distributed numbers within two standard deviations of the mean, by the inverse of
// the distribution function: one word each, no rejection.
func TruncatedNormal[T Float](dst []T, s *Seed, mean, stddev float64) []par.Loop {
	limit := math.Erf(math.Sqrt2) // P(|z| < 2)
	return random(dst, func(out []T, w [4]uint32) {
		for i := range out {
			z := math.Sqrt2 * math.Erfinv(limit*(2*open(w[i])-1))
			out[i] = T(mean + stddev*min(max(z, -2), 2))
		}
	}, s)
}

// Bernoulli returns the loops of elements that are one with probability p, else zero.
func Bernoulli[T Number](dst []T, s *Seed, p float64) []par.Loop {
	return random(dst, func(out []T, w [4]uint32) {
		for i := range out {
			out[i] = 0
			if unit(w[i]) < p {
				out[i] = 1
			}
		}
	}, s)
}

// RandomInt returns the loops of integers in [low, high); an empty range gives low. Each takes two words, so that the bias is
// below (high-low)/2^64.
func RandomInt[T Integer](dst []T, s *Seed, low, high int64) []par.Loop {
	n := uint64(max(1, high-low))
	return []par.Loop{{N: len(dst), Chunk: randomChunk, Body: func(_, lo, hi int) {
		for i := lo; i < hi; i += 2 {
			w := s.block(uint64(i / 2))
			for j := range min(2, hi-i) {
				v, _ := bits.Mul64(uint64(w[2*j])<<32|uint64(w[2*j+1]), n)
				dst[i+j] = T(low + int64(v))
			}
		}
	}}}
}
