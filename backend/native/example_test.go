package native_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// The number of threads changes the time that a run takes, and no bit of what it computes.
func Example() {
	values := make([]float32, 10000)
	for i := range values {
		values[i] = 1 / float32(i+1)
	}
	var sums [2]float64
	for i, threads := range []int{1, 3} {
		g := graph.New("harmonic")
		x := g.Input("x", graph.Shape{graph.None})
		f, err := engine.Compile(engine.Config{
			Inputs:  graph.Nodes{x},
			Outputs: graph.Nodes{ops.Sum(x)},
			Backend: &native.Backend{Threads: threads},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		out, err := f.Run(context.Background(), values)
		if err != nil {
			fmt.Println(err)
			return
		}
		sums[i] = data.Float64s(out[0])[0]
	}
	fmt.Printf("%.4f %v\n", sums[0], sums[0] == sums[1])
	// Output: 9.7876 true
}
