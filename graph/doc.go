// Package graph holds the symbolic computation graph that everything else is built on: nodes, operations, shapes with
// unknown axes, parameters, layer calls, and the one way to copy nodes from graph to graph.
//
// A graph is made with [New]; leaves come from [Graph.Input], [Graph.Const] and [Graph.Param]; every other node is made by
// [Apply], which infers the result's [Spec], merges equal nodes and appends. Package ops wraps Apply in one function per
// operation, package autodiff adds gradients as more nodes, package engine compiles and runs.
//
// Mistakes do not stop the building: a bad call records an [Error] and returns a poisoned node that passes through
// everything built on it; [Graph.Err] joins what was recorded.
//
// Start reading at node.go, op.go and apply.go.
package graph
