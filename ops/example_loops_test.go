package ops_test

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// show prints the value of y where x is fed v.
func show(x, y *graph.Node, v any) {
	f, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{y}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := f.Run(context.Background(), v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Data())
}

// Running totals along axis 1.
func ExampleScan() {
	g := graph.New("totals")
	x := g.Input("x", graph.Shape{graph.None, graph.None})
	start := ops.ZerosFrom(x, graph.Float32, []int{graph.None}, nil)
	totals, _ := ops.Scan(func(x *graph.Node, state graph.Nodes) (*graph.Node, graph.Nodes) {
		sum := ops.Add(state[0], x)
		return sum, graph.Nodes{sum}
	}, x, graph.Nodes{start})
	show(x, totals, [][]float32{{1, 2, 3}, {10, 20, 30}})
	// Output: [1 3 6 10 30 60]
}

func ExampleCond() {
	g := graph.New("root")
	x := g.Input("x", graph.Shape{})
	y := ops.Cond(ops.Greater(x, 0),
		func() *graph.Node { return ops.Sqrt(x) },
		func() *graph.Node { return ops.Neg(x) })
	show(x, y, 9)
	show(x, y, -9)
	// Output:
	// 3
	// 9
}

func ExampleWhile() {
	g := graph.New("powers")
	x := g.Input("x", graph.Shape{})
	last := ops.While(
		func(s graph.Nodes) *graph.Node { return ops.Less(s[0], 100) },
		func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Mul(s[0], 2)} },
		graph.Nodes{x})
	show(x, last[0], 3)
	// Output: 192
}
