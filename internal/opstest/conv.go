package opstest

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// convolve registers a convolution of x with a kernel.
func convolve(name string, x, kernel []int, o ops.ConvOptions, f func(x, w *graph.Node, o ...ops.ConvOptions) *graph.Node) {
	free := []int{0}
	for i := 1; i < len(x)-1; i++ {
		free = append(free, i)
	}
	if o.DataFormat == "channels_first" {
		free = []int{0, 2}
	}
	two(Arg{Shape: x, None: free}, Arg{Shape: kernel}, binary{name: func(x, w *graph.Node) *graph.Node { return f(x, w, o) }})
}

func init() {
	for _, padding := range []string{"valid", "same"} {
		for _, stride := range []int{1, 2} {
			id := fmt.Sprintf("_%s_%d", padding, stride)
			o := ops.ConvOptions{Strides: []int{stride}, Padding: padding}
			convolve("conv1d"+id, []int{2, 6, 3}, []int{3, 3, 2}, o, ops.Conv)
			convolve("conv2d"+id, []int{2, 5, 4, 2}, []int{3, 2, 2, 3}, o, ops.Conv)
			convolve("depthwise_conv2d"+id, []int{1, 5, 4, 2}, []int{2, 3, 2, 2}, o, ops.DepthwiseConv)
			convolve("conv_transpose1d"+id, []int{2, 4, 3}, []int{3, 2, 3}, o, ops.ConvTranspose)
			convolve("conv_transpose2d"+id, []int{1, 3, 4, 2}, []int{1, 3, 3, 2}, o, ops.ConvTranspose)
		}
	}
	convolve("conv3d", []int{1, 3, 4, 3, 2}, []int{2, 2, 2, 2, 2}, ops.ConvOptions{Padding: "same"}, ops.Conv)
	convolve("conv_dilated", []int{1, 7, 6, 2}, []int{3, 2, 2, 2}, ops.ConvOptions{DilationRate: []int{2, 3}, Padding: "same"}, ops.Conv)
	convolve("conv_causal", []int{2, 5, 2}, []int{3, 2, 2}, ops.ConvOptions{DilationRate: []int{2}, Padding: "causal"}, ops.Conv)
	convolve("conv_groups", []int{1, 4, 3, 4}, []int{2, 2, 2, 6}, ops.ConvOptions{}, ops.Conv)
	convolve("conv_channels_first", []int{1, 2, 5, 4}, []int{2, 3, 2, 3}, ops.ConvOptions{DataFormat: "channels_first", Strides: []int{2, 1}}, ops.Conv)
	convolve("conv_transpose_padded", []int{1, 4, 3}, []int{4, 2, 3},
		ops.ConvOptions{Strides: []int{3}, Padding: "same", OutputPadding: []int{1}}, ops.ConvTranspose)
	convolve("conv_transpose_dilated", []int{1, 3, 4, 2}, []int{2, 3, 3, 2}, ops.ConvOptions{DilationRate: []int{2}}, ops.ConvTranspose)
	register(Sample{Name: "separable_conv", In: []Arg{{Shape: []int{1, 5, 4, 2}, None: []int{0, 1}}, {Shape: []int{2, 2, 2, 2}}, {Shape: []int{1, 1, 4, 3}}},
		Build: func(in graph.Nodes) *graph.Node { return ops.SeparableConv(in[0], in[1], in[2]) }})
}

func init() {
	shaped([]int{2, 5, 4, 2}, []int{0, 1, 2}, unary{
		"max_pool": func(x *graph.Node) *graph.Node { return ops.MaxPool(x, []int{2}) },
		"max_pool_same": func(x *graph.Node) *graph.Node {
			return ops.MaxPool(x, []int{3, 2}, ops.PoolOptions{Strides: []int{2}, Padding: "same"})
		},
		"average_pool": func(x *graph.Node) *graph.Node {
			return ops.AveragePool(x, []int{2, 3}, ops.PoolOptions{Strides: []int{1}})
		},
		"average_pool_same": func(x *graph.Node) *graph.Node { return ops.AveragePool(x, []int{3}, ops.PoolOptions{Padding: "same"}) },
	})
	shaped([]int{2, 6, 3}, []int{0, 2}, unary{
		"max_pool_first": func(x *graph.Node) *graph.Node {
			return ops.MaxPool(x, []int{2}, ops.PoolOptions{DataFormat: "channels_first"})
		},
		"adaptive_average_pool": func(x *graph.Node) *graph.Node { return ops.AdaptiveAveragePool(x, []int{4}) },
		"adaptive_max_pool":     func(x *graph.Node) *graph.Node { return ops.AdaptiveMaxPool(x, []int{4}) },
	})
	shaped([]int{2, 4, 6, 8}, []int{0}, unary{
		"space_to_depth": func(x *graph.Node) *graph.Node { return ops.SpaceToDepth(x, 2) },
		"depth_to_space": func(x *graph.Node) *graph.Node { return ops.DepthToSpace(x, 2, "channels_last") },
	})
	shaped([]int{2, 2, 5, 4}, []int{0}, unary{
		"unfold": func(x *graph.Node) *graph.Node {
			return ops.Unfold(x, []int{2, 3}, ops.FoldOptions{Padding: []int{1}, Stride: []int{2}})
		},
	})
	shaped([]int{2, 12, 6}, []int{0}, unary{
		"fold": func(x *graph.Node) *graph.Node {
			return ops.Fold(x, [2]int{5, 3}, []int{2, 3}, ops.FoldOptions{Padding: []int{1}, Stride: []int{2}})
		},
	})
}
