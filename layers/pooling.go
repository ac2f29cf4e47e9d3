package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// pooling holds what the pooling layers of all ranks have in common.
type pooling struct {
	op            func(x *graph.Node, size []int, o ...ops.PoolOptions) *graph.Node
	size, strides []int // strides of 0: the size
	padding       Padding
	format        DataFormat
}

// pool checks the settings and the input and pools.
func (c *Context) pool(in []*graph.Node, p pooling) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if bad := c.knownFormat(p.format); bad != nil {
		return bad
	}
	rank := len(p.size) + 2
	if slices.Max(p.strides) == 0 {
		p.strides = p.size
	}
	switch {
	case in[0].Shape().Rank() != rank:
		return c.Errorf("the input has the shape %v, want %d axes: batch, %d spatial ones and channels", in[0].Shape(), rank, rank-2)
	case slices.Min(p.size) < 1 || slices.Min(p.strides) < 1:
		return c.Errorf("PoolSize %v and Strides %v must be at least 1", p.size, p.strides)
	case p.padding == Causal:
		return c.Errorf("Padding is %q, want %q or %q", p.padding, Valid, Same)
	}
	return p.op(in[0], p.size, ops.PoolOptions{Strides: p.strides, Padding: string(p.padding), DataFormat: string(p.format)})
}

// poolConfig writes strides that were left out as what they mean: the window's size.
func poolConfig(strides []int, fields map[string]any) (map[string]any, error) {
	if slices.Max(strides) == 0 {
		fields["strides"] = fields["pool_size"]
	}
	return fields, nil
}

// MaxPooling1D takes the maximum of each window. x: (batch, steps, channels) to (batch, fewer steps, channels).
// https://keras.io/api/layers/pooling_layers/max_pooling1d
type MaxPooling1D struct {
	PoolSize   int        `keras:",list" default:"2"`
	Strides    int        `keras:",list"` // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, fewer steps, channels).
func (l *MaxPooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.MaxPool, []int{l.PoolSize}, []int{l.Strides}, l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *MaxPooling1D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig([]int{l.Strides}, fields)
}

// MaxPooling2D takes the maximum of each window. x: (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
// https://keras.io/api/layers/pooling_layers/max_pooling2d
type MaxPooling2D struct {
	PoolSize   [2]int     `default:"2"`
	Strides    [2]int     // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
func (l *MaxPooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.MaxPool, l.PoolSize[:], l.Strides[:], l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *MaxPooling2D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig(l.Strides[:], fields)
}

// MaxPooling3D takes the maximum of each window. x: (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
// https://keras.io/api/layers/pooling_layers/max_pooling3d
type MaxPooling3D struct {
	PoolSize   [3]int     `default:"2"`
	Strides    [3]int     // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
func (l *MaxPooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.MaxPool, l.PoolSize[:], l.Strides[:], l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *MaxPooling3D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig(l.Strides[:], fields)
}

// AveragePooling1D takes the mean of each window. Padding does not count. x: (batch, steps, channels) to (batch, fewer steps, channels).
// https://keras.io/api/layers/pooling_layers/average_pooling1d
type AveragePooling1D struct {
	PoolSize   int        `keras:",list" default:"2"`
	Strides    int        `keras:",list"` // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, fewer steps, channels).
func (l *AveragePooling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.AveragePool, []int{l.PoolSize}, []int{l.Strides}, l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *AveragePooling1D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig([]int{l.Strides}, fields)
}

// AveragePooling2D takes the mean of each window. Padding does not count. x: (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
// https://keras.io/api/layers/pooling_layers/average_pooling2d
type AveragePooling2D struct {
	PoolSize   [2]int     `default:"2"`
	Strides    [2]int     // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
func (l *AveragePooling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.AveragePool, l.PoolSize[:], l.Strides[:], l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *AveragePooling2D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig(l.Strides[:], fields)
}

// AveragePooling3D takes the mean of each window. Padding does not count. x: (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
// https://keras.io/api/layers/pooling_layers/average_pooling3d
type AveragePooling3D struct {
	PoolSize   [3]int     `default:"2"`
	Strides    [3]int     // default PoolSize
	Padding    Padding    `default:"valid"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
func (l *AveragePooling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.pool(in, pooling{ops.AveragePool, l.PoolSize[:], l.Strides[:], l.Padding, l.DataFormat})
}

// Config is the layer's configuration.
func (l *AveragePooling3D) Config(fields map[string]any) (map[string]any, error) {
	return poolConfig(l.Strides[:], fields)
}

func init() {
	registry.Add("MaxPooling1D", &MaxPooling1D{}, "MaxPool1D")
	registry.Add("MaxPooling2D", &MaxPooling2D{}, "MaxPool2D")
	registry.Add("MaxPooling3D", &MaxPooling3D{}, "MaxPool3D")
	registry.Add("AveragePooling1D", &AveragePooling1D{}, "AvgPool1D")
	registry.Add("AveragePooling2D", &AveragePooling2D{}, "AvgPool2D")
	registry.Add("AveragePooling3D", &AveragePooling3D{}, "AvgPool3D")
}
