package engine

import (
	"testing"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// TestCompositesCostTheirParts wants the same operations whether the backend computes a composite by itself or by parts.
func TestCompositesCostTheirParts(t *testing.T) {
	g := graph.New("composite")
	y, dy := g.Input("y", graph.Shape{graph.None, 8}, graph.Float32), g.Input("dy", graph.Shape{graph.None, 8}, graph.Float32)
	dx := graph.Apply(ops.SoftmaxGradOp{Axis: 1}, y, dy)
	for _, without := range []string{"", "all"} {
		c, err := Estimate(Config{Inputs: graph.Nodes{y, dy}, Outputs: graph.Nodes{dx}, Backend: native.Backend{Without: without}}, 4)
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(4 * 4 * 8); c.FLOPs != want { // two products, a sum, a difference
			t.Errorf("without %q: %d operations, want %d", without, c.FLOPs, want)
		}
	}
}

// TestRecurrentCost wants the product of each step in the operations of a fused sequence.
func TestRecurrentCost(t *testing.T) {
	const batch, steps, units = 2, 5, 3
	for _, without := range []string{"", "simple_rnn"} {
		g := graph.New("cost")
		z, r := g.Input("z", graph.Shape{batch, steps, units}), g.Input("r", graph.Shape{units, units})
		h := g.Input("h", graph.Shape{batch, units})
		ys, _ := ops.SimpleRNN(z, r, h, "tanh", false)
		c, err := Estimate(Config{Inputs: graph.Nodes{z, r, h}, Outputs: graph.Nodes{ys}, Backend: native.Backend{Without: without}}, batch)
		if err != nil {
			t.Fatal(err)
		}
		product := int64(steps * 2 * batch * units * units)
		if c.FLOPs < product || c.FLOPs > 2*product {
			t.Errorf("without %q: %d operations, of which products are %d", without, c.FLOPs, product)
		}
	}
}
