package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Resizing scales images to a height and width. x: (batch, rows, columns, channels) or (rows, columns, channels) to (batch,
// Height, Width, channels), in the dtype of the layer. Rows and columns must be known.
// https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing
type Resizing struct {
	Height, Width     int
	Interpolation     string  `default:"bilinear"` // or "nearest", "bicubic", "lanczos3", "lanczos5"
	CropToAspectRatio bool    // cut the borders off that do not fit, instead of distorting the images
	PadToAspectRatio  bool    // add borders of FillValue instead
	FillMode          string  `default:"constant"`
	FillValue         float64 // of the borders
	Antialias         bool
	DataFormat        DataFormat `default:"channels_last"`
	Name              string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, Height, Width, channels).
func (l *Resizing) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	if bad := c.knownFormat(l.DataFormat); bad != nil {
		return bad
	}
	if l.FillMode != "constant" {
		return c.Errorf("FillMode is %q, want constant", l.FillMode)
	}
	return ops.Resize(ops.Cast(in[0], c.Dtype()), l.Height, l.Width, ops.ResizeOptions{
		Interpolation: l.Interpolation, Antialias: l.Antialias, CropToAspectRatio: l.CropToAspectRatio,
		PadToAspectRatio: l.PadToAspectRatio, FillValue: l.FillValue, DataFormat: string(l.DataFormat),
	})
}

// CenterCrop cuts the middle out of images; images that are too small are scaled up and cropped to the aspect ratio.
// x: (batch, rows, columns, channels) or (rows, columns, channels) to (batch, Height, Width, channels).
// https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop
type CenterCrop struct {
	Height, Width int
	DataFormat    DataFormat `default:"channels_last"`
	Name          string
	Base
}

// Call: x (batch, rows, columns, channels) to (batch, Height, Width, channels).
func (l *CenterCrop) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	if bad := c.knownFormat(l.DataFormat); bad != nil {
		return bad
	}
	x := ops.Cast(in[0], c.Dtype())
	s := x.Shape()
	row := s.Rank() - 3
	if l.DataFormat == ChannelsFirst {
		row++
	}
	switch {
	case s.Rank() != 3 && s.Rank() != 4:
		return c.Errorf("the input has the shape %v, want (batch, rows, columns, channels) or (rows, columns, channels)", s)
	case l.Height < 1 || l.Width < 1:
		return c.Errorf("Height is %d and Width %d, want at least 1", l.Height, l.Width)
	case s[row] == graph.None || s[row+1] == graph.None:
		return c.Errorf("the input has the shape %v: rows and columns must be known", s)
	}
	if s[row] < l.Height || s[row+1] < l.Width {
		return ops.Resize(x, l.Height, l.Width, ops.ResizeOptions{CropToAspectRatio: true, DataFormat: string(l.DataFormat)})
	}
	for i, n := range []int{l.Height, l.Width} {
		from := (s[row+i] - n) / 2
		x = ops.SliceAxis(x, row+i, from, from+n)
	}
	return x
}

func init() { register(&Resizing{}, &CenterCrop{}) }
