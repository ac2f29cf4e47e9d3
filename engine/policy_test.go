package engine

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func TestDtypePolicyRoundsProducts(t *testing.T) {
	g := graph.New("policy")
	x, w := g.Input("x", graph.Shape{1, 2}), g.Input("w", graph.Shape{2, 1})
	y := ops.Add(ops.MatMul(x, w), 1.0/1024)
	const a = 1.01 // not a bfloat16: 1.0078125 is
	for policy, want := range map[string]float64{
		"":               2*float64(float32(a)) + 1.0/1024,
		"mixed_bfloat16": 2*1.0078125 + 1.0/1024,
		"mixed_float16":  2*1.009765625 + 1.0/1024,
	} {
		f, err := Compile(Config{Inputs: graph.Nodes{x, w}, Outputs: graph.Nodes{y}, DtypePolicy: policy})
		if err != nil {
			t.Fatal(err)
		}
		out, err := f.Run(context.Background(), []any{[]float32{a, a}}, [][]float32{{1}, {1}})
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(out[0].Data().([]float32)[0]); math.Abs(got-want) > 1e-6 {
			t.Errorf("policy %q gave %v, want %v", policy, got, want)
		}
	}
	_, err := Compile(Config{Inputs: graph.Nodes{x, w}, Outputs: graph.Nodes{y}, DtypePolicy: "mixed_bflot16"})
	if err == nil || !strings.Contains(err.Error(), `did you mean "mixed_bfloat16"`) {
		t.Errorf("an unknown policy gave %v", err)
	}
}
