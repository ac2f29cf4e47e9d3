package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// ResizeOptions are the settings of [Resize].
type ResizeOptions struct {
	Interpolation     string  // "bilinear" (the default), "nearest", "bicubic", "lanczos3" or "lanczos5"
	Antialias         bool    // widen the kernel when images get smaller
	CropToAspectRatio bool    // cut the borders off that do not fit the new aspect ratio, instead of distorting
	PadToAspectRatio  bool    // add borders of FillValue instead
	FillValue         float64 // of the borders
	DataFormat        string  // "channels_last" (the default) or "channels_first"
}

// Resize scales images: (batch, rows, columns, channels), or one image (rows, columns, channels), to a new number of rows and
// columns, in the same dtype. Pixels are squares whose centres lie at 0.5, 1.5 ...; the weights of a kernel that reaches over the
// border are scaled to a sum of 1. Integers are rounded. Rows and columns of the images must be known. https://keras.io/api/ops/image/#resize-function
func Resize(images *graph.Node, rows, columns int, opts ...ResizeOptions) *graph.Node {
	o := append(opts, ResizeOptions{})[0]
	rank := images.Shape().Rank()
	if !ready(images) || len(opts) > 1 || rank != 3 && rank != 4 {
		return graph.FailCall("resize", fmt.Errorf("images of shape %v and %d options, want (batch, rows, columns, channels) or (rows, columns, channels) and at most one", images.Shape(), len(opts)), images)
	}
	row := rank - 3
	if o.DataFormat == "channels_first" {
		row++
	}
	h, w := images.Shape()[row], images.Shape()[row+1]
	kernel, reach, known := resizeKernel(o.Interpolation)
	switch {
	case h == graph.None || w == graph.None:
		return images.Graph().Fail("resize", fmt.Errorf("the images have the shape %v: rows and columns must be known", images.Shape()), images)
	case rows < 1 || columns < 1 || h < 1 || w < 1:
		return images.Graph().Fail("resize", fmt.Errorf("%d rows and %d columns of images of shape %v: all must be at least 1", rows, columns, images.Shape()), images)
	case !known:
		return images.Graph().Fail("resize", fmt.Errorf("the interpolation is %q, want nearest, bilinear, bicubic, lanczos3 or lanczos5", o.Interpolation), images)
	case o.CropToAspectRatio && o.PadToAspectRatio:
		return images.Graph().Fail("resize", fmt.Errorf("images cannot be both cropped and padded to the aspect ratio"), images)
	}
	// The rows and columns that have the new aspect ratio.
	fitRows, fitColumns := int(float32(w*rows)/float32(columns)), int(float32(h*columns)/float32(rows))
	x := images
	switch {
	case o.CropToAspectRatio:
		x = middle(x, row, max(min(h, fitRows), 1))
		x = middle(x, row+1, max(min(w, fitColumns), 1))
	case o.PadToAspectRatio:
		x = border(x, row, (max(h, fitRows)-h)/2, o.FillValue)
		x = border(x, row+1, (max(w, fitColumns)-w)/2, o.FillValue)
	}
	if o.Interpolation != "nearest" {
		x = floated(x)
	}
	for i, n := range []int{rows, columns} {
		if o.Interpolation == "nearest" {
			x = resizeNearest(x, row+i, n)
		} else {
			x = resizeLinear(x, row+i, n, reach, o.Antialias, kernel)
		}
	}
	if d := images.Dtype(); d != x.Dtype() {
		return SaturateCast(Round(x), d)
	}
	return x
}

// middle keeps n elements of an axis.
func middle(x *graph.Node, axis, n int) *graph.Node {
	from := (x.Shape()[axis] - n) / 2
	return SliceAxis(x, axis, from, from+n)
}

// border puts n elements before and after an axis.
func border(x *graph.Node, axis, n int, value float64) *graph.Node {
	width := make([][2]int, x.Shape().Rank())
	width[axis] = [2]int{n, n}
	return Pad(x, width, value)
}

// resizeKernel is the weight of a pixel at a distance below reach.
func resizeKernel(interpolation string) (kernel func(d float64) float64, reach float64, known bool) {
	switch interpolation {
	case "nearest":
		return nil, 0, true
	case "", "bilinear":
		return func(d float64) float64 { return 1 - d }, 1, true
	case "bicubic": // Keys, 1981, a = -0.5
		return func(d float64) float64 {
			if d < 1 {
				return (1.5*d-2.5)*d*d + 1
			}
			return ((-0.5*d+2.5)*d-4)*d + 2
		}, 2, true
	case "lanczos3":
		return lanczos(3), 3, true
	case "lanczos5":
		return lanczos(5), 5, true
	}
	return nil, 0, false
}

// lanczos is the sine cardinal windowed by one a times as wide.
func lanczos(a float64) func(d float64) float64 {
	return func(d float64) float64 {
		if d <= 1e-3 {
			return 1
		}
		return a * math.Sin(math.Pi*d) * math.Sin(math.Pi*d/a) / (math.Pi * math.Pi * d * d)
	}
}

func resizeNearest(x *graph.Node, axis, n int) *graph.Node {
	m := x.Shape().Dim(axis)
	from := make([]int, n)
	for i := range from {
		from[i] = min(int((float32(i)+0.5)*float32(m)/float32(n)), m-1)
	}
	return Take(x, x.Graph().Const(from), axis)
}

// resizeLinear multiplies an axis by the matrix of the kernel's weights.
func resizeLinear(x *graph.Node, axis, n int, reach float64, antialias bool, kernel func(d float64) float64) *graph.Node {
	m := x.Shape().Dim(axis)
	step := float64(m) / float64(n)
	width := 1.0
	if antialias {
		width = max(step, 1)
	}
	w := make([]float32, m*n)
	for i := range n {
		at := (float64(i)+0.5)*step - 0.5
		sum := 0.0
		weight := make([]float64, m)
		for j := range m {
			if d := math.Abs(at-float64(j)) / width; d < reach {
				weight[j] = kernel(d)
				sum += weight[j]
			}
		}
		for j := range m {
			w[j*n+i] = float32(weight[j] / sum)
		}
	}
	matrix := Cast(x.Graph().ConstOf(graph.Float32, graph.Shape{m, n}, w), x.Dtype())
	return SwapAxes(MatMul(SwapAxes(x, axis, -1), matrix), axis, -1)
}
