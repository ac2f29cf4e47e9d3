package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// zeroPad puts zeros around the spatial axes.
func (c *Context) zeroPad(in []*graph.Node, padding [][2]int, format DataFormat) *graph.Node {
	axes, bad := c.spatial(in, len(padding)+2, format)
	if bad != nil {
		return bad
	}
	width := make([][2]int, len(padding)+2)
	for i, axis := range axes {
		if padding[i][0] < 0 || padding[i][1] < 0 {
			return c.Errorf("Padding is %v, want numbers of at least 0", padding)
		}
		width[axis] = padding[i]
	}
	return ops.Pad(in[0], width)
}

// crop cuts the borders of the spatial axes off.
func (c *Context) crop(in []*graph.Node, cropping [][2]int, format DataFormat) *graph.Node {
	axes, bad := c.spatial(in, len(cropping)+2, format)
	if bad != nil {
		return bad
	}
	y := in[0]
	for i, axis := range axes {
		from, to := cropping[i][0], cropping[i][1]
		n := y.Shape()[axis]
		switch {
		case from < 0 || to < 0:
			return c.Errorf("Cropping is %v, want numbers of at least 0", cropping)
		case n != graph.None && from+to >= n:
			return c.Errorf("Cropping %v leaves nothing of axis %d of the input of shape %v", cropping[i], axis, in[0].Shape())
		}
		stop := ops.End
		if to > 0 {
			stop = -to
		}
		y = ops.SliceAxis(y, axis, from, stop)
	}
	return y
}

// ZeroPadding1D puts zeros before and after the steps. x: (batch, steps, channels) to (batch, more steps, channels).
// https://keras.io/api/layers/reshaping_layers/zero_padding1d
type ZeroPadding1D struct {
	Padding    [2]int     `default:"1"` // before and after
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, steps, channels) to (batch, more steps, channels).
func (l *ZeroPadding1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.zeroPad(in, [][2]int{l.Padding}, l.DataFormat)
}

// ZeroPadding2D puts zeros before and after the rows and columns. x: (batch, rows, columns, channels) to (batch, more rows, columns, channels).
// https://keras.io/api/layers/reshaping_layers/zero_padding2d
type ZeroPadding2D struct {
	Padding    [2][2]int  `default:"1"` // before and after, for each axis
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, more rows, columns, channels).
func (l *ZeroPadding2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.zeroPad(in, l.Padding[:], l.DataFormat)
}

// ZeroPadding3D puts zeros before and after the depth and rows and columns. x: (batch, depth, rows, columns, channels) to (batch, more depth, rows, columns, channels).
// https://keras.io/api/layers/reshaping_layers/zero_padding3d
type ZeroPadding3D struct {
	Padding    [3][2]int  `default:"1"` // before and after, for each axis
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, more depth, rows, columns, channels).
func (l *ZeroPadding3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.zeroPad(in, l.Padding[:], l.DataFormat)
}

// Cropping1D cuts off the first and last steps. x: (batch, steps, channels) to (batch, fewer steps, channels).
// https://keras.io/api/layers/reshaping_layers/cropping1d
type Cropping1D struct {
	Cropping [2]int `default:"1"` // from the front and from the end
	Name     string
	Base
}

// Call: x (batch, steps, channels) to (batch, fewer steps, channels).
func (l *Cropping1D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.crop(in, [][2]int{l.Cropping}, "")
}

// Cropping2D cuts off the first and last rows and columns. x: (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
// https://keras.io/api/layers/reshaping_layers/cropping2d
type Cropping2D struct {
	Cropping   [2][2]int  // from the front and from the end, for each axis
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, fewer rows, columns, channels).
func (l *Cropping2D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.crop(in, l.Cropping[:], l.DataFormat)
}

// Cropping3D cuts off the first and last depth and rows and columns. x: (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
// https://keras.io/api/layers/reshaping_layers/cropping3d
type Cropping3D struct {
	Cropping   [3][2]int  `default:"1"` // from the front and from the end, for each axis
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, depth, rows, columns, channels) to (batch, fewer depth, rows, columns, channels).
func (l *Cropping3D) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	return c.crop(in, l.Cropping[:], l.DataFormat)
}

func init() {
	register(&ZeroPadding1D{}, &ZeroPadding2D{}, &ZeroPadding3D{}, &Cropping1D{}, &Cropping2D{}, &Cropping3D{})
}
