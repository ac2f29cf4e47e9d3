package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// imaging are the functions of keras.ops.image.
var imaging = map[string]opFunc{
	"image.resize": one(func(c *call) *graph.Node {
		size := c.Ints("size")
		return ops.Resize(c.node("images"), size[0], size[1], ops.ResizeOptions{
			Interpolation: c.Str("interpolation", "bilinear"), Antialias: c.Bool("antialias", false),
			CropToAspectRatio: c.Bool("crop_to_aspect_ratio", false), PadToAspectRatio: c.Bool("pad_to_aspect_ratio", false),
			FillValue: c.Float("fill_value", 0), DataFormat: c.format(),
		})
	}),
}
