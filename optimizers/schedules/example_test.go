package schedules_test

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// A warm-up of ten steps from 0 to 0.1, then half a cosine down to 0 in a hundred.
func ExampleCosineDecay() {
	rates, err := schedules.At(schedules.CosineDecay{WarmupTarget: 0.1, WarmupSteps: 10, DecaySteps: 100}, 0, 5, 10, 60, 110)
	fmt.Printf("%.3f %v\n", rates, err)
	// Output: [0.000 0.050 0.100 0.050 0.000] <nil>
}

// A schedule of one's own is a function from step to rate: here the inverse square root.
func ExampleFunc() {
	slow := schedules.Func(func(step *graph.Node) *graph.Node {
		return ops.Div(1, ops.Sqrt(ops.Add(ops.Cast(step, graph.Float32), 1)))
	})
	rates, err := schedules.At(slow, 0, 3, 99)
	fmt.Printf("%.2f %v\n", rates, err)
	// Output: [1.00 0.50 0.10] <nil>
}
