package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	for _, kind := range []string{"uniform", "normal", "truncated_normal"} {
		register("random_"+kind, kernel{types: types{graph.Int64: random}})
	}
}

// random reads the seed state when the step runs, then fills the result.
func random(c *call) ([]par.Loop, error) {
	op, state := c.op.(ops.RandomOp), in[int64](c, 0)
	seed := &kernels.Seed{}
	loops := []par.Loop{{N: 1, Body: func(_, _, _ int) {
		key := mix(uint64(state[0]) ^ mix(op.Seed))
		seed.Key, seed.Counter = [2]uint32{uint32(key), uint32(key >> 32)}, uint64(state[1])
	}}}
	if c.out[0].Dtype == graph.Float64 {
		return append(loops, numbersOf(op.Kind, out[float64](c, 0), seed)...), nil
	}
	return append(loops, numbersOf(op.Kind, out[float32](c, 0), seed)...), nil
}

func numbersOf[T kernels.Float](kind string, dst []T, seed *kernels.Seed) []par.Loop {
	switch kind {
	case "uniform":
		return kernels.Uniform(dst, seed, 0, 1)
	case "normal":
		return kernels.Normal(dst, seed, 0, 1)
	}
	return kernels.TruncatedNormal(dst, seed, 0, 1)
}

// mix spreads the bits of small numbers over the key (Steele, Lea and Flood, SplitMix64), so that seeds 0, 1, 2 and keys 0, 1, 2 do not
// meet in their exclusive or.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
