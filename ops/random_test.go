package ops_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
)

// draws compiles a node of random numbers and runs it a number of times.
func draws(t *testing.T, y *graph.Node, training bool, runs int) [][]float64 {
	t.Helper()
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{y}, Training: training})
	if err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for range runs {
		got, err := f.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, array.Float64s(array.Elements(got[0])))
	}
	return out
}

func moments(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		deviation += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(deviation)
}

func TestDistributions(t *testing.T) {
	const n = 20000
	for name, c := range map[string]struct {
		build           func(g *graph.Graph) *graph.Node
		mean, deviation float64
		lo, hi          float64
	}{
		"uniform": {func(g *graph.Graph) *graph.Node { return ops.RandomUniform(g, graph.Shape{n}, 2, 4) }, 3, 2 / math.Sqrt(12), 2, 4},
		"normal":  {func(g *graph.Graph) *graph.Node { return ops.RandomNormal(g, graph.Shape{n}, 1, 3) }, 1, 3, -20, 20},
		"truncated": {func(g *graph.Graph) *graph.Node { return ops.TruncatedNormal(g, graph.Shape{n}, 1, 1) },
			1, 0.8796, -1, 3},
		"integers":  {func(g *graph.Graph) *graph.Node { return ops.RandInt(g, graph.Shape{n}, -1, 2) }, 0, math.Sqrt(2. / 3), -1, 1},
		"bernoulli": {func(g *graph.Graph) *graph.Node { return ops.Bernoulli(ops.Full(g, graph.Shape{n}, 0.25)) }, 0.25, math.Sqrt(3) / 4, 0, 1},
		"categorical": {func(g *graph.Graph) *graph.Node {
			return ops.Categorical(ops.Log(g.Const([][]float32{{0.5, 0.25, 0.25}})), n)
		}, 0.75, 0.8292, 0, 2},
	} {
		v := draws(t, c.build(graph.New(name)), false, 1)[0]
		mean, deviation := moments(v)
		if math.Abs(mean-c.mean) > 0.07*c.deviation || math.Abs(deviation-c.deviation) > 0.03*c.deviation || slices.Min(v) < c.lo || slices.Max(v) > c.hi {
			t.Errorf("%s: mean %v, deviation %v, from %v to %v", name, mean, deviation, slices.Min(v), slices.Max(v))
		}
	}
}

func TestStateAdvances(t *testing.T) {
	build := func() *graph.Node { return ops.RandomNormalLike(ops.Zeros(graph.New("state"), graph.Shape{8})) }
	a, b := draws(t, build(), false, 3), draws(t, build(), false, 3)
	for i := range a {
		if !slices.Equal(a[i], b[i]) {
			t.Errorf("run %d of two equal graphs differs: %v and %v", i, a[i], b[i])
		}
	}
	if slices.Equal(a[0], a[1]) || slices.Equal(a[1], a[2]) {
		t.Errorf("runs repeat themselves: %v", a)
	}
	x := ops.Zeros(graph.New("two"), graph.Shape{8})
	if v := draws(t, ops.Sub(ops.RandomNormalLike(x), ops.RandomNormalLike(x)), false, 1)[0]; slices.Max(v) == 0 {
		t.Errorf("two draws in one graph are equal")
	}
}

func TestDropout(t *testing.T) {
	build := func() *graph.Node {
		return ops.Dropout(ops.Ones(graph.New("dropout"), graph.Shape{100, 50}), 0.2, graph.None, 1)
	}
	for i, v := range draws(t, build(), true, 2) {
		rows := 0
		for r := range 100 {
			row := v[50*r : 50*r+50]
			if slices.Min(row) != slices.Max(row) || row[0] != 0 && row[0] != 1.25 {
				t.Fatalf("run %d: row %d is %v, want 0 or 1.25 throughout", i, r, row)
			}
			if row[0] == 0 {
				rows++
			}
		}
		if rows < 8 || rows > 35 {
			t.Errorf("run %d: %d of 100 rows are dropped at a rate of 0.2", i, rows)
		}
	}
	if v := draws(t, build(), false, 1)[0]; slices.Min(v) != 1 {
		t.Errorf("elements are dropped in inference")
	}
	all := draws(t, ops.Dropout(ops.Ones(graph.New("all"), graph.Shape{9}), 1), true, 1)[0]
	if slices.Max(all) != 0 {
		t.Errorf("at a rate of 1 there remains %v", all)
	}
}

func TestShuffleKeepsAll(t *testing.T) {
	v := draws(t, ops.Shuffle(ops.Arange(graph.New("shuffle"), 0, 50, 1)), false, 1)[0]
	if slices.IsSorted(v) {
		t.Errorf("nothing was moved: %v", v)
	}
	slices.Sort(v)
	for i, x := range v {
		if x != float64(i) {
			t.Fatalf("element %d of the sorted result is %v", i, x)
		}
	}
}
