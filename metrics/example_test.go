package metrics_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
)

// The totals go on from batch to batch until Reset.
func ExampleAccumulator() {
	g := graph.New("example")
	yTrue := g.Input("yTrue", graph.Shape{graph.None})
	yPred := g.Input("yPred", graph.Shape{graph.None})
	acc := metrics.NewAccumulator(g, "recall")
	recall := metrics.Recall{}.Call(acc, yTrue, yPred, nil)

	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{yTrue, yPred}, Outputs: graph.Nodes{recall}, Updates: acc.Updates()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, predictions := range [][]float32{{0.9, 0.2}, {0.8, 0.7}} {
		out, err := f.Run(context.Background(), []float32{1, 1}, predictions)
		fmt.Println(out[0].Data(), err)
	}
	// Output:
	// 0.5 <nil>
	// 0.75 <nil>
}

// r2 is the coefficient of determination of one output: four totals, and an expression over them.
type r2 struct{}

func (r2) Call(acc *metrics.Accumulator, yTrue, yPred, _ *graph.Node) *graph.Node {
	n := acc.Sum("count", ops.Sum(ops.OnesLike(yTrue)))
	sum := acc.Sum("sum", ops.Sum(yTrue))
	squares := acc.Sum("squares", ops.Sum(ops.Square(yTrue)))
	residual := acc.Sum("residual", ops.Sum(ops.Square(ops.Sub(yTrue, yPred))))
	return ops.Sub(1, ops.Div(residual, ops.Sub(squares, ops.Div(ops.Square(sum), n))))
}

func ExampleMetric() {
	fmt.Println(metrics.NameOf(r2{}))
	// Output: r2
}
