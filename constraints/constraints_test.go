package constraints_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

func project(like any, w any) ([]float64, error) {
	c, err := constraints.Get(like)
	if err != nil {
		return nil, err
	}
	g := graph.New("projection")
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{c.Call(g.Const(w))}})
	if err != nil {
		return nil, err
	}
	out, err := f.Run(context.Background())
	if err != nil {
		return nil, err
	}
	return array.Float64s(array.Elements(out[0])), nil
}

func TestProjections(t *testing.T) {
	w := [][]float32{{3, 0.3}, {-4, 0.4}} // columns of norm 5 and 0.5
	for _, c := range []struct {
		like any
		want []float64
	}{
		{"max_norm", []float64{1.2, 0.3, -1.6, 0.4}},
		{constraints.MaxNorm{MaxValue: 1}, []float64{0.6, 0.3, -0.8, 0.4}},
		{"non_neg", []float64{3, 0.3, 0, 0.4}},
		{"unit_norm", []float64{0.6, 0.6, -0.8, 0.8}},
		{constraints.UnitNorm{Axis: []int{0, 1}}, scaled(1/math.Sqrt(25.25), 3, 0.3, -4, 0.4)},
		{constraints.UnitNorm{Axis: []any{0.0, 1.0}}, scaled(1/math.Sqrt(25.25), 3, 0.3, -4, 0.4)},
		{"min_max_norm", []float64{0.6, 0.3, -0.8, 0.4}},
		{constraints.MinMaxNorm{MinValue: 1, MaxValue: 2}, []float64{1.2, 0.6, -1.6, 0.8}},
		{constraints.MinMaxNorm{MinValue: 1, MaxValue: 2, Rate: 0.5}, []float64{2.1, 0.45, -2.8, 0.6}},
		{func(w *graph.Node) *graph.Node { return ops.Neg(w) }, []float64{-3, -0.3, 4, -0.4}},
	} {
		got, err := project(c.like, w)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.want {
			if math.Abs(got[i]-c.want[i]) > 1e-5 {
				t.Errorf("%+v: got %v, want %v", c.like, got, c.want)
				break
			}
		}
	}
}

func scaled(by float64, v ...float64) []float64 {
	for i := range v {
		v[i] *= by
	}
	return v
}

func TestMistakes(t *testing.T) {
	for want, like := range map[string]any{
		`unknown constraint "maxnorm": did you mean`: "maxnorm",
		"MaxNorm.Axis: got rows":                     constraints.MaxNorm{Axis: "rows"},
		"axis 5":                                     constraints.UnitNorm{Axis: 5},
		"a bool is no constraint: give a name":       true,
	} {
		if _, err := project(like, [][]float32{{1}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v gave the error %v, want %q", like, err, want)
		}
	}
}

func TestConfig(t *testing.T) {
	o, err := config.Encode(constraints.MaxNorm{})
	if err != nil {
		t.Fatal(err)
	}
	c := o.(config.Object).Config
	if most, _ := config.Number(c["max_value"]); most != 2 || c["axis"] != 0 {
		t.Errorf("MaxNorm{} is written as %v, want max_value 2 and axis 0", c)
	}
}

func Example() {
	g := graph.New("projection")
	w := g.Const([]float32{-1, 2})
	f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{constraints.NonNeg{}.Call(w)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background())
	fmt.Println(out[0], err)
	// Output: [0  2] <nil>
}
