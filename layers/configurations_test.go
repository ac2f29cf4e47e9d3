package layers_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

// TestOtherConfigurations calls layers away from their defaults.
func TestOtherConfigurations(t *testing.T) {
	x, line, two, three := graph.Shape{2, 3, 4}, graph.Shape{2, 6, 3}, graph.Shape{2, 4, 6, 3}, graph.Shape{1, 4, 4, 6, 3}
	passes, drops := layertest.Passes, layertest.Drops
	for _, test := range []struct {
		layer   Layer
		in, out graph.Shape
		mask    layertest.Mask
	}{
		{&Activation{Activation: "softmax"}, x, x, passes},
		{&ReLU{}, x, x, passes},
		{&LeakyReLU{NegativeSlope: graph.Zero}, x, x, passes},
		{&ELU{Alpha: 0.5}, x, x, passes},
		{&Softmax{}, x, x, 0},
		{&Permute{Dims: []int{3, 1, 2}}, two, graph.Shape{2, 3, 4, 6}, 0},
		{&Reshape{TargetShape: []int{3, 2, 2}}, x, graph.Shape{2, 3, 2, 2}, drops},
		{&RepeatVector{N: 1}, graph.Shape{2, 4}, graph.Shape{2, 1, 4}, 0},
		{&Masking{MaskValue: 0.5}, x, x, 0},
		{&Rescaling{Scale: []float64{1, 2, 3, 4}}, x, x, passes},
		{&Dropout{}, x, x, passes},
		{&SpatialDropout1D{Rate: 0.25, Seed: 3}, x, x, passes},
		{&SpatialDropout2D{Rate: 0.5, DataFormat: ChannelsFirst}, two, two, 0},
		{&SpatialDropout3D{Rate: 0.25}, three, three, 0},
		{&GaussianNoise{Stddev: 0.5, Seed: 4}, x, x, passes},
		{&GaussianDropout{Rate: 0.25, Seed: 4}, x, x, passes},
		{&AlphaDropout{Rate: 0.25, NoiseShape: []int{graph.None, 1, 4}}, x, x, passes},
		{&ActivityRegularization{L2: 0.5}, x, x, passes},
		{&UnitNormalization{}, x, x, passes},

		{&AveragePooling1D{}, line, graph.Shape{2, 3, 3}, drops},
		{&AveragePooling2D{PoolSize: [2]int{3, 3}, Strides: [2]int{2, 2}, Padding: Same}, two, graph.Shape{2, 2, 3, 3}, 0},
		{&AveragePooling3D{PoolSize: [3]int{1, 2, 3}, DataFormat: ChannelsFirst}, three, graph.Shape{1, 4, 4, 3, 1}, 0},
		{&MaxPooling3D{PoolSize: [3]int{3, 3, 3}, Strides: [3]int{1, 1, 1}, Padding: Same}, three, three, 0},
		{&GlobalMaxPooling1D{KeepDims: true}, line, graph.Shape{2, 1, 3}, 0},
		{&GlobalMaxPooling2D{DataFormat: ChannelsFirst}, two, graph.Shape{2, 4}, 0},
		{&GlobalMaxPooling3D{}, three, graph.Shape{1, 3}, 0},
		{&GlobalAveragePooling1D{DataFormat: ChannelsFirst, KeepDims: true}, line, graph.Shape{2, 6, 1}, 0},
		{&GlobalAveragePooling2D{DataFormat: ChannelsFirst}, two, graph.Shape{2, 4}, 0},
		{&GlobalAveragePooling3D{}, three, graph.Shape{1, 3}, 0},
		{&AdaptiveAveragePooling1D{OutputSize: 2, DataFormat: ChannelsFirst}, line, graph.Shape{2, 6, 2}, 0},
		{&AdaptiveAveragePooling2D{OutputSize: [2]int{1, 1}}, two, graph.Shape{2, 1, 1, 3}, 0},
		{&AdaptiveAveragePooling3D{OutputSize: [3]int{1, 2, 2}, DataFormat: ChannelsFirst}, three, graph.Shape{1, 4, 1, 2, 2}, 0},
		{&AdaptiveMaxPooling1D{OutputSize: 5}, line, graph.Shape{2, 5, 3}, 0},
		{&AdaptiveMaxPooling2D{OutputSize: [2]int{4, 6}, DataFormat: ChannelsFirst}, two, graph.Shape{2, 4, 4, 6}, 0},
		{&AdaptiveMaxPooling3D{OutputSize: [3]int{4, 4, 6}}, three, three, 0},
		{&ZeroPadding2D{DataFormat: ChannelsFirst}, two, graph.Shape{2, 4, 8, 5}, 0},
		{&ZeroPadding3D{Padding: [3][2]int{{1, 0}, {0, 2}, {0, 0}}}, three, graph.Shape{1, 5, 6, 6, 3}, 0},
		{&Cropping1D{Cropping: [2]int{0, 3}}, line, graph.Shape{2, 3, 3}, 0},
		{&Cropping2D{Cropping: [2][2]int{{1, 1}, {1, 0}}, DataFormat: ChannelsFirst}, two, graph.Shape{2, 4, 4, 2}, 0},
		{&Cropping3D{Cropping: [3][2]int{{0, 1}, {2, 0}, {1, 1}}}, three, graph.Shape{1, 3, 2, 4, 3}, 0},
		{&UpSampling1D{Size: 3}, line, graph.Shape{2, 18, 3}, 0},
		{&UpSampling3D{Size: [3]int{1, 2, 3}, DataFormat: ChannelsFirst}, three, graph.Shape{1, 4, 4, 12, 9}, 0},
	} {
		t.Run(ClassName(test.layer), func(t *testing.T) { layertest.Run(t, test.layer, one(test.in, test.out, test.mask)) })
	}
}

// TestOtherWeights does the same for layers with weights.
func TestOtherWeights(t *testing.T) {
	x := graph.Shape{2, 3, 4}
	for _, test := range []struct {
		layer   Layer
		in      shapes
		out     graph.Shape
		weights []string
	}{
		{&PReLU{AlphaInitializer: "ones"}, shapes{x}, x, []string{"alpha (3, 4)"}},
		{&RMSNormalization{Axis: []int{1}, Epsilon: 0.01}, shapes{x}, x, []string{"scale (3,)"}},
		{&AdditiveAttention{NoScale: true}, shapes{x, x}, x, nil},
		{&GroupQueryAttention{HeadDim: 2, NumQueryHeads: 2, NumKeyValueHeads: 2}, shapes{x, x}, x, []string{
			"kernel (4, 2, 2)", "bias (2, 2)", "kernel (4, 2, 2)", "bias (2, 2)", "kernel (4, 2, 2)", "bias (2, 2)", "kernel (2, 2, 4)", "bias (4,)"}},
		{&Conv3D{Filters: 4, KernelSize: [3]int{2, 2, 2}, Groups: 2, NoBias: true, Padding: Same, Strides: [3]int{2, 1, 1}}, shapes{{1, 3, 4, 5, 2}}, graph.Shape{1, 2, 4, 5, 4}, []string{"kernel (2, 2, 2, 1, 4)"}},
		{&Conv1DTranspose{Filters: 3, KernelSize: 2, Padding: Same, NoBias: true}, shapes{{2, 4, 2}}, graph.Shape{2, 4, 3}, []string{"kernel (2, 3, 2)"}},
		{&Conv2DTranspose{Filters: 1, KernelSize: [2]int{1, 2}, DilationRate: [2]int{1, 2}}, shapes{{2, 2, 2, 3}}, graph.Shape{2, 2, 4, 1}, []string{"kernel (1, 2, 1, 3)", "bias (1,)"}},
		{&Conv3DTranspose{Filters: 1, KernelSize: [3]int{2, 2, 2}, Strides: [3]int{2, 2, 2}, Padding: Same, NoBias: true}, shapes{{1, 2, 2, 2, 3}}, graph.Shape{1, 4, 4, 4, 1}, []string{"kernel (2, 2, 2, 1, 3)"}},
		{&DepthwiseConv1D{KernelSize: 3, Padding: Same, NoBias: true}, shapes{{2, 4, 2}}, graph.Shape{2, 4, 2}, []string{"kernel (3, 2, 1)"}},
		{&DepthwiseConv2D{KernelSize: [2]int{3, 1}, DilationRate: [2]int{2, 1}, DepthMultiplier: 2, DataFormat: ChannelsFirst}, shapes{{2, 3, 5, 4}}, graph.Shape{2, 6, 1, 4}, []string{"kernel (3, 1, 3, 2)", "bias (6,)"}},
		{&SeparableConv1D{Filters: 2, KernelSize: 3, Strides: 2, Padding: Same, NoBias: true}, shapes{{2, 5, 3}}, graph.Shape{2, 3, 2}, []string{"depthwise_kernel (3, 3, 1)", "pointwise_kernel (1, 3, 2)"}},
		{&SeparableConv2D{Filters: 2, KernelSize: [2]int{2, 3}, DepthMultiplier: 2, DataFormat: ChannelsFirst}, shapes{{2, 3, 4, 4}}, graph.Shape{2, 2, 3, 2}, []string{"depthwise_kernel (2, 3, 3, 2)", "pointwise_kernel (1, 1, 6, 2)", "bias (2,)"}},
		{&SimpleRNN{Units: 2, ReturnSequences: true, GoBackwards: true, NoBias: true, Activation: "relu"}, shapes{{2, 5, 3}}, graph.Shape{2, 5, 2}, []string{"kernel (3, 2)", "recurrent_kernel (2, 2)"}},
		{&RNN{Cell: &GRUCell{Units: 2}}, shapes{{2, 5, 3}}, graph.Shape{2, 2}, []string{"kernel (3, 6)", "recurrent_kernel (2, 6)", "bias (2, 6)"}},
		{&ConvLSTM1D{Filters: 2, KernelSize: 2, Padding: Same, Strides: 2, NoBias: true, GoBackwards: true}, shapes{{2, 3, 5, 4}}, graph.Shape{2, 3, 2}, []string{"kernel (2, 4, 8)", "recurrent_kernel (2, 2, 8)"}},
		{&ConvLSTM2D{Filters: 1, KernelSize: [2]int{2, 2}, ReturnSequences: true, DataFormat: ChannelsFirst}, shapes{{2, 3, 2, 4, 3}}, graph.Shape{2, 3, 1, 3, 2}, []string{"kernel (2, 2, 2, 4)", "recurrent_kernel (2, 2, 1, 4)", "bias (4,)"}},
		{&ConvLSTM3D{Filters: 1, KernelSize: [3]int{2, 1, 2}}, shapes{{1, 2, 3, 3, 3, 2}}, graph.Shape{1, 2, 3, 2, 1}, []string{"kernel (2, 1, 2, 2, 4)", "recurrent_kernel (2, 1, 2, 1, 4)", "bias (4,)"}},
	} {
		t.Run(ClassName(test.layer), func(t *testing.T) {
			noGradient := ClassName(test.layer) == "GroupedQueryAttention" // of the key's bias
			layertest.Run(t, test.layer, layertest.Case{Inputs: test.in, Output: test.out, Weights: test.weights, NoTraining: noGradient})
		})
	}
	layertest.Run(t, &SpectralNormalization{Layer: &Conv2D{Filters: 2, KernelSize: [2]int{2, 2}}, PowerIterations: 3}, layertest.Case{
		Inputs: shapes{{1, 3, 3, 2}}, Output: graph.Shape{1, 2, 2, 2}, Weights: []string{"kernel (2, 2, 2, 2)", "vector_u (1, 2)", "bias (2,)"}, NoTraining: true,
	})
	layertest.Run(t, &IntegerLookup{Vocabulary: []int{4, 9}, OutputMode: "multi_hot", NumOOVIndices: 2}, layertest.Case{
		Inputs: shapes{{2, 3}}, Dtype: graph.Int64, Below: 12, Output: graph.Shape{2, 4}, NoTraining: true,
	})
}
