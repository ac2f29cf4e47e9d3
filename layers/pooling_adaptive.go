package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// poolTo checks the settings and the input and pools to a given size.
func (c *Context) poolTo(in []*graph.Node, size []int, format DataFormat, op func(*graph.Node, []int, ...string) *graph.Node) *graph.Node {
	axes, bad := c.spatial(in, len(size)+2, format)
	switch {
	case bad != nil:
		return bad
	case slices.Min(size) < 1:
		return c.Errorf("OutputSize is %v, want at least 1 for each axis", size)
	}
	for _, axis := range axes {
		if in[0].Shape()[axis] == graph.None {
			return c.Errorf("axis %d of the input of shape %v must be known: the windows depend on it", axis, in[0].Shape())
		}
	}
	return op(in[0], size, string(format))
}

// AdaptiveAveragePooling1D cuts x into OutputSize windows of about equal size and takes the mean of each. x: (batch, steps, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_average_pooling1d
type AdaptiveAveragePooling1D struct {
	OutputSize int        `keras:",list"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveAveragePooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, []int{l.OutputSize}, l.DataFormat, ops.AdaptiveAveragePool)
}

// AdaptiveAveragePooling2D cuts x into OutputSize windows of about equal size and takes the mean of each. x: (batch, rows, columns, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_average_pooling2d
type AdaptiveAveragePooling2D struct {
	OutputSize [2]int
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveAveragePooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, l.OutputSize[:], l.DataFormat, ops.AdaptiveAveragePool)
}

// AdaptiveAveragePooling3D cuts x into OutputSize windows of about equal size and takes the mean of each. x: (batch, depth, rows, columns, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_average_pooling3d
type AdaptiveAveragePooling3D struct {
	OutputSize [3]int
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveAveragePooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, l.OutputSize[:], l.DataFormat, ops.AdaptiveAveragePool)
}

// AdaptiveMaxPooling1D cuts x into OutputSize windows of about equal size and takes the maximum of each. x: (batch, steps, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_max_pooling1d
type AdaptiveMaxPooling1D struct {
	OutputSize int        `keras:",list"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveMaxPooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, []int{l.OutputSize}, l.DataFormat, ops.AdaptiveMaxPool)
}

// AdaptiveMaxPooling2D cuts x into OutputSize windows of about equal size and takes the maximum of each. x: (batch, rows, columns, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_max_pooling2d
type AdaptiveMaxPooling2D struct {
	OutputSize [2]int
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveMaxPooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, l.OutputSize[:], l.DataFormat, ops.AdaptiveMaxPool)
}

// AdaptiveMaxPooling3D cuts x into OutputSize windows of about equal size and takes the maximum of each. x: (batch, depth, rows, columns, channels) to
// (batch, OutputSize..., channels).
// https://keras.io/api/layers/pooling_layers/adaptive_max_pooling3d
type AdaptiveMaxPooling3D struct {
	OutputSize [3]int
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, OutputSize..., channels).
func (l *AdaptiveMaxPooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.poolTo(in, l.OutputSize[:], l.DataFormat, ops.AdaptiveMaxPool)
}

func init() {
	register(&AdaptiveAveragePooling1D{}, &AdaptiveAveragePooling2D{}, &AdaptiveAveragePooling3D{}, &AdaptiveMaxPooling1D{}, &AdaptiveMaxPooling2D{}, &AdaptiveMaxPooling3D{})
}
