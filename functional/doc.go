// Package functional holds models: nodes chosen as inputs and outputs of a graph. Layers are called on nodes with [Call];
// [New] makes a model of any nodes of one graph, which can be compiled, trained, asked for predictions, saved, and called
// like a layer.
//
// Start reading at call.go and model.go; network.go finds the layers of a model, replay.go calls it on other nodes.
package functional
