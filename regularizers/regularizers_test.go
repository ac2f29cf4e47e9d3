package regularizers_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

func penalty(like any, w [][]float32) (float64, error) {
	r, err := regularizers.Get(like)
	if err != nil {
		return 0, err
	}
	g := graph.New("penalty")
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{r.Call(g.Const(w))}})
	if err != nil {
		return 0, err
	}
	out, err := f.Run(context.Background())
	if err != nil {
		return 0, err
	}
	return array.Float64s(array.Elements(out[0]))[0], nil
}

func TestPenalties(t *testing.T) {
	w := [][]float32{{3, -4}, {0, 5}}
	for _, c := range []struct {
		like any
		want float64
	}{
		{"l1", 0.12},
		{"l2", 0.5},
		{"l1_l2", 0.62},
		{regularizers.L1{L1: 0.5}, 6},
		{regularizers.L1{L1: graph.Zero}, 0},
		{regularizers.L2{L2: 0.1}, 5},
		{regularizers.L1L2{}, 0},
		{regularizers.L1L2{L1: 0.1}, 1.2},
		{regularizers.L1L2{L2: 0.1}, 5},
		{regularizers.L1L2{L1: 0.1, L2: 0.1}, 6.2},
		{regularizers.OrthogonalRegularizer{Factor: 1}, 0.8}, // one pair of rows, cosine -4/5
		{regularizers.OrthogonalRegularizer{Factor: 1, Mode: "columns"}, 12 / (3 * math.Sqrt(16+25))}, // columns (3, 0), (-4, 5)
		{func(w *graph.Node) *graph.Node { return ops.Max(w) }, 5},
	} {
		got, err := penalty(c.like, w)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-c.want) > 1e-5 {
			t.Errorf("%+v: got %g, want %g", c.like, got, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for want, c := range map[string]struct {
		like any
		w    [][]float32
	}{
		`unknown regularizer "l3": did you mean`: {"l3", nil},
		`unknown Mode "diagonal"`:                {regularizers.OrthogonalRegularizer{Mode: "diagonal"}, [][]float32{{1, 2}, {3, 4}}},
		"at least two rows, got the shape (1,":   {regularizers.OrthogonalRegularizer{}, [][]float32{{1, 2}}},
		"a int is no regularizer: give a name,":  {3, nil},
	} {
		if _, err := penalty(c.like, c.w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v gave the error %v, want %q", c.like, err, want)
		}
	}
}

func Example() {
	g := graph.New("penalty")
	w := g.Const([]float32{1, -2, 3})
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{regularizers.L1L2{L1: 0.5, L2: 0.25}.Call(w)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background())
	fmt.Println(out[0], err)
	// Output: 6.5 <nil>
}
