package native

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// tangle makes a random graph of elementwise operations with broadcasts, reductions and moves in between.
func tangle(r *rand.Rand, x, y *graph.Node) graph.Nodes {
	nodes := graph.Nodes{x, ops.Add(x, y), ops.BroadcastTo(ops.SliceAxis(y, 0, 0, 1), 2, 3)}
	pick := func() *graph.Node { return nodes[len(nodes)-1-r.IntN(min(6, len(nodes)))] }
	for range 40 {
		a, b := pick(), pick()
		var n *graph.Node
		switch r.IntN(9) {
		case 0:
			n = ops.Tanh(ops.Add(a, b))
		case 1:
			n = ops.Sub(a, b)
		case 2:
			n = ops.Tanh(ops.Mul(a, b))
		case 3:
			n = ops.Where(ops.Greater(a, b), a, ops.Neg(pick()))
		case 4:
			n = ops.Maximum(a, ops.MeanKeepDims(b, 1))
		case 5:
			n = ops.Mul(a, ops.Tanh(ops.Sum(b)))
		case 6:
			n = ops.Flip(a, 1)
		case 7:
			n = ops.Mul(ops.Tanh(a), y)
		default:
			n = ops.Add(ops.Mul(a, 0.5), ops.SumKeepDims(b, 0))
		}
		nodes = append(nodes, ops.Tanh(n))
	}
	return graph.Nodes{nodes[len(nodes)-1], pick(), pick(), ops.Sum(pick())}
}

// Whatever is fused gives the bits of step by step computation, and no result is overwritten while it is needed.
func TestFusionOfRandomGraphs(t *testing.T) {
	fused := 0
	for seed := range uint64(150) {
		build := func(check bool) *executable {
			return executableOf(t, func(x, y *graph.Node) backend.Func {
				return backend.Func{Outputs: tangle(rand.New(rand.NewPCG(seed, 1)), x, y), CheckNaN: check}
			})
		}
		e := build(false)
		for _, s := range e.p.steps {
			if s.unit != nil {
				fused++
			}
		}
		got, err := outputs(e)
		if err != nil {
			t.Fatal(err)
		}
		want, err := outputs(build(true))
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("seed %d: output %d is %v, want %v\n%s", seed, i, got[i], want[i], e.Program())
			}
		}
	}
	if fused < 1000 {
		t.Errorf("only %d fused steps were tried", fused)
	}
}
