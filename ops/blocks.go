package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// SpaceToDepth moves blocks of size x size pixels of x: (batch, height, width, channels) into the channels: (batch, height / size, width
// / size, size² * channels), the channels of one pixel together. With data format channels_first: (batch, channels, height, width)
// becomes (batch, channels * size², height / size, width / size), the pixels of one channel together.
// https://keras.io/api/ops/nn/#spacetodepth-function
func SpaceToDepth(x *graph.Node, size int, dataFormat ...string) *graph.Node {
	const name = "space_to_depth"
	first, bad := blockInput(name, x, size, dataFormat)
	if bad != nil {
		return bad
	}
	n, h, w, c := blockSizes(x, first)
	if h%size != 0 || w%size != 0 {
		return x.Graph().Fail(name, fmt.Errorf("height %d and width %d are no multiples of the block size %d", h, w, size), x)
	}
	h, w = h/size, w/size
	if first {
		y := Transpose(Reshape(x, n, c, h, size, w, size), 0, 1, 3, 5, 2, 4)
		return Reshape(y, n, c*size*size, h, w)
	}
	y := Transpose(Reshape(x, n, h, size, w, size, c), 0, 1, 3, 2, 4, 5)
	return Reshape(y, n, h, w, size*size*c)
}

// DepthToSpace is the inverse of [SpaceToDepth]: (batch, height, width, size² * channels) becomes (batch, height * size, width * size,
// channels). https://keras.io/api/ops/nn/#depthtospace-function
func DepthToSpace(x *graph.Node, size int, dataFormat ...string) *graph.Node {
	const name = "depth_to_space"
	first, bad := blockInput(name, x, size, dataFormat)
	if bad != nil {
		return bad
	}
	n, h, w, c := blockSizes(x, first)
	if c%(size*size) != 0 {
		return x.Graph().Fail(name, fmt.Errorf("%d channels are no multiple of the %d pixels of a block", c, size*size), x)
	}
	c /= size * size
	if first {
		y := Transpose(Reshape(x, n, c, size, size, h, w), 0, 1, 4, 2, 5, 3)
		return Reshape(y, n, c, h*size, w*size)
	}
	y := Transpose(Reshape(x, n, h, w, size, size, c), 0, 1, 3, 2, 4, 5)
	return Reshape(y, n, h*size, w*size, c)
}

// blockInput checks the arguments and tells whether the channels come first.
func blockInput(name string, x *graph.Node, size int, format []string) (first bool, bad *graph.Node) {
	f := append(format, "channels_last")[0]
	switch {
	case !ready(x) || size < 1 || len(format) > 1 || x.Shape().Rank() != 4:
		return false, graph.FailCall(name, fmt.Errorf("want images (batch, height, width, channels), blocks of at least 1 pixel, not %d, and at most one data format", size), x)
	case f != "" && f != "channels_last" && f != "channels_first":
		return false, x.Graph().Fail(name, fmt.Errorf("there is no data format %q: use channels_last or channels_first", f), x)
	case !x.Shape()[1:].Known():
		return false, x.Graph().Fail(name, fmt.Errorf("height, width and channels must be known"), x)
	}
	return f == "channels_first", nil
}

func blockSizes(x *graph.Node, first bool) (n, h, w, c int) {
	s := x.Shape()
	if first {
		return s[0], s[2], s[3], s[1]
	}
	return s[0], s[1], s[2], s[3]
}

// FoldOptions are the settings of [Unfold] and [Fold]: one number for height and width, or one for each; 1, and 0 for the padding, by
// default.
type FoldOptions struct{ Dilation, Padding, Stride []int }

// folding is a window over height and width with the place in the padded image of each tap at each position.
type folding struct {
	kernel, padding, out [2]int
	at                   [2]*graph.Node // (taps, positions)
}

func makeFolding(g *graph.Graph, h, w int, kernel []int, o FoldOptions) (f folding, err error) {
	k, err := perAxis("kernel sizes", 2, kernel)
	if err != nil {
		return f, err
	}
	padding := o.Padding
	if len(padding) == 0 {
		padding = []int{0}
	}
	p, err := perAxis("paddings", 2, padding)
	if err != nil {
		return f, err
	}
	window, err := makeWindow(2, o.Stride, o.Dilation, "valid")
	if err != nil {
		return f, err
	}
	strides, dilation := window.Strides.Slice(), window.Dilation.Slice()
	for i, n := range []int{h, w} {
		if k[i] < 1 || p[i] < 0 || n == graph.None {
			return f, fmt.Errorf("kernel %v, padding %v, height and width (%d, %d): sizes must be known and at least 1, paddings at least 0", k, p, h, w)
		}
		positions, err := window.outSize(i, n+2*p[i], k[i])
		if err != nil {
			return f, err
		}
		places := make([]int32, 0, k[i]*positions)
		for tap := range k[i] {
			for o := range positions {
				places = append(places, int32(o*strides[i]+tap*dilation[i]))
			}
		}
		f.kernel[i], f.padding[i], f.out[i] = k[i], p[i], positions
		f.at[i] = g.ConstOf(graph.Int32, graph.Shape{k[i], positions}, places)
	}
	return f, nil
}

// Unfold takes the windows of the given size from images x: (batch, channels, height, width), one column each: (batch, channels * taps,
// positions). https://keras.io/api/ops/nn/#unfold-function
func Unfold(x *graph.Node, kernel []int, opts ...FoldOptions) *graph.Node {
	if !ready(x) || x.Shape().Rank() != 4 || len(opts) > 1 || len(kernel) == 0 {
		return graph.FailCall("unfold", fmt.Errorf("want images (batch, channels, height, width), a kernel size and at most one options"), x)
	}
	s := x.Shape()
	f, err := makeFolding(x.Graph(), s[2], s[3], kernel, append(opts, FoldOptions{})[0])
	if err != nil {
		return x.Graph().Fail("unfold", err, x)
	}
	if s[1] == graph.None {
		return x.Graph().Fail("unfold", fmt.Errorf("the number of channels must be known"), x)
	}
	p := f.padding
	x = Pad(x, [][2]int{{}, {}, {p[0], p[0]}, {p[1], p[1]}})
	y := Take(Take(x, f.at[1], 3), f.at[0], 2) // (batch, channels, taps, rows, taps, columns)
	return Reshape(Transpose(y, 0, 1, 2, 4, 3, 5), s[0], s[1]*f.kernel[0]*f.kernel[1], f.out[0]*f.out[1])
}

// Fold adds columns x: (batch, channels * taps, positions) up where [Unfold] takes them from images of the given height and width:
// (batch, channels, height, width). https://keras.io/api/ops/nn/#fold-function
func Fold(x *graph.Node, size [2]int, kernel []int, opts ...FoldOptions) *graph.Node {
	if !ready(x) || x.Shape().Rank() != 3 || len(opts) > 1 || len(kernel) == 0 {
		return graph.FailCall("fold", fmt.Errorf("want columns (batch, channels * taps, positions), a kernel size and at most one options"), x)
	}
	f, err := makeFolding(x.Graph(), size[0], size[1], kernel, append(opts, FoldOptions{})[0])
	if err != nil {
		return x.Graph().Fail("fold", err, x)
	}
	s, k := x.Shape(), f.kernel
	if s[1] == graph.None || s[1]%(k[0]*k[1]) != 0 || s[2] != graph.None && s[2] != f.out[0]*f.out[1] {
		return x.Graph().Fail("fold", fmt.Errorf("columns of shape %v, want a multiple of %d elements at %d positions", s, k[0]*k[1], f.out[0]*f.out[1]), x)
	}
	p := f.padding
	y := Transpose(Reshape(x, s[0], s[1]/(k[0]*k[1]), k[0], k[1], f.out[0], f.out[1]), 0, 1, 2, 4, 3, 5)
	y = graph.Apply(ScatterAddOp{Axis: 4, Size: size[1] + 2*p[1]}, y, f.at[1])
	y = graph.Apply(ScatterAddOp{Axis: 2, Size: size[0] + 2*p[0]}, y, f.at[0])
	return SliceAxis(SliceAxis(y, 2, p[0], p[0]+size[0]), 3, p[1], p[1]+size[1])
}
