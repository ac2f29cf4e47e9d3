// Package ops holds the operations, under their names in keras.ops: node in, node out. One operation is one struct with its
// attributes, its shape rule and its gradient; the function beside it is what users call.
//
// Numbers may stand where a node is expected in the arithmetic functions; they take the other operand's dtype. Nodes of
// different dtypes are promoted as Keras does. A mistake returns a poisoned node and is recorded in the graph.
//
// Start reading at operand.go and elementwise.go; to add an operation see docs/adding.md.
package ops
