package kernels

import (
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// TestPhilox holds the generator against the known answers that Random123 publishes.
func TestPhilox(t *testing.T) {
	const f = math.MaxUint32
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{f, f, f, f}, [2]uint32{f, f}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.ctr, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

// TestMoments checks mean, variance, range, and that a longer array starts with the same elements.
func TestMoments(t *testing.T) {
	const n = 40000
	s := &Seed{Key: [2]uint32{1, 2}, Counter: 3}
	for name, c := range map[string]struct {
		loops          func(dst []float64) []par.Loop
		mean, variance float64
		low, high      float64
	}{
		"uniform":   {func(x []float64) []par.Loop { return Uniform(x, s, -1, 3) }, 1, 16.0 / 12, -1, 3},
		"normal":    {func(x []float64) []par.Loop { return Normal(x, s, 2, 3) }, 2, 9, -30, 30},
		"truncated": {func(x []float64) []par.Loop { return TruncatedNormal(x, s, 0, 1) }, 0, 0.7737413, -2, 2},
		"bernoulli": {func(x []float64) []par.Loop { return Bernoulli(x, s, 0.3) }, 0.3, 0.21, 0, 1},
	} {
		x, short := make([]float64, n), make([]float64, 4099)
		runBoth(t, x, nil, c.loops(x), nil)
		run(t, c.loops(short), nil)
		same(t, name+": the start", x[:len(short)], short)
		sum, squares := 0.0, 0.0
		for _, v := range x {
			if v < c.low || v > c.high {
				t.Fatalf("%s: %v outside [%v, %v]", name, v, c.low, c.high)
			}
			sum += v
			squares += (v - c.mean) * (v - c.mean)
		}
		if d := sum/n - c.mean; math.Abs(d) > 4*math.Sqrt(c.variance/n) {
			t.Errorf("%s: mean is off by %v", name, d)
		}
		if v := squares / n; math.Abs(v/c.variance-1) > 0.05 {
			t.Errorf("%s: variance %v, want %v", name, v, c.variance)
		}
	}
}

func TestUniformStaysBelowHigh(t *testing.T) {
	x := make([]float32, 1<<16)
	run(t, Uniform(x, &Seed{}, 1, 1+0x1p-22), nil)
	for _, v := range x {
		if v < 1 || v >= 1+0x1p-22 {
			t.Fatalf("%v outside the range", v)
		}
	}
}

func TestSeedIsReadAtRunTime(t *testing.T) {
	s := &Seed{Key: [2]uint32{7, 8}}
	x, y := make([]float32, 10), make([]float32, 10)
	loops := Uniform(x, s, 0, 1)
	run(t, loops, nil)
	copy(y, x)
	s.Counter++
	run(t, loops, nil)
	for i := range x {
		if x[i] == y[i] {
			t.Fatalf("element %d is %v at two counters", i, x[i])
		}
	}
}

func TestRandomInt(t *testing.T) {
	x := make([]int32, 30000)
	runBoth(t, x, nil, RandomInt(x, &Seed{}, -2, 4), nil)
	var counts [6]int
	for _, v := range x {
		if v < -2 || v >= 4 {
			t.Fatalf("%d outside [-2, 4)", v)
		}
		counts[v+2]++
	}
	for v, c := range counts {
		if c < 4700 || c > 5300 {
			t.Errorf("%d occurs %d times of 30000, want about 5000", v-2, c)
		}
	}
}
