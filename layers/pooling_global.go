package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// spatial checks an input of rank axes and lists the axes between batch and channels.
func (c *Context) spatial(in []*graph.Node, rank int, format DataFormat) (axes []int, bad *graph.Node) {
	if !c.want(in, 1) {
		return nil, in[0]
	}
	if bad := c.knownFormat(format); bad != nil {
		return nil, bad
	}
	if in[0].Shape().Rank() != rank {
		return nil, c.Errorf("the input has the shape %v, want %d axes: batch, %d spatial ones and channels", in[0].Shape(), rank, rank-2)
	}
	first := 1
	if format == ChannelsFirst {
		first = 2
	}
	for i := range rank - 2 {
		axes = append(axes, first+i)
	}
	return axes, nil
}

// poolAll reduces the spatial axes.
func (c *Context) poolAll(in []*graph.Node, rank int, format DataFormat, keep bool, reduce, reduceKeep func(*graph.Node, ...int) *graph.Node) *graph.Node {
	axes, bad := c.spatial(in, rank, format)
	if bad != nil {
		return bad
	}
	if keep {
		return reduceKeep(in[0], axes...)
	}
	return reduce(in[0], axes...)
}

// GlobalAveragePooling1D is the mean over all steps. A mask (batch, steps) leaves steps
// out. x: (batch, steps, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_average_pooling1d
type GlobalAveragePooling1D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, channels).
func (l *GlobalAveragePooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	axes, bad := c.spatial(in, 3, l.DataFormat)
	mask := c.Mask(0)
	if bad != nil || mask == nil {
		return c.poolAll(in, 3, l.DataFormat, l.KeepDims, ops.Mean, ops.MeanKeepDims)
	}
	kept := ops.ExpandDims(ops.Cast(mask, graph.Bool), 3-axes[0]) // in the place of the channels
	x := ops.Where(kept, in[0], 0)
	n := ops.Cast(kept, in[0].Dtype())
	if l.KeepDims {
		return ops.Div(ops.SumKeepDims(x, axes...), ops.SumKeepDims(n, axes...))
	}
	return ops.Div(ops.Sum(x, axes...), ops.Sum(n, axes...))
}

// GlobalAveragePooling2D is the mean over all rows and columns. x: (batch, rows, columns, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_average_pooling2d
type GlobalAveragePooling2D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, channels).
func (l *GlobalAveragePooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolAll(in, 4, l.DataFormat, l.KeepDims, ops.Mean, ops.MeanKeepDims)
}

// GlobalAveragePooling3D is the mean over all depth and rows and columns. x: (batch, depth, rows, columns, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_average_pooling3d
type GlobalAveragePooling3D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, channels).
func (l *GlobalAveragePooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolAll(in, 5, l.DataFormat, l.KeepDims, ops.Mean, ops.MeanKeepDims)
}

// GlobalMaxPooling1D is the maximum over all steps. x: (batch, steps, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_max_pooling1d
type GlobalMaxPooling1D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, channels).
func (l *GlobalMaxPooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolAll(in, 3, l.DataFormat, l.KeepDims, ops.Max, ops.MaxKeepDims)
}

// GlobalMaxPooling2D is the maximum over all rows and columns. x: (batch, rows, columns, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_max_pooling2d
type GlobalMaxPooling2D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, channels).
func (l *GlobalMaxPooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolAll(in, 4, l.DataFormat, l.KeepDims, ops.Max, ops.MaxKeepDims)
}

// GlobalMaxPooling3D is the maximum over all depth and rows and columns. x: (batch, depth, rows, columns, channels) to (batch, channels); with KeepDims
// the other axes stay with size 1.
// https://keras.io/api/layers/pooling_layers/global_max_pooling3d
type GlobalMaxPooling3D struct {
	DataFormat DataFormat `default:"channels_last"`
	KeepDims   bool       `keras:"keepdims"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, channels).
func (l *GlobalMaxPooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolAll(in, 5, l.DataFormat, l.KeepDims, ops.Max, ops.MaxKeepDims)
}

func init() {
	registry.Add("GlobalMaxPooling1D", &GlobalMaxPooling1D{}, "GlobalMaxPool1D")
	registry.Add("GlobalMaxPooling2D", &GlobalMaxPooling2D{}, "GlobalMaxPool2D")
	registry.Add("GlobalMaxPooling3D", &GlobalMaxPooling3D{}, "GlobalMaxPool3D")
	registry.Add("GlobalAveragePooling1D", &GlobalAveragePooling1D{}, "GlobalAvgPool1D")
	registry.Add("GlobalAveragePooling2D", &GlobalAveragePooling2D{}, "GlobalAvgPool2D")
	registry.Add("GlobalAveragePooling3D", &GlobalAveragePooling3D{}, "GlobalAvgPool3D")
}
