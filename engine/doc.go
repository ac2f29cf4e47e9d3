// Package engine turns nodes of a graph into a function that runs.
//
// [Compile] decides between training and inference, composes the updates that layers recorded, and keeps a graph whose sizes
// are still open. A run binds it to the sizes of what is fed, sends it through the passes in passes.go, lets the backend
// compile it, and keeps the result for later runs of the same sizes.
//
// Start reading at compile.go; run.go has what happens in a run, passes.go the list of passes.
package engine
