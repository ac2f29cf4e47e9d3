package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// repeat repeats each element of the spatial axes.
func (c *Context) repeat(in []*graph.Node, size []int, format DataFormat) *graph.Node {
	axes, bad := c.spatial(in, len(size)+2, format)
	if bad != nil {
		return bad
	}
	y := in[0]
	for i, axis := range axes {
		if size[i] < 1 {
			return c.Errorf("Size is %v, want at least 1 for each axis", size)
		}
		if size[i] > 1 {
			y = ops.Repeat(y, size[i], axis)
		}
	}
	return y
}

// UpSampling1D repeats each step. x: (batch, steps, channels) to (batch, Size·steps, channels).
// https://keras.io/api/layers/reshaping_layers/up_sampling1d
type UpSampling1D struct {
	Size int `default:"2"`
	Name string
	Base
}

// Call: x (batch, steps, channels) to (batch, more steps, channels).
func (l *UpSampling1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.repeat(in, []int{l.Size}, "")
}

// enlarge resizes images of known size.
func (c *Context) enlarge(in []*graph.Node, size [2]int, interpolation string, format DataFormat) *graph.Node {
	axes, bad := c.spatial(in, 4, format)
	if bad != nil {
		return bad
	}
	h, w := in[0].Shape()[axes[0]], in[0].Shape()[axes[1]]
	if h == graph.None || w == graph.None {
		return c.Errorf("the input has the shape %v: Interpolation %q needs a known number of rows and columns", in[0].Shape(), interpolation)
	}
	return ops.Resize(in[0], h*size[0], w*size[1], ops.ResizeOptions{Interpolation: interpolation, DataFormat: string(format)})
}

// UpSampling2D enlarges images. x: (batch, rows, columns, channels) to (batch, Size[0]·rows, Size[1]·columns, channels).
// https://keras.io/api/layers/reshaping_layers/up_sampling2d
type UpSampling2D struct {
	Size          [2]int     `default:"2"`
	DataFormat    DataFormat `default:"channels_last"`
	Interpolation string     `default:"nearest"` // which repeats; or "bilinear", "bicubic", "lanczos3", "lanczos5"
	Name          string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, more rows, more columns, channels).
func (l *UpSampling2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if l.Interpolation != "nearest" {
		return c.enlarge(in, l.Size, l.Interpolation, l.DataFormat)
	}
	return c.repeat(in, l.Size[:], l.DataFormat)
}

// UpSampling3D repeats depth, rows and columns. x: (batch, depth, rows, columns, channels) to (batch, Size[0]·depth, Size[1]·rows, Size[2]·columns, channels).
// https://keras.io/api/layers/reshaping_layers/up_sampling3d
type UpSampling3D struct {
	Size       [3]int     `default:"2"`
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, more depth, rows, columns, channels).
func (l *UpSampling3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.repeat(in, l.Size[:], l.DataFormat)
}

func init() { register(&UpSampling1D{}, &UpSampling2D{}, &UpSampling3D{}) }
