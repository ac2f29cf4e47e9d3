// Package layers holds Keras's layers. A layer is a pointer to a struct literal whose fields are its settings; the pointer is
// its identity, so calling it twice shares its weights. A layer knows no graph: functional.Call(layer, x) calls it on a node
// of any graph.
//
// A layer of one's own embeds Base, has a field Name, and writes Call; its weights come from the [Context]. See layer.go for
// the interfaces, call.go for what a call does, dense.go for an example.
package layers
