package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// AdaptiveAveragePool is the mean over windows chosen so that x: (batch, spatial..., channels) of known spatial sizes becomes size;
// one number is for all axes. Window i of o over n elements begins at floor(i*n/o) and ends before ceil((i+1)*n/o).
// https://keras.io/api/ops/nn/#adaptiveaveragepool-function
func AdaptiveAveragePool(x *graph.Node, size []int, dataFormat ...string) *graph.Node {
	return adaptivePool("adaptive_average_pool", x, size, dataFormat, MeanKeepDims)
}

// AdaptiveMaxPool is the maximum over the windows of [AdaptiveAveragePool].
// https://keras.io/api/ops/nn/#adaptivemaxpool-function
func AdaptiveMaxPool(x *graph.Node, size []int, dataFormat ...string) *graph.Node {
	return adaptivePool("adaptive_max_pool", x, size, dataFormat, MaxKeepDims)
}

func adaptivePool(name string, x *graph.Node, size []int, format []string, reduce func(*graph.Node, ...int) *graph.Node) *graph.Node {
	if !ready(x) {
		return graph.FailCall(name, fmt.Errorf("the input is nil"), x)
	}
	out, err := perAxis("sizes", x.Shape().Rank()-2, size)
	if err != nil || len(size) == 0 || len(format) > 1 {
		return x.Graph().Fail(name, fmt.Errorf("sizes %v for shape %v (batch, spatial..., channels): give one for each spatial axis or one for all, and at most one data format", size, x.Shape()), x)
	}
	x, back := channelsLast(name, append(format, "")[0], x)
	for i, o := range out {
		if x = adaptiveAxis(name, x, i+1, o, reduce); !ready(x) {
			return x
		}
	}
	return back(x)
}

func adaptiveAxis(name string, x *graph.Node, axis, o int, reduce func(*graph.Node, ...int) *graph.Node) *graph.Node {
	n := x.Shape().Dim(axis)
	if !ready(x) {
		return x
	}
	if n == graph.None || o < 1 || n < 1 {
		return x.Graph().Fail(name, fmt.Errorf("axis %d of shape %v cannot become %d: sizes must be known and at least 1", axis, x.Shape(), o), x)
	}
	parts := make(graph.Nodes, o)
	for i := range parts {
		parts[i] = reduce(SliceAxis(x, axis, i*n/o, ((i+1)*n+o-1)/o), axis)
	}
	return Concatenate(parts, axis)
}
