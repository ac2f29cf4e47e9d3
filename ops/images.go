package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// RGBToGrayscale is the luminance 0.2989 R + 0.587 G + 0.114 B of images (..., height, width, 3), one channel; with data
// format channels_first (..., 3, height, width). https://keras.io/api/ops/image/#rgbtograyscale-function
func RGBToGrayscale(images *graph.Node, dataFormat ...string) *graph.Node {
	c, back, bad := colours("rgb_to_grayscale", images, dataFormat)
	if bad != nil {
		return bad
	}
	return Cast(back(Add(Add(Mul(c[0], 0.2989), Mul(c[1], 0.587)), Mul(c[2], 0.114))), images.Dtype())
}

// RGBToHSV turns colours of images (..., height, width, 3) in [0, 1] into hue, saturation and value in [0, 1]; with data format
// channels_first (..., 3, height, width). https://keras.io/api/ops/image/#rgbtohsv-function
func RGBToHSV(images *graph.Node, dataFormat ...string) *graph.Node {
	c, back, bad := colours("rgb_to_hsv", images, dataFormat)
	if bad != nil {
		return bad
	}
	r, g, b := c[0], c[1], c[2]
	value := Maximum(Maximum(r, g), b)
	span := Sub(value, Minimum(Minimum(r, g), b))
	step := DivideNoNaN(1.0/6, span)
	hue := Where(Equal(value, r), Mul(step, Sub(g, b)),
		Where(Equal(value, g), Add(Mul(step, Sub(b, r)), 2.0/6), Add(Mul(step, Sub(r, g)), 4.0/6)))
	hue = Where(Greater(span, 0), hue, 0.0)
	hue = Where(Less(hue, 0), Add(hue, 1), hue)
	return back(hue, DivideNoNaN(span, value), value)
}

// HSVToRGB is the inverse of [RGBToHSV]. https://keras.io/api/ops/image/#hsvtorgb-function
func HSVToRGB(images *graph.Node, dataFormat ...string) *graph.Node {
	c, back, bad := colours("hsv_to_rgb", images, dataFormat)
	if bad != nil {
		return bad
	}
	part := func(distance *graph.Node) *graph.Node { // of a colour, by the distance of the hue from it
		return Mul(c[2], Add(Sub(1, c[1]), Mul(c[1], Clip(distance, 0, 1))))
	}
	h := Mul(c[0], 6)
	return back(part(Sub(Abs(Sub(h, 3)), 1)), part(Sub(2, Abs(Sub(h, 2)))), part(Sub(2, Abs(Sub(h, 4)))))
}

// colours cuts images into their three channels, each (..., 1); back joins channels again.
func colours(name string, images *graph.Node, dataFormat []string) (c graph.Nodes, back func(c ...*graph.Node) *graph.Node, bad *graph.Node) {
	if !ready(images) {
		return nil, nil, refuse(name, images)
	}
	axis := -1
	if slices.Contains(dataFormat, "channels_first") {
		axis = -3
	}
	if rank := images.Shape().Rank(); rank != 3 && rank != 4 || images.Shape().Dim(axis) != 3 || !images.Dtype().IsFloat() {
		return nil, nil, images.Graph().Fail(name, fmt.Errorf("want one or several images of 3 channels (axis %d) in a floating point dtype, have %v", axis, images.Spec()), images)
	}
	return Split(images, 3, axis), func(c ...*graph.Node) *graph.Node { return Concatenate(c, axis) }, nil
}

// ExtractPatches cuts images (batch, height, width, channels), or volumes with three spatial axes, into patches of the given
// size, a number for each axis or one for all: (batch, rows, columns, size * channels), the channels of one pixel together.
// By default patches follow each other; the options say otherwise. https://keras.io/api/ops/image/#extractpatches-function
func ExtractPatches(images *graph.Node, size []int, opts ...ConvOptions) *graph.Node {
	const name = "extract_patches"
	if !ready(images) {
		return refuse(name, images)
	}
	var o ConvOptions
	if len(opts) > 0 {
		o = opts[0]
	}
	axis := -1
	if o.DataFormat == "channels_first" {
		axis = 1
	}
	channels, spatial := images.Shape().Dim(axis), images.Shape().Rank()-2
	if spatial < 1 || channels == graph.None || len(opts) > 1 || len(size) != 1 && len(size) != spatial {
		return images.Graph().Fail(name, fmt.Errorf("patches of size %v of images %v: want (batch, spatial..., channels) with channels known, as many sizes as spatial axes, or one, and at most one options", size, images.Spec()), images)
	}
	if len(size) == 1 {
		size = slices.Repeat(size, spatial)
	}
	if o.Strides == nil {
		o.Strides = size
	}
	n := graph.Prod(size...) * channels
	kernel := Reshape(Eye(images.Graph(), n, n, 0, images.Dtype()), slices.Concat(size, []int{channels, n})...)
	return Conv(images, kernel, o)
}

// SobelEdges are the derivatives of images (batch, height, width, channels) down and to the right by Sobel's filters, in a
// new last axis of 2; pixels outside count as 0. With data format channels_first images are (batch, channels, height, width).
// https://keras.io/api/ops/image/#sobeledges-function
func SobelEdges(images *graph.Node, dataFormat ...string) *graph.Node {
	const name = "sobel_edges"
	if !ready(images) {
		return refuse(name, images)
	}
	if images.Shape().Rank() != 4 {
		return images.Graph().Fail(name, fmt.Errorf("want images (batch, height, width, channels), have %v", images.Spec()), images)
	}
	h, w := 1, 2
	if slices.Contains(dataFormat, "channels_first") {
		h, w = 2, 3
	}
	width := make([][2]int, 4)
	width[h], width[w] = [2]int{1, 1}, [2]int{1, 1}
	x := Pad(images, width)
	difference := func(x *graph.Node, axis int) *graph.Node {
		return Sub(SliceAxis(x, axis, 2, End), SliceAxis(x, axis, 0, -2))
	}
	smooth := func(x *graph.Node, axis int) *graph.Node {
		return Add(Add(SliceAxis(x, axis, 0, -2), SliceAxis(x, axis, 2, End)), Mul(SliceAxis(x, axis, 1, -1), 2))
	}
	return Stack(graph.Nodes{smooth(difference(x, h), w), smooth(difference(x, w), h)}, -1)
}

// GaussianBlur blurs images (batch, height, width, channels), or one image without the batch, by a normal distribution of the
// given standard deviations, cut off at the kernel's size, both for height and width. Pixels outside count as 0.
// Keras's defaults are sizes of 3 and deviations of 1. https://keras.io/api/ops/image/#gaussianblur-function
func GaussianBlur(images *graph.Node, size [2]int, sigma [2]float64, dataFormat ...string) *graph.Node {
	const name = "gaussian_blur"
	if !ready(images) {
		return refuse(name, images)
	}
	if images.Shape().Rank() == 3 {
		return Squeeze(GaussianBlur(ExpandDims(images, 0), size, sigma, dataFormat...), 0)
	}
	axis, format := -1, ""
	if slices.Contains(dataFormat, "channels_first") {
		axis, format = 1, "channels_first"
	}
	channels := images.Shape().Dim(axis)
	if images.Shape().Rank() != 4 || channels == graph.None || min(size[0], size[1]) < 1 || min(sigma[0], sigma[1]) <= 0 {
		return images.Graph().Fail(name, fmt.Errorf("a kernel of size %v and deviation %v on %v: want images (batch, height, width, channels) with channels known, and positive numbers", size, sigma, images.Spec()), images)
	}
	kernel := Mul(ExpandDims(bellCurve(images, size[0], sigma[0]), 1), ExpandDims(bellCurve(images, size[1], sigma[1]), 0))
	kernel = BroadcastTo(Reshape(kernel, size[0], size[1], 1, 1), size[0], size[1], channels, 1)
	return DepthwiseConv(images, kernel, ConvOptions{Padding: "same", DataFormat: format})
}

// bellCurve is n values of a normal distribution about the middle, which add up to 1.
func bellCurve(like *graph.Node, n int, sigma float64) *graph.Node {
	at := func(i int) float64 { return math.Exp(-0.5 * math.Pow((float64(i)-float64(n-1)/2)/sigma, 2)) }
	sum := 0.0
	for i := range n {
		sum += at(i)
	}
	return vector(like.Graph(), like.Dtype(), n, func(i int) float64 { return at(i) / sum })
}
