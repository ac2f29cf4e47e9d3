package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

type shapes = []graph.Shape

func TestConvolutions(t *testing.T) {
	for name, test := range map[string]struct {
		layer Layer
		c     layertest.Case
	}{
		"Conv1D": {&Conv1D{Filters: 3, KernelSize: 2}, layertest.Case{
			Inputs: shapes{{2, 5, 4}}, Output: graph.Shape{2, 4, 3}, Weights: []string{"kernel (2, 4, 3)", "bias (3,)"}, Mask: layertest.Drops}},
		"Conv1D causal": {&Conv1D{Filters: 4, KernelSize: 3, Padding: Causal, DilationRate: 2, Groups: 2, Activation: "tanh"}, layertest.Case{
			Inputs: shapes{{2, 5, 4}}, Output: graph.Shape{2, 5, 4}, Weights: []string{"kernel (3, 2, 4)", "bias (4,)"}}},
		"Conv2D": {&Conv2D{Filters: 3, KernelSize: [2]int{3, 2}, Strides: [2]int{2, 1}, Padding: Same, NoBias: true}, layertest.Case{
			Inputs: shapes{{2, 5, 6, 4}}, Output: graph.Shape{2, 3, 6, 3}, Weights: []string{"kernel (3, 2, 4, 3)"}}},
		"Conv2D channels_first": {&Conv2D{Filters: 3, KernelSize: [2]int{2, 2}, DataFormat: ChannelsFirst}, layertest.Case{
			Inputs: shapes{{2, 4, 5, 6}}, Output: graph.Shape{2, 3, 4, 5}, Weights: []string{"kernel (2, 2, 4, 3)", "bias (3,)"}}},
		"Conv3D": {&Conv3D{Filters: 2, KernelSize: [3]int{2, 2, 2}}, layertest.Case{
			Inputs: shapes{{1, 3, 4, 5, 2}}, Output: graph.Shape{1, 2, 3, 4, 2}, Weights: []string{"kernel (2, 2, 2, 2, 2)", "bias (2,)"}}},
		"Conv1DTranspose": {&Conv1DTranspose{Filters: 3, KernelSize: 3, Strides: 2, OutputPadding: []int{1}}, layertest.Case{
			Inputs: shapes{{2, 4, 2}}, Output: graph.Shape{2, 10, 3}, Weights: []string{"kernel (3, 3, 2)", "bias (3,)"}}},
		"Conv2DTranspose": {&Conv2DTranspose{Filters: 3, KernelSize: [2]int{3, 3}, Strides: [2]int{2, 2}, Padding: Same, DataFormat: ChannelsFirst}, layertest.Case{
			Inputs: shapes{{2, 4, 3, 5}}, Output: graph.Shape{2, 3, 6, 10}, Weights: []string{"kernel (3, 3, 3, 4)", "bias (3,)"}}},
		"Conv3DTranspose": {&Conv3DTranspose{Filters: 2, KernelSize: [3]int{2, 2, 2}}, layertest.Case{
			Inputs: shapes{{1, 2, 2, 2, 3}}, Output: graph.Shape{1, 3, 3, 3, 2}, Weights: []string{"kernel (2, 2, 2, 2, 3)", "bias (2,)"}}},
		"DepthwiseConv1D": {&DepthwiseConv1D{KernelSize: 2, DepthMultiplier: 3}, layertest.Case{
			Inputs: shapes{{2, 4, 2}}, Output: graph.Shape{2, 3, 6}, Weights: []string{"kernel (2, 2, 3)", "bias (6,)"}}},
		"DepthwiseConv2D": {&DepthwiseConv2D{KernelSize: [2]int{2, 2}, Strides: [2]int{2, 2}}, layertest.Case{
			Inputs: shapes{{2, 4, 4, 3}}, Output: graph.Shape{2, 2, 2, 3}, Weights: []string{"kernel (2, 2, 3, 1)", "bias (3,)"}}},
		"SeparableConv1D": {&SeparableConv1D{Filters: 5, KernelSize: 2, DepthMultiplier: 2}, layertest.Case{
			Inputs: shapes{{2, 4, 3}}, Output: graph.Shape{2, 3, 5}, Weights: []string{"depthwise_kernel (2, 3, 2)", "pointwise_kernel (1, 6, 5)", "bias (5,)"}}},
		"SeparableConv2D": {&SeparableConv2D{Filters: 5, KernelSize: [2]int{2, 2}}, layertest.Case{
			Inputs: shapes{{2, 4, 4, 3}}, Output: graph.Shape{2, 3, 3, 5}, Weights: []string{"depthwise_kernel (2, 2, 3, 1)", "pointwise_kernel (1, 1, 3, 5)", "bias (5,)"}}},
	} {
		t.Run(name, func(t *testing.T) { layertest.Run(t, test.layer, test.c) })
	}
}

func TestConvolutionErrors(t *testing.T) {
	x := graph.Shape{2, 5, 6, 4}
	kernel := [2]int{2, 2}
	layertest.Fails(t, &Conv2D{KernelSize: kernel}, "Filters is 0", x)
	layertest.Fails(t, &Conv2D{Filters: 3}, "KernelSize is [0 0]", x)
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel}, "want 4 axes", graph.Shape{2, 5, 4})
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel, Groups: 3}, "Groups is 3", x)
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel, Strides: kernel, DilationRate: kernel}, "cannot both be above 1", x)
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel, DataFormat: "NCHW"}, `DataFormat is "NCHW"`, x)
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel}, "axis 3 of the input", graph.Shape{2, 5, 6, graph.None})
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: [2]int{7, 2}}, "7", x)
	layertest.Fails(t, &Conv2D{Filters: 3, KernelSize: kernel, Activation: "rellu"}, "relu", x)
	layertest.Fails(t, &Conv2DTranspose{Filters: 3, KernelSize: kernel, OutputPadding: []int{1}}, "OutputPadding is [1]", x)
	layertest.Fails(t, &DepthwiseConv2D{KernelSize: kernel, DepthMultiplier: -1}, "DepthMultiplier is -1", x)
}
