package targets

import (
	"fmt"

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
	"image.crop_images":        one(func(c *call) *graph.Node { return c.crop() }),
	"image.pad_images":         one(func(c *call) *graph.Node { return c.padImages() }),
	"image.rgb_to_grayscale":   one(func(c *call) *graph.Node { return ops.RGBToGrayscale(c.node("images"), c.format()) }),
	"image.rgb_to_hsv":         one(func(c *call) *graph.Node { return ops.RGBToHSV(c.node("images"), c.format()) }),
	"image.hsv_to_rgb":         one(func(c *call) *graph.Node { return ops.HSVToRGB(c.node("images"), c.format()) }),
	"image.sobel_edges":        one(func(c *call) *graph.Node { return ops.SobelEdges(c.node("images"), c.format()) }),
	"image.extract_patches":    one(func(c *call) *graph.Node { return c.patches("images", 4) }),
	"image.extract_patches_3d": one(func(c *call) *graph.Node { return c.patches("volumes", 5) }),
	"image.gaussian_blur": one(func(c *call) *graph.Node {
		size, sigma := c.Ints("kernel_size", 3, 3), []float64{1, 1}
		if v := c.Get("sigma"); !v.IsNull() {
			var err error
			if sigma, err = v.Floats(); err != nil {
				return c.fail(err)
			}
		}
		return ops.GaussianBlur(c.node("images"), [2]int(size), [2]float64(sigma), c.format())
	}),
	"image.map_coordinates": one(func(c *call) *graph.Node {
		return ops.MapCoordinates(c.node("inputs"), c.nodes("coordinates"), c.Int("order", 0), c.Str("fill_mode", "constant"), c.Float("fill_value", 0))
	}),
	"image.scale_and_translate": one(func(c *call) *graph.Node {
		shape, axes := c.sizes("output_shape"), c.Ints("spatial_dims")
		sizes := make([]int, len(axes))
		for i, a := range axes {
			sizes[i] = graph.Shape(shape).Dim(a)
		}
		return ops.ScaleAndTranslate(c.node("images"), c.node("scale"), c.node("translation"), axes, sizes, c.Str("method", ""), c.Bool("antialias", true))
	}),
}

// spatial is the axis of the rows, which the columns follow; negative where there is none.
func (c *call) spatial(x *graph.Node) int {
	if c.format() == "channels_first" {
		return x.Shape().Rank() - 2
	}
	return x.Shape().Rank() - 3
}

// crop cuts rows and columns off at all sides, or at the front down to a target size: slices.
func (c *call) crop() *graph.Node {
	x := c.node("images")
	axis := c.spatial(x)
	if axis < 0 {
		return c.fail(fmt.Errorf("%v is no image", x.Spec()))
	}
	for i, names := range [][3]string{{"top_cropping", "bottom_cropping", "target_height"}, {"left_cropping", "right_cropping", "target_width"}} {
		start, stop := c.Int(names[0], 0), ops.End
		switch n, behind := c.Int(names[2], 0), c.Int(names[1], 0); {
		case c.Has(names[2]) && c.Has(names[0]):
			stop = start + n
		case c.Has(names[2]):
			start = x.Shape().Dim(axis+i) - behind - n
			stop = start + n
		case behind > 0:
			stop = -behind
		}
		x = ops.SliceAxis(x, axis+i, start, stop)
	}
	return x
}

// padImages adds rows and columns at all sides, or up to a target size.
func (c *call) padImages() *graph.Node {
	x := c.node("images")
	axis := c.spatial(x)
	if axis < 0 {
		return c.fail(fmt.Errorf("%v is no image", x.Spec()))
	}
	width := make([][2]int, x.Shape().Rank())
	for i, names := range [][3]string{{"top_padding", "bottom_padding", "target_height"}, {"left_padding", "right_padding", "target_width"}} {
		before, behind := c.Int(names[0], 0), c.Int(names[1], 0)
		if n := c.Int(names[2], 0); c.Has(names[2]) {
			if x.Shape().Dim(axis+i) == graph.None {
				return c.unsupported("padding of an unknown size to a target size")
			}
			rest := n - x.Shape().Dim(axis+i)
			if c.Has(names[0]) {
				behind = rest - before
			} else {
				before = rest - behind
			}
		}
		width[axis+i] = [2]int{before, behind}
	}
	return ops.Pad(x, width)
}

// patches cuts patches out of a batch, or out of one image.
func (c *call) patches(name string, rank int) *graph.Node {
	x := c.node(name)
	o := ops.ConvOptions{
		Strides: c.Ints("strides"), DilationRate: c.Ints("dilation_rate"), Padding: c.Str("padding", "valid"), DataFormat: c.format(),
	}
	size := c.Ints("size")
	if x.Shape().Rank() == rank-1 {
		return ops.Squeeze(ops.ExtractPatches(ops.ExpandDims(x, 0), size, o), 0)
	}
	return ops.ExtractPatches(x, size, o)
}
