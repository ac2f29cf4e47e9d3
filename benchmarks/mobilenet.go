package main

import (
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

// mobilenet is MobileNetV2 (Sandler et al., 2018) for 224x224 images and 1,000 classes, as keras.applications builds it.
func mobilenet() (*functional.Model, error) {
	image := functional.Input(graph.New("mobilenet"), "image", []int{224, 224, 3})
	x := relu6(norm(functional.Call(&layers.Conv2D{
		Filters: 32, KernelSize: [2]int{3, 3}, Strides: [2]int{2, 2}, Padding: "same", NoBias: true,
	}, image)))
	for i, stage := range []struct{ filters, blocks, stride int }{
		{16, 1, 1}, {24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1},
	} {
		for block := range stage.blocks {
			stride, expansion := 1, 6
			if block == 0 {
				stride = stage.stride
			}
			if i == 0 {
				expansion = 1
			}
			x = invertedResidual(x, stage.filters, stride, expansion)
		}
	}
	x = relu6(norm(pointwise(x, 1280)))
	return functional.New(graph.Nodes{image}, graph.Nodes{functional.Chain(x,
		&layers.GlobalAveragePooling2D{}, &layers.Dense{Units: 1000, Activation: "softmax"})})
}

// invertedResidual widens, filters each channel by itself, and narrows; equal shapes are added to the input.
func invertedResidual(x *graph.Node, filters, stride, expansion int) *graph.Node {
	in := x.Shape().Dim(-1)
	y := x
	if expansion > 1 {
		y = relu6(norm(pointwise(y, in*expansion)))
	}
	depthwise := &layers.DepthwiseConv2D{KernelSize: [2]int{3, 3}, Strides: [2]int{stride, stride}, Padding: "same", NoBias: true}
	if stride > 1 { // zeros below and to the right, where "same" would put them for even sizes too
		y = functional.Call(&layers.ZeroPadding2D{Padding: [2][2]int{{0, 1}, {0, 1}}}, y)
		depthwise.Padding = "valid"
	}
	y = norm(pointwise(relu6(norm(functional.Call(depthwise, y))), filters))
	if in == filters && stride == 1 {
		y = functional.Call(&layers.Add{}, x, y)
	}
	return y
}

func pointwise(x *graph.Node, filters int) *graph.Node {
	return functional.Call(&layers.Conv2D{Filters: filters, KernelSize: [2]int{1, 1}, Padding: "same", NoBias: true}, x)
}

func norm(x *graph.Node) *graph.Node {
	return functional.Call(&layers.BatchNormalization{Momentum: 0.999, Epsilon: 1e-3}, x)
}

func relu6(x *graph.Node) *graph.Node { return functional.Call(&layers.ReLU{MaxValue: 6}, x) }
