package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// convolution holds what the convolution layers of all ranks have in common.
type convolution struct {
	filters                 int
	size, strides, dilation []int // one number for each spatial axis
	outputPadding           []int // nil: none asked for
	padding                 Padding
	format                  DataFormat
	groups                  int // 0: does not apply
	activation              activations.Like
	kernel, bias            Weight
	noBias                  bool
	loraRank, loraAlpha     int
}

// weights are the settings of a weight.
func weights(initializer, regularizer, constraint any) Weight {
	return Weight{Initializer: initializer, Regularizer: regularizer, Constraint: constraint}
}

// options are the settings as package ops takes them.
func (v convolution) options() ops.ConvOptions {
	return ops.ConvOptions{
		Strides: v.strides, DilationRate: v.dilation, Padding: string(v.padding), DataFormat: string(v.format),
		OutputPadding: v.outputPadding,
	}
}

// channels checks the settings and the input of a convolution and returns the number of its channels.
func (c *Context) channels(in []*graph.Node, v convolution) (n int, bad *graph.Node) {
	if !c.want(in, 1) {
		return 0, in[0]
	}
	if bad := c.knownFormat(v.format); bad != nil {
		return 0, bad
	}
	rank := len(v.size) + 2
	s := in[0].Shape()
	axis := rank - 1
	if v.format == ChannelsFirst {
		axis = 1
	}
	switch {
	case s.Rank() != rank:
		return 0, c.Errorf("the input has the shape %v, want %d axes: batch, %d spatial ones and channels", s, rank, rank-2)
	case slices.Min(v.size) < 1:
		return 0, c.Errorf("KernelSize is %v, want at least 1 for each of %d axes", v.size, rank-2)
	case slices.Min(v.strides) < 1 || slices.Min(v.dilation) < 1:
		return 0, c.Errorf("Strides %v and DilationRate %v must be at least 1", v.strides, v.dilation)
	case slices.Max(v.strides) > 1 && slices.Max(v.dilation) > 1:
		return 0, c.Errorf("Strides %v and DilationRate %v cannot both be above 1", v.strides, v.dilation)
	case v.filters < 1:
		return 0, c.Errorf("Filters is %d, want at least 1", v.filters)
	case s[axis] == graph.None:
		return 0, c.Errorf("axis %d of the input of shape %v is the channels, whose number the kernel needs: give it a size", axis, s)
	}
	return s[axis], nil
}

// convolve is activation(conv(x, kernel) + bias).
func (c *Context) convolve(in []*graph.Node, v convolution) *graph.Node {
	channels, bad := c.channels(in, v)
	if bad != nil {
		return bad
	}
	if v.groups < 1 || channels%v.groups != 0 || v.filters%v.groups != 0 {
		return c.Errorf("Groups is %d: the %d channels of the input and the %d filters must both divide by it", v.groups, channels, v.filters)
	}
	v.kernel.Shape = append(slices.Clone(v.size), channels/v.groups, v.filters)
	kernel, bias := c.Param("kernel", v.kernel), c.bias(v)
	if v.loraRank > 0 {
		kernel = c.lora("kernel", kernel, v.loraRank, v.loraAlpha, v.kernel)
	}
	return c.finish(ops.Conv(in[0], kernel, v.options()), bias, v)
}

// bias is the bias along the channels, nil without one.
func (c *Context) bias(v convolution) *graph.Node {
	if v.noBias {
		return nil
	}
	v.bias.Shape = graph.Shape{v.filters}
	b := c.Param("bias", v.bias)
	if v.format == ChannelsFirst {
		b = ops.Reshape(b, append([]int{v.filters}, slices.Repeat([]int{1}, len(v.size))...)...)
	}
	return b
}

// finish adds the bias and applies the activation.
func (c *Context) finish(y, bias *graph.Node, v convolution) *graph.Node {
	act, bad := c.activation("Activation", v.activation)
	if bad != nil {
		return bad
	}
	if bias != nil {
		y = ops.Add(y, bias)
	}
	return act(y)
}
