package ops

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ConvOptions are the settings of a convolution. Lists have one number for each spatial axis, or one for all; none means 1.
type ConvOptions struct {
	Strides      []int
	DilationRate []int
	// Padding is "valid" (the default), "same" or "causal" (padded in front only, so that no output sees later steps).
	Padding string
	// DataFormat is "channels_last" (the default) or "channels_first".
	DataFormat string
	// OutputPadding of ConvTranspose is added to the size that the input of a convolution with these strides at least has; one
	// number for each spatial axis, or one for all. Without it the output is as large as the input times the stride.
	OutputPadding []int
}

// convOption is the only element of a variadic options list.
func convOption(o []ConvOptions) (ConvOptions, error) {
	switch len(o) {
	case 0:
		return ConvOptions{}, nil
	case 1:
		return o[0], nil
	}
	return ConvOptions{}, errors.New("there is more than one ConvOptions")
}

// convolution prepares the operands of a convolution: x with the channels last, the window, and the way back.
func convolution(op string, x, kernel *graph.Node, opts []ConvOptions) (*graph.Node, Window, ConvOptions, func(*graph.Node) *graph.Node) {
	fail := func(err error) (*graph.Node, Window, ConvOptions, func(*graph.Node) *graph.Node) {
		return graph.FailCall(op, err, x, kernel), Window{}, ConvOptions{}, func(y *graph.Node) *graph.Node { return y }
	}
	o, err := convOption(opts)
	if err != nil {
		return fail(err)
	}
	if err := (graph.Nodes{x, kernel}).FirstErr(); err != nil {
		return fail(err)
	}
	rank := x.Shape().Rank()
	if rank < 3 || kernel.Shape().Rank() != rank {
		return fail(fmt.Errorf("x of shape %v and kernel of shape %v: want (batch, spatial..., channels) and (spatial..., channels, filters) with the same number of spatial axes, at least 1", x.Shape(), kernel.Shape()))
	}
	w, err := makeWindow(rank-2, o.Strides, o.DilationRate, o.Padding)
	if err != nil {
		return fail(err)
	}
	moved, back := channelsLast(op, o.DataFormat, x)
	return moved, w, o, back
}

// Conv is the convolution of x: (batch, spatial..., channels) with kernel: (spatial..., channels / groups, filters), over 1 to 3
// spatial axes. As in Keras the number of groups is what the channels say.
// https://keras.io/api/ops/nn/#conv-function
func Conv(x, kernel *graph.Node, opts ...ConvOptions) *graph.Node {
	x, w, _, back := convolution("conv", x, kernel, opts)
	if !ready(x) {
		return x
	}
	groups, in, c := 1, kernel.Shape().Dim(-2), x.Shape().Dim(-1)
	if in > 0 && c > 0 {
		if c%in != 0 {
			return x.Graph().Fail("conv", fmt.Errorf("x has %d channels, which is no multiple of the %d that the kernel reads", c, in), x, kernel)
		}
		groups = c / in
	}
	x, kernel = promote(floated(x), floated(kernel))
	return back(graph.Apply(ConvOp{"y", groups, w}, x, kernel))
}

// DepthwiseConv convolves every channel of x: (batch, spatial..., channels) on its own, with kernel: (spatial..., channels,
// multiplier). y: (batch, spatial..., channels * multiplier). https://keras.io/api/ops/nn/#depthwiseconv-function
func DepthwiseConv(x, kernel *graph.Node, opts ...ConvOptions) *graph.Node {
	x, w, _, back := convolution("depthwise_conv", x, kernel, opts)
	if !ready(x) {
		return x
	}
	s := kernel.Shape()
	c, m := s.Dim(-2), s.Dim(-1)
	if c == graph.None || m == graph.None || x.Shape().Dim(-1) != graph.None && x.Shape().Dim(-1) != c {
		return x.Graph().Fail("depthwise_conv", fmt.Errorf("x of %d channels and kernel of shape %v: the kernel's last axes are the channels and the multiplier, both known", x.Shape().Dim(-1), s), x, kernel)
	}
	kernel = Reshape(kernel, append(s[:len(s)-2].Clone(), 1, c*m)...)
	x, kernel = promote(floated(x), floated(kernel))
	return back(graph.Apply(ConvOp{"y", c, w}, x, kernel))
}

// SeparableConv is a depthwise convolution with depthwise: (spatial..., channels, multiplier), then a convolution of window 1 with
// pointwise: (1..., channels * multiplier, filters). https://keras.io/api/ops/nn/#separableconv-function
func SeparableConv(x, depthwise, pointwise *graph.Node, opts ...ConvOptions) *graph.Node {
	y := DepthwiseConv(x, depthwise, opts...)
	if !ready(y) {
		return y
	}
	o, _ := convOption(opts)
	return Conv(y, pointwise, ConvOptions{DataFormat: o.DataFormat})
}

// ConvTranspose is the gradient of a convolution with respect to its input, used as an operation of its own: x: (batch, spatial...,
// channels), kernel: (spatial..., filters, channels), y: (batch, spatial * stride..., filters). Padding is "valid" or "same".
// https://keras.io/api/ops/nn/#convtranspose-function
func ConvTranspose(x, kernel *graph.Node, opts ...ConvOptions) *graph.Node {
	x, w, o, back := convolution("conv_transpose", x, kernel, opts)
	if !ready(x) {
		return x
	}
	w, err := w.transposed(kernel.Shape(), o.OutputPadding)
	if err != nil {
		return x.Graph().Fail("conv_transpose", err, x, kernel)
	}
	x, kernel = promote(floated(x), floated(kernel))
	return back(graph.Apply(ConvOp{"dx", 1, w}, x, kernel))
}

// transposed is the window whose exact input size for an output of n is Keras's output size of the transposed convolution of n:
// n*stride (and, for valid padding, what the kernel reaches beyond the stride), or by the output padding.
func (w Window) transposed(kernel graph.Shape, outputPadding []int) (Window, error) {
	if w.Padding == "causal" {
		return w, errors.New("the padding is causal, want valid or same")
	}
	axes := w.axes()
	if !kernel[:axes].Known() {
		return w, fmt.Errorf("the kernel's shape %v must be known", kernel)
	}
	more, err := perAxis("output paddings", axes, outputPadding)
	if err != nil {
		return w, err
	}
	lo, hi := make([]int, axes), make([]int, axes)
	for i, stride := range w.Strides.Slice() {
		reach := w.reach(i, kernel[i])
		// grow is the output size beyond (n-1)*stride.
		var grow int
		switch {
		case outputPadding != nil && w.Padding == "same":
			grow = reach - reach/2*2 + more[i]
		case outputPadding != nil:
			grow = reach + more[i]
		case w.Padding == "same":
			grow = stride
		default:
			grow = max(reach, stride)
		}
		if w.Padding == "same" {
			lo[i] = max(reach-grow, 0) / 2
		}
		hi[i] = reach - grow - lo[i]
	}
	return Window{w.Strides, w.Dilation, graph.MakeInts(lo...), graph.MakeInts(hi...), "explicit"}, nil
}
