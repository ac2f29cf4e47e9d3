package ops_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// whole are random whole numbers from lo to below hi.
func whole(r *rand.Rand, lo, hi int, shape ...int) value {
	x := zeros(shape)
	for i := range x.v {
		x.v[i] = float64(lo + r.IntN(hi-lo))
	}
	return x
}

func (x value) ints(g *graph.Graph) *graph.Node {
	return ops.Cast(g.ConstOf(graph.Float64, x.shape, x.v), graph.Int32)
}

// wrap counts a negative index from the end.
func wrap(i float64, n int) int { return (int(i) + n) % n }

func TestTakeOfRandomIndices(t *testing.T) {
	g, r, p := graph.New("take"), rand.New(rand.NewPCG(1, 2)), &pending{}
	for _, shape := range [][]int{{5}, {4, 3}, {2, 5, 3}, {3, 1, 2, 4}} {
		x := random(r, shape...)
		n := g.ConstOf(graph.Float64, x.shape, x.v)
		for axis, size := range shape {
			for _, places := range [][]int{{}, {4}, {2, 3}} {
				idx := whole(r, -size, size, places...)
				want := fill(join(shape[:axis], places, shape[axis+1:]), func(at []int) float64 {
					k := wrap(idx.get(at[axis:axis+len(places)]...), size)
					return x.get(join(at[:axis], []int{k}, at[axis+len(places):])...)
				})
				p.add(ops.Take(n, idx.ints(g), axis), want, "take from %v along %d at %v", shape, axis, idx)
			}
			idx := whole(r, -size, size, graph.Shape(shape).With(axis, 3)...)
			want := fill(idx.shape, func(at []int) float64 {
				from := append([]int{}, at...)
				from[axis] = wrap(idx.get(at...), size)
				return x.get(from...)
			})
			p.add(ops.TakeAlongAxis(n, idx.ints(g), axis), want, "take_along_axis from %v along %d at %v", shape, axis, idx)
		}
	}
	p.check(t)
}

// TestScatterOfRandomIndices puts updates at places that come up more than once, so that their order and sum count.
func TestScatterOfRandomIndices(t *testing.T) {
	g, r, p := graph.New("scatter"), rand.New(rand.NewPCG(2, 2)), &pending{}
	kinds := map[string]func(old, new float64) float64{
		"": func(_, b float64) float64 { return b }, "add": func(a, b float64) float64 { return a + b }, "mul": func(a, b float64) float64 { return a * b },
		"max": math.Max, "min": math.Min,
	}
	for _, shape := range [][]int{{6}, {4, 3}, {2, 3, 4}} {
		for k := 1; k <= len(shape); k++ {
			x, idx := random(r, shape...), zeros(graph.Shape{7, k})
			for i := range idx.v {
				idx.v[i] = float64(r.IntN(2*shape[i%k]) - shape[i%k])
			}
			updates := random(r, join([]int{7}, shape[k:])...)
			for kind, f := range kinds {
				want := value{x.shape, append([]float64{}, x.v...)}
				for _, at := range places(updates.shape) {
					to := make([]int, k)
					for a := range to {
						to[a] = wrap(idx.get(at[0], a), shape[a])
					}
					i := want.pos(join(to, at[1:]))
					want.v[i] = f(want.v[i], updates.get(at...))
				}
				n := ops.ScatterUpdate(g.ConstOf(graph.Float64, x.shape, x.v), idx.ints(g), g.ConstOf(graph.Float64, updates.shape, updates.v), kind)
				p.add(n, want, "%q into %v at %v", kind, shape, idx)
			}
		}
	}
	p.check(t)
}

// TestSegmentsOfRandomIDs reduces rows by their ids; ids outside are dropped.
func TestSegmentsOfRandomIDs(t *testing.T) {
	g, r, p := graph.New("segments"), rand.New(rand.NewPCG(3, 2)), &pending{}
	kinds := map[string]struct {
		op    func(x, ids *graph.Node, n int) *graph.Node
		start float64
		f     func(a, b float64) float64
	}{
		"sum": {ops.SegmentSum, 0, func(a, b float64) float64 { return a + b }}, "prod": {ops.SegmentProd, 1, func(a, b float64) float64 { return a * b }},
		"max": {ops.SegmentMax, math.Inf(-1), math.Max}, "min": {ops.SegmentMin, math.Inf(1), math.Min},
	}
	for _, shape := range [][]int{{6}, {8, 3}, {5, 2, 2}} {
		x, ids := random(r, shape...), whole(r, -1, 3, shape[0])
		for i := range 3 {
			ids.v[i] = float64(i) // no segment is empty
		}
		for name, kind := range kinds {
			want := fill(join([]int{3}, shape[1:]), func([]int) float64 { return kind.start })
			for _, at := range places(shape) {
				if id := int(ids.v[at[0]]); id >= 0 {
					i := want.pos(join([]int{id}, at[1:]))
					want.v[i] = kind.f(want.v[i], x.get(at...))
				}
			}
			p.add(kind.op(g.ConstOf(graph.Float64, x.shape, x.v), ids.ints(g), 3), want, "%s of %v by %v", name, shape, ids.v)
		}
	}
	p.check(t)
}
