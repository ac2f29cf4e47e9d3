// Package opstest lists samples of every operation: small graphs that the generic tests of ops, autodiff, the engine and
// the backends run, so that no operation can be added without its shape rule, gradient and kernels being checked.
package opstest

import "github.com/gorgonin/gorgonin/graph"

// Sample builds one result of one or more operations.
type Sample struct {
	Name   string
	In     []Arg
	Build  func(in graph.Nodes) *graph.Node
	NoGrad bool // the result has no gradient (integer, bool, piecewise constant)
	Order  int  // the highest order of gradient that is checked; 0 means 2
}

// Arg describes an input of a sample.
type Arg struct {
	Shape  []int
	Dtype  graph.Dtype // default float64 for gradient checks, float32 elsewhere
	Lo, Hi float64     // range of the random values; both 0 means -1 to 1. Integers lie in [Lo, Hi).
	None   []int       // axes that may be unknown when the graph is built
}

var samples []Sample

func register(s ...Sample) { samples = append(samples, s...) }

// Samples returns all samples.
func Samples() []Sample { return samples }
