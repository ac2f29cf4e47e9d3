package autodiff

import "github.com/gorgonin/gorgonin/graph"

// Runner compiles a function for CheckOrder.
type Runner = runner

// Engine is the runner of CheckGrad.
var Engine Runner = engineRunner

// CheckOrder is CheckGrad up to an order, with a runner of the test's choice.
func CheckOrder(y *graph.Node, xs graph.Nodes, order int, run Runner, at ...any) error {
	return checkGrad(y, xs, order, run, at)
}
