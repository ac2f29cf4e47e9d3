package gorgonia

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	for _, kind := range []string{"uniform", "normal", "truncated_normal"} {
		registerLoop("random_"+kind, random)
	}
}

// random draws the numbers that backend/native draws: the bits are part of what the operation means, so they come from the same kernels.
func random(n *graph.Node) body {
	op, single := n.Op().(ops.RandomOp), n.Dtype() == graph.Float32
	return func(in [][]float64, out []float64) error {
		key := mix(uint64(int64(in[0][0])) ^ mix(op.Seed))
		seed := &kernels.Seed{Key: [2]uint32{uint32(key), uint32(key >> 32)}, Counter: uint64(int64(in[0][1]))}
		if !single {
			draw(op.Kind, out, seed)
			return nil
		}
		v := make([]float32, len(out))
		draw(op.Kind, v, seed)
		for i, x := range v {
			out[i] = float64(x)
		}
		return nil
	}
}

func draw[T kernels.Float](kind string, dst []T, seed *kernels.Seed) {
	var loops []par.Loop
	switch kind {
	case "uniform":
		loops = kernels.Uniform(dst, seed, 0, 1)
	case "normal":
		loops = kernels.Normal(dst, seed, 0, 1)
	default:
		loops = kernels.TruncatedNormal(dst, seed, 0, 1)
	}
	for _, l := range loops {
		l.Body(0, 0, l.N)
	}
}

// mix spreads the bits of small numbers over the key (Steele, Lea and Flood, SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
